/* SPDX-License-Identifier: MIT */
/* Which listeners are reserved: the bounds of users, and what a client is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "checks/model/reserve_listeners.h"

static struct listener_table table;
static struct reserve_candidates candidates;
static struct port_set live;
static struct port_set first;
static struct port_set out;
static struct plan_reservations rows;

static int given_nobody(void **state)
{
    (void)state;
    live = first = out = (struct port_set){ 0 };
    candidates =
        (struct reserve_candidates){ .table = &table, .first = &first, .live = &live };
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        port_set_add_range(&candidates.ports[i], (struct port_range){ 10000, 32767 });
    return 0;
}

static int clear(void **state)
{
    (void)state;
    listener_table_clear(&table);
    plan_reservations_clear(&rows);
    return 0;
}

/* Listeners in a unit of the system (""  = none). */
static void given_of(const char *unit, uint32_t uid, struct port_range ports)
{
    struct listener listener = { .owned = true, .uid = uid };

    (void)snprintf(listener.unit, sizeof listener.unit, "%s", unit);
    for (uint32_t port = ports.first; port <= ports.last; port++) {
        listener.port = (uint16_t)port;
        assert_true(listener_table_add(&table, &listener, NULL));
    }
}

static void given(enum ip_protocol protocol, uint32_t uid, uint16_t from, uint16_t to)
{
    for (uint32_t port = from; port <= to; port++)
        assert_true(listener_table_add(
            &table,
            &(struct listener){
                .protocol = protocol, .owned = true, .uid = uid, .port = (uint16_t)port },
            NULL));
}

/* "KIND PORTS WHY" of each row, a line each. */
static void expect(const char *expected)
{
    struct text text = { 0 };
    struct error err = { 0 };

    if (!reserve_listeners(&candidates, &out, &rows, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < rows.count; i++)
        text_addf(&text, "%s %s %s%s\n", plan_reservation_names[rows.rows[i].kind],
                  rows.rows[i].ports, rows.rows[i].why,
                  rows.rows[i].added ? "" : " (reserved)");
    assert_string_equal(text_string(&text), expected);
    text_clear(&text);
}

static void test_reserve_listeners_takes_all_of_the_system(void **state)
{
    (void)state;
    given(IP_PROTOCOL_TCP, 33, 20000, 20299);
    given(IP_PROTOCOL_UDP, 33, 20301, 20301);
    given(IP_PROTOCOL_TCP, 33, 80, 80);

    expect("listener 20000-20299,20301 listener of uid 33\n");
    assert_int_equal(port_set_count(&out), 301);
}

static void test_reserve_listeners_takes_64_of_a_user(void **state)
{
    (void)state;
    given(IP_PROTOCOL_TCP, 1000, 20000, 20063);
    given(IP_PROTOCOL_TCP, 1001, 21000, 21064);

    expect("listener 20000-20063 listener of uid 1000\n"
           "listener 21000-21063 listener of uid 1001\n"
           "not_reserved 21064 uid 1001 listens on more than 64 ports\n");
}

static void test_reserve_listeners_takes_256_of_all_users(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 5; i++)
        given(IP_PROTOCOL_TCP, 1000 + i, (uint16_t)(20000 + 100 * i),
              (uint16_t)(20000 + 100 * i + 59));
    given(IP_PROTOCOL_TCP, 2000, 30000, 30000);

    expect("listener 20000-20059 listener of uid 1000\n"
           "listener 20100-20159 listener of uid 1001\n"
           "listener 20200-20259 listener of uid 1002\n"
           "listener 20300-20359 listener of uid 1003\n"
           "listener 20400-20415 listener of uid 1004\n"
           "not_reserved 20416-20459,30000 2 users, who listen on more than 256\n");
    assert_int_equal(port_set_count(&out), RESERVE_OF_USERS_MAX);
}

/* What is reserved stays so while it may: a plan does not want other ports each time. */
static void test_reserve_listeners_prefers_what_is_reserved(void **state)
{
    (void)state;
    given(IP_PROTOCOL_TCP, 1000, 20000, 20099);
    port_set_add_range(&first, (struct port_range){ 20036, 20099 });
    live = first;

    expect("listener 20036-20099 listener of uid 1000 (reserved)\n"
           "not_reserved 20000-20035 uid 1000 listens on more than 64 ports\n");
}

