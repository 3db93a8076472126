/* SPDX-License-Identifier: MIT */
/* How wide a range can be made, and what of it is left for connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/model/wider_range.h"

static struct listener_table listeners;
static struct port_set reserved;
static struct policy_reserve reserve;
static struct wider_facts facts;
static struct observed_wider wider;

/* A stock Linux whose range becomes the recommended one; nobody listens. */
static int given_linux(void **state)
{
    (void)state;
    reserved = (struct port_set){ 0 };
    reserve = (struct policy_reserve){ 0 };
    wider = (struct observed_wider){ 0 };
    facts = (struct wider_facts){ .os = OS_LINUX,
                                  .range = { 10000, 65535 },
                                  .now = { 32768, 60999 },
                                  .boot = { 32768, 60999 },
                                  .reserved = &reserved,
                                  .reserve = &reserve,
                                  .listeners = &listeners };
    return 0;
}

static int clear(void **state)
{
    (void)state;
    listener_table_clear(&listeners);
    return 0;
}

static void given_listeners(enum ip_protocol protocol, uint32_t uid,
                            struct port_range ports, uint32_t step)
{
    for (uint32_t port = ports.first; port <= ports.last; port += step)
        assert_true(listener_table_add(
            &listeners,
            &(struct listener){
                .protocol = protocol, .owned = true, .uid = uid, .port = (uint16_t)port },
            NULL));
}

static const struct observed_wider *summed(enum ip_protocol protocol)
{
    struct error err = { 0 };

    if (!wider_range_sum(&facts, protocol, &wider, &err))
        fail_msg("%s", err.message);
    return &wider;
}

static void assert_range(struct port_range range, uint16_t first, uint16_t last)
{
    assert_int_equal(range.first, first);
    assert_int_equal(range.last, last);
}

static const struct port_range stock = { 32768, 60999 };
static const struct port_range recommended = { 10000, 65535 };

static void test_wider_range_linux_is_the_hull(void **state)
{
    (void)state;

    assert_range(wider_range_linux(stock, recommended, 0), 10000, 65535);
    assert_range(wider_range_linux((struct port_range){ 1024, 2000 }, recommended, 0),
                 1024, 65535);
}

static void test_wider_range_linux_keeps_the_parity_of_the_first_port(void **state)
{
    (void)state;

    assert_range(wider_range_linux((struct port_range){ 32769, 60999 }, recommended, 0),
                 10001, 65535);
    assert_range(wider_range_linux((struct port_range){ 10001, 60999 }, recommended, 0),
                 10001, 65535);
    assert_range(wider_range_linux((struct port_range){ 10001, 60999 },
                                   (struct port_range){ 10001, 65535 }, 0),
                 10001, 65535);
}

static void test_wider_range_linux_never_begins_below_the_lowest(void **state)
{
    (void)state;

    assert_range(wider_range_linux(stock, recommended, 10000), 10000, 65535);
    assert_range(wider_range_linux(stock, recommended, 20000), 20000, 65535);
    assert_range(wider_range_linux(stock, recommended, 20001), 20002, 65535);
    assert_range(wider_range_linux(stock, recommended, 40000), 32768, 65535);
}

static void test_wider_range_windows_begins_below_excluded_ports(void **state)
{
    struct port_set excluded = { 0 };
    uint16_t limit = 0;
    (void)state;

    port_set_add_range(&excluded, (struct port_range){ 32767, 32800 });
    assert_range(wider_range_windows(&excluded, (struct port_range){ 49152, 65535 },
                                     (struct port_range){ 32768, 65535 }, &limit),
                 32766, 65535);
    assert_int_equal(limit, 0);
}

static void test_wider_range_windows_is_ended_by_the_lowest_ports(void **state)
{
    struct port_set excluded = { 0 };
    uint16_t limit = 0;
    (void)state;

    port_set_add_range(&excluded, (struct port_range){ 1, 2000 });
    assert_range(wider_range_windows(&excluded, (struct port_range){ 49152, 65535 },
                                     (struct port_range){ 1025, 65535 }, &limit),
                 2001, 65535);
    assert_int_equal(limit, 2000);
}

static void test_wider_range_gains_little_below_a_tenth(void **state)
{
    (void)state;

    assert_true(wider_range_gains_little(1000, 99));
    assert_false(wider_range_gains_little(1000, 100));
}

