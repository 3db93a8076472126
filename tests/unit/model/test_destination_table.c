/* SPDX-License-Identifier: MIT */
/* Destinations are told apart, ranked, and never undercounted when there is no room left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/model/destination_hash.h"
#include "checks/model/socket_census.h"

static struct socket_row row_to(uint32_t number, uint16_t port, enum conn_state state)
{
    uint8_t remote[4] = { 10, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                          (uint8_t)number };
    uint8_t local[4] = { 10, 9, 9, 9 };

    return (struct socket_row){ .local = ip_address_from_v4(local),
                                .remote = ip_address_from_v4(remote),
                                .remote_port = port,
                                .local_port = 40000,
                                .state = state };
}

static void add(struct destination_table *table, struct socket_row row, bool reusable)
{
    assert_true(destination_table_add(
        table, &row, reusable ? SOCKET_REUSABLE : SOCKET_IN_THE_WAY, NULL));
}

static void test_add_counts_states_of_one_destination(void **state)
{
    struct destination_table table = { 0 };
    struct destination top[2];
    (void)state;

    add(&table, row_to(1, 443, CONN_ESTABLISHED), false);
    add(&table, row_to(1, 443, CONN_TIME_WAIT), true);
    add(&table, row_to(1, 443, CONN_TIME_WAIT), false);
    add(&table, row_to(1, 443, CONN_CLOSE_WAIT), false);
    add(&table, row_to(1, 443, CONN_SYN_SENT), false);
    add(&table, row_to(1, 443, CONN_SYN_SENT), false);
    add(&table, row_to(1, 443, CONN_SYN_SENT), false);
    add(&table, row_to(1, 443, CONN_FIN_WAIT_2), false);

    assert_int_equal(destination_table_top(&table, 2, top), 1);
    assert_int_equal(top[0].sockets, 8);
    assert_int_equal(top[0].syn_sent, 3);
    assert_int_equal(top[0].time_wait, 2);
    assert_int_equal(top[0].reusable, 1);
    assert_int_equal(top[0].established, 1);
    assert_int_equal(top[0].close_wait, 1);
    assert_int_equal(top[0].remote_port, 443);
    destination_table_clear(&table);
}

static void test_add_tells_port_and_both_addresses_apart(void **state)
{
    struct destination_table table = { 0 };
    struct socket_row other_local = row_to(1, 443, CONN_ESTABLISHED);
    (void)state;

    other_local.local.bytes[15] = 8;
    add(&table, row_to(1, 443, CONN_ESTABLISHED), false);
    add(&table, row_to(1, 444, CONN_ESTABLISHED), false);
    add(&table, row_to(2, 443, CONN_ESTABLISHED), false);
    add(&table, other_local, false);

    assert_int_equal(table.count, 4);
    destination_table_clear(&table);
}

static void test_top_leaves_covered_sockets_out_of_the_way(void **state)
{
    struct destination_table table = { 0 };
    struct destination top[2];
    struct socket_row covered = row_to(1, 80, CONN_ESTABLISHED);
    (void)state;

    for (int i = 0; i < 5; i++)
        assert_true(destination_table_add(&table, &covered, SOCKET_COVERED, NULL));
    add(&table, row_to(2, 80, CONN_ESTABLISHED), false);

    assert_int_equal(destination_table_top(&table, 2, top), 2);
    assert_int_equal(top[0].remote.bytes[15], 2);
    assert_int_equal(top[1].covered, 5);
    assert_int_equal(destination_in_the_way(&top[1]), 0);
    destination_table_clear(&table);
}

static void test_top_ends_with_the_one_of_most_sockets(void **state)
{
    struct destination_table table = { 0 };
    struct destination top[4];
    (void)state;

    for (uint32_t number = 1; number <= 4; number++)
        add(&table, row_to(number, 80, CONN_ESTABLISHED), false);
    for (int i = 0; i < 5; i++)
        add(&table, row_to(9, 80, CONN_TIME_WAIT), true);

    assert_int_equal(destination_table_top(&table, 3, top), 3);
    assert_int_equal(top[1].remote.bytes[15], 2);
    assert_int_equal(top[2].remote.bytes[15], 9);
    assert_int_equal(destination_table_top(&table, 1, top), 1);
    assert_int_equal(top[0].remote.bytes[15], 1);
    add(&table, row_to(4, 80, CONN_TIME_WAIT), true);
    for (int i = 0; i < 4; i++)
        add(&table, row_to(1, 80, CONN_ESTABLISHED), false);
    assert_int_equal(destination_table_top(&table, 3, top), 3);
    assert_int_equal(top[2].remote.bytes[15], 2);
    destination_table_clear(&table);
}

/* Whichever came first. */
static void test_top_ends_with_the_first_by_address_of_equally_large_ones(void **state)
{
    (void)state;

    for (uint32_t first = 7; first <= 9; first += 2) {
        struct destination_table table = { 0 };
        struct destination top[2];

        for (int i = 0; i < 3; i++) {
            add(&table, row_to(first, 80, CONN_TIME_WAIT), true);
            add(&table, row_to(16 - first, 80, CONN_TIME_WAIT), true);
        }
        add(&table, row_to(1, 80, CONN_ESTABLISHED), false);
        add(&table, row_to(2, 80, CONN_ESTABLISHED), false);

        assert_int_equal(destination_table_top(&table, 2, top), 2);
        assert_int_equal(top[0].remote.bytes[15], 1);
        assert_int_equal(top[1].remote.bytes[15], 7);
        assert_int_equal(destination_table_top(&table, 0, NULL), 0);
        destination_table_clear(&table);
    }
}

