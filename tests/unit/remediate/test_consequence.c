/* SPDX-License-Identifier: MIT */
/* What changes do to usage, in the numbers of the check. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/consequence.h"
#include "tests/support/given.h"
#include "tests/support/given_policy.h"

static struct observation now;
static struct observation after;
static struct foreseen foreseen;
static struct consequence consequence;
static char words[CONSEQUENCE_TEXT_SIZE];

/* A stock range that will be 10000-65535, with `sockets` toward 10.99.0.21:25. */
static void given_widening(uint16_t sockets)
{
    given_linux(&now);
    given_linux(&after);
    given_range(&after, 10000, 65535, 11);
    if (sockets > 0) {
        (void)given_destination(&now, "10.99.0.21", 25, sockets);
        (void)given_destination(&after, "10.99.0.21", 25, sockets);
    }
    for (size_t protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++)
        for (size_t family = 0; family < IP_FAMILY_COUNT; family++) {
            foreseen.has_range[protocol][family] = true;
            foreseen.from[protocol][family] = now.range[protocol].range;
            foreseen.to[protocol][family] = after.range[protocol].range;
        }
}

static int clear(void **state)
{
    (void)state;
    foreseen = (struct foreseen){ 0 };
    consequence = (struct consequence){ 0 };
    return 0;
}

static void compare(void)
{
    consequence_compare(&now, &after, &foreseen, &consequence);
}

static const char *percents(const struct consequence_usage *usage)
{
    consequence_percents(usage, words);
    return words;
}

static const char *counts(const struct consequence_usage *usage)
{
    consequence_counts(usage, words);
    return words;
}

static void test_consequence_compare_tells_usage_now_and_after(void **state)
{
    (void)state;

    given_widening(24560);
    compare();

    assert_true(consequence.moves);
    assert_true(consequence.widens);
    assert_true(consequence.one_range);
    assert_false(consequence.measured);
    assert_string_equal(percents(&consequence.total[METRIC_PORT_USAGE]),
                        "86.99% -> 44.23%");
    assert_string_equal(counts(&consequence.total[METRIC_PORT_USAGE]),
                        "24560 of 28232 -> 24560 of 55525 usable ports");
    assert_string_equal(percents(&consequence.total[METRIC_DESTINATION_USAGE]),
                        "86.99% -> 44.23%");
    assert_string_equal(percents(&consequence.total[METRIC_UDP_PORT_USAGE]), "0% -> 0%");
}

static void test_consequence_compare_tells_the_usable_ports(void **state)
{
    (void)state;

    given_widening(0);
    compare();

    for (size_t i = 0; i < IP_PROTOCOL_COUNT; i++) {
        assert_true(consequence.usable[i].known);
        assert_true(consequence.usable[i].changes);
        assert_int_equal(consequence.usable[i].now, 28232);
        assert_int_equal(consequence.usable[i].after, 55525);
    }
    after.range[IP_PROTOCOL_UDP].reading.known = false;
    compare();
    assert_false(consequence.usable[IP_PROTOCOL_UDP].known);
}

static void test_consequence_compare_tells_nothing_of_what_stays(void **state)
{
    (void)state;

    given_linux(&now);
    given_linux(&after);
    compare();

    assert_false(consequence.moves);
    assert_false(consequence.widens);
    assert_false(consequence.usable[IP_PROTOCOL_TCP].changes);
}

static void test_consequence_compare_lists_destinations_from_one_percent_on(void **state)
{
    (void)state;

    given_widening(24560);
    (void)given_destination(&now, "10.99.0.22", 25, 283); /* 1.002 % now */
    (void)given_destination(&now, "10.99.0.23", 25, 282); /* 0.998 % now and less after */
    compare();

    assert_int_equal(consequence.destination_count, 2);
    assert_string_equal(counts(&consequence.destinations[0].usage),
                        "24560 of 28232 -> 24560 of 55525 usable ports");
    /* The list of after is whole, so it has no socket left. */
    assert_string_equal(counts(&consequence.destinations[1].usage),
                        "283 of 28232 -> 0 of 55525 usable ports");
}

