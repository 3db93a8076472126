/* SPDX-License-Identifier: MIT */
/* Who may be named for a cause: nobody without proof. */
#include "checks/cause_owners.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/given.h"

static struct observation seen;
static struct cause_owners found;

static int start(void **state)
{
    (void)state;
    given_linux(&seen);
    return 0;
}

/* One more owner of sockets in that state. */
static void given_share(struct owner_shares *shares, uint32_t owner,
                        enum conn_state state, uint32_t sockets)
{
    struct owner_share *share = &shares->list[shares->count++];

    *share = (struct owner_share){ .owner = owner, .sockets = sockets };
    share->states[state] = sockets;
}

static void find(enum metric_id metric, enum cause cause)
{
    cause_owners(&seen, metric, cause, &found);
}

static void assert_found(size_t at, uint32_t owner, uint64_t sockets)
{
    assert_true(at < found.count);
    assert_int_equal(found.list[at].owner, owner);
    assert_int_equal(found.list[at].sockets, sockets);
}

static void test_cause_owners_are_those_of_the_causes_state(void **state)
{
    static const struct {
        const char *name;
        enum cause cause;
        enum conn_state conn;
        uint64_t sockets; /* toward the destination */
    } rows[] = {
        { "open", CAUSE_TOO_MANY_OPEN, CONN_ESTABLISHED, 100 },
        { "not closed", CAUSE_NOT_CLOSED_HERE, CONN_CLOSE_WAIT, 101 },
        { "no answer", CAUSE_NOBODY_ANSWERS, CONN_SYN_SENT, 102 },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct owner_shares *to = &seen.owners.destinations[0];
        struct owner_shares *tcp = &seen.owners.tcp;

        (void)start(NULL);
        *given_destination(&seen, "10.0.0.5", 443, 0) = (struct destination){
            .established = 100,
            .close_wait = 101,
            .syn_sent = 102,
        };
        seen.tcp.states[rows[i].conn] = 1000;
        given_share(to, 3, CONN_FIN_WAIT_1, 900);
        given_share(to, 4, rows[i].conn, 90);
        given_share(tcp, 5, CONN_FIN_WAIT_1, 900);
        given_share(tcp, 6, rows[i].conn, 700);

        find(METRIC_DESTINATION_USAGE, rows[i].cause);
        if (found.count != 1 || found.sockets != rows[i].sockets ||
            found.list[0].owner != 4 || found.list[0].sockets != 90)
            fail_msg("%s toward the destination", rows[i].name);
        find(METRIC_PORT_USAGE, rows[i].cause);
        if (found.count != 1 || found.sockets != 1000 || found.list[0].owner != 6 ||
            found.list[0].sockets != 700)
            fail_msg("%s on all ports", rows[i].name);
    }
}

static void test_cause_owners_of_blocked_ports_are_those_of_all_tcp(void **state)
{
    (void)state;

    (void)given_destination(&seen, "10.0.0.5", 443, 10);
    seen.tcp.states[CONN_BOUND] = 500;
    seen.tcp.states[CONN_LISTEN] = 80;
    given_share(&seen.owners.destinations[0], 1, CONN_BOUND, 500);
    given_share(&seen.owners.tcp, 2, CONN_BOUND, 490);
    given_share(&seen.owners.tcp, 3, CONN_LISTEN, 80);

    find(METRIC_DESTINATION_USAGE, CAUSE_BOUND_NEVER_CONNECTED);
    assert_int_equal(found.count, 1);
    assert_found(0, 2, 490);
    assert_int_equal(found.sockets, 500);
    find(METRIC_DESTINATION_USAGE, CAUSE_LISTENERS);
    assert_int_equal(found.count, 1);
    assert_found(0, 3, 80);
    assert_int_equal(found.sockets, 80);
}

static void test_cause_owners_come_most_first_and_small_ones_not_at_all(void **state)
{
    (void)state;

    seen.tcp.states[CONN_CLOSE_WAIT] = 1000;
    given_share(&seen.owners.tcp, 1, CONN_CLOSE_WAIT, 99);
    given_share(&seen.owners.tcp, 2, CONN_CLOSE_WAIT, 100);
    given_share(&seen.owners.tcp, 7, CONN_CLOSE_WAIT, 200);
    given_share(&seen.owners.tcp, 3, CONN_CLOSE_WAIT, 400);
    given_share(&seen.owners.tcp, 5, CONN_CLOSE_WAIT, 200);
    find(METRIC_PORT_USAGE, CAUSE_NOT_CLOSED_HERE);

    assert_int_equal(found.count, 4);
    assert_found(0, 3, 400);
    assert_found(1, 5, 200);
    assert_found(2, 7, 200);
    assert_found(3, 2, 100);
}

