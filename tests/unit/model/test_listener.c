/* SPDX-License-Identifier: MIT */
/* Who listens: whose word counts, and that nobody makes the table grow without end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/model/listener.h"

static struct listener_table table;

static int clear_table(void **state)
{
    (void)state;
    listener_table_clear(&table);
    table.trusted_count = 0;
    return 0;
}

static void add(uint32_t uid, const char *unit, uint16_t port)
{
    struct listener listener = { .owned = true, .uid = uid, .port = port };
    struct error err = { 0 };

    (void)snprintf(listener.unit, sizeof listener.unit, "%s", unit);
    if (!listener_table_add(&table, &listener, &err))
        fail_msg("%s", err.message);
}

/* "uid unit trusted tcp/udp; ..." in the order of the table. */
static void expect_owners(const char *expected)
{
    char out[1024] = "";

    for (size_t i = 0; i < table.count; i++) {
        const struct listener_owner *owner = &table.owners[i];
        const size_t used = strlen(out);

        (void)snprintf(out + used, sizeof out - used, "%s%d%s%s %s %u/%u",
                       used ? "; " : "", owner->owned ? (int)owner->uid : -1,
                       owner->unit[0] ? " " : "", owner->unit,
                       owner->trusted ? "yes" : "no",
                       (unsigned int)port_set_count(&owner->ports[IP_PROTOCOL_TCP]),
                       (unsigned int)port_set_count(&owner->ports[IP_PROTOCOL_UDP]));
    }
    assert_string_equal(out, expected);
}

static void test_listener_table_trusts_system_users_and_no_others(void **state)
{
    (void)state;
    add(1000, "", 5000);
    add(999, "", 5001);
    add(0, "sshd.service", 22);
    add(2000, "app.service", 5002);
    add(1000, "", 5003);
    add(65534, "", 5004);

    expect_owners("0 sshd.service yes 1/0; 999 yes 1/0; 2000 app.service no 1/0; "
                  "1000 no 2/0; 65534 no 1/0");
    assert_int_equal(port_set_count(&table.all[IP_PROTOCOL_TCP]), 6);
}

static void test_listener_table_trusts_whom_the_policy_names(void **state)
{
    (void)state;
    table.trusted[0] = 1500;
    table.trusted_count = 1;
    add(1500, "", 5000);
    table.trusted[1] = 1501; /* behind the list */
    add(1501, "", 5000);

    expect_owners("1500 yes 1/0; 1501 no 1/0");
}

static void test_listener_table_takes_ports_without_owner_as_the_systems(void **state)
{
    struct port_set ports = { 0 };
    (void)state;

    port_set_add_range(&ports, (struct port_range){ 10, 12 });
    assert_true(listener_table_add_ports(&table, IP_PROTOCOL_UDP, &ports, NULL));
    assert_true(
        listener_table_add_ports(&table, IP_PROTOCOL_TCP, &(struct port_set){ 0 }, NULL));
    add(5, "", 9);

    expect_owners("5 yes 1/0; -1 yes 0/3");
    assert_int_equal(port_set_count(&table.all[IP_PROTOCOL_UDP]), 3);
    assert_int_equal(port_set_count(&table.all[IP_PROTOCOL_TCP]), 1);
}

/* One that nobody owns is of nobody else than those. */
static void test_listener_table_has_one_owner_of_the_unknown(void **state)
{
    const struct listener listener = { .uid = 7, .port = 20 };
    struct port_set ports = { 0 };
    (void)state;

    assert_true(listener_table_add(&table, &listener, NULL));
    port_set_add(&ports, 10);
    assert_true(listener_table_add_ports(&table, IP_PROTOCOL_TCP, &ports, NULL));

    expect_owners("-1 yes 2/0");
    assert_int_equal(table.owners[0].uid, 0);
}

/* The lowest ones stay, whatever the order in which they come. */
static void test_listener_table_bounds_the_users(void **state)
{
    (void)state;
    add(7, "", 9002);
    for (uint32_t i = 0; i < LISTENER_USERS_MAX; i++)
        add(200000 + i, "", (uint16_t)(10000 + i));
    add(1000, "", 9000);
    add(300000, "", 9001);

    assert_int_equal(table.count, LISTENER_USERS_MAX + 1);
    assert_int_equal(table.owners[0].uid, 7);
    assert_int_equal(table.owners[1].uid, 1000);
    assert_int_equal(table.owners[LISTENER_USERS_MAX].uid,
                     200000 + LISTENER_USERS_MAX - 2);
    assert_int_equal(port_set_count(&table.rest), 2);
    assert_true(port_set_has(&table.rest, 9001));
    assert_true(port_set_has(&table.rest, 10000 + LISTENER_USERS_MAX - 1));
    assert_int_equal(port_set_count(&table.all[IP_PROTOCOL_TCP]), LISTENER_USERS_MAX + 3);
}

/* A service too many shares one owner without a name: it is reserved all the same. */
static void test_listener_table_never_loses_a_trusted_listener(void **state)
{
    char unit[UNIT_NAME_SIZE];
    uint32_t ports = 0;
    (void)state;

    for (uint32_t i = 0; i < LISTENER_SYSTEM_OWNERS_MAX + 10; i++) {
        (void)snprintf(unit, sizeof unit, "u%u.service", (unsigned int)i);
        add(i % LISTENER_FIRST_USER, unit, (uint16_t)(1 + i));
    }
    add(1000, "", 50000);
    add(1, "", 50001);

    assert_int_equal(table.trusted_owners, LISTENER_SYSTEM_OWNERS_MAX);
    assert_int_equal(table.count, LISTENER_SYSTEM_OWNERS_MAX + 1);
    for (size_t i = 0; i < table.trusted_owners; i++)
        ports += port_set_count(&table.owners[i].ports[IP_PROTOCOL_TCP]);
    assert_int_equal(ports, LISTENER_SYSTEM_OWNERS_MAX + 11);
}

static void test_unit_name_clean_keeps_what_outputs_carry(void **state)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        { "", "" },
        { "web@1.service", "web@1.service" },
        { "a:b/c_d-e+f.scope", "a:b/c_d-e?f.scope" },
        { "\x1b[31m\\x2d|\xe2\x80\xae", "??31m?x2d????" },
        { "0123456789012345678901234567890123456789.service",
          "0123456789012345678901234567890123456789" },
    };
    char out[UNIT_NAME_SIZE];
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        unit_name_clean(rows[i].from, strlen(rows[i].from), out);
        assert_string_equal(out, rows[i].to);
    }
    unit_name_clean("web.service", 3, out);
    assert_string_equal(out, "web");
}

#define TEST(name) cmocka_unit_test_teardown(name, clear_table)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_listener_table_trusts_system_users_and_no_others),
        TEST(test_listener_table_trusts_whom_the_policy_names),
        TEST(test_listener_table_takes_ports_without_owner_as_the_systems),
        TEST(test_listener_table_has_one_owner_of_the_unknown),
        TEST(test_listener_table_bounds_the_users),
        TEST(test_listener_table_never_loses_a_trusted_listener),
        TEST(test_unit_name_clean_keeps_what_outputs_carry),
    };

    return cmocka_run_group_tests_name("model/listener", tests, NULL, NULL);
}
