/* SPDX-License-Identifier: MIT */
/* Events of Windows in words: counts, ages, and what is not said. */
#include "checks/event_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "tests/support/given.h"

static struct observation seen;
static struct text printed;

static int given_quiet(void **state)
{
    (void)state;
    given_windows(&seen);
    seen.events.reading.known = true;
    text_clear(&printed);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    text_clear(&printed);
    return 0;
}

static void given_newest(uint32_t id, int64_t age_s)
{
    seen.events.newest_id = id;
    seen.events.newest_s = seen.time_s - age_s;
}

static const char *ran_out(void)
{
    text_cut(&printed, 0);
    event_words_ran_out(&seen, &printed);
    return text_string(&printed);
}

static const char *words(void)
{
    text_cut(&printed, 0);
    event_words(&seen, INT64_MAX, &printed);
    return text_string(&printed);
}

static void test_ran_out_names_the_protocol(void **state)
{
    (void)state;

    given_newest(4231, 59);
    seen.events.tcp_exhausted = 1;
    assert_string_equal(
        ran_out(), "TCP ports ran out 1 time in 10 minutes (event 4231, 59 seconds ago)");
    seen.events.udp_exhausted = 2;
    assert_string_equal(
        ran_out(),
        "ports ran out 3 times in 10 minutes (newest: event 4231, 59 seconds ago)");
    given_newest(4266, 1);
    seen.events.tcp_exhausted = 0;
    seen.events.at_least = true;
    assert_string_equal(ran_out(), "UDP ports ran out at least 2 times in 10 minutes "
                                   "(newest: event 4266, 1 second ago)");
}

static void test_ran_out_names_no_event_where_none_is_known(void **state)
{
    (void)state;

    seen.events.tcp_exhausted = 2;

    assert_string_equal(ran_out(), "TCP ports ran out 2 times in 10 minutes");
}

static void test_ages_are_in_the_largest_unit_of_two_or_more(void **state)
{
    static const struct {
        int64_t age_s;
        const char *words;
    } rows[] = {
        { -30, "0 seconds ago" },     { 0, "0 seconds ago" },
        { 119, "119 seconds ago" },   { 120, "2 minutes ago" },
        { 7199, "119 minutes ago" },  { 7200, "2 hours ago" },
        { 172799, "47 hours ago" },   { 172800, "2 days ago" },
        { 31536000, "365 days ago" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char expected[160];

        given_newest(4231, rows[i].age_s);
        (void)snprintf(expected, sizeof expected,
                       "event 4231 (TCP ports ran out), %s; 0 in the last 10 minutes",
                       rows[i].words);
        assert_string_equal(words(), expected);
    }
}

static void test_words_give_each_event_its_own_count(void **state)
{
    (void)state;

    given_newest(4266, 1);
    seen.events.tcp_exhausted = 700;
    seen.events.udp_exhausted = 1;
    assert_string_equal(words(),
                        "event 4231 (TCP ports ran out) 700 times, event 4266 (UDP ports "
                        "ran out) 1 time in the last 10 minutes; newest: event 4266, 1 "
                        "second ago");
    seen.events.at_least = true;
    assert_non_null(strstr(words(), "at least 700 times, event 4266 (UDP ports ran out) "
                                    "at least 1 time in"));
}

static void test_words_leave_out_what_is_older_than_asked(void **state)
{
    (void)state;

    given_newest(4231, 301);
    text_cut(&printed, 0);
    event_words(&seen, 300, &printed);

    assert_string_equal(text_string(&printed),
                        "no event of the last 10 minutes says that ports ran out");
}

static void test_words_say_that_there_is_none(void **state)
{
    (void)state;

    assert_string_equal(words(),
                        "no event of the last 10 minutes says that ports ran out");
}

static void test_words_tell_of_collisions(void **state)
{
    (void)state;

    given_newest(4266, 60);
    seen.events.udp_exhausted = 4;
    seen.events.collided = 5;

    assert_string_equal(words(),
                        "event 4266 (UDP ports ran out), 60 seconds ago; 4 in the last "
                        "10 minutes; event 4227, 5 in the last 10 minutes: a connection "
                        "got a port in TIME_WAIT toward its destination, and failed");
}

static void test_words_tell_of_one_collision_alone(void **state)
{
    (void)state;

    seen.events.collided = 1;

    assert_string_equal(words(),
                        "no event of the last 10 minutes says that ports ran out; event "
                        "4227, 1 in the last 10 minutes: a connection got a port in "
                        "TIME_WAIT toward its destination, and failed");
}

static void test_within_needs_an_event(void **state)
{
    (void)state;

    given_newest(0, 1);

    assert_false(event_words_within(&seen, 300, NULL));
}

static void test_words_say_nothing_of_a_log_that_was_not_read(void **state)
{
    (void)state;

    given_newest(4231, 1);
    given_unread(&seen.events.reading, "denied");

    assert_string_equal(words(), "");
    assert_false(event_words_within(&seen, 300, &printed));
    assert_string_equal(text_string(&printed), "");
}

static void test_within_adds_the_newest(void **state)
{
    (void)state;

    given_newest(4231, 300);

    assert_false(event_words_within(&seen, 299, &printed));
    assert_true(event_words_within(&seen, 300, NULL));
    assert_true(event_words_within(&seen, 300, &printed));
    assert_string_equal(text_string(&printed),
                        "event 4231 (TCP ports ran out), 5 minutes ago");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, given_quiet, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ran_out_names_the_protocol),
        TEST(test_ran_out_names_no_event_where_none_is_known),
        TEST(test_words_tell_of_one_collision_alone),
        TEST(test_within_needs_an_event),
        TEST(test_ages_are_in_the_largest_unit_of_two_or_more),
        TEST(test_words_give_each_event_its_own_count),
        TEST(test_words_leave_out_what_is_older_than_asked),
        TEST(test_words_say_that_there_is_none),
        TEST(test_words_tell_of_collisions),
        TEST(test_words_say_nothing_of_a_log_that_was_not_read),
        TEST(test_within_adds_the_newest),
    };

    return cmocka_run_group_tests_name("checks/event_words", tests, NULL, NULL);
}