static void test_reserve_listeners_tells_what_is_reserved_beyond_the_bound(void **state)
{
    (void)state;
    given(IP_PROTOCOL_TCP, 1000, 20000, 20069);
    port_set_add_range(&first, (struct port_range){ 20000, 20069 });
    live = first;

    expect(
        "listener 20000-20063 listener of uid 1000 (reserved)\n"
        "not_reserved 20064-20069 uid 1000 listens on more than 64 ports (reserved)\n");
}

static void test_reserve_listeners_counts_no_port_twice(void **state)
{
    (void)state;
    given(IP_PROTOCOL_TCP, 0, 20000, 20031);
    given(IP_PROTOCOL_TCP, 1000, 20000, 20095);
    given(IP_PROTOCOL_UDP, 1000, 20050, 20060);
    port_set_add(&out, 20095);

    expect("listener 20000-20031 listener of uid 0\n"
           "listener 20032-20094 listener of uid 1000\n");
}

static void test_reserve_listeners_leaves_a_client_out(void **state)
{
    (void)state;
    given(IP_PROTOCOL_UDP, 110, 9990, 10054);
    given(IP_PROTOCOL_TCP, 110, 12000, 12000);
    given(IP_PROTOCOL_UDP, 111, 9991, 10054);
    given(IP_PROTOCOL_UDP, 1000, 20000, 20064);

    expect(
        "not_reserved 10000-10054 UDP sockets of uid 110, which has 65: a client's\n"
        "listener 12000 listener of uid 110\n"
        "listener 10000-10054 listener of uid 111\n"
        "not_reserved 20000-20064 UDP sockets of uid 1000, which has 65: a client's\n");
}

static void test_reserve_listeners_tells_users_that_are_not_in_the_table(void **state)
{
    (void)state;
    given(IP_PROTOCOL_TCP, 1000, 20000, 20001);
    port_set_add(&table.rest, 20001);
    port_set_add(&table.rest, 20005);
    port_set_add(&table.rest, 9);
    port_set_remove(&candidates.ports[IP_PROTOCOL_TCP], &table.rest);
    port_set_add(&candidates.ports[IP_PROTOCOL_TCP], 20001);

    expect("listener 20000-20001 listener of uid 1000\n"
           "not_reserved 20005 a user or more; all of them listen on more than 256\n");
}

static void test_reserve_listeners_tells_one_user_beyond_so(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        given(IP_PROTOCOL_TCP, 1000 + i, (uint16_t)(20000 + 100 * i),
              (uint16_t)(20063 + 100 * i));
    given(IP_PROTOCOL_TCP, 2000, 30000, 30001);

    expect("listener 20000-20063 listener of uid 1000\n"
           "listener 20100-20163 listener of uid 1001\n"
           "listener 20200-20263 listener of uid 1002\n"
           "listener 20300-20363 listener of uid 1003\n"
           "not_reserved 30000-30001 a user; all of them listen on more than 256\n");
}

static void test_reserve_listeners_tells_one_user_beyond_and_the_rest(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        given(IP_PROTOCOL_TCP, 1000 + i, (uint16_t)(20000 + 100 * i),
              (uint16_t)(20063 + 100 * i));
    given(IP_PROTOCOL_TCP, 2000, 30000, 30001);
    port_set_add(&table.rest, 30009);

    expect("listener 20000-20063 listener of uid 1000\n"
           "listener 20100-20163 listener of uid 1001\n"
           "listener 20200-20263 listener of uid 1002\n"
           "listener 20300-20363 listener of uid 1003\n"
           "not_reserved 30000-30001,30009 2 users or more, who listen on more than "
           "256\n");
}

/* A port of a client that a server has, too, is reserved: nobody is told that it is not.
 */
static void test_reserve_listeners_of_a_client_beside_a_server(void **state)
{
    (void)state;
    given(IP_PROTOCOL_TCP, 0, 20000, 20000);
    given(IP_PROTOCOL_UDP, 33, 20000, 20064);

    expect("listener 20000 listener of uid 0\n"
           "not_reserved 20001-20064 UDP sockets of uid 33, which has 65: a client's\n");
}

static void test_reserve_listeners_takes_the_last_port(void **state)
{
    (void)state;
    port_set_add(&candidates.ports[IP_PROTOCOL_TCP], 65535);
    given(IP_PROTOCOL_TCP, 1000, 65535, 65535);

    expect("listener 65535 listener of uid 1000\n");
}

