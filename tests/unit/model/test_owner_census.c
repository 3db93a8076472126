/* SPDX-License-Identifier: MIT */
/* Who gets a tally, and what the tallies become once they have names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/model/owner_census.h"

static const uint8_t here[4] = { 10, 0, 0, 1 };
static const uint8_t there[4] = { 10, 0, 0, 2 };

static struct owner_census census;
static struct owner named[OWNER_KEYS_MAX];
static struct observed_owners out;

/* One destination: 10.0.0.2:443 from 10.0.0.1. */
static int given_census(void **state)
{
    (void)state;
    memset(&census, 0, sizeof census);
    memset(&out, 0, sizeof out);
    memset(named, 0, sizeof named);
    census.to[0] = (struct destination){ .local = ip_address_from_v4(here),
                                         .remote = ip_address_from_v4(there),
                                         .remote_port = 443 };
    census.to_count = 1;
    census.programs = true;
    return 0;
}

static int clear_census(void **state)
{
    (void)state;
    owner_census_clear(&census);
    owner_census_clear(&census);
    return 0;
}

/* A socket to the destination that a process of `uid` has open. */
static struct socket_row row_of(uint32_t uid, uint64_t cgroup, enum conn_state state)
{
    return (struct socket_row){ .local = ip_address_from_v4(here),
                                .remote = ip_address_from_v4(there),
                                .local_port = 40000,
                                .remote_port = 443,
                                .state = state,
                                .owned = true,
                                .uid = uid,
                                .cgroup = cgroup,
                                .inode = 77 };
}

static void add_rows(struct socket_row row, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_true(owner_census_add(&census, IP_PROTOCOL_TCP, &row, NULL));
}

static void given_name(size_t tally, enum owner_kind kind, const char *name,
                       const char *user)
{
    named[tally].kind = kind;
    (void)snprintf(named[tally].name, sizeof named[tally].name, "%s", name);
    (void)snprintf(named[tally].user, sizeof named[tally].user, "%s", user);
}

static void test_add_counts_by_owner_state_and_destination(void **state)
{
    struct socket_row elsewhere = row_of(100, 7, CONN_ESTABLISHED);
    (void)state;

    elsewhere.remote_port = 80;
    add_rows(row_of(100, 7, CONN_CLOSE_WAIT), 3);
    add_rows(elsewhere, 1);
    add_rows(row_of(100, 8, CONN_CLOSE_WAIT), 1);
    add_rows(row_of(101, 7, CONN_CLOSE_WAIT), 1);

    assert_int_equal(census.count, 3);
    assert_int_equal(census.tallies[0].tcp[CONN_CLOSE_WAIT], 3);
    assert_int_equal(census.tallies[0].tcp[CONN_ESTABLISHED], 1);
    assert_int_equal(census.tallies[0].to[0][CONN_CLOSE_WAIT], 3);
    assert_int_equal(census.tallies[0].to[0][CONN_ESTABLISHED], 0);
    assert_int_equal(census.inode_count, 6);
    assert_int_equal(census.inodes[4].tally, 1);
}

static void test_add_keeps_inodes_for_programs_alone(void **state)
{
    (void)state;

    census.programs = false;
    add_rows(row_of(100, 7, CONN_CLOSE_WAIT), 3);

    assert_int_equal(census.inode_count, 0);
}

static void test_add_tells_a_device_apart(void **state)
{
    struct socket_row bound = row_of(100, 7, CONN_ESTABLISHED);
    (void)state;

    bound.device = 2;
    add_rows(bound, 1);

    assert_int_equal(census.tallies[0].to[0][CONN_ESTABLISHED], 0);
    assert_int_equal(census.tallies[0].tcp[CONN_ESTABLISHED], 1);
}

static void test_add_passes_over_time_wait(void **state)
{
    (void)state;

    add_rows(row_of(0, 0, CONN_TIME_WAIT), 1);

    assert_int_equal(census.count, 0);
    assert_int_equal(census.nobody.tcp[CONN_TIME_WAIT], 0);
}

/* The kernel says uid 0 of sockets that it keeps for nobody. */
static void test_add_of_an_orphan_accuses_nobody(void **state)
{
    struct socket_row orphan = row_of(0, 0, CONN_FIN_WAIT_2);
    (void)state;

    orphan.inode = 0;
    add_rows(orphan, 2);

    assert_int_equal(census.count, 0);
    assert_int_equal(census.nobody.tcp[CONN_FIN_WAIT_2], 2);
    assert_int_equal(census.nobody.to[0][CONN_FIN_WAIT_2], 2);
}

static void test_add_of_an_orphan_with_a_group_counts_the_group_alone(void **state)
{
    struct socket_row orphan = row_of(0, 7, CONN_LAST_ACK);
    (void)state;

    orphan.inode = 0;
    add_rows(orphan, 1);

    assert_int_equal(census.count, 1);
    assert_true(census.tallies[0].key.uid == UINT32_MAX);
    assert_int_equal(census.tallies[0].key.cgroup, 7);
    assert_int_equal(census.inode_count, 0);
}

