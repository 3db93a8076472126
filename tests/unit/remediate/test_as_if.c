/* SPDX-License-Identifier: MIT */
/* The host as it would be: what is replaced, and what is its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/observe.h"
#include "remediate/as_if.h"
#include "tests/support/fixture_host.h"
#include "tests/support/given.h"

static struct fixture_host fixture;
static struct host real;
static struct observation seen;
static struct foreseen foreseen;
static struct as_if as_if;

static int given_host(void **state)
{
    (void)state;
    memset(&fixture, 0, sizeof fixture);
    fixture.os = (struct os_version){ OS_LINUX, 6, 1, 0 };
    for (size_t i = 0; i < IP_PROTOCOL_COUNT; i++) {
        fixture.range[i].range = (struct port_range){ 32768, 60999 };
        fixture.range[i].reserved_known = true;
        port_set_add(&fixture.range[i].reserved, 40000);
    }
    fixture.reuse = REUSE_LOOPBACK;
    fixture.reuse_delay_ms = 1000;
    real = fixture_host_open(&fixture);
    given_linux(&seen);
    foreseen = (struct foreseen){ 0 };
    as_if = (struct as_if){ .real = &real, .foreseen = &foreseen, .seen = &seen };
    as_if_open(&as_if);
    return 0;
}

static void range_will_be(enum ip_protocol protocol, enum ip_family family,
                          struct port_range range)
{
    foreseen.has_range[protocol][family] = true;
    foreseen.to[protocol][family] = range;
}

static struct host_range read_range(enum ip_protocol protocol)
{
    const struct deadline deadline = deadline_in_ms(1000);
    struct host_range range = { 0 };

    assert_true(as_if.host.ops->read_range(
        as_if.host.self, protocol, (struct port_range){ 0 }, &deadline, &range, NULL));
    return range;
}

static void test_as_if_is_the_host_where_nothing_changes(void **state)
{
    struct host_range range;
    enum time_wait_reuse reuse;
    uint32_t delay_ms;
    (void)state;

    range = read_range(IP_PROTOCOL_TCP);
    assert_int_equal(range.range.first, 32768);
    assert_int_equal(port_set_count(&range.reserved), 1);
    assert_true(
        as_if.host.ops->read_time_wait_reuse(as_if.host.self, &reuse, &delay_ms, NULL));
    assert_int_equal(reuse, REUSE_LOOPBACK);
    assert_int_equal(delay_ms, 1000);
}

static void test_as_if_has_the_range_the_list_and_the_reuse_of_the_changes(void **state)
{
    struct host_range range;
    enum time_wait_reuse reuse;
    uint32_t delay_ms;
    (void)state;

    range_will_be(IP_PROTOCOL_TCP, IP_FAMILY_V4, (struct port_range){ 10000, 65535 });
    range_will_be(IP_PROTOCOL_TCP, IP_FAMILY_V6, (struct port_range){ 10000, 65535 });
    foreseen.has_reserved = true;
    port_set_add_range(&foreseen.reserved_to, (struct port_range){ 10000, 10010 });
    foreseen.reuse = (struct foreseen_number){ .changes = true, .from = 2, .to = 1 };

    range = read_range(IP_PROTOCOL_TCP);
    assert_int_equal(range.range.first, 10000);
    assert_int_equal(range.range.last, 65535);
    assert_int_equal(port_set_count(&range.reserved), 11);
    assert_true(
        as_if.host.ops->read_time_wait_reuse(as_if.host.self, &reuse, &delay_ms, NULL));
    assert_int_equal(reuse, REUSE_ALWAYS);
}

static void test_as_if_has_the_narrower_range_of_both_families(void **state)
{
    (void)state;

    range_will_be(IP_PROTOCOL_UDP, IP_FAMILY_V4, (struct port_range){ 32768, 65535 });
    as_if.today[IP_PROTOCOL_UDP][IP_FAMILY_V6] = (struct port_range){ 49152, 65535 };
    assert_int_equal(read_range(IP_PROTOCOL_UDP).range.first, 49152);
    as_if.today[IP_PROTOCOL_UDP][IP_FAMILY_V6] = (struct port_range){ 1025, 65535 };
    assert_int_equal(read_range(IP_PROTOCOL_UDP).range.first, 32768);
    as_if.today[IP_PROTOCOL_UDP][IP_FAMILY_V6] = (struct port_range){ 0 };
    assert_int_equal(read_range(IP_PROTOCOL_UDP).range.first, 32768);
    assert_int_equal(read_range(IP_PROTOCOL_TCP).range.last, 60999);
}

/* Windows takes 255 and more, but what is planned is what is told. */
static void test_as_if_has_a_range_of_one_port(void **state)
{
    (void)state;

    range_will_be(IP_PROTOCOL_TCP, IP_FAMILY_V4, (struct port_range){ 1025, 1025 });
    assert_int_equal(read_range(IP_PROTOCOL_TCP).range.first, 1025);
    assert_int_equal(read_range(IP_PROTOCOL_TCP).range.last, 1025);
}