static void test_consequence_compare_lists_just_one_percent(void **state)
{
    (void)state;

    given_linux(&now);
    given_linux(&after);
    given_range(&now, 20000, 20999, 0);
    given_range(&after, 20000, 20999, 0);
    (void)given_destination(&now, "10.99.0.21", 25, 10);
    (void)given_destination(&now, "10.99.0.22", 25, 9);
    after.tcp = now.tcp;
    compare();

    assert_int_equal(consequence.destination_count, 1);
}

static void test_consequence_compare_of_a_narrower_range_widens_nothing(void **state)
{
    (void)state;

    given_linux(&now);
    given_linux(&after);
    for (size_t family = 0; family < IP_FAMILY_COUNT; family++) {
        foreseen.has_range[IP_PROTOCOL_TCP][family] = true;
        foreseen.from[IP_PROTOCOL_TCP][family] = (struct port_range){ 10000, 65535 };
        foreseen.to[IP_PROTOCOL_TCP][family] = (struct port_range){ 32768, 60999 };
    }
    compare();

    assert_true(consequence.moves);
    assert_false(consequence.widens);
}

static void test_consequence_compare_knows_nothing_of_one_that_is_not_listed(void **state)
{
    (void)state;

    given_widening(0);
    (void)given_destination(&now, "10.99.0.22", 25, 300);
    after.tcp.destinations_seen = 1000;
    compare();

    assert_int_equal(consequence.destination_count, 1);
    assert_string_equal(percents(&consequence.destinations[0].usage),
                        "1.06% -> not known");
    assert_string_equal(counts(&consequence.destinations[0].usage),
                        "300 of 28232 usable ports -> not among the busiest");
}

static void test_consequence_compare_tells_devices_apart(void **state)
{
    (void)state;

    given_widening(0);
    given_destination(&now, "10.99.0.22", 25, 1000)->device = 2;
    (void)given_destination(&after, "10.99.0.22", 25, 900);
    compare();

    assert_string_equal(counts(&consequence.destinations[0].usage),
                        "1000 of 28232 -> 0 of 55525 usable ports");
}

static void test_consequence_compare_counts_what_becomes_reusable(void **state)
{
    (void)state;

    given_linux(&now);
    given_linux(&after);
    (void)given_time_wait(&now, "10.99.0.21", 9000, 14892, 0);
    (void)given_time_wait(&after, "10.99.0.21", 9000, 14900, 13870);
    foreseen.reuse = (struct foreseen_number){ .changes = true, .from = 2, .to = 1 };
    compare();

    assert_int_equal(consequence.destinations[0].freed, 13870);
    assert_string_equal(percents(&consequence.destinations[0].usage), "52.74% -> 3.64%");
    assert_false(consequence.frees_later);
    assert_false(consequence.widens);
}

static uint32_t freed(uint16_t reusable_now, uint16_t reusable_then)
{
    given_linux(&now);
    given_linux(&after);
    (void)given_time_wait(&now, "10.99.0.21", 9000, 1000, reusable_now);
    (void)given_time_wait(&after, "10.99.0.21", 9000, 1000, reusable_then);
    consequence = (struct consequence){ 0 };
    compare();
    return consequence.destinations[0].freed;
}

static void test_consequence_compare_frees_what_was_not_reusable_before(void **state)
{
    (void)state;

    assert_int_equal(freed(100, 101), 1);
    assert_int_equal(freed(100, 300), 200);
    assert_int_equal(freed(100, 100), 0);
    assert_int_equal(freed(300, 100), 0);
    assert_int_equal(freed(400, 1000), 600);
}

static void test_consequence_compare_frees_nothing_of_one_that_is_gone(void **state)
{
    (void)state;

    given_linux(&now);
    given_linux(&after);
    (void)given_time_wait(&now, "10.99.0.21", 9000, 1000, 0);
    compare();
    assert_int_equal(consequence.destination_count, 1);
    assert_int_equal(consequence.destinations[0].freed, 0);
}