static void test_reserve_listeners_names_units_and_the_unknown(void **state)
{
    struct port_set ports = { 0 };
    (void)state;

    given_of("web.service", 33, (struct port_range){ 20000, 20099 });
    port_set_add(&ports, 20101);
    assert_true(listener_table_add_ports(&table, IP_PROTOCOL_UDP, &ports, NULL));

    expect("listener 20000-20099 listener of uid 33 (web.service)\n"
           "listener 20101 listener\n");
}

/* suexec, php-fpm, CI: who runs in a unit of the system may be anybody. */
static void test_reserve_listeners_bounds_users_in_units(void **state)
{
    (void)state;
    given_of("web.service", 1001, (struct port_range){ 20000, 20099 });
    given_of("web.service", 1002, (struct port_range){ 20100, 20101 });
    given_of("ci.service", 1002, (struct port_range){ 20200, 20264 });
    given(IP_PROTOCOL_TCP, 1000, 20300, 20399);
    for (uint32_t i = 0; i < 3; i++)
        given(IP_PROTOCOL_TCP, 1100 + i, (uint16_t)(20400 + 100 * i),
              (uint16_t)(20463 + 100 * i));

    expect(
        "listener 20000-20063 listener of uid 1001 (web.service)\n"
        "not_reserved 20064-20099 uid 1001 (web.service) listens on more than 64 ports\n"
        "listener 20200-20263 listener of uid 1002 (ci.service)\n"
        "not_reserved 20264 uid 1002 (ci.service) listens on more than 64 ports\n"
        "listener 20100-20101 listener of uid 1002 (web.service)\n"
        "listener 20300-20363 listener of uid 1000\n"
        "not_reserved 20364-20399 uid 1000 listens on more than 64 ports\n"
        "listener 20400-20461 listener of uid 1100\n"
        "not_reserved 20462-20463,20500-20563,20600-20663 3 users, who listen on more "
        "than 256\n");
    assert_int_equal(port_set_count(&out), RESERVE_OF_USERS_MAX);
}

static void test_reserve_listeners_trusts_users_of_the_policy_in_units(void **state)
{
    (void)state;
    table.trusted[table.trusted_count++] = 1001;
    given_of("web.service", 1001, (struct port_range){ 20000, 20099 });
    table.trusted_count = 0;

    expect("listener 20000-20099 listener of uid 1001 (web.service)\n");
}

/* Those who are too many to be told apart share one owner: a resolver may be among them.
 */
static void test_reserve_listeners_leaves_clients_of_nobody_out(void **state)
{
    struct port_set ports = { 0 };
    (void)state;

    port_set_add_range(&ports, (struct port_range){ 20000, 20064 });
    assert_true(listener_table_add_ports(&table, IP_PROTOCOL_UDP, &ports, NULL));
    port_set_add(&ports, 20100);
    assert_true(listener_table_add_ports(&table, IP_PROTOCOL_TCP, &ports, NULL));

    expect("not_reserved 20000-20064 65 UDP sockets whose owners are not told apart: "
           "clients'\n"
           "listener 20000-20064,20100 listener\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_nobody, clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_reserve_listeners_takes_all_of_the_system),
        TEST(test_reserve_listeners_takes_64_of_a_user),
        TEST(test_reserve_listeners_takes_256_of_all_users),
        TEST(test_reserve_listeners_prefers_what_is_reserved),
        TEST(test_reserve_listeners_tells_what_is_reserved_beyond_the_bound),
        TEST(test_reserve_listeners_counts_no_port_twice),
        TEST(test_reserve_listeners_leaves_a_client_out),
        TEST(test_reserve_listeners_tells_users_that_are_not_in_the_table),
        TEST(test_reserve_listeners_tells_one_user_beyond_so),
        TEST(test_reserve_listeners_tells_one_user_beyond_and_the_rest),
        TEST(test_reserve_listeners_of_a_client_beside_a_server),
        TEST(test_reserve_listeners_takes_the_last_port),
        TEST(test_reserve_listeners_names_units_and_the_unknown),
        TEST(test_reserve_listeners_bounds_users_in_units),
        TEST(test_reserve_listeners_trusts_users_of_the_policy_in_units),
        TEST(test_reserve_listeners_leaves_clients_of_nobody_out),
    };

    return cmocka_run_group_tests_name("model/reserve_listeners", tests, NULL, NULL);
}
