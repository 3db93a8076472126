/* SPDX-License-Identifier: MIT */
/* Questions that are asked again after the changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/relief.h"
#include "tests/support/fixture_host.h"
#include "tests/support/given.h"

static struct fixture_host fixture;
static struct host host;
static struct observation seen;
static struct reliefs reliefs;
static struct text printed;

static int given_host(void **state)
{
    (void)state;
    memset(&fixture, 0, sizeof fixture);
    fixture.os = (struct os_version){ OS_LINUX, 6, 1, 0 };
    host = fixture_host_open(&fixture);
    given_linux(&seen);
    return 0;
}

static int clear_printed(void **state)
{
    (void)state;
    text_clear(&printed);
    return 0;
}

static const char *say(size_t number)
{
    text_cut(&printed, 0);
    relief_words(&seen, &reliefs.asks[number], &printed);
    return text_string(&printed);
}

static void test_relief_ask_finds_what_there_was_none_of(void **state)
{
    (void)state;
    (void)given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
    fixture.answers[ASK_CONNECT] = ASK_FREE;
    fixture.ask_us = 1650;

    relief_ask(&host, &seen, &reliefs);

    assert_int_equal(reliefs.count, 1);
    assert_string_equal(reliefs.not_asked, "");
    assert_int_equal(fixture.asked[0].remote_port, 443);
    assert_string_equal(say(0), "a new connection to 10.0.0.5:443 found no free port "
                                "before, finds one now (1.6 ms)");
}

static void test_relief_words_say_what_became_of_each(void **state)
{
    (void)state;
    (void)given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_FREE);
    fixture.answers[ASK_CONNECT] = ASK_FREE;
    relief_ask(&host, &seen, &reliefs);
    assert_string_equal(say(0), "a new connection to 10.0.0.5:443 found a port before "
                                "(7 us), finds one now (7 us)");
    fixture.answers[ASK_CONNECT] = ASK_NONE;
    relief_ask(&host, &seen, &reliefs);
    assert_string_equal(say(0), "a new connection to 10.0.0.5:443 found a port before "
                                "(7 us), finds none now");
    seen.asked.asks[0].answer = ASK_NONE;
    relief_ask(&host, &seen, &reliefs);
    assert_string_equal(say(0), "a new connection to 10.0.0.5:443 found no free port "
                                "before, and finds none now");
}

static void test_relief_ask_begins_with_what_found_no_port(void **state)
{
    (void)state;
    (void)given_ask(&seen, ASK_BIND, NULL, 0, ASK_FREE);
    (void)given_ask(&seen, ASK_UDP_CONNECT, NULL, 0, ASK_NONE);
    fixture.answers[ASK_BIND] = fixture.answers[ASK_UDP_CONNECT] = ASK_FREE;

    relief_ask(&host, &seen, &reliefs);

    assert_int_equal(reliefs.count, 2);
    assert_string_equal(
        say(0), "a UDP connect() found no free port before, finds one now (7 us)");
    assert_string_equal(
        say(1), "bind() to port 0 found a port before (7 us), finds one now (7 us)");
}

static void test_relief_ask_leaves_out_what_has_no_answer(void **state)
{
    (void)state;
    (void)given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_UNKNOWN);
    (void)given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);
    fixture.answers[ASK_CONNECT] = ASK_FREE;
    fixture.answers[ASK_BIND] = ASK_UNKNOWN;

    relief_ask(&host, &seen, &reliefs);

    assert_int_equal(fixture.asks, 1);
    assert_int_equal(reliefs.count, 0);
}

static void test_relief_ask_stops_when_nothing_more_may_be_asked(void **state)
{
    (void)state;
    (void)given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);
    (void)given_ask(&seen, ASK_UDP_CONNECT, NULL, 0, ASK_FREE);
    (void)error_set(&fixture.ask_failure, ERR_DENIED, "no more");

    relief_ask(&host, &seen, &reliefs);

    assert_int_equal(fixture.asks, 1);
    assert_int_equal(reliefs.count, 0);
    assert_string_equal(reliefs.not_asked, "no more");
}

static void test_relief_ask_ends_after_20_ms(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < 5; i++)
        (void)given_ask(&seen, ASK_CONNECT, "10.0.0.5", i, ASK_NONE);
    fixture.answers[ASK_CONNECT] = ASK_FREE;
    fixture.ask_us = 9000;

    relief_ask(&host, &seen, &reliefs);

    assert_int_equal(fixture.asks, 3);
    assert_int_equal(reliefs.count, 3);
    assert_string_equal(reliefs.not_asked, "20 ms of CPU time were used up");
}

static void test_relief_ask_spends_20_ms_whole(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < 3; i++)
        (void)given_ask(&seen, ASK_CONNECT, "10.0.0.5", i, ASK_NONE);
    fixture.answers[ASK_CONNECT] = ASK_FREE;

    fixture.ask_us = 10000;
    relief_ask(&host, &seen, &reliefs);
    assert_int_equal(reliefs.count, 2);
    fixture.ask_us = 19999;
    relief_ask(&host, &seen, &reliefs);
    assert_int_equal(reliefs.count, 2);
    fixture.ask_us = 20000;
    relief_ask(&host, &seen, &reliefs);
    assert_int_equal(reliefs.count, 1);
}

static void test_relief_ask_says_why_there_was_no_answer(void **state)
{
    struct ask *ask = given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);
    (void)state;

    /* What the host leaves there. */
    (void)snprintf(ask->reason, sizeof ask->reason, "the system is busy");
    relief_ask(&host, &seen, &reliefs);

    assert_int_equal(reliefs.count, 0);
    assert_string_equal(reliefs.not_asked, "the system is busy");
}

