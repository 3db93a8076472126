/* SPDX-License-Identifier: MIT */
/* What the remediation would make of the range, seen through the seam. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checks/host/observe_wider.h"
#include "tests/support/observed.h"

static const struct observed_wider *const tcp = &seen.wider[IP_PROTOCOL_TCP];
static const struct observed_wider *const udp = &seen.wider[IP_PROTOCOL_UDP];

static void given_range_of(struct port_range range)
{
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        fixture.range[i].range = range;
        fixture.range[i].reserved_known = true;
    }
}

/* A stock Linux with a listener inside its range, one above it and one below all. */
static int given_host(void **state)
{
    static const uint16_t ports[] = { 80, 40000, 61000 };
    (void)state;

    given_fixture(METRICS_ALL);
    given_range_of((struct port_range){ 32768, 60999 });
    policy.reserve.built_in = false;
    for (size_t i = 0; i < ARRAY_COUNT(ports); i++)
        fixture.tcp[fixture.tcp_count++] =
            (struct socket_row){ .local_port = ports[i], .state = CONN_LISTEN };
    fixture.udp[fixture.udp_count++] = (struct socket_row){ .local_port = 20000 };
    return 0;
}

static bool look_again(struct error *err)
{
    struct host host = fixture_host_open(&fixture);

    return observe_wider(&host, &request, &seen, err);
}

static void must_look(void)
{
    struct error err = { 0 };

    must_observe_fixture();
    if (!look_again(&err))
        fail_msg("%s", err.message);
}

static void test_observe_wider_sums_up_both_protocols(void **state)
{
    (void)state;
    port_set_add(&fixture.range[IP_PROTOCOL_TCP].reserved, 50000);
    fixture.one_range = true;
    must_look();

    assert_true(tcp->reading.known);
    assert_int_equal(tcp->range.first, 10000);
    assert_int_equal(tcp->range.last, 65535);
    assert_int_equal(tcp->usable, 55536 - 3);
    assert_int_equal(tcp->listeners, 2);
    assert_int_equal(tcp->ports[0], 20000);
    assert_int_equal(tcp->ports[1], 61000);
    assert_true(udp->reading.known);
}

static void test_observe_wider_of_the_widest_range_changes_nothing(void **state)
{
    (void)state;
    given_range_of((struct port_range){ 10000, 65535 });
    must_look();

    assert_true(tcp->reading.known);
    assert_int_equal(tcp->range.first, 10000);
    assert_int_equal(tcp->usable, 55536);
    assert_int_equal(tcp->reserves, 0);
}

static void test_observe_wider_looks_at_no_range_of_an_option(void **state)
{
    (void)state;
    request.fixed_range = (struct port_range){ 40000, 40099 };
    must_look();

    assert_false(tcp->reading.known);
    assert_string_equal(tcp->reading.reason, "");
}

static void test_observe_wider_leaves_a_range_that_the_policy_leaves(void **state)
{
    (void)state;
    for (size_t i = 0; i < policy.count; i++)
        if (policy.settings[i].kind == SETTING_PORT_RANGE)
            policy.settings[i].target = TARGET_NONE;
    must_look();

    assert_false(tcp->reading.known);
    assert_string_equal(tcp->reading.reason, "");
}

static void test_observe_wider_without_the_reserved_ports_is_not_known(void **state)
{
    (void)state;
    must_look();
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        fixture.range[i].reserved_known = false;
        (void)snprintf(fixture.range[i].reserved_reason,
                       sizeof fixture.range[i].reserved_reason, "no such file");
        seen.range[i].reading.known = true;
    }
    assert_true(look_again(NULL));

    assert_false(tcp->reading.known);
    assert_string_equal(tcp->reading.reason, "no such file");
}

static void test_observe_wider_without_listeners_is_not_known(void **state)
{
    struct error denied = { 0 };
    (void)state;
    must_observe_fixture();
    (void)error_set(&denied, ERR_DENIED, "netlink failed");
    fixture.udp_failure = denied;
    assert_true(look_again(NULL));

    assert_false(tcp->reading.known);
    assert_false(udp->reading.known);
    assert_string_equal(tcp->reading.reason,
                        "UDP listeners could not be read, so the UDP range is not "
                        "widened: netlink failed");
    assert_int_equal(tcp->range.first, 10000);
}

static void test_observe_wider_fails_without_memory(void **state)
{
    struct error err = { 0 };
    (void)state;
    must_observe_fixture();
    (void)error_set(&fixture.udp_failure, ERR_MEMORY, "no memory");
    assert_false(look_again(&err));

    assert_int_equal(err.code, ERR_MEMORY);
}

static void test_observe_wider_of_windows_has_a_range_for_each_protocol(void **state)
{
    (void)state;
    fixture.os = (struct os_version){ OS_WINDOWS, 10, 0, 20348 };
    given_range_of((struct port_range){ 49152, 65535 });
    fixture.range[IP_PROTOCOL_UDP].range = (struct port_range){ 32768, 65535 };
    fixture.tcp[0].local_port = 47001;
    must_look();

    assert_int_equal(tcp->range.first, 32768);
    assert_int_equal(tcp->usable, 32768);
    assert_int_equal(tcp->unprotected, 2);
    assert_int_equal(tcp->reserves, 0);
    assert_int_equal(udp->range.first, 32768);
    assert_int_equal(udp->usable, 32768);
}

#define TEST(function) cmocka_unit_test_setup(function, given_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_observe_wider_sums_up_both_protocols),
        TEST(test_observe_wider_of_the_widest_range_changes_nothing),
        TEST(test_observe_wider_looks_at_no_range_of_an_option),
        TEST(test_observe_wider_leaves_a_range_that_the_policy_leaves),
        TEST(test_observe_wider_without_the_reserved_ports_is_not_known),
        TEST(test_observe_wider_without_listeners_is_not_known),
        TEST(test_observe_wider_fails_without_memory),
        TEST(test_observe_wider_of_windows_has_a_range_for_each_protocol),
    };

    return cmocka_run_group_tests_name("host/observe_wider", tests, NULL, NULL);
}