static void test_add_takes_the_pid_of_windows(void **state)
{
    struct socket_row row = { .state = CONN_ESTABLISHED, .pid = 4 };
    (void)state;

    add_rows(row, 1);

    assert_int_equal(census.tallies[0].key.pid, 4);
    assert_true(census.tallies[0].key.uid == UINT32_MAX);
}

static void test_add_of_udp_counts_apart(void **state)
{
    struct socket_row row = row_of(100, 7, CONN_UNKNOWN);
    (void)state;

    assert_true(owner_census_add(&census, IP_PROTOCOL_UDP, &row, NULL));

    assert_int_equal(census.tallies[0].udp, 1);
    assert_int_equal(census.tallies[0].tcp[CONN_UNKNOWN], 0);
}

static void test_add_counts_owners_beyond_the_last_together(void **state)
{
    (void)state;

    for (uint32_t i = 0; i < OWNER_KEYS_MAX + 5; i++)
        add_rows(row_of(i, 7, CONN_ESTABLISHED), 2);
    add_rows(row_of(3, 7, CONN_ESTABLISHED), 1);

    assert_int_equal(census.count, OWNER_KEYS_MAX);
    assert_int_equal(census.tallies[3].tcp[CONN_ESTABLISHED], 3);
    assert_int_equal(census.others.tcp[CONN_ESTABLISHED], 10);
    assert_int_equal(census.others.to[0][CONN_ESTABLISHED], 10);
}

static void test_add_keeps_so_many_inodes(void **state)
{
    struct socket_row row = row_of(100, 7, CONN_ESTABLISHED);
    (void)state;

    for (uint32_t i = 0; i < OWNED_INODES_MAX + 3; i++) {
        row.inode = i + 1;
        add_rows(row, 1);
    }

    assert_int_equal(census.inode_count, OWNED_INODES_MAX);
    assert_int_equal(census.inodes_left, 3);
}

static void test_find_makes_a_tally_without_a_socket(void **state)
{
    const struct owner_key key = { .uid = 5, .cgroup = 9 };
    size_t first = 9;
    size_t again = 9;
    (void)state;

    assert_true(owner_census_find(&census, &key, &first, NULL));
    assert_true(owner_census_find(&census, &key, &again, NULL));

    assert_int_equal(first, 0);
    assert_int_equal(again, 0);
    assert_int_equal(census.count, 1);
}

static void test_settle_makes_owners_of_one_name_one_most_first(void **state)
{
    (void)state;

    add_rows(row_of(100, 7, CONN_CLOSE_WAIT), 3);
    add_rows(row_of(101, 8, CONN_ESTABLISHED), 4);
    add_rows(row_of(100, 9, CONN_CLOSE_WAIT), 2);
    given_name(0, OWNER_UNIT, "mailer.service", "mailer");
    given_name(1, OWNER_USER, "", "alice");
    given_name(2, OWNER_UNIT, "mailer.service", "mailer");

    owner_census_settle(&census, named, &out);

    assert_int_equal(out.count, 2);
    assert_string_equal(out.list[0].name, "mailer.service");
    assert_string_equal(out.list[1].user, "alice");
    assert_int_equal(out.tcp.count, 2);
    assert_int_equal(out.tcp.list[0].owner, 0);
    assert_int_equal(out.tcp.list[0].sockets, 5);
    assert_int_equal(out.tcp.list[0].states[CONN_CLOSE_WAIT], 5);
    assert_int_equal(out.tcp.list[1].sockets, 4);
    assert_int_equal(out.destination_count, 1);
    assert_int_equal(out.destinations[0].list[1].states[CONN_ESTABLISHED], 4);
    assert_int_equal(out.udp.count, 0);
}

static void test_settle_tells_kind_and_user_apart(void **state)
{
    (void)state;

    for (uint32_t i = 0; i < 3; i++)
        add_rows(row_of(100 + i, 7, CONN_ESTABLISHED), 3 - i);
    given_name(0, OWNER_UNIT, "web", "www");
    given_name(1, OWNER_CONTAINER, "web", "www");
    given_name(2, OWNER_UNIT, "web", "root");

    owner_census_settle(&census, named, &out);

    assert_int_equal(out.tcp.count, 3);
}

