/* SPDX-License-Identifier: MIT */
/* The JSON document: what was asked and answered, closed ports, lower bounds, devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/support/given.h"
#include "tests/support/json_at.h"
#include "tests/support/printed_json.h"
#include "tests/support/scene.h"

/* "" when there is none. */
static const char *at(const char *path)
{
    return json_at(printed_json, path);
}

static void test_json_closed_ports_say_how_they_were_counted(void **state)
{
    (void)state;

    scene.seen.tcp.ports_closed = 7;
    scene.seen.tcp.odd_usable = 14116;
    scene.seen.tcp.odd_used = 9;
    scene.seen.tcp.closed_known = CLOSED_EXACT;
    print_json(METRICS_ALL);
    assert_string_equal(at("sockets.ports_closed"), "7");
    assert_string_equal(at("sockets.ports_closed_known"), "\"exact\"");
    assert_string_equal(at("sockets.odd_usable"), "14116");
    assert_string_equal(at("sockets.odd_used"), "9");
    scene.seen.tcp.closed_known = CLOSED_SAMPLED;
    print_json(METRICS_ALL);
    assert_string_equal(at("sockets.ports_closed_known"), "\"sampled\"");
    scene.seen.tcp.closed_known = CLOSED_AT_LEAST;
    print_json(METRICS_ALL);
    assert_string_equal(at("sockets.ports_closed_known"), "\"at_least\"");
    given_unread(&scene.seen.range[IP_PROTOCOL_TCP].reading, "no range");
    print_json(METRICS_ALL);

    assert_string_equal(at("sockets.ports_closed"), "null");
    assert_string_equal(at("sockets.ports_closed_known"), "null");
    assert_string_equal(at("sockets.odd_used"), "null");
}

static void test_json_lower_bound_says_how_many_more(void **state)
{
    (void)state;

    scene.seen.tcp.bound_known = false;
    scene.seen.tcp.bound_possible = 5000;
    print_json(METRICS_ALL);

    assert_string_equal(at("metrics.port_usage.at_least"), "true");
    assert_string_equal(at("metrics.port_usage.more"), "5000");
}

static void test_json_answers(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40099, 0);
    scene.seen.tcp.ports_used = 100;
    given_device(&scene.seen, 2, "eth0");
    given_ask(&scene.seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE)->device = 2;
    given_ask(&scene.seen, ASK_CONNECT, NULL, 0, ASK_FREE);
    (void)snprintf(given_ask(&scene.seen, ASK_BIND, NULL, 0, ASK_UNKNOWN)->reason,
                   ASK_REASON_SIZE, "no memory");
    given_ask(&scene.seen, ASK_UDP_CONNECT, NULL, 0, ASK_FREE);
    print_json(METRICS_ALL);

    assert_string_equal(
        at("asked.0"),
        "{\"kind\":\"connect\",\"local\":\"10.0.0.1\",\"remote\":\"10.0.0.5\",\"port\":"
        "443,"
        "\"device\":\"eth0\",\"unused\":false,\"answer\":\"none\",\"confirmed\":true,"
        "\"microseconds\":7,\"reason\":null}");
    assert_string_equal(at("asked.1.unused"), "true");
    assert_string_equal(at("asked.1.answer"), "\"free\"");
    assert_string_equal(
        at("asked.2"), "{\"kind\":\"bind\",\"local\":\"0.0.0.0\",\"remote\":null,"
                       "\"port\":null,\"device\":"
                       "null,\"unused\":false,\"answer\":\"unknown\",\"confirmed\":false,"
                       "\"microseconds\":7,\"reason\":\"no memory\"}");
    assert_string_equal(at("asked.3.local"), "null");
    assert_string_equal(at("asked.3.port"), "9");
    assert_string_equal(at("not_asked"), "null");
    assert_string_equal(
        at("metrics.destination_usage.why"),
        "\"a new connection to 10.0.0.5:443 over eth0 finds no free port\"");
}

static void test_json_says_why_nothing_was_asked(void **state)
{
    (void)state;

    (void)snprintf(scene.seen.asked.not_asked, sizeof scene.seen.asked.not_asked,
                   "usage is low");
    print_json(METRICS_ALL);

    assert_string_equal(at("asked"), "[]");
    assert_string_equal(at("not_asked"), "\"usage is low\"");
}

static void test_json_names_the_device_of_a_destination(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 7)->device = 2;
    given_device(&scene.seen, 2, "eth0");
    print_json(METRICS_ALL);

    assert_string_equal(at("destinations.0.device"), "\"eth0\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_idle_linux, clear_json)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_json_closed_ports_say_how_they_were_counted),
        TEST(test_json_lower_bound_says_how_many_more),
        TEST(test_json_answers),
        TEST(test_json_says_why_nothing_was_asked),
        TEST(test_json_names_the_device_of_a_destination),
    };

    return cmocka_run_group_tests_name("plugin/report_json_asked", tests, NULL, NULL);
}
