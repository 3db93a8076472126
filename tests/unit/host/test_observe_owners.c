/* SPDX-License-Identifier: MIT */
/* Which sockets are looked at for their owners, and what a failure becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checks/host/observe_owners.h"
#include "tests/support/observed.h"

static const uint8_t here[4] = { 10, 0, 0, 1 };

enum { MAILER = 100, ALICE = 1000 };

static struct owners_request wanted;

static void given_owner(uint32_t uid, enum owner_kind kind, const char *name,
                        const char *user)
{
    struct fixture_owner *owner = &fixture.owners[fixture.owner_count++];

    owner->key.uid = uid;
    owner->owner.kind = kind;
    (void)snprintf(owner->owner.name, sizeof owner->owner.name, "%s", name);
    (void)snprintf(owner->owner.user, sizeof owner->owner.user, "%s", user);
}

/* A Linux with 1000 ports, mailer.service and alice. */
static int given_host(void **state)
{
    (void)state;
    given_fixture(METRICS_ALL);
    fixture.one_range = true;
    fixture.range[IP_PROTOCOL_TCP].range = (struct port_range){ 40000, 40999 };
    fixture.range[IP_PROTOCOL_TCP].reserved_known = true;
    fixture.bound = (struct host_bound){ .visible = true, .possible = 1000 };
    given_owner(MAILER, OWNER_UNIT, "mailer.service", "mailer");
    given_owner(ALICE, OWNER_USER, "", "alice");
    wanted = (struct owners_request){ .depth = OWNERS_OF_ALL,
                                      .udp = true,
                                      .deadline = deadline_in_ms(60000) };
    return 0;
}

/* `count` sockets of `uid` to 10.0.0.`to`, from `first` on. */
static void add_tcp(uint16_t first, uint16_t count, uint8_t to, uint32_t uid)
{
    const uint8_t there[4] = { 10, 0, 0, to };

    for (uint16_t i = 0; i < count; i++)
        fixture.tcp[fixture.tcp_count++] =
            (struct socket_row){ .local = ip_address_from_v4(here),
                                 .remote = ip_address_from_v4(there),
                                 .local_port = (uint16_t)(first + 2 * i),
                                 .remote_port = 25,
                                 .state = CONN_CLOSE_WAIT,
                                 .owned = true,
                                 .uid = uid,
                                 .inode = first + i };
}

static void add_bound(uint16_t first, uint16_t count, uint32_t uid)
{
    for (uint16_t i = 0; i < count; i++)
        fixture.bound_rows[fixture.bound_count++] =
            (struct socket_row){ .local = ip_address_from_v4(here),
                                 .local_port = (uint16_t)(first + i),
                                 .state = CONN_BOUND,
                                 .owned = true,
                                 .uid = uid,
                                 .inode = first + i };
}

static void add_udp(uint16_t count, uint32_t uid)
{
    for (uint16_t i = 0; i < count; i++)
        fixture.udp[fixture.udp_count++] =
            (struct socket_row){ .local = ip_address_from_v4(here),
                                 .local_port = (uint16_t)(40000 + i),
                                 .owned = true,
                                 .uid = uid,
                                 .inode = 1U + i };
}

/* observe(), then its second look. */
static bool look(struct error *err)
{
    const struct host host = fixture_host_open(&fixture);

    must_observe_fixture();
    return observe_owners(&host, &wanted, &seen, err);
}

static void must_look(void)
{
    struct error err = { 0 };

    if (!look(&err))
        fail_msg("%s", err.message);
}

static void test_of_all_shares_out_tcp_udp_and_destinations(void **state)
{
    (void)state;

    add_tcp(40000, 20, 2, MAILER);
    add_tcp(40100, 10, 3, ALICE);
    add_tcp(30000, 5, 3, ALICE); /* not of the range */
    add_bound(40900, 15, ALICE);
    add_udp(7, MAILER);

    must_look();

    assert_true(seen.owners.reading.known);
    assert_int_equal(seen.owners.count, 2);
    assert_string_equal(seen.owners.list[0].user, "alice");
    assert_int_equal(seen.owners.tcp.list[0].sockets, 25);
    assert_int_equal(seen.owners.tcp.list[0].states[CONN_BOUND], 15);
    assert_int_equal(seen.owners.tcp.list[1].sockets, 20);
    assert_int_equal(seen.owners.udp.list[0].owner, 1);
    assert_int_equal(seen.owners.udp.list[0].sockets, 7);
    assert_int_equal(seen.owners.destination_count, 2);
    assert_int_equal(seen.owners.destinations[0].count, 1);
    assert_int_equal(seen.owners.destinations[0].list[0].owner, 1);
    assert_int_equal(seen.owners.destinations[0].list[0].states[CONN_CLOSE_WAIT], 20);
    assert_int_equal(seen.owners.destinations[1].list[0].sockets, 10);
    assert_null(fixture.owned[IP_PROTOCOL_TCP].to);
}