static void test_wider_range_new_part_is_what_was_not_handed_out(void **state)
{
    struct port_set part[IP_PROTOCOL_COUNT];
    (void)state;

    wider_range_new_part((struct port_range){ 10, 20 }, (struct port_range){ 12, 20 },
                         (struct port_range){ 14, 20 }, part);

    assert_int_equal(port_set_count(&part[IP_PROTOCOL_TCP]), 4);
    assert_int_equal(port_set_count(&part[IP_PROTOCOL_UDP]), 2);
    assert_true(port_set_has(&part[IP_PROTOCOL_TCP], 13));
    assert_false(port_set_has(&part[IP_PROTOCOL_TCP], 14));
    assert_true(port_set_has(&part[IP_PROTOCOL_UDP], 11));
}

static void test_wider_range_new_part_has_the_last_port(void **state)
{
    struct port_set part[IP_PROTOCOL_COUNT];
    (void)state;

    wider_range_new_part(recommended, stock, stock, part);

    assert_true(port_set_has(&part[IP_PROTOCOL_TCP], 65535));
    assert_true(port_set_has(&part[IP_PROTOCOL_TCP], 10000));
    assert_false(port_set_has(&part[IP_PROTOCOL_TCP], 32768));
    assert_false(port_set_has(&part[IP_PROTOCOL_TCP], 60999));
}

static void test_wider_range_windows_may_begin_at_the_lowest_port_of_netsh(void **state)
{
    struct port_set excluded = { 0 };
    uint16_t limit = 0;
    (void)state;

    port_set_add_range(&excluded, (struct port_range){ 1026, 1030 });
    assert_range(wider_range_windows(&excluded, (struct port_range){ 49152, 65535 },
                                     (struct port_range){ 1026, 65535 }, &limit),
                 1025, 65535);
    assert_int_equal(limit, 0);
}

static void test_wider_range_sum_of_a_bare_host_has_all_ports(void **state)
{
    const struct observed_wider *out = summed(IP_PROTOCOL_TCP);
    (void)state;

    assert_true(out->reading.known);
    assert_range(out->range, 10000, 65535);
    assert_int_equal(out->usable, 55536);
    assert_int_equal(out->reserves, 0);
    assert_int_equal(out->unprotected, 0);
    assert_int_equal(out->port_count, 0);
}

static void test_wider_range_sum_takes_listeners_of_the_system_out(void **state)
{
    const struct observed_wider *out;
    (void)state;

    given_listeners(IP_PROTOCOL_TCP, 0, (struct port_range){ 27017, 27018 }, 1);
    given_listeners(IP_PROTOCOL_UDP, 0, (struct port_range){ 61000, 61000 }, 1);
    given_listeners(IP_PROTOCOL_TCP, 0, (struct port_range){ 40000, 40000 }, 1);
    given_listeners(IP_PROTOCOL_TCP, 0, (struct port_range){ 80, 80 }, 1);
    out = summed(IP_PROTOCOL_TCP);

    assert_int_equal(out->usable, 55536 - 3);
    assert_int_equal(out->reserves, 3);
    assert_int_equal(out->listeners, 3);
    assert_int_equal(out->services, 0);
    assert_int_equal(out->unprotected, 0);
    assert_int_equal(out->port_count, 3);
    assert_int_equal(out->ports[0], 27017);
    assert_int_equal(out->ports[2], 61000);
}

static void test_wider_range_sum_takes_listeners_of_a_narrower_boot_out(void **state)
{
    (void)state;

    facts.boot = (struct port_range){ 41000, 60999 };
    given_listeners(IP_PROTOCOL_TCP, 0, (struct port_range){ 40000, 40000 }, 1);

    assert_int_equal(summed(IP_PROTOCOL_TCP)->listeners, 1);
}

static void test_wider_range_sum_takes_services_out_once(void **state)
{
    const struct observed_wider *out;
    (void)state;

    reserve.built_in = true;
    port_set_add(&reserve.add, 20000);
    port_set_add(&reserved, 15672); /* RabbitMQ's, reserved already */
    given_listeners(IP_PROTOCOL_TCP, 0, (struct port_range){ 20000, 20000 }, 1);
    out = summed(IP_PROTOCOL_TCP);

    assert_true(out->services > 1);
    assert_int_equal(out->listeners, 0);
    assert_int_equal(out->reserves, out->services);
    assert_int_equal(out->usable, 55536 - 1 - out->services);
}