static void test_consequence_compare_looks_at_no_destination_behind_the_list(void **state)
{
    (void)state;

    given_linux(&now);
    given_linux(&after);
    (void)given_destination(&now, "10.99.0.21", 25, 1000);
    (void)given_destination(&now, "10.99.0.22", 25, 900);
    (void)given_destination(&after, "10.99.0.21", 25, 1000);
    now.tcp.top_count = 1;
    after.tcp.top_count = 0;
    after.tcp.destinations_seen = 0;
    compare();

    assert_int_equal(consequence.destination_count, 1);
    assert_string_equal(counts(&consequence.destinations[0].usage),
                        "1000 of 28232 -> 0 of 28232 usable ports");
}

/* The host as if is read later: by then more sockets may be in TIME_WAIT. */
static void test_consequence_compare_frees_no_more_than_there_are(void **state)
{
    (void)state;

    given_linux(&now);
    given_linux(&after);
    (void)given_time_wait(&now, "10.99.0.21", 9000, 28232, 32);
    (void)given_time_wait(&after, "10.99.0.21", 9000, 28305, 28305);
    foreseen.reuse = (struct foreseen_number){ .changes = true, .from = 2, .to = 1 };
    compare();

    assert_int_equal(consequence.destinations[0].freed, 28200);
}

static void test_consequence_compare_says_that_timestamps_free_nothing_now(void **state)
{
    (void)state;

    given_linux(&now);
    given_linux(&after);
    foreseen.timestamps = (struct foreseen_number){ .changes = true, .from = 0, .to = 1 };
    compare();
    assert_true(consequence.frees_later);

    foreseen.timestamps = (struct foreseen_number){ .changes = true, .from = 1, .to = 2 };
    compare();
    assert_false(consequence.frees_later);
}

static void test_consequence_compare_names_what_loses_its_reservation(void **state)
{
    (void)state;

    given_widening(0);
    foreseen.has_reserved = true;
    port_set_add(&foreseen.reserved_from, 9999); /* in no range */
    port_set_add(&foreseen.reserved_from, 10000);
    port_set_add(&foreseen.reserved_from, 20000);
    port_set_add(&foreseen.reserved_from, 65535);
    port_set_add(&foreseen.reserved_to, 20000);
    port_set_add(&foreseen.reserved_to, 30000);
    compare();

    assert_int_equal(port_set_count(&consequence.unprotected), 2);
    assert_true(port_set_has(&consequence.unprotected, 10000));
    assert_true(port_set_has(&consequence.unprotected, 65535));
}

static void test_consequence_compare_names_nothing_outside_of_the_range(void **state)
{
    (void)state;

    given_linux(&now);
    given_linux(&after);
    foreseen.has_reserved = true;
    port_set_add_range(&foreseen.reserved_from, (struct port_range){ 1, 20 });
    port_set_add(&foreseen.reserved_from, 0);
    after.range[IP_PROTOCOL_TCP].range = (struct port_range){ 0 };
    compare();
    assert_int_equal(port_set_count(&consequence.unprotected), 0);

    after.range[IP_PROTOCOL_TCP].range = (struct port_range){ 1, 20 };
    compare();
    assert_int_equal(port_set_count(&consequence.unprotected), 20);
}

static void test_consequence_words_say_what_is_a_bound_or_not_known(void **state)
{
    struct consequence_usage usage = {
        .now = { .known = true, .at_least = true, .more = 7, .part = 1, .whole = 3 },
        .after = { .reason = "denied" },
    };
    (void)state;

    assert_string_equal(percents(&usage), "at least 33.33% -> not known");
    assert_string_equal(counts(&usage), "1 of 3 usable ports -> denied");
    usage.after = (struct measure){ .known = true, .part = 28231, .whole = 28232 };
    assert_string_equal(percents(&usage), "at least 33.33% -> 99.99%");
}

