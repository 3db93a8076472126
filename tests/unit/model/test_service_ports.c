/* SPDX-License-Identifier: MIT */
/* The table of servers' ports, and what of it a range hands out. */
#include "checks/model/service_ports.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct port_range everything = { 1, 65535 };
static const struct port_range linux_default = { 32768, 60999 };

static void test_service_port_table_is_sorted_named_and_bounded(void **state)
{
    size_t count = 0;
    const struct service_port *table = service_port_table(&count);
    (void)state;

    for (size_t i = 0; i < count; i++) {
        if (table[i].port < 1024 || port_range_contains(linux_default, table[i].port) ||
            !table[i].service || table[i].service[0] == '\0' ||
            strlen(table[i].service) > 60)
            fail_msg("port %u", table[i].port);
        if (i > 0 && table[i].port <= table[i - 1].port)
            fail_msg("port %u comes after %u", table[i].port, table[i - 1].port);
    }
}

static void test_service_port_table_bounds_what_a_wide_range_loses(void **state)
{
    (void)state;

    assert_in_range(service_ports_open((struct port_range){ 10000, 65535 }, NULL), 180,
                    SERVICE_PORTS_MAX);
}

static void test_service_port_table_has_what_everybody_runs(void **state)
{
    static const uint16_t ports[] = { 1433,  1521,  2049,  2379,  3306,  3389,
                                      5432,  5666,  5672,  6379,  8080,  8443,
                                      9090,  9100,  9200,  10024, 10050, 10051,
                                      11210, 11211, 11334, 15672, 18091, 19532,
                                      19888, 20048, 21064, 22623, 25672, 25826,
                                      27000, 27017, 61613, 61614, 61616, 64738 };
    struct port_set set = { 0 };
    (void)state;

    service_ports_add(everything, &set);

    for (size_t i = 0; i < ARRAY_COUNT(ports); i++)
        if (!port_set_has(&set, ports[i]))
            fail_msg("%u", ports[i]);
}

static void test_service_ports_open_counts_both_ends(void **state)
{
    (void)state;

    assert_int_equal(service_ports_open((struct port_range){ 5432, 5432 }, NULL), 1);
    assert_int_equal(service_ports_open((struct port_range){ 5434, 5434 }, NULL), 0);
    assert_int_equal(service_ports_open((struct port_range){ 27017, 27019 }, NULL), 3);
    assert_int_equal(service_ports_open((struct port_range){ 32768, 60999 }, NULL), 0);
    assert_int_equal(service_ports_open((struct port_range){ 0 }, NULL), 0);
    assert_int_equal(service_ports_open((struct port_range){ 1, 1080 }, NULL), 1);
    assert_int_equal(service_ports_open((struct port_range){ 64738, 65535 }, NULL), 1);
}

static void test_service_ports_open_leaves_out_what_is_reserved(void **state)
{
    const struct port_range mongo = { 27017, 27019 };
    struct port_set reserved = { 0 };
    (void)state;

    port_set_add(&reserved, 27018);
    assert_int_equal(service_ports_open(mongo, &reserved), 2);
    service_ports_add(everything, &reserved);
    assert_int_equal(service_ports_open(everything, &reserved), 0);
}

static void test_service_ports_add_keeps_to_the_range(void **state)
{
    struct port_set set = { 0 };
    (void)state;

    service_ports_add((struct port_range){ 1, 1080 }, &set);
    assert_true(port_set_has(&set, 1080));
    set = (struct port_set){ 0 };
    port_set_add(&set, 7);
    service_ports_add((struct port_range){ 27018, 27019 }, &set);

    assert_int_equal(port_set_count(&set), 3);
    assert_true(port_set_has(&set, 7));
    assert_false(port_set_has(&set, 27017));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_service_port_table_is_sorted_named_and_bounded),
        cmocka_unit_test(test_service_port_table_bounds_what_a_wide_range_loses),
        cmocka_unit_test(test_service_port_table_has_what_everybody_runs),
        cmocka_unit_test(test_service_ports_open_counts_both_ends),
        cmocka_unit_test(test_service_ports_open_leaves_out_what_is_reserved),
        cmocka_unit_test(test_service_ports_add_keeps_to_the_range),
    };

    return cmocka_run_group_tests_name("model/service_ports", tests, NULL, NULL);
}
