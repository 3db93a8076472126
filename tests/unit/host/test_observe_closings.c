/* SPDX-License-Identifier: MIT */
/* Ages of TIME_WAIT and the limit up to which they tell every close. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/host/observe.h"
#include "tests/support/observed.h"

static const uint8_t here[4] = { 10, 0, 0, 1 };
static const uint8_t there[4] = { 10, 0, 0, 2 };

static int given_host(void **state)
{
    (void)state;
    given_fixture(1U << METRIC_DESTINATION_USAGE);
    fixture.range[IP_PROTOCOL_TCP].range = (struct port_range){ 40000, 40099 };
    fixture.range[IP_PROTOCOL_TCP].reserved_known = true;
    fixture.bound = (struct host_bound){ .visible = true };
    fixture.tcp[0] = (struct socket_row){ .local = ip_address_from_v4(here),
                                          .remote = ip_address_from_v4(there),
                                          .local_port = 40001,
                                          .remote_port = 443,
                                          .state = CONN_TIME_WAIT,
                                          .has_time_wait_age = true,
                                          .time_wait_age_ms = 7000 };
    fixture.tcp_count = 1;
    return 0;
}

static void test_observe_keeps_the_ages_of_time_wait(void **state)
{
    (void)state;

    assert_true(observe_fixture(NULL));

    assert_true(seen.tcp.closings.known && seen.tcp.closings.busiest_known);
    assert_int_equal(seen.tcp.closings.all.by_age[1], 1);
    assert_int_equal(seen.tcp.closings.busiest.by_age[1], 1);
}

static void test_observe_of_windows_knows_no_ages(void **state)
{
    (void)state;
    fixture.os.kind = OS_WINDOWS;

    assert_true(observe_fixture(NULL));

    assert_false(seen.tcp.closings.known);
    assert_int_equal(fixture.setting_reads, 0);
}

static void test_observe_of_time_wait_alone_knows_no_ages(void **state)
{
    (void)state;
    request.metrics = 1U << METRIC_TIME_WAIT;

    assert_true(observe_fixture(NULL));

    assert_false(seen.tcp.closings.known);
}

/* The fixture numbers what it reads. */
static void test_observe_reads_the_limit_of_time_wait(void **state)
{
    (void)state;
    fixture.setting_reads = 4096;

    assert_true(observe_fixture(NULL));

    assert_int_equal(seen.tcp.closings.limit, 4096);
    assert_int_equal(fixture.setting_reads, 4097);
    assert_int_equal(seen.setting_count, 0);
}

static void test_observe_reads_the_limit_once(void **state)
{
    const struct observed_setting *last;
    (void)state;
    fixture.setting_reads = 4096;
    request.metrics |= 1U << METRIC_MISCONFIGURED;

    assert_true(observe_fixture(NULL));
    last = &seen.settings[seen.setting_count - 1];

    assert_string_equal(last->name, "tcp_max_tw_buckets");
    assert_int_equal(fixture.setting_reads, 4096 + seen.setting_count);
    assert_int_equal(seen.tcp.closings.limit, last->value.number);
}

static void test_observe_without_time_wait_reads_no_limit(void **state)
{
    (void)state;
    fixture.tcp_count = 0;

    assert_true(observe_fixture(NULL));

    assert_true(seen.tcp.closings.known);
    assert_int_equal(fixture.setting_reads, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_observe_keeps_the_ages_of_time_wait, given_host),
        cmocka_unit_test_setup(test_observe_of_windows_knows_no_ages, given_host),
        cmocka_unit_test_setup(test_observe_of_time_wait_alone_knows_no_ages, given_host),
        cmocka_unit_test_setup(test_observe_reads_the_limit_of_time_wait, given_host),
        cmocka_unit_test_setup(test_observe_reads_the_limit_once, given_host),
        cmocka_unit_test_setup(test_observe_without_time_wait_reads_no_limit, given_host),
    };

    return cmocka_run_group_tests_name("host/observe_closings", tests, NULL, NULL);
}