static void test_cause_owners_are_nobody_when_the_rest_has_more_than_half(void **state)
{
    (void)state;

    seen.tcp.states[CONN_ESTABLISHED] = 1000;
    given_share(&seen.owners.tcp, 1, CONN_ESTABLISHED, 300);
    given_share(&seen.owners.tcp, 2, CONN_ESTABLISHED, 200);
    find(METRIC_PORT_USAGE, CAUSE_TOO_MANY_OPEN);
    assert_int_equal(found.count, 2);

    seen.tcp.states[CONN_ESTABLISHED] = 1001;
    find(METRIC_PORT_USAGE, CAUSE_TOO_MANY_OPEN);
    assert_int_equal(found.count, 0);
    assert_int_equal(found.sockets, 1001);
}

/* TIME_WAIT and orphans belong to nobody; a steady bystander has sockets there, too. */
static void
test_cause_owners_of_all_ports_by_those_of_the_busiest_destination(void **state)
{
    (void)state;

    seen.tcp.states[CONN_CLOSE_WAIT] = 1000;
    given_share(&seen.owners.destinations[0], 4, CONN_CLOSE_WAIT, 500);
    find(METRIC_PORT_USAGE, CAUSE_NOT_CLOSED_HERE);
    assert_int_equal(found.count, 1);
    assert_found(0, 4, 500);
    assert_int_equal(found.sockets, 1000);

    seen.tcp.states[CONN_CLOSE_WAIT] = 1001;
    find(METRIC_PORT_USAGE, CAUSE_NOT_CLOSED_HERE);
    assert_int_equal(found.count, 0);
}

static void test_cause_owners_of_what_is_closed_already_are_nobody(void **state)
{
    (void)state;

    given_time_wait(&seen, "10.0.0.5", 443, 1000, 0)->established = 40;
    seen.tcp.states[CONN_FIN_WAIT_2] = 10;
    given_share(&seen.owners.destinations[0], 1, CONN_ESTABLISHED, 40);
    given_share(&seen.owners.tcp, 1, CONN_FIN_WAIT_2, 10);

    for (int metric = 0; metric < METRIC_COUNT; metric++) {
        find((enum metric_id)metric, CAUSE_SHORT_CONNECTIONS);
        assert_int_equal(found.count, 0);
        find((enum metric_id)metric, CAUSE_NOT_CLOSED_THERE);
        assert_int_equal(found.count, 0);
        find((enum metric_id)metric, CAUSE_NONE);
        assert_int_equal(found.count, 0);
    }
}

static void given_opener(uint32_t owner, uint32_t opened)
{
    struct observed_opener *opener = &seen.look.openers[seen.look.count++];

    opener->owner = owner;
    opener->opened = opened;
}

static void test_cause_owners_of_churn_are_those_whose_opening_was_counted(void **state)
{
    (void)state;

    (void)given_time_wait(&seen, "10.0.0.5", 443, 1000, 0);
    seen.look.opened = 1792;
    given_opener(1, 1501);
    given_opener(2, 271);
    given_opener(3, 20);
    find(METRIC_DESTINATION_USAGE, CAUSE_SHORT_CONNECTIONS);
    assert_int_equal(found.count, 0); /* seen by chance */

    seen.look.exact = true;
    find(METRIC_DESTINATION_USAGE, CAUSE_SHORT_CONNECTIONS);
    assert_int_equal(found.count, 2);
    assert_found(0, 1, 1501);
    assert_found(1, 2, 271);
    assert_int_equal(found.sockets, 1792);
    find(METRIC_PORT_USAGE, CAUSE_SHORT_CONNECTIONS);
    assert_int_equal(found.count, 0);
}

/* No table tells which ports bind() closed: only what cannot be elsewhere counts. */
static void test_cause_owners_of_closed_ports_are_proven_by_the_sum(void **state)
{
    struct owner_share *share;
    (void)state;

    seen.tcp.ports_closed = 1000;
    seen.tcp.states[CONN_ESTABLISHED] = 1400;
    seen.tcp.states[CONN_CLOSE_WAIT] = 50;
    seen.tcp.states[CONN_TIME_WAIT] = 50;
    seen.tcp.states[CONN_LISTEN] = 5000;
    seen.tcp.states[CONN_BOUND] = 5000;
    given_share(&seen.owners.tcp, 1, CONN_ESTABLISHED, 950);
    given_share(&seen.owners.tcp, 2, CONN_ESTABLISHED, 450);
    share = &seen.owners.tcp.list[0];
    share->states[CONN_CLOSE_WAIT] = 50;
    share->states[CONN_LISTEN] = share->states[CONN_BOUND] = 2000;
    find(METRIC_DESTINATION_USAGE, CAUSE_BIND_BEFORE_CONNECT);

    assert_int_equal(found.sockets, 1000);
    assert_int_equal(found.count, 1);
    assert_found(0, 1, 500); /* 1000 less the 500 that are elsewhere */
    seen.tcp.states[CONN_TIME_WAIT] = 51;
    find(METRIC_DESTINATION_USAGE, CAUSE_BIND_BEFORE_CONNECT);
    assert_int_equal(found.count, 0);
}

