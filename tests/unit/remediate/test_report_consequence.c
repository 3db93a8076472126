/* SPDX-License-Identifier: MIT */
/* What a person and a machine are told of usage before and after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/report_consequence.h"
#include "remediate/report_parts_json.h"
#include "tests/support/given.h"
#include "tests/support/json_at.h"

static struct observation now;
static struct observation after;
static struct foreseen foreseen;
static struct consequence consequence;
static struct reliefs reliefs;
static struct consequence_report report;
static struct text printed;

/* A stock Linux whose range will be 10000-65535 without eleven ports. */
static int given_widening(void **state)
{
    (void)state;
    given_linux(&now);
    given_linux(&after);
    given_range(&after, 10000, 65535, 11);
    foreseen = (struct foreseen){ 0 };
    consequence = (struct consequence){ 0 };
    reliefs = (struct reliefs){ 0 };
    for (size_t protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++) {
        foreseen.has_range[protocol][IP_FAMILY_V4] = true;
        foreseen.from[protocol][IP_FAMILY_V4] = (struct port_range){ 32768, 60999 };
        foreseen.to[protocol][IP_FAMILY_V4] = (struct port_range){ 10000, 65535 };
    }
    report = (struct consequence_report){ .consequence = &consequence,
                                          .now = &now,
                                          .reliefs = &reliefs };
    return 0;
}

static int clear_printed(void **state)
{
    (void)state;
    text_clear(&printed);
    return 0;
}

static void print(void)
{
    consequence_compare(&now, &after, &foreseen, &consequence);
    report_consequence_text(&report, &printed);
}

static void assert_printed(const char *expected)
{
    assert_string_equal(text_string(&printed), expected);
}

static void test_report_consequence_text_foresees(void **state)
{
    (void)state;
    (void)given_destination(&now, "10.99.0.21", 25, 24560);
    (void)given_destination(&after, "10.99.0.21", 25, 24560);

    print();

    assert_printed("\neffect on the usage measured now:\n"
                   "  usable ports            28232 -> 55525    gains 27293\n"
                   "  port usage              86.99% -> 44.23%  (24560 of 28232 -> 24560 "
                   "of 55525 usable ports)\n"
                   "  usage of 10.99.0.21:25  86.99% -> 44.23%  (24560 of 28232 -> 24560 "
                   "of 55525 usable ports)\n"
                   "  UDP port usage          0% -> 0%          (0 of 28232 -> 0 of "
                   "55525 usable ports)\n");
}