static void test_settle_gives_a_unit_the_sockets_whose_user_is_not_told(void **state)
{
    struct socket_row orphan = row_of(0, 7, CONN_LAST_ACK);
    (void)state;

    orphan.inode = 0;
    add_rows(orphan, 2);
    orphan.cgroup = 8;
    add_rows(orphan, 1);
    add_rows(row_of(100, 7, CONN_CLOSE_WAIT), 1);
    given_name(0, OWNER_UNIT, "mailer.service", "");
    given_name(1, OWNER_UNIT, "mailer.service", "");
    given_name(2, OWNER_UNIT, "mailer.service", "mailer");

    owner_census_settle(&census, named, &out);

    assert_int_equal(out.tcp.count, 1);
    assert_int_equal(out.tcp.list[0].sockets, 4);
    assert_string_equal(out.list[0].user, "mailer");
    assert_int_equal(out.tcp.nobody, 0);
}

static void test_settle_counts_who_has_no_name_as_nobody(void **state)
{
    struct socket_row orphan = row_of(0, 7, CONN_LAST_ACK);
    (void)state;

    orphan.inode = 0;
    add_rows(orphan, 2);
    orphan.cgroup = 0;
    add_rows(orphan, 1);

    owner_census_settle(&census, named, &out);

    assert_int_equal(out.tcp.count, 0);
    assert_int_equal(out.count, 0);
    assert_int_equal(out.tcp.nobody, 3);
    assert_int_equal(out.destinations[0].nobody, 3);
}

static void test_settle_tells_programs_of_windows_apart(void **state)
{
    struct socket_row row = { .state = CONN_ESTABLISHED, .pid = 10 };
    (void)state;

    add_rows(row, 1);
    row.pid = 11;
    add_rows(row, 1);
    row.pid = 12;
    add_rows(row, 1);
    (void)snprintf(named[0].program, sizeof named[0].program, "w3wp.exe");
    (void)snprintf(named[1].program, sizeof named[1].program, "java.exe");
    (void)snprintf(named[2].program, sizeof named[2].program, "w3wp.exe");
    for (uint32_t i = 0; i < 3; i++) {
        named[i].pid_count = 1;
        named[i].pids[0] = (struct owner_pid){ .pid = 10 + i, .sockets = 1 + i };
    }

    owner_census_settle(&census, named, &out);

    assert_int_equal(out.tcp.count, 2);
    assert_string_equal(out.list[0].program, "w3wp.exe");
    assert_int_equal(out.list[0].pid_count, 2);
    assert_int_equal(out.list[0].pids[0].pid, 12);
    assert_int_equal(out.list[0].pids[1].pid, 10);
}

static void test_settle_keeps_a_persons_program_apart_from_an_installed_one(void **state)
{
    struct socket_row row = { .state = CONN_ESTABLISHED, .pid = 10 };
    (void)state;

    add_rows(row, 1);
    row.pid = 11;
    add_rows(row, 1);
    (void)snprintf(named[0].program, sizeof named[0].program, "java.exe");
    (void)snprintf(named[1].program, sizeof named[1].program, "java.exe");
    named[1].person = true;

    owner_census_settle(&census, named, &out);

    assert_int_equal(out.tcp.count, 2);
    assert_false(out.list[0].person);
    assert_true(out.list[1].person);
}

static void given_pids(size_t tally, uint32_t first, uint32_t count, uint32_t sockets)
{
    named[tally].pid_count = count;
    for (uint32_t i = 0; i < count && i < OWNER_PIDS_MAX; i++)
        named[tally].pids[i] =
            (struct owner_pid){ .pid = first + i, .sockets = sockets - i };
}

static void test_settle_merges_pids_and_takes_the_program_of_most(void **state)
{
    (void)state;

    add_rows(row_of(100, 7, CONN_ESTABLISHED), 2);
    add_rows(row_of(100, 8, CONN_ESTABLISHED), 1);
    given_name(0, OWNER_USER, "", "etl");
    given_name(1, OWNER_USER, "", "etl");
    (void)snprintf(named[0].program, sizeof named[0].program, "sh");
    (void)snprintf(named[1].program, sizeof named[1].program, "curl");
    given_pids(0, 50, 3, 10); /* 50: 10, 51: 9, 52: 8 */
    given_pids(1, 52, 6, 30); /* 52: 30, 53: 29, 54: 28, 55: 27 and two more */

    owner_census_settle(&census, named, &out);

    assert_string_equal(out.list[0].program, "curl");
    assert_int_equal(out.list[0].pid_count, 8);
    assert_int_equal(out.list[0].pids[0].pid, 52);
    assert_int_equal(out.list[0].pids[0].sockets, 38);
    assert_int_equal(out.list[0].pids[1].pid, 53);
    assert_int_equal(out.list[0].pids[2].pid, 54);
    assert_int_equal(out.list[0].pids[3].pid, 55);
}

