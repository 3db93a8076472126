/* SPDX-License-Identifier: MIT */
/* The answers of the system in the first line and under -v. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/report_asked.h"
#include "plugin/report_details.h"
#include "plugin/report_summary.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

enum { TCP_USAGE = 1 << METRIC_PORT_USAGE | 1 << METRIC_DESTINATION_USAGE };

static const char *summary(void)
{
    judged_by(&scene, TCP_USAGE);
    text_cut(&printed, 0);
    report_summary(&scene.report, REPORT_FIRST_LINE_MAX, &printed);
    return text_string(&printed);
}

static const char *details(uint32_t verbosity)
{
    return print_part(report_details, TCP_USAGE, verbosity);
}

static void test_summary_begins_with_what_the_number_does_not_show(void **state)
{
    (void)state;

    given_ask(&scene.seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);

    assert_string_equal(summary(),
                        "PORTS CRITICAL: a new connection to 10.0.0.5:443 finds no free "
                        "port, 10% used (10 of 100), TCP ports 95% used (95 of 100, "
                        "limit 80%), too many open");
    given_ask(&scene.seen, ASK_CONNECT, "10.0.0.6", 443, ASK_NONE);
    scene.seen.asked.asks[0].answer = ASK_FREE;
    assert_text_has(summary(), "10.0.0.6:443 finds no free port, 10.0.0.5:443 10% used");
}

static void test_summary_says_each_reason_beside_its_metric(void **state)
{
    (void)state;

    given_ask(&scene.seen, ASK_CONNECT, NULL, 0, ASK_NONE);
    given_ask(&scene.seen, ASK_BIND, NULL, 0, ASK_NONE);

    assert_string_equal(
        summary(), "PORTS CRITICAL: a new connection to an unused destination finds no "
                   "free port, 10.0.0.5:443 10% used (10 of 100), bind() before "
                   "connect(), bind() to port 0 finds no free port, TCP ports 95% used "
                   "(95 of 100, limit 80%)");
}

static void test_summary_says_one_reason_of_two_metrics_once(void **state)
{
    (void)state;

    scene.seen.tcp.bound_known = false;
    scene.seen.tcp.bound_possible = 90;
    scene.seen.tcp.ports_used = 10;
    (void)snprintf(scene.seen.tcp.bound_unread, sizeof scene.seen.tcp.bound_unread,
                   "no walk");

    assert_string_equal(summary(),
                        "PORTS UNKNOWN: no walk, busiest 10.0.0.5:443 at least 10% used "
                        "(10 of 100, up to 90 more), TCP ports at least 10% used");
}

static void test_summary_names_the_device_of_the_busiest(void **state)
{
    (void)state;

    scene.seen.tcp.top[0].device = 2;
    given_device(&scene.seen, 2, "eth0");

    scene.seen.tcp.ports_used = 10;
    assert_text_has(summary(), "busiest 10.0.0.5:443 over eth0 10% used (10 of");
}

static void test_summary_of_a_bound_with_invisible_ones_says_both(void **state)
{
    (void)state;

    scene.seen.tcp.untracked_bound = 40;
    scene.seen.tcp.bound_known = false;
    scene.seen.tcp.bound_possible = 5;

    assert_text_has(summary(),
                    "TCP ports at least 95% used (95 of 100, up to 5 more, limit 80%)");
    scene.seen.tcp.ports_used = 10;
    assert_text_has(summary(),
                    "busiest destination at most 40% used (40 of 100, up to 5 more)");
}

/* The longest of everything: the line stays on one screen, the perfdata stays whole. */
static void test_first_line_of_the_longest_names_fits(void **state)
{
    const char *remote = "1111:2222:3333:4444:5555:6666:7777:8888";
    struct destination *other;
    const char *bar;
    (void)state;

    scene.seen.tcp.top_count = 0;
    given_destination(&scene.seen, remote, 65535, 80)->device = 2;
    given_device(&scene.seen, 2, "fifteen-letters");
    other = given_destination(&scene.seen, remote, 65535, 79);
    other->local = other->remote;
    for (uint32_t i = 0; i < OWNER_SHARES_MAX; i++) {
        struct owner *owner = &scene.seen.owners.list[i];
        struct owner_share *share = &scene.seen.owners.destinations[0].list[i];

        owner->kind = OWNER_CONTAINER;
        memset(owner->name, 'a', sizeof owner->name - 1);
        share->owner = i;
        share->states[CONN_ESTABLISHED] = 10;
    }
    scene.seen.owners.destinations[0].count = OWNER_SHARES_MAX;
    given_linux_settings(&scene.seen);
    given_ask(&scene.seen, ASK_CONNECT, remote, 65535, ASK_NONE)->device = 2;
    given_ask(&scene.seen, ASK_CONNECT, NULL, 0, ASK_FREE);
    given_ask(&scene.seen, ASK_BIND, NULL, 0, ASK_NONE);
    given_closed(&scene.seen, CLOSED_EXACT, 12);
    scene.seen.conntrack = (struct observed_conntrack){ .reading.known = true,
                                                        .entries = 9876543,
                                                        .limit = 10000000,
                                                        .counters_known = true,
                                                        .insert_failed = UINT32_MAX,
                                                        .dropped = UINT32_MAX };
    set_limit(&scene.limits[METRIC_CONNTRACK_USAGE].warning, "80");
    set_limit(&scene.limits[METRIC_CONNTRACK_USAGE].critical, "95");
    judged_by(&scene, METRICS_ALL);
    text_cut(&printed, 0);
    assert_true(report_text(&scene.report, &printed, NULL));
    bar = strstr(text_string(&printed), " | ");

    assert_non_null(bar);
    assert_true(printed.length <= REPORT_FIRST_LINE_MAX + 1);
    assert_true(bar - text_string(&printed) <= REPORT_WORDS_MAX);
    assert_has("too many open: container aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa and 7 "
               "others");
    assert_text_has(bar, " closed_ports=12;;;0;100 ");
    assert_text_has(bar, " conntrack_usage=98.76%;80;95;0;100 "
                         "conntrack_insert_failed=4294967295c;;;0 ");
}