static void test_as_if_without_changes_is_the_host(void **state)
{
    enum time_wait_reuse reuse;
    uint32_t delay_ms;
    (void)state;

    as_if.foreseen = NULL;
    assert_int_equal(read_range(IP_PROTOCOL_TCP).range.first, 32768);
    assert_true(
        as_if.host.ops->read_time_wait_reuse(as_if.host.self, &reuse, &delay_ms, NULL));
    assert_int_equal(reuse, REUSE_LOOPBACK);
}

static void test_as_if_fails_where_the_host_fails(void **state)
{
    const struct deadline deadline = deadline_in_ms(1000);
    struct host_range range = { 0 };
    enum time_wait_reuse reuse;
    uint32_t delay_ms;
    struct error err = { 0 };
    (void)state;

    (void)error_set(&fixture.range_failure[IP_PROTOCOL_TCP], ERR_DENIED, "no range");
    (void)error_set(&fixture.reuse_failure, ERR_DENIED, "no reuse");

    assert_false(as_if.host.ops->read_range(as_if.host.self, IP_PROTOCOL_TCP,
                                            (struct port_range){ 0 }, &deadline, &range,
                                            &err));
    assert_string_equal(err.message, "no range");
    error_clear(&err);
    assert_false(
        as_if.host.ops->read_time_wait_reuse(as_if.host.self, &reuse, &delay_ms, &err));
    assert_string_equal(err.message, "no reuse");
}

static void test_as_if_asks_nobody(void **state)
{
    struct ask ask = { .kind = ASK_CONNECT };
    struct error err = { 0 };
    (void)state;

    assert_false(as_if.host.ops->ask(as_if.host.self, &ask, &err));

    assert_int_equal(fixture.asks, 0);
    assert_int_equal(ask.answer, ASK_UNKNOWN);
}

static void add_row(uint16_t port, enum conn_state state, uint32_t age_ms)
{
    struct socket_row *row = &fixture.tcp[fixture.tcp_count++];

    *row = (struct socket_row){ .local_port = port, .remote_port = 25, .state = state };
    assert_true(ip_address_parse("10.0.0.1", &row->local));
    assert_true(ip_address_parse("10.99.0.21", &row->remote));
    row->has_time_wait_age = state == CONN_TIME_WAIT;
    row->time_wait_age_ms = age_ms;
}

/* Sockets outside of the range of now count in that of then, and reserved ones do not. */
static void test_as_if_is_observed_as_the_host_would_be(void **state)
{
    const struct observe_request request = { .metrics = 1U << METRIC_PORT_USAGE |
                                                        1U << METRIC_DESTINATION_USAGE,
                                             .deadline = deadline_in_ms(60000) };
    struct observation then = { 0 };
    (void)state;

    range_will_be(IP_PROTOCOL_TCP, IP_FAMILY_V4, (struct port_range){ 10000, 65535 });
    range_will_be(IP_PROTOCOL_TCP, IP_FAMILY_V6, (struct port_range){ 10000, 65535 });
    foreseen.has_reserved = true;
    port_set_add(&foreseen.reserved_to, 20001);
    foreseen.reuse = (struct foreseen_number){ .changes = true, .from = 2, .to = 1 };
    add_row(20000, CONN_ESTABLISHED, 0);
    add_row(20001, CONN_ESTABLISHED, 0);
    add_row(40000, CONN_ESTABLISHED, 0);
    add_row(50000, CONN_TIME_WAIT, 5000);
    assert_true(observe(&as_if.host, &request, &then, NULL));

    assert_int_equal(then.range[IP_PROTOCOL_TCP].usable, 55535);
    assert_int_equal(then.tcp.ports_used, 3);
    assert_int_equal(then.tcp.top[0].sockets, 3);
    assert_int_equal(then.tcp.top[0].reusable, 1);
}

#define TEST(function) cmocka_unit_test_setup(function, given_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_as_if_is_the_host_where_nothing_changes),
        TEST(test_as_if_has_the_range_the_list_and_the_reuse_of_the_changes),
        TEST(test_as_if_has_the_narrower_range_of_both_families),
        TEST(test_as_if_has_a_range_of_one_port),
        TEST(test_as_if_without_changes_is_the_host),
        TEST(test_as_if_fails_where_the_host_fails),
        TEST(test_as_if_asks_nobody),
        TEST(test_as_if_is_observed_as_the_host_would_be),
    };

    return cmocka_run_group_tests_name("remediate/as_if", tests, NULL, NULL);
}