/* Row 10 of the list of harm: 75 % of 55,536 ports is 80 % of 28,232. */
static void given_narrowing(uint16_t there, uint16_t then)
{
    given_linux(&now);
    given_linux(&after);
    given_range(&now, 10000, 65535, 0);
    (void)given_destination(&now, "10.99.0.21", 25, there);
    (void)given_destination(&after, "10.99.0.21", 25, then);
}

static void test_consequence_turns_critical_where_the_check_would(void **state)
{
    struct policy policy;
    char why[2 * CONSEQUENCE_TEXT_SIZE] = "";
    (void)state;

    policy_init(&policy);
    given_narrowing(41652, 22585); /* 74.99 %, 79.998 %: the limit is not passed */
    assert_false(consequence_turns_critical(&now, &after, &policy, why));

    given_narrowing(41652, 22586);
    assert_true(consequence_turns_critical(&now, &after, &policy, why));
    assert_string_equal(why, "destination_usage 75% -> 80% (41652 of 55536 -> 22586 of "
                             "28232 usable ports)");
}

static void test_consequence_turns_critical_only_who_is_not(void **state)
{
    struct policy policy;
    char why[2 * CONSEQUENCE_TEXT_SIZE] = "";
    (void)state;

    policy_init(&policy);
    given_narrowing(50000, 28000);

    assert_false(consequence_turns_critical(&now, &after, &policy, why));
    assert_string_equal(why, "");
}

static void test_consequence_turns_critical_by_the_limits_of_the_policy(void **state)
{
    struct policy policy;
    char why[2 * CONSEQUENCE_TEXT_SIZE] = "";
    (void)state;

    policy_init(&policy);
    given_narrowing(1000, 1000);
    assert_false(consequence_turns_critical(&now, &after, &policy, why));
    assert_true(
        threshold_parse("2", &policy.limits[OS_LINUX][METRIC_PORT_USAGE].critical, NULL));
    assert_true(consequence_turns_critical(&now, &after, &policy, why));
    assert_string_equal(why, "port_usage 1.8% -> 3.54% (1000 of 55536 -> 1000 of 28232 "
                             "usable ports)");
    policy.limits[OS_LINUX][METRIC_PORT_USAGE].at_most_warning = true;
    assert_false(consequence_turns_critical(&now, &after, &policy, why));
}

#define TEST(function) cmocka_unit_test_setup(function, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_consequence_compare_tells_usage_now_and_after),
        TEST(test_consequence_compare_tells_the_usable_ports),
        TEST(test_consequence_compare_tells_nothing_of_what_stays),
        TEST(test_consequence_compare_lists_destinations_from_one_percent_on),
        TEST(test_consequence_compare_knows_nothing_of_one_that_is_not_listed),
        TEST(test_consequence_compare_tells_devices_apart),
        TEST(test_consequence_compare_counts_what_becomes_reusable),
        TEST(test_consequence_compare_lists_just_one_percent),
        TEST(test_consequence_compare_of_a_narrower_range_widens_nothing),
        TEST(test_consequence_compare_frees_what_was_not_reusable_before),
        TEST(test_consequence_compare_frees_nothing_of_one_that_is_gone),
        TEST(test_consequence_compare_looks_at_no_destination_behind_the_list),
        TEST(test_consequence_compare_names_nothing_outside_of_the_range),
        TEST(test_consequence_compare_frees_no_more_than_there_are),
        TEST(test_consequence_compare_says_that_timestamps_free_nothing_now),
        TEST(test_consequence_compare_names_what_loses_its_reservation),
        TEST(test_consequence_words_say_what_is_a_bound_or_not_known),
        TEST(test_consequence_turns_critical_where_the_check_would),
        TEST(test_consequence_turns_critical_only_who_is_not),
        TEST(test_consequence_turns_critical_by_the_limits_of_the_policy),
    };

    return cmocka_run_group_tests_name("remediate/consequence", tests, NULL, NULL);
}