static void test_text_of_something_unread_has_more_room_for_its_reason(void **state)
{
    (void)state;

    memset(scene.seen.tcp.reading.reason, 'x', sizeof scene.seen.tcp.reading.reason - 1);
    scene.seen.tcp.reading.known = false;
    judged_by(&scene, TCP_USAGE);
    assert_true(report_text(&scene.report, &printed, NULL));

    assert_has(", port usage unknown");
}

static void test_details_show_the_answers_in_one_row(void **state)
{
    (void)state;

    given_ask(&scene.seen, ASK_CONNECT, "10.0.0.5", 443, ASK_FREE)->microseconds = 1650;
    given_ask(&scene.seen, ASK_CONNECT, NULL, 0, ASK_NONE);
    given_ask(&scene.seen, ASK_CONNECT, "10.0.0.6", 80, ASK_NONE)->confirmed = false;
    (void)snprintf(given_ask(&scene.seen, ASK_BIND, NULL, 0, ASK_UNKNOWN)->reason,
                   ASK_REASON_SIZE, "no memory");
    given_ask(&scene.seen, ASK_UDP_CONNECT, NULL, 0, ASK_UNKNOWN);

    (void)details(1);
    assert_has_words(
        "\nasked                a new connection to 10.0.0.5:443 finds a port (1.6 "
        "ms); a new connection to an unused destination finds no free port (7 us); "
        "a new connection to 10.0.0.6:80 finds no free port (7 us), not confirmed; "
        "bind() to port 0: not known (no memory); a UDP connect(): not known\n");
}

static void test_details_round_the_cost_down(void **state)
{
    (void)state;

    given_ask(&scene.seen, ASK_BIND, NULL, 0, ASK_FREE)->microseconds = 999;
    assert_text_has(details(1), "bind() to port 0 finds a port (999 us)\n");
    scene.seen.asked.asks[0].microseconds = 1000;
    assert_text_has(details(1), "bind() to port 0 finds a port (1.0 ms)\n");
    scene.seen.asked.asks[0].microseconds = 12999;

    assert_text_has(details(1), "bind() to port 0 finds a port (12.9 ms)\n");
}

static void test_details_say_why_nothing_was_asked_when_asked_twice(void **state)
{
    (void)state;

    (void)snprintf(scene.seen.asked.not_asked, sizeof scene.seen.asked.not_asked,
                   "usage is low");
    assert_text_has_not(details(1), "asked");

    assert_text_has(details(2), "\nnot asked            usage is low\n");
}

static void test_details_of_an_old_record_say_nothing_of_asking(void **state)
{
    (void)state;

    assert_text_has_not(details(2), "asked");
    assert_text_has_not(details(2), "closed ports");
}