static void test_wider_range_sum_takes_node_ports_out_where_kubernetes_is(void **state)
{
    (void)state;

    assert_int_equal(summed(IP_PROTOCOL_TCP)->services, 0);
    facts.kubernetes = true;
    assert_int_equal(summed(IP_PROTOCOL_TCP)->services, 2768);
    reserve.node_ports = POLICY_NODE_PORTS_NEVER;
    assert_int_equal(summed(IP_PROTOCOL_TCP)->services, 0);
}

static void test_wider_range_sum_counts_whom_nothing_protects(void **state)
{
    const struct observed_wider *out;
    (void)state;

    given_listeners(IP_PROTOCOL_TCP, 1000, (struct port_range){ 20000, 20069 }, 1);
    given_listeners(IP_PROTOCOL_UDP, 33, (struct port_range){ 21000, 21064 }, 1);
    out = summed(IP_PROTOCOL_TCP);

    assert_int_equal(out->listeners, 64);
    assert_int_equal(out->unprotected, 6);
    assert_int_equal(summed(IP_PROTOCOL_UDP)->unprotected, 65);
    assert_int_equal(wider.usable, 55536 - 64);
    assert_int_equal(wider.port_count, WIDER_PORTS_MAX);
}

static void test_wider_range_sum_is_not_known_where_the_list_is_too_long(void **state)
{
    (void)state;

    given_listeners(IP_PROTOCOL_TCP, 0, (struct port_range){ 10000, 12000 }, 2);
    (void)summed(IP_PROTOCOL_TCP);

    assert_false(wider.reading.known);
    assert_string_equal(wider.reading.reason,
                        "the list of reserved ports would have 6005 bytes, and procps "
                        "reads 4000 of a line");
}

static void test_wider_range_sum_reserves_nothing_on_windows(void **state)
{
    const struct observed_wider *out;
    (void)state;

    facts.os = OS_WINDOWS;
    facts.range = (struct port_range){ 32768, 65535 };
    facts.now = facts.boot = (struct port_range){ 49152, 65535 };
    reserve.built_in = true;
    port_set_add(&reserved, 50000);
    given_listeners(IP_PROTOCOL_TCP, 0, (struct port_range){ 47001, 47001 }, 1);
    given_listeners(IP_PROTOCOL_TCP, 0, (struct port_range){ 49664, 49670 }, 1);
    out = summed(IP_PROTOCOL_TCP);

    assert_int_equal(out->usable, 32767);
    assert_int_equal(out->reserves, 0);
    assert_int_equal(out->unprotected, 1);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, given_linux, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_wider_range_linux_is_the_hull),
        TEST(test_wider_range_linux_keeps_the_parity_of_the_first_port),
        TEST(test_wider_range_linux_never_begins_below_the_lowest),
        TEST(test_wider_range_windows_begins_below_excluded_ports),
        TEST(test_wider_range_windows_is_ended_by_the_lowest_ports),
        TEST(test_wider_range_gains_little_below_a_tenth),
        TEST(test_wider_range_new_part_is_what_was_not_handed_out),
        TEST(test_wider_range_new_part_has_the_last_port),
        TEST(test_wider_range_windows_may_begin_at_the_lowest_port_of_netsh),
        TEST(test_wider_range_sum_of_a_bare_host_has_all_ports),
        TEST(test_wider_range_sum_takes_listeners_of_the_system_out),
        TEST(test_wider_range_sum_takes_listeners_of_a_narrower_boot_out),
        TEST(test_wider_range_sum_takes_services_out_once),
        TEST(test_wider_range_sum_takes_node_ports_out_where_kubernetes_is),
        TEST(test_wider_range_sum_counts_whom_nothing_protects),
        TEST(test_wider_range_sum_is_not_known_where_the_list_is_too_long),
        TEST(test_wider_range_sum_reserves_nothing_on_windows),
    };

    return cmocka_run_group_tests_name("model/wider_range", tests, NULL, NULL);
}
