/* SPDX-License-Identifier: MIT */
/* When the system is asked, how often, and when the asking ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/observe.h"
#include "tests/support/observed.h"

/* A Linux of 100 ports, all of them toward one destination, and nobody free to ask. */
static int given_full_host(void **state)
{
    static const uint8_t here[4] = { 10, 0, 0, 1 };
    static const uint8_t there[4] = { 10, 0, 0, 2 };

    (void)state;
    given_fixture(METRICS_ALL);
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        fixture.range[i].range = (struct port_range){ 40000, 40099 };
        fixture.range[i].reserved_known = true;
    }
    for (uint16_t i = 0; i < 100; i++)
        fixture.tcp[i] = (struct socket_row){ .local = ip_address_from_v4(here),
                                              .remote = ip_address_from_v4(there),
                                              .local_port = (uint16_t)(40000 + i),
                                              .remote_port = 443,
                                              .state = CONN_ESTABLISHED };
    fixture.tcp_count = 100;
    for (size_t i = 0; i < ASK_KIND_COUNT; i++)
        fixture.answers[i] = ASK_NONE;
    request.ask = true;
    return 0;
}

static void test_asks_keep_the_answers_and_confirm_what_found_no_port(void **state)
{
    (void)state;

    fixture.answers[ASK_BIND] = ASK_FREE;
    must_observe_fixture();

    /* the busiest, the unused one, bind(); then the two that found none once more */
    assert_int_equal(seen.asked.count, 3);
    assert_int_equal(fixture.asks, 5);
    assert_int_equal(seen.asked.asks[0].answer, ASK_NONE);
    assert_true(seen.asked.asks[0].confirmed);
    assert_int_equal(seen.asked.asks[0].microseconds, 7);
    assert_true(seen.asked.asks[1].unused);
    assert_true(seen.asked.asks[1].confirmed);
    assert_int_equal(seen.asked.asks[2].answer, ASK_FREE);
    assert_false(seen.asked.asks[2].confirmed);
    assert_memory_equal(&fixture.asked[3].remote, &fixture.asked[0].remote,
                        sizeof fixture.asked[0].remote);
    assert_string_equal(seen.asked.not_asked, "");
}

/* One destination in use without a port is enough for a state. */
static void test_asks_end_with_the_first_destination_in_use_without_a_port(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 50; i++) {
        fixture.tcp[100 + i] = fixture.tcp[i];
        fixture.tcp[100 + i].remote_port = 80;
    }
    fixture.tcp_count = 150;
    must_observe_fixture();
    assert_int_equal(seen.asked.count, 3);

    memset(&seen, 0, sizeof seen);
    fixture.answers[ASK_CONNECT] = ASK_FREE;
    must_observe_fixture();
    assert_int_equal(seen.asked.count, 4);
    assert_int_equal(seen.asked.asks[3].remote_port, 80);
}

/* The second round is the last thing of a run: a moment of want has passed by then. */
static void test_asks_of_the_second_round_come_after_the_settings(void **state)
{
    (void)state;

    must_observe_fixture();

    assert_true(fixture.setting_reads > 0);
    assert_int_equal(fixture.asks_before_settings, 3);
    assert_int_equal(fixture.asks, 6);
}

static void test_asks_that_find_a_port_later_are_not_confirmed(void **state)
{
    (void)state;

    fixture.asks_then_free = 3;
    must_observe_fixture();

    assert_int_equal(seen.asked.asks[0].answer, ASK_NONE);
    for (size_t i = 0; i < seen.asked.count; i++)
        assert_false(seen.asked.asks[i].confirmed);
}

static void test_asks_are_not_made_when_turned_off(void **state)
{
    (void)state;

    request.ask = false;
    must_observe_fixture();

    assert_int_equal(fixture.asks + fixture.closed_asked, 0);
    assert_int_equal(seen.asked.count, 0);
    assert_string_equal(seen.asked.not_asked, "--no-ask or the policy turns it off");
}

/* A single question is one. */
static void test_asks_of_udp_alone_are_made(void **state)
{
    (void)state;

    request.metrics = 1U << METRIC_UDP_PORT_USAGE;
    for (uint16_t i = 0; i < 100; i++)
        fixture.udp[i] = (struct socket_row){ .local_port = (uint16_t)(40000 + i) };
    fixture.udp_count = 100;
    must_observe_fixture();

    assert_int_equal(seen.asked.count, 1);
    assert_int_equal(seen.asked.asks[0].kind, ASK_UDP_CONNECT);
    assert_true(seen.asked.asks[0].confirmed);
}

/* Where nothing is asked for, nothing was turned off. */
static void test_asks_that_nobody_wants_are_not_explained(void **state)
{
    (void)state;

    request.metrics = 1U << METRIC_TIME_WAIT;
    request.ask = false;
    must_observe_fixture();

    assert_string_equal(seen.asked.not_asked, "");
}

static void test_asks_are_not_made_of_a_quiet_host(void **state)
{
    (void)state;

    fixture.tcp_count = 39;
    must_observe_fixture();

    assert_int_equal(fixture.asks, 0);
    assert_string_equal(seen.asked.not_asked, "usage is below 40 %");
}

static void test_asks_end_where_the_system_refuses(void **state)
{
    (void)state;

    (void)error_set(&fixture.ask_failure, ERR_DENIED, "setsockopt: not permitted");
    must_observe_fixture();

    assert_int_equal(fixture.asks, 1);
    assert_int_equal(seen.asked.count, 0);
    assert_string_equal(seen.asked.not_asked, "setsockopt: not permitted");
}

/* 7 ms each: the third one of the first round finds 14 used up, the second round begins
 * below 20 and ends above it. */
static void test_asks_leave_the_second_round_its_share_of_time(void **state)
{
    (void)state;

    fixture.ask_us = 7000;
    must_observe_fixture();

    assert_int_equal(seen.asked.count, 2);
    assert_int_equal(fixture.asks, 3);
    assert_true(seen.asked.asks[0].confirmed);
    assert_false(seen.asked.asks[1].confirmed);
    assert_string_equal(seen.asked.not_asked, "20 ms of CPU time were used up");
}

static void test_asks_of_a_single_one_that_takes_all_the_time(void **state)
{
    (void)state;

    fixture.ask_us = 21000;
    must_observe_fixture();

    assert_int_equal(fixture.asks, 1);
    assert_int_equal(seen.asked.count, 1);
    assert_false(seen.asked.asks[0].confirmed);
}

#define ASKS_TEST(test) cmocka_unit_test_setup(test, given_full_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ASKS_TEST(test_asks_keep_the_answers_and_confirm_what_found_no_port),
        ASKS_TEST(test_asks_end_with_the_first_destination_in_use_without_a_port),
        ASKS_TEST(test_asks_of_the_second_round_come_after_the_settings),
        ASKS_TEST(test_asks_that_find_a_port_later_are_not_confirmed),
        ASKS_TEST(test_asks_are_not_made_when_turned_off),
        ASKS_TEST(test_asks_of_udp_alone_are_made),
        ASKS_TEST(test_asks_that_nobody_wants_are_not_explained),
        ASKS_TEST(test_asks_are_not_made_of_a_quiet_host),
        ASKS_TEST(test_asks_end_where_the_system_refuses),
        ASKS_TEST(test_asks_leave_the_second_round_its_share_of_time),
        ASKS_TEST(test_asks_of_a_single_one_that_takes_all_the_time),
    };

    return cmocka_run_group_tests_name("host/observe_asks", tests, NULL, NULL);
}