static void test_top_orders_equals_by_device_at_last(void **state)
{
    struct destination_table table = { 0 };
    struct destination top[3];
    struct socket_row row = row_to(1, 80, CONN_ESTABLISHED);
    (void)state;

    for (uint32_t device = 3; device > 0; device--) {
        row.device = device - 1;
        add(&table, row, false);
    }

    assert_int_equal(destination_table_top(&table, 3, top), 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(top[i].device, i);
    destination_table_clear(&table);
}

static void test_top_ranks_by_sockets_in_the_way(void **state)
{
    struct destination_table table = { 0 };
    struct destination top[3];
    (void)state;

    for (int i = 0; i < 5; i++)
        add(&table, row_to(1, 80, CONN_TIME_WAIT), true);
    for (int i = 0; i < 2; i++)
        add(&table, row_to(2, 80, CONN_TIME_WAIT), false);
    for (int i = 0; i < 3; i++)
        add(&table, row_to(3, 80, CONN_ESTABLISHED), false);

    assert_int_equal(destination_table_top(&table, 3, top), 3);
    assert_int_equal(top[0].remote.bytes[15], 3);
    assert_int_equal(top[1].remote.bytes[15], 2);
    assert_int_equal(top[2].remote.bytes[15], 1);
    destination_table_clear(&table);
}

static void test_top_orders_equals_by_address_and_keeps_the_best(void **state)
{
    struct destination_table table = { 0 };
    struct destination top[2];
    (void)state;

    for (uint32_t number = 9; number > 0; number--)
        add(&table, row_to(number, 80, CONN_ESTABLISHED), false);
    add(&table, row_to(7, 80, CONN_ESTABLISHED), false);

    assert_int_equal(destination_table_top(&table, 2, top), 2);
    assert_int_equal(top[0].remote.bytes[15], 7);
    assert_int_equal(top[1].remote.bytes[15], 1);
    destination_table_clear(&table);
}

static void test_top_orders_equally_busy_ones_by_sockets_then_port(void **state)
{
    struct destination_table table = { 0 };
    struct destination top[3];
    (void)state;

    add(&table, row_to(1, 90, CONN_TIME_WAIT), false);
    add(&table, row_to(1, 80, CONN_TIME_WAIT), false);
    add(&table, row_to(9, 70, CONN_TIME_WAIT), false);
    add(&table, row_to(9, 70, CONN_TIME_WAIT), true);

    assert_int_equal(destination_table_top(&table, 3, top), 3);
    assert_int_equal(top[0].remote_port, 70);
    assert_int_equal(top[1].remote_port, 80);
    assert_int_equal(top[2].remote_port, 90);
    destination_table_clear(&table);
}

static void test_add_keeps_all_destinations_while_growing(void **state)
{
    struct destination_table table = { 0 };
    struct destination top[1];
    (void)state;

    for (int round = 0; round < 2; round++)
        for (uint32_t number = 0; number < 100000; number++)
            add(&table, row_to(number, 80, CONN_ESTABLISHED), false);

    assert_int_equal(table.count, 100000);
    assert_int_equal(table.untracked, 0);
    assert_int_equal(destination_table_top(&table, 1, top), 1);
    assert_int_equal(top[0].sockets, 2);
    destination_table_clear(&table);
}

static void test_counts_stop_at_65535(void **state)
{
    struct destination_table table = { 0 };
    struct destination top[1];
    (void)state;

    for (int i = 0; i < 65536 + 10; i++)
        add(&table, row_to(1, 80, CONN_TIME_WAIT), false);

    assert_int_equal(destination_table_top(&table, 1, top), 1);
    assert_int_equal(top[0].sockets, 65535);
    assert_int_equal(top[0].time_wait, 65535);
    destination_table_clear(&table);
}

/* A destination that is counted in the first bucket. */
static struct socket_row row_of_first_bucket(void)
{
    struct socket_row row = { 0 };

    for (uint32_t number = 1; number == 1 || destination_hash(0, &row) >> 16 != 0;
         number++)
        row = row_to(number, 82, CONN_ESTABLISHED);
    return row;
}

static void test_full_table_bounds_what_it_cannot_keep(void **state)
{
    struct destination_table table = { 0 };
    struct destination top[1];
    struct socket_row covered = row_to(1, 81, CONN_ESTABLISHED);
    const struct socket_row first = row_of_first_bucket();
    uint32_t bound;
    (void)state;

    for (uint32_t number = 0; number < DESTINATIONS_MAX; number++)
        add(&table, row_to(number, 80, CONN_ESTABLISHED), false);
    assert_int_equal(destination_table_untracked_bound(&table), 0);
    for (int i = 0; i < 500; i++)
        add(&table, row_to(1, 81, CONN_ESTABLISHED), false);
    add(&table, row_to(2, 81, CONN_TIME_WAIT), true);
    assert_true(destination_table_add(&table, &covered, SOCKET_COVERED, NULL));
    add(&table, row_to(3, 80, CONN_ESTABLISHED), false);

    bound = destination_table_untracked_bound(&table);
    assert_int_equal(bound, 500);
    for (int i = 0; i < 600; i++)
        add(&table, first, false);
    assert_int_equal(destination_table_untracked_bound(&table), 600);
    assert_int_equal(table.untracked, 502 + 600);
    assert_int_equal(table.count, DESTINATIONS_MAX);
    assert_int_equal(destination_table_top(&table, 1, top), 1);
    assert_int_equal(top[0].sockets, 2);
    destination_table_clear(&table);
}

enum { COLLIDING = 1100, SEED = 12345 };

/* Rows to many addresses that belong to one place of a small table under that seed. */
static void find_colliding(uint64_t seed, struct socket_row rows[COLLIDING])
{
    size_t found = 0;

    for (uint32_t number = 1; found < COLLIDING; number++) {
        struct socket_row row = row_to(number, 80, CONN_ESTABLISHED);

        if (destination_hash(seed, &row) >> 20 == 0x123)
            rows[found++] = row;
    }
}

static uint64_t untracked_under(uint64_t seed, const struct socket_row rows[COLLIDING])
{
    struct destination_table table = { .seed = seed };
    uint64_t untracked;

    for (size_t i = 0; i < COLLIDING; i++)
        add(&table, rows[i], false);
    untracked = table.untracked;
    destination_table_clear(&table);
    return untracked;
}

/* Who does not know the seed cannot fill one place, and all the places near it. */
static void test_addresses_that_collide_do_so_under_one_seed_only(void **state)
{
    static struct socket_row rows[COLLIDING];
    (void)state;

    find_colliding(SEED, rows);

    assert_int_equal(untracked_under(SEED, rows), COLLIDING - 1024);
    assert_int_equal(untracked_under(SEED + 1, rows), 0);
    assert_int_equal(untracked_under(0, rows), 0);
}

/* The last bytes of both addresses: nobody needs a seed where they reach few bits. */
static void test_hash_tells_the_last_bytes_of_both_addresses_apart(void **state)
{
    static uint8_t seen[65536];
    uint32_t places = 0;
    (void)state;

    for (uint32_t number = 0; number < 65536; number++) {
        struct socket_row row = row_to(number & 0xFF, 80, CONN_ESTABLISHED);

        row.local.bytes[15] = (uint8_t)(number >> 8);
        seen[destination_hash(SEED, &row) >> 16] = 1;
    }
    for (size_t i = 0; i < sizeof seen; i++)
        places += seen[i];

    assert_true(places > 40000); /* of 65536 at random: 41427 on average */
}

static void test_clear_is_safe_twice(void **state)
{
    struct destination_table table = { 0 };
    (void)state;

    add(&table, row_to(1, 80, CONN_ESTABLISHED), false);
    destination_table_clear(&table);
    destination_table_clear(&table);

    assert_null(table.destinations);
    assert_int_equal(table.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add_counts_states_of_one_destination),
        cmocka_unit_test(test_add_tells_port_and_both_addresses_apart),
        cmocka_unit_test(test_top_leaves_covered_sockets_out_of_the_way),
        cmocka_unit_test(test_top_ends_with_the_one_of_most_sockets),
        cmocka_unit_test(test_top_ends_with_the_first_by_address_of_equally_large_ones),
        cmocka_unit_test(test_top_orders_equals_by_device_at_last),
        cmocka_unit_test(test_top_ranks_by_sockets_in_the_way),
        cmocka_unit_test(test_top_orders_equals_by_address_and_keeps_the_best),
        cmocka_unit_test(test_top_orders_equally_busy_ones_by_sockets_then_port),
        cmocka_unit_test(test_add_keeps_all_destinations_while_growing),
        cmocka_unit_test(test_counts_stop_at_65535),
        cmocka_unit_test(test_full_table_bounds_what_it_cannot_keep),
        cmocka_unit_test(test_addresses_that_collide_do_so_under_one_seed_only),
        cmocka_unit_test(test_hash_tells_the_last_bytes_of_both_addresses_apart),
        cmocka_unit_test(test_clear_is_safe_twice),
    };

    return cmocka_run_group_tests_name("model/destination_table", tests, NULL, NULL);
}