/* Three sockets elsewhere may be its own. */
static void test_cause_owners_of_few_closed_ports_need_proof_too(void **state)
{
    (void)state;

    seen.tcp.ports_closed = 2;
    seen.tcp.states[CONN_ESTABLISHED] = 5;
    given_share(&seen.owners.tcp, 1, CONN_ESTABLISHED, 3);
    find(METRIC_DESTINATION_USAGE, CAUSE_BIND_BEFORE_CONNECT);
    assert_int_equal(found.count, 0);

    seen.tcp.states[CONN_ESTABLISHED] = 4;
    find(METRIC_DESTINATION_USAGE, CAUSE_BIND_BEFORE_CONNECT);
    assert_int_equal(found.count, 1);
    assert_found(0, 1, 1);
}

static void test_cause_owners_have_at_least_one_socket(void **state)
{
    (void)state;

    given_share(&seen.owners.tcp, 1, CONN_CLOSE_WAIT, 5);
    find(METRIC_PORT_USAGE, CAUSE_TOO_MANY_OPEN);

    assert_int_equal(found.count, 0);
}

static void test_cause_owners_of_closed_ports_may_have_all_sockets(void **state)
{
    (void)state;

    seen.tcp.ports_closed = 1000;
    seen.tcp.states[CONN_ESTABLISHED] = 900;
    given_share(&seen.owners.tcp, 1, CONN_ESTABLISHED, 900);
    find(METRIC_PORT_USAGE, CAUSE_BIND_BEFORE_CONNECT);

    assert_int_equal(found.count, 1);
    assert_found(0, 1, 900);
}

static void test_cause_owners_of_udp_share_with_those_who_are_not_listed(void **state)
{
    (void)state;

    seen.owners.udp.others = 300;
    seen.owners.udp.nobody = 100;
    given_share(&seen.owners.udp, 1, CONN_UNKNOWN, 390);
    given_share(&seen.owners.udp, 2, CONN_UNKNOWN, 10);
    find(METRIC_UDP_PORT_USAGE, CAUSE_UDP_NOT_CLOSED);
    assert_int_equal(found.sockets, 800);
    assert_int_equal(found.count, 0);

    seen.owners.udp.list[0].sockets = 400;
    find(METRIC_UDP_PORT_USAGE, CAUSE_UDP_NOT_CLOSED);
    assert_int_equal(found.sockets, 810);
    assert_int_equal(found.count, 0);
    seen.owners.udp.others = 290;
    find(METRIC_UDP_PORT_USAGE, CAUSE_UDP_NOT_CLOSED);
    assert_int_equal(found.count, 1);
    assert_found(0, 1, 400);
}

static void test_cause_owners_are_nobody_where_nobody_looked(void **state)
{
    (void)state;

    find(METRIC_DESTINATION_USAGE, CAUSE_TOO_MANY_OPEN);
    assert_int_equal(found.count, 0);
    assert_int_equal(found.sockets, 0);
    given_destination(&seen, "10.0.0.5", 443, 100);
    find(METRIC_DESTINATION_USAGE, CAUSE_TOO_MANY_OPEN);
    assert_int_equal(found.count, 0);
    assert_int_equal(found.sockets, 100);
    find(METRIC_UDP_PORT_USAGE, CAUSE_UDP_NOT_CLOSED);
    assert_int_equal(found.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_cause_owners_are_those_of_the_causes_state, start),
        cmocka_unit_test_setup(test_cause_owners_of_blocked_ports_are_those_of_all_tcp,
                               start),
        cmocka_unit_test_setup(
            test_cause_owners_come_most_first_and_small_ones_not_at_all, start),
        cmocka_unit_test_setup(
            test_cause_owners_are_nobody_when_the_rest_has_more_than_half, start),
        cmocka_unit_test_setup(
            test_cause_owners_of_all_ports_by_those_of_the_busiest_destination, start),
        cmocka_unit_test_setup(test_cause_owners_of_what_is_closed_already_are_nobody,
                               start),
        cmocka_unit_test_setup(
            test_cause_owners_of_churn_are_those_whose_opening_was_counted, start),
        cmocka_unit_test_setup(test_cause_owners_of_closed_ports_are_proven_by_the_sum,
                               start),
        cmocka_unit_test_setup(test_cause_owners_of_few_closed_ports_need_proof_too,
                               start),
        cmocka_unit_test_setup(test_cause_owners_have_at_least_one_socket, start),
        cmocka_unit_test_setup(test_cause_owners_of_closed_ports_may_have_all_sockets,
                               start),
        cmocka_unit_test_setup(
            test_cause_owners_of_udp_share_with_those_who_are_not_listed, start),
        cmocka_unit_test_setup(test_cause_owners_are_nobody_where_nobody_looked, start),
    };

    return cmocka_run_group_tests_name("checks/cause_owners", tests, NULL, NULL);
}