static void test_settle_counts_owners_without_a_place_as_others(void **state)
{
    char user[8];
    (void)state;

    for (uint32_t i = 0; i < OWNER_SHARES_MAX + 3; i++) {
        add_rows(row_of(i, 7, CONN_ESTABLISHED), 20 - i);
        (void)snprintf(user, sizeof user, "u%u", (unsigned int)i);
        given_name(i, OWNER_USER, "", user);
    }
    census.others.tcp[CONN_ESTABLISHED] = 5;

    owner_census_settle(&census, named, &out);

    assert_int_equal(out.tcp.count, OWNER_SHARES_MAX);
    assert_int_equal(out.tcp.list[7].sockets, 13);
    assert_int_equal(out.tcp.others, 12 + 11 + 10 + 5);
    assert_int_equal(out.count, OWNER_SHARES_MAX);
}

/* Ten destinations of eight owners each are more than the list has room for. */
static void test_settle_counts_owners_beyond_the_list_as_others(void **state)
{
    uint32_t listed = 0;
    char user[8];
    (void)state;

    census.to_count = OWNED_DESTINATIONS_MAX;
    for (size_t i = 0; i < OWNED_DESTINATIONS_MAX; i++) {
        census.to[i] = census.to[0];
        census.to[i].remote_port = (uint16_t)(443 + i);
    }
    for (uint32_t i = 0; i < OWNED_DESTINATIONS_MAX * OWNER_SHARES_MAX; i++) {
        struct socket_row row = row_of(i, 7, CONN_ESTABLISHED);

        row.remote_port = (uint16_t)(443 + i / OWNER_SHARES_MAX);
        add_rows(row, 1);
        (void)snprintf(user, sizeof user, "u%u", (unsigned int)i);
        given_name(i, OWNER_USER, "", user);
    }

    owner_census_settle(&census, named, &out);

    assert_int_equal(out.count, OWNERS_MAX);
    for (size_t i = 0; i < OWNED_DESTINATIONS_MAX; i++) {
        assert_int_equal(out.destinations[i].count + out.destinations[i].others,
                         OWNER_SHARES_MAX);
        listed += (uint32_t)out.destinations[i].count;
    }
    assert_int_equal(listed, OWNERS_MAX);
}

static void test_settle_look_places_openers_in_the_list(void **state)
{
    struct observed_look look = { .count = 4,
                                  .openers = { { 0, 5 }, { 1, 7 }, { 2, 4 }, { 3, 1 } } };
    (void)state;

    add_rows(row_of(100, 7, CONN_ESTABLISHED), 2);
    given_name(0, OWNER_USER, "", "etl");
    given_name(1, OWNER_UNIT, "php.service", "www");
    given_name(2, OWNER_USER, "", "etl");
    given_name(3, OWNER_UNIT, "php.service", "");
    owner_census_settle(&census, named, &out);

    owner_census_settle_look(named, &out, &look);

    assert_int_equal(out.count, 2);
    assert_string_equal(out.list[1].name, "php.service");
    assert_int_equal(look.count, 2);
    assert_int_equal(look.openers[0].owner, 0);
    assert_int_equal(look.openers[0].opened, 9);
    assert_int_equal(look.openers[1].owner, 1);
    assert_int_equal(look.openers[1].opened, 8);
}

#define OF_CENSUS(test) cmocka_unit_test_setup_teardown(test, given_census, clear_census)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OF_CENSUS(test_add_counts_by_owner_state_and_destination),
        OF_CENSUS(test_add_keeps_inodes_for_programs_alone),
        OF_CENSUS(test_add_tells_a_device_apart),
        OF_CENSUS(test_add_passes_over_time_wait),
        OF_CENSUS(test_add_of_an_orphan_accuses_nobody),
        OF_CENSUS(test_add_of_an_orphan_with_a_group_counts_the_group_alone),
        OF_CENSUS(test_add_takes_the_pid_of_windows),
        OF_CENSUS(test_add_of_udp_counts_apart),
        OF_CENSUS(test_add_counts_owners_beyond_the_last_together),
        OF_CENSUS(test_add_keeps_so_many_inodes),
        OF_CENSUS(test_find_makes_a_tally_without_a_socket),
        OF_CENSUS(test_settle_makes_owners_of_one_name_one_most_first),
        OF_CENSUS(test_settle_tells_kind_and_user_apart),
        OF_CENSUS(test_settle_gives_a_unit_the_sockets_whose_user_is_not_told),
        OF_CENSUS(test_settle_counts_who_has_no_name_as_nobody),
        OF_CENSUS(test_settle_tells_programs_of_windows_apart),
        OF_CENSUS(test_settle_keeps_a_persons_program_apart_from_an_installed_one),
        OF_CENSUS(test_settle_merges_pids_and_takes_the_program_of_most),
        OF_CENSUS(test_settle_counts_owners_without_a_place_as_others),
        OF_CENSUS(test_settle_counts_owners_beyond_the_list_as_others),
        OF_CENSUS(test_settle_look_places_openers_in_the_list),
    };

    return cmocka_run_group_tests_name("model/owner_census", tests, NULL, NULL);
}