static void test_of_all_walks_no_bound_sockets_where_there_are_none(void **state)
{
    (void)state;

    add_tcp(40000, 20, 2, MAILER);

    must_look();

    assert_false(fixture.owned[IP_PROTOCOL_TCP].bound);
}

static void test_of_all_looks_at_udp_only_when_asked(void **state)
{
    (void)state;

    add_tcp(40000, 20, 2, MAILER);
    add_udp(7, MAILER);
    wanted.udp = false;

    must_look();

    assert_int_equal(seen.owners.udp.count, 0);
    assert_int_equal(fixture.owned[IP_PROTOCOL_UDP].ports.first, 0);
}

static void test_of_busiest_asks_for_its_sockets_alone(void **state)
{
    (void)state;

    add_tcp(40000, 20, 2, MAILER);
    add_tcp(40100, 10, 3, ALICE);
    wanted.depth = OWNERS_OF_BUSIEST;

    must_look();

    assert_int_equal(fixture.owned[IP_PROTOCOL_TCP].to_count, 1);
    assert_int_equal(fixture.owned[IP_PROTOCOL_TCP].ports.first, 40000);
    assert_int_equal(seen.owners.destination_count, 1);
    assert_int_equal(seen.owners.destinations[0].list[0].sockets, 20);
    assert_int_equal(seen.owners.count, 1);
    assert_string_equal(seen.owners.list[0].name, "mailer.service");
    /* what was not asked for may come, and is no answer to "all" */
    assert_int_equal(seen.owners.tcp.count, 0);
}

static void test_of_busiest_looks_at_all_where_ports_are_blocked(void **state)
{
    (void)state;

    add_tcp(40000, 20, 2, MAILER);
    add_bound(40900, 21, ALICE);
    wanted.depth = OWNERS_OF_BUSIEST;

    must_look();

    assert_null(fixture.owned[IP_PROTOCOL_TCP].to);
    assert_true(fixture.owned[IP_PROTOCOL_TCP].bound);
    assert_string_equal(seen.owners.list[0].user, "alice");
    assert_int_equal(seen.owners.tcp.list[0].states[CONN_BOUND], 21);
}

static void test_of_busiest_looks_at_all_where_most_ports_go_elsewhere(void **state)
{
    (void)state;

    add_tcp(40000, 20, 2, MAILER);
    add_tcp(40100, 11, 3, ALICE);
    add_tcp(40200, 10, 4, ALICE);
    wanted.depth = OWNERS_OF_BUSIEST;

    must_look();

    assert_int_equal(seen.owners.tcp.list[0].sockets, 21);
    assert_int_equal(seen.owners.destination_count, 3);
}

static void test_a_failure_of_tcp_is_data(void **state)
{
    (void)state;

    add_tcp(40000, 20, 2, MAILER);
    (void)error_set(&fixture.owned_failure[IP_PROTOCOL_TCP], ERR_TIMEOUT, "no time");

    must_look();

    assert_false(seen.owners.reading.known);
    assert_string_equal(seen.owners.reading.reason, "no time");
    assert_int_equal(seen.owners.count, 0);
    assert_int_equal(seen.owners.destination_count, 0);
}

static void test_a_failure_of_udp_leaves_tcp_known(void **state)
{
    (void)state;

    add_tcp(40000, 20, 2, MAILER);
    add_udp(8, MAILER);
    (void)error_set(&fixture.owned_failure[IP_PROTOCOL_UDP], ERR_IO, "broken");

    must_look();

    assert_true(seen.owners.reading.known);
    assert_int_equal(seen.owners.tcp.list[0].sockets, 20);
    assert_int_equal(seen.owners.udp.count, 0);
    assert_string_equal(seen.owners.unread,
                        "whose UDP sockets they are was not read: broken");
}