static void test_report_consequence_text_measures(void **state)
{
    (void)state;
    consequence.measured = true;
    reliefs.count = 1;
    reliefs.asks[0].before = *given_ask(&now, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
    reliefs.asks[0].after = reliefs.asks[0].before;
    reliefs.asks[0].after.answer = ASK_FREE;
    (void)snprintf(reliefs.not_asked, sizeof reliefs.not_asked, "no more");

    print();

    assert_printed("\nusage before and after, measured:\n"
                   "  usable ports    28232 -> 55525  gained 27293\n"
                   "  port usage      0% -> 0%        (0 of 28232 -> 0 of 55525 usable "
                   "ports)\n"
                   "  UDP port usage  0% -> 0%        (0 of 28232 -> 0 of 55525 usable "
                   "ports)\n"
                   "  a new connection to 10.0.0.5:443 found no free port before, finds "
                   "one now (7 us)\n"
                   "  whether a new socket finds a port was not asked again: no more\n");
}

static void test_report_consequence_text_tells_what_is_lost(void **state)
{
    (void)state;
    foreseen.has_reserved = true;
    port_set_add_range(&foreseen.reserved_from, (struct port_range){ 9000, 9010 });
    port_set_add_range(&foreseen.reserved_from, (struct port_range){ 61000, 61003 });
    given_range(&after, 60990, 65535, 0);
    foreseen.reboot = true;
    now.udp.reading.known = after.udp.reading.known = false;

    print();

    assert_printed("\neffect on the usage measured now:\n"
                   "  usable ports  28232 -> 4546  loses 23686\n"
                   "  port usage    0% -> 0%       (0 of 28232 -> 0 of 4546 usable "
                   "ports)\n"
                   "  the wider range gains no usable port: apply will roll it back\n"
                   "  no longer reserved, so any program may get them: 61000-61003\n"
                   "  what waits for a reboot is not in these numbers\n");
}

static void test_report_consequence_text_tells_what_becomes_reusable(void **state)
{
    struct destination *to;
    (void)state;
    foreseen = (struct foreseen){ .timestamps = { .changes = true, .from = 0, .to = 1 } };
    given_range(&after, 32768, 60999, 0);
    to = given_time_wait(&now, "10.99.0.21", 9000, 14892, 0);
    *given_time_wait(&after, "10.99.0.21", 9000, 14892, 13870) = *to;
    after.tcp.top[0].reusable = 13870;

    print();

    assert_non_null(
        strstr(text_string(&printed), "  usage of 10.99.0.21:9000  52.74% -> 3.62%"));
    assert_non_null(strstr(text_string(&printed),
                           "  up to 13870 of 14892 in TIME_WAIT toward 10.99.0.21:9000 "
                           "can be reused: all of them if that server uses TCP "
                           "timestamps\n"
                           "  TCP timestamps help connections made from now on: no "
                           "TIME_WAIT of today becomes reusable by them\n"));
    assert_null(strstr(text_string(&printed), "usable ports  "));
}

static void test_report_consequence_text_tells_who_finds_no_port_now(void **state)
{
    (void)state;
    (void)given_ask(&now, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
    (void)given_ask(&now, ASK_CONNECT, "10.0.0.6", 443, ASK_FREE);
    given_ask(&now, ASK_BIND, NULL, 0, ASK_NONE)->confirmed = false;
    (void)snprintf(now.asked.not_asked, sizeof now.asked.not_asked, "no time left");

    print();

    assert_non_null(
        strstr(text_string(&printed),
               "  a new connection to 10.0.0.5:443 finds no free port now\n"));
    assert_null(strstr(text_string(&printed), "10.0.0.6"));
    assert_null(strstr(text_string(&printed), "bind()"));
    assert_non_null(strstr(text_string(&printed),
                           "  whether a new socket finds a port was not asked: no time "
                           "left\n"));
}

/* Usage was too low to ask before, and is not any more. */
static void test_report_consequence_text_tells_who_was_asked_after_alone(void **state)
{
    (void)state;
    (void)snprintf(now.asked.not_asked, sizeof now.asked.not_asked,
                   "usage is below 40 %%");
    (void)given_ask(&after, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
    (void)given_ask(&after, ASK_CONNECT, "10.0.0.6", 443, ASK_FREE);
    consequence.measured = true;
    report.asked_after = &after;

    print();

    assert_non_null(
        strstr(text_string(&printed),
               "  a new connection to 10.0.0.5:443 finds no free port now\n"));
    assert_null(strstr(text_string(&printed), "10.0.0.6"));
    assert_null(strstr(text_string(&printed), "was not asked"));
}

static void test_report_consequence_text_says_why_nobody_was_asked_after(void **state)
{
    (void)state;
    (void)snprintf(now.asked.not_asked, sizeof now.asked.not_asked,
                   "usage is below 40 %%");
    (void)snprintf(after.asked.not_asked, sizeof after.asked.not_asked, "no time left");
    consequence.measured = true;
    report.asked_after = &after;

    print();

    assert_non_null(strstr(text_string(&printed),
                           "  whether a new socket finds a port was not asked: no time "
                           "left\n"));
    assert_null(strstr(text_string(&printed), "40 %"));
}

static void test_report_consequence_text_says_why_it_is_not_known(void **state)
{
    (void)state;
    (void)snprintf(consequence.unknown, sizeof consequence.unknown, "no time left");
    report_consequence_text(&report, &printed);
    assert_printed("\neffect on usage not known: no time left\n");

    text_cut(&printed, 0);
    consequence.measured = true;
    report_consequence_text(&report, &printed);
    assert_printed("\nusage could not be measured again: no time left\n");
}

static void test_report_consequence_text_says_nothing_of_nothing(void **state)
{
    (void)state;
    foreseen = (struct foreseen){ 0 };
    print();
    assert_printed("");

    foreseen.reboot = true;
    print();
    assert_printed("\neffect on usage: none before a reboot\n");
}

static void test_report_consequence_text_names_both_protocols_of_windows(void **state)
{
    (void)state;
    given_windows(&now);
    given_windows(&after);
    given_range(&after, 32768, 65535, 0);
    after.range[IP_PROTOCOL_UDP] = now.range[IP_PROTOCOL_UDP];
    foreseen.has_range[IP_PROTOCOL_UDP][IP_FAMILY_V4] = false;

    print();

    assert_non_null(strstr(text_string(&printed),
                           "  usable TCP ports  16384 -> 32768  gains 16384\n"));
    assert_null(strstr(text_string(&printed), "UDP ports  "));
}

static void test_report_consequence_json_has_the_same_numbers(void **state)
{
    json_t *json;
    (void)state;
    (void)given_destination(&now, "10.99.0.21", 25, 24560);
    (void)given_destination(&after, "10.99.0.21", 25, 24560);
    after.udp.reading.known = false;
    foreseen.has_reserved = true;
    port_set_add(&foreseen.reserved_from, 20000);
    consequence_compare(&now, &after, &foreseen, &consequence);

    json = json_fields_new(&report_consequence_table, &report, &report);

    assert_non_null(json);
    assert_string_equal(json_at(json, "measured"), "false");
    assert_string_equal(json_at(json, "not_known"), "null");
    assert_string_equal(json_at(json, "usable_tcp_ports"),
                        "{\"before\":28232,\"after\":55525,\"gain\":27293}");
    assert_string_equal(json_at(json, "port_usage.before"),
                        "{\"percent\":86.99,\"ports\":24560,\"usable\":28232,"
                        "\"at_least\":false}");
    assert_string_equal(json_at(json, "port_usage.after.percent"), "44.23");
    assert_string_equal(json_at(json, "udp_port_usage.after"), "null");
    assert_string_equal(json_at(json, "destinations.0.destination"), "\"10.99.0.21:25\"");
    assert_string_equal(json_at(json, "no_longer_reserved"), "\"20000\"");
    assert_string_equal(json_at(json, "asked"), "[]");
    assert_string_equal(json_at(json, "not_asked"), "null");
    json_decref(json);
}

/* A question that names no address, with its answer. */
static struct ask answered(enum ask_answer answer, uint32_t microseconds)
{
    return (struct ask){ .kind = ASK_UDP_CONNECT,
                         .answer = answer,
                         .microseconds = microseconds };
}

static void assert_asked(const char *asked, const char *not_asked)
{
    json_t *json = json_fields_new(&report_consequence_table, &report, &report);

    assert_non_null(json);
    assert_string_equal(json_at(json, "asked"), asked);
    assert_string_equal(json_at(json, "not_asked"), not_asked);
    json_decref(json);
}

static void test_report_consequence_json_has_the_answers_before_and_after(void **state)
{
    (void)state;
    consequence.measured = true;
    reliefs.asks[0] = (struct relief){ answered(ASK_NONE, 9), answered(ASK_FREE, 7) };
    reliefs.count = 1;
    (void)snprintf(reliefs.not_asked, sizeof reliefs.not_asked, "no time left");

    assert_asked(
        "[{\"subject\":\"a UDP connect()\",\"before\":{\"answer\":\"none\","
        "\"microseconds\":9},\"after\":{\"answer\":\"free\",\"microseconds\":7}}]",
        "\"no time left\"");
}

static void test_report_consequence_json_has_the_answers_of_one_moment(void **state)
{
    (void)state;
    now.asked.asks[0] = answered(ASK_UNKNOWN, 1);
    now.asked.asks[1] = answered(ASK_NONE, 2);
    now.asked.count = 2;
    (void)snprintf(now.asked.not_asked, sizeof now.asked.not_asked, "denied");
    assert_asked("[{\"subject\":\"a UDP connect()\",\"before\":{\"answer\":\"none\","
                 "\"microseconds\":2},\"after\":null}]",
                 "\"denied\"");

    consequence.measured = true;
    assert_asked("[]", "\"denied\"");

    after.asked = now.asked;
    after.asked.not_asked[0] = '\0';
    report.asked_after = &after;
    assert_asked("[{\"subject\":\"a UDP connect()\",\"before\":null,\"after\":{"
                 "\"answer\":\"none\",\"microseconds\":2}}]",
                 "null");
}

#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, given_widening, clear_printed)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_report_consequence_text_foresees),
        TEST(test_report_consequence_text_measures),
        TEST(test_report_consequence_text_tells_what_is_lost),
        TEST(test_report_consequence_text_tells_what_becomes_reusable),
        TEST(test_report_consequence_text_tells_who_finds_no_port_now),
        TEST(test_report_consequence_text_tells_who_was_asked_after_alone),
        TEST(test_report_consequence_text_says_why_nobody_was_asked_after),
        TEST(test_report_consequence_text_says_why_it_is_not_known),
        TEST(test_report_consequence_text_says_nothing_of_nothing),
        TEST(test_report_consequence_text_names_both_protocols_of_windows),
        TEST(test_report_consequence_json_has_the_same_numbers),
        TEST(test_report_consequence_json_has_the_answers_before_and_after),
        TEST(test_report_consequence_json_has_the_answers_of_one_moment),
    };

    return cmocka_run_group_tests_name("remediate/report_consequence", tests, NULL, NULL);
}