static void test_relief_ask_is_answered_anew(void **state)
{
    (void)state;
    given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE)->confirmed = true;
    /* Behind those that were asked. */
    (void)given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);
    seen.asked.count = 1;
    fixture.answers[ASK_BIND] = ASK_NONE;
    relief_ask(&host, &seen, &reliefs);

    assert_int_equal(fixture.asks, 1);
    assert_true(reliefs.asks[0].before.confirmed);
    assert_false(reliefs.asks[0].after.confirmed);
}

static void test_relief_missing_is_exhaustion_that_lasts(void **state)
{
    (void)state;
    given_range(&seen, 20000, 20099, 0);
    given_time_wait(&seen, "10.0.0.5", 443, 95, 95);
    (void)given_ask(&seen, ASK_BIND, NULL, 0, ASK_FREE);
    (void)given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
    fixture.answers[ASK_BIND] = fixture.answers[ASK_CONNECT] = ASK_NONE;
    relief_ask(&host, &seen, &reliefs);

    assert_ptr_equal(relief_missing(&reliefs, &seen), &reliefs.asks[0]);
    reliefs.asks[2] = reliefs.asks[0]; /* behind those that there are */
    reliefs.asks[0].after.answer = ASK_FREE;
    assert_int_equal(reliefs.count, 2);
    assert_null(relief_missing(&reliefs, &seen));
}

/* "not exhaustion" before is none after. */
static void test_relief_missing_is_none_where_ports_are_free(void **state)
{
    (void)state;
    given_range(&seen, 20000, 20099, 0);
    (void)given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
    fixture.answers[ASK_CONNECT] = ASK_NONE;
    relief_ask(&host, &seen, &reliefs);

    assert_null(relief_missing(&reliefs, &seen));
}

#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, given_host, clear_printed)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_relief_ask_finds_what_there_was_none_of),
        TEST(test_relief_words_say_what_became_of_each),
        TEST(test_relief_ask_begins_with_what_found_no_port),
        TEST(test_relief_ask_leaves_out_what_has_no_answer),
        TEST(test_relief_ask_stops_when_nothing_more_may_be_asked),
        TEST(test_relief_ask_ends_after_20_ms),
        TEST(test_relief_ask_spends_20_ms_whole),
        TEST(test_relief_ask_says_why_there_was_no_answer),
        TEST(test_relief_ask_is_answered_anew),
        TEST(test_relief_missing_is_exhaustion_that_lasts),
        TEST(test_relief_missing_is_none_where_ports_are_free),
    };

    return cmocka_run_group_tests_name("remediate/relief", tests, NULL, NULL);
}