static void test_details_count_closed_ports_and_say_how(void **state)
{
    (void)state;

    given_closed(&scene.seen, CLOSED_EXACT, 12);
    (void)details(1);
    assert_has_words("\nclosed ports         12 taken by bind() before connect() (no "
                     "connect() can use them)\n");
    given_closed(&scene.seen, CLOSED_EXACT, 1);
    (void)details(1);
    assert_has_words(" 1 taken by bind() before connect() (no connect() can use");
    given_closed(&scene.seen, CLOSED_SAMPLED, 12);
    (void)details(1);
    assert_has_words("\nclosed ports         about 12 taken by bind() before connect() "
                     "(no connect() can use them), from a sample of 1024 ports\n");
    given_closed(&scene.seen, CLOSED_AT_LEAST, 12);
    (void)details(1);
    assert_has_words(
        "\nclosed ports         at least 12 taken by bind() before connect() "
        "(no connect() can use them), a lower bound: the system was not "
        "asked\n");
}

static void test_details_say_that_no_port_is_closed_when_asked_twice(void **state)
{
    (void)state;

    given_closed(&scene.seen, CLOSED_EXACT, 0);
    assert_text_has_not(details(1), "closed ports");

    assert_text_has(details(2),
                    "\nclosed ports         0 taken by bind() before connect()\n");
}

static void test_details_say_how_many_more_there_may_be(void **state)
{
    (void)state;

    scene.seen.tcp.bound_known = false;
    scene.seen.tcp.bound_possible = 3;
    (void)details(1);

    assert_has_words(" at least 10 of 100 ports, up to 3 more\n");
    assert_has_words(" at least 95 of 100 ports, up to 3 more\n");
}

static void test_details_note_a_refusal_that_is_no_exhaustion_once(void **state)
{
    const char *text;
    (void)state;

    scene.seen.tcp.ports_used = 30;
    given_ask(&scene.seen, ASK_CONNECT, "2001:db8::5", 443, ASK_NONE);
    given_ask(&scene.seen, ASK_CONNECT, "2001:db8::6", 443, ASK_NONE);
    given_ask(&scene.seen, ASK_BIND, NULL, 0, ASK_NONE);
    text = strstr(details(1), "\nnote ");

    assert_has_words("\nnote                 connect() is refused though 70 of 100 ports "
                     "are free: not exhaustion\n");
    assert_has_words(
        "\nnote                 bind() to port 0 is refused though 70 of 100 "
        "ports are free");
    assert_non_null(text);
    assert_text_has_not(text + 1, "\nnote                 connect() is");
}

static void test_details_note_nothing_that_was_not_asked(void **state)
{
    (void)state;

    scene.seen.tcp.ports_used = 30;
    given_ask(&scene.seen, ASK_CONNECT, "2001:db8::5", 443, ASK_NONE);
    scene.seen.asked.count = 0;

    assert_text_has_not(details(2), "is refused");
}

static void test_details_show_devices_only_where_there_are_some(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.6", 443, 5);
    assert_text_has_not(details(1), " over ");
    scene.seen.tcp.top[1].device = 2;
    given_device(&scene.seen, 2, "eth0");

    assert_text_has(details(1), "    10%  10.0.0.5:443 from 10.0.0.1: too many open: 10");
    assert_text_has(details(1),
                    "     5%  10.0.0.6:443 over eth0 from 10.0.0.1: too many");
}

#define ASKED_TEST(test)                                                                 \
    cmocka_unit_test_setup_teardown(test, given_used_linux, clear_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ASKED_TEST(test_summary_begins_with_what_the_number_does_not_show),
        ASKED_TEST(test_summary_says_each_reason_beside_its_metric),
        ASKED_TEST(test_summary_says_one_reason_of_two_metrics_once),
        ASKED_TEST(test_summary_names_the_device_of_the_busiest),
        ASKED_TEST(test_summary_of_a_bound_with_invisible_ones_says_both),
        ASKED_TEST(test_first_line_of_the_longest_names_fits),
        ASKED_TEST(test_text_of_something_unread_has_more_room_for_its_reason),
        ASKED_TEST(test_details_show_the_answers_in_one_row),
        ASKED_TEST(test_details_round_the_cost_down),
        ASKED_TEST(test_details_say_why_nothing_was_asked_when_asked_twice),
        ASKED_TEST(test_details_of_an_old_record_say_nothing_of_asking),
        ASKED_TEST(test_details_count_closed_ports_and_say_how),
        ASKED_TEST(test_details_say_that_no_port_is_closed_when_asked_twice),
        ASKED_TEST(test_details_say_how_many_more_there_may_be),
        ASKED_TEST(test_details_note_a_refusal_that_is_no_exhaustion_once),
        ASKED_TEST(test_details_note_nothing_that_was_not_asked),
        ASKED_TEST(test_details_show_devices_only_where_there_are_some),
    };

    return cmocka_run_group_tests_name("plugin/report_asked", tests, NULL, NULL);
}