static void test_sockets_that_nobody_read_have_no_owners(void **state)
{
    (void)state;

    add_tcp(40000, 20, 2, MAILER);
    request.metrics = 1U << METRIC_MISCONFIGURED;

    must_look();

    assert_false(seen.owners.reading.known);
    assert_string_equal(seen.owners.reading.reason, "the sockets were not read");
}

static void test_only_want_of_memory_fails(void **state)
{
    struct error err = { 0 };
    (void)state;

    add_tcp(40000, 20, 2, MAILER);
    (void)error_set(&fixture.name_failure, ERR_MEMORY, "not enough memory");

    assert_false(look(&err));

    assert_int_equal(err.code, ERR_MEMORY);
    assert_false(seen.owners.reading.known);
}

static void test_what_was_not_reached_is_told(void **state)
{
    (void)state;

    add_tcp(40000, 20, 2, MAILER);
    fixture.owners_unread = "programs: no time for 3 of 5 processes";
    wanted.programs = true;

    must_look();

    assert_true(seen.owners.programs);
    assert_string_equal(seen.owners.unread, "programs: no time for 3 of 5 processes");
}

static void test_a_look_is_made_when_asked_for(void **state)
{
    (void)state;

    add_tcp(40000, 20, 2, MAILER);
    fixture.look = (struct observed_look){
        .span_ms = 990, .exact = true, .opened = 12, .count = 1, .openers = { { 1, 12 } }
    };
    wanted.look_ms = 1000;

    must_look();

    assert_int_equal(fixture.look_ms, 1000);
    assert_int_equal(seen.look.span_ms, 990);
    assert_int_equal(seen.look.openers[0].opened, 12);
    assert_string_equal(seen.owners.list[seen.look.openers[0].owner].user, "alice");
}

static void test_a_look_that_fails_says_why(void **state)
{
    (void)state;

    add_tcp(40000, 20, 2, MAILER);
    (void)error_set(&fixture.look_failure, ERR_UNSUPPORTED, "not on this system");
    wanted.look_ms = 1000;

    must_look();

    assert_int_equal(seen.look.span_ms, 0);
    assert_string_equal(seen.look.unread, "not on this system");
    assert_true(seen.owners.reading.known);
}

static void test_a_look_is_kept_where_the_sockets_were_not_read(void **state)
{
    (void)state;

    add_tcp(40000, 20, 2, MAILER);
    (void)error_set(&fixture.owned_failure[IP_PROTOCOL_TCP], ERR_IO, "broken");
    fixture.look = (struct observed_look){
        .span_ms = 990, .exact = true, .opened = 12, .count = 1, .openers = { { 0, 12 } }
    };
    wanted.look_ms = 1000;

    must_look();

    assert_true(seen.owners.reading.known);
    assert_string_equal(seen.owners.reading.reason, "");
    assert_string_equal(seen.owners.unread, "broken");
    assert_int_equal(seen.owners.tcp.count, 0);
    assert_int_equal(seen.owners.destination_count, 0);
    assert_string_equal(seen.owners.list[seen.look.openers[0].owner].name,
                        "mailer.service");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_of_all_shares_out_tcp_udp_and_destinations,
                               given_host),
        cmocka_unit_test_setup(test_of_all_walks_no_bound_sockets_where_there_are_none,
                               given_host),
        cmocka_unit_test_setup(test_of_all_looks_at_udp_only_when_asked, given_host),
        cmocka_unit_test_setup(test_of_busiest_asks_for_its_sockets_alone, given_host),
        cmocka_unit_test_setup(test_of_busiest_looks_at_all_where_ports_are_blocked,
                               given_host),
        cmocka_unit_test_setup(test_of_busiest_looks_at_all_where_most_ports_go_elsewhere,
                               given_host),
        cmocka_unit_test_setup(test_a_failure_of_tcp_is_data, given_host),
        cmocka_unit_test_setup(test_a_failure_of_udp_leaves_tcp_known, given_host),
        cmocka_unit_test_setup(test_sockets_that_nobody_read_have_no_owners, given_host),
        cmocka_unit_test_setup(test_only_want_of_memory_fails, given_host),
        cmocka_unit_test_setup(test_what_was_not_reached_is_told, given_host),
        cmocka_unit_test_setup(test_a_look_is_made_when_asked_for, given_host),
        cmocka_unit_test_setup(test_a_look_that_fails_says_why, given_host),
        cmocka_unit_test_setup(test_a_look_is_kept_where_the_sockets_were_not_read,
                               given_host),
    };

    return cmocka_run_group_tests_name("host/observe_owners", tests, NULL, NULL);
}
