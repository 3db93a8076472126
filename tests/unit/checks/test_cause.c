/* SPDX-License-Identifier: MIT */
/* The one word for why ports are used up. */
#include "checks/cause.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/given.h"

/* The range of given_linux. */
enum { USABLE = 28232 };

static struct observation seen;

static int start(void **state)
{
    (void)state;
    given_linux(&seen);
    return 0;
}

static void assert_cause(const char *name, enum cause found, enum cause expected)
{
    if (found != expected)
        fail_msg("%s: '%s', expected '%s'", name, cause_words[found],
                 cause_words[expected]);
}

/* One destination, and what is in everybody's way. */
struct toward {
    const char *name;
    struct destination to; /* sockets: as many as the states add up to */
    uint32_t other;        /* sockets in other states */
    uint32_t bound;        /* bound-only sockets and listeners on the blocked ports */
    uint32_t listeners;
    uint32_t blocked;
    uint32_t closed;
    enum cause expected;
};

static void given_toward(const struct toward *row)
{
    struct destination *to;

    (void)start(NULL);
    to = given_destination(&seen, "10.0.0.5", 443, 0);
    to->reusable = row->to.reusable;
    to->covered = row->to.covered;
    to->time_wait = row->to.time_wait;
    to->established = row->to.established;
    to->close_wait = row->to.close_wait;
    to->syn_sent = row->to.syn_sent;
    to->fin_wait_2 = row->to.fin_wait_2;
    to->sockets = (uint16_t)(to->time_wait + to->established + to->close_wait +
                             to->syn_sent + to->fin_wait_2 + (int)row->other);
    seen.tcp.states[CONN_BOUND] = row->bound;
    seen.tcp.states[CONN_LISTEN] = row->listeners;
    seen.tcp.ports_blocked = row->blocked;
    seen.tcp.ports_closed = row->closed;
}

static void test_cause_of_destination_is_what_most_ports_have_in_common(void **state)
{
    static const struct toward rows[] = {
        { "churn", { .time_wait = 900 }, .expected = CAUSE_SHORT_CONNECTIONS },
        { "open", { .established = 900 }, .expected = CAUSE_TOO_MANY_OPEN },
        { "leak", { .close_wait = 900 }, .expected = CAUSE_NOT_CLOSED_HERE },
        { "no answer", { .syn_sent = 900 }, .expected = CAUSE_NOBODY_ANSWERS },
        { "open there", { .fin_wait_2 = 900 }, .expected = CAUSE_NOT_CLOSED_THERE },
        { "other states", { .sockets = 0 }, .other = 900, .expected = CAUSE_NONE },
        { "idle", { .sockets = 0 }, .expected = CAUSE_NONE },
        { "less than 1 %", { .time_wait = 282 }, .expected = CAUSE_NONE },
        { "1 %", { .time_wait = 283 }, .expected = CAUSE_SHORT_CONNECTIONS },
        { "half", { .established = 500 }, .other = 500, .expected = CAUSE_TOO_MANY_OPEN },
        { "less than half",
          { .established = 500 },
          .other = 501,
          .expected = CAUSE_NONE },
        { "three states",
          { .established = 400, .close_wait = 400, .time_wait = 400 },
          .expected = CAUSE_NONE },
        { "reusable ones are in nobody's way",
          { .time_wait = 5000, .reusable = 4600, .close_wait = 500 },
          .expected = CAUSE_NOT_CLOSED_HERE },
        { "the rest of them is",
          { .time_wait = 5000, .reusable = 4400, .close_wait = 500 },
          .expected = CAUSE_SHORT_CONNECTIONS },
        { "more reusable than a recording tells of",
          { .reusable = 900, .close_wait = 500 },
          .other = 1000,
          .expected = CAUSE_NOT_CLOSED_HERE },
        { "counts that stopped",
          { .time_wait = 65535, .reusable = 65535 },
          .expected = CAUSE_NONE },
        { "bound",
          { .established = 800 },
          .bound = 900,
          .blocked = 900,
          .expected = CAUSE_BOUND_NEVER_CONNECTED },
        { "listeners",
          { .established = 800 },
          .listeners = 900,
          .blocked = 900,
          .expected = CAUSE_LISTENERS },
        { "blocked by both, more by bound ones",
          { .established = 10 },
          .bound = 600,
          .listeners = 300,
          .blocked = 900,
          .expected = CAUSE_BOUND_NEVER_CONNECTED },
        { "several listeners on each port",
          { .established = 10 },
          .bound = 400,
          .listeners = 3200,
          .blocked = 900,
          .expected = CAUSE_LISTENERS },
        { "blocked, and nothing tells by whom",
          { .established = 10 },
          .blocked = 900,
          .expected = CAUSE_LISTENERS },
        { "closed",
          { .established = 800 },
          .closed = 900,
          .expected = CAUSE_BIND_BEFORE_CONNECT },
        { "closed by the connections to it",
          { .established = 900, .covered = 900 },
          .closed = 900,
          .expected = CAUSE_BIND_BEFORE_CONNECT },
        { "closed by some of them",
          { .established = 900, .covered = 600 },
          .closed = 600,
          .expected = CAUSE_TOO_MANY_OPEN },
        { "more than there are ports",
          { .established = 20000, .close_wait = 15000 },
          .closed = 15000,
          .expected = CAUSE_TOO_MANY_OPEN },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        given_toward(&rows[i]);
        assert_cause(rows[i].name, cause_of_destination(&seen, &seen.tcp.top[0]),
                     rows[i].expected);
        assert_cause(rows[i].name, cause_of_metric(&seen, METRIC_DESTINATION_USAGE),
                     rows[i].expected);
    }
}

/* Before the kernel was asked, or where only a lower bound could be counted. */
static void
test_cause_of_destination_is_bind_when_no_destination_finds_a_port(void **state)
{
    struct ask *ask;
    (void)state;

    (void)given_destination(&seen, "10.0.0.5", 443, 15000);
    seen.tcp.ports_used = USABLE;
    seen.tcp.ports_closed = 9000;
    ask = given_ask(&seen, ASK_CONNECT, NULL, 0, ASK_NONE);
    assert_cause("closed for everybody", cause_of_destination(&seen, &seen.tcp.top[0]),
                 CAUSE_BIND_BEFORE_CONNECT);
    seen.tcp.ports_blocked = 13232;
    assert_cause("the rest", cause_of_destination(&seen, &seen.tcp.top[0]),
                 CAUSE_BIND_BEFORE_CONNECT);
    seen.tcp.ports_blocked = 13233;
    assert_cause("a smaller rest", cause_of_destination(&seen, &seen.tcp.top[0]),
                 CAUSE_TOO_MANY_OPEN);

    seen.tcp.ports_blocked = USABLE;
    seen.tcp.states[CONN_LISTEN] = USABLE;
    assert_cause("blocked for everybody", cause_of_destination(&seen, &seen.tcp.top[0]),
                 CAUSE_LISTENERS);
    seen.tcp.ports_blocked = 0;
    ask->confirmed = false;
    assert_cause("not confirmed", cause_of_destination(&seen, &seen.tcp.top[0]),
                 CAUSE_TOO_MANY_OPEN);
    ask->confirmed = true;
    ask->kind = ASK_BIND;
    assert_cause("only bind()", cause_of_destination(&seen, &seen.tcp.top[0]),
                 CAUSE_TOO_MANY_OPEN);
    ask->kind = ASK_CONNECT;
    ask->unused = false;
    assert_cause("another one", cause_of_destination(&seen, &seen.tcp.top[0]),
                 CAUSE_TOO_MANY_OPEN);
}

/* The kernel does not reuse TIME_WAIT of a server without timestamps. */
static void test_cause_of_destination_counts_time_wait_that_is_not_reused(void **state)
{
    struct destination *to;
    struct ask *ask;
    (void)state;

    to = given_time_wait(&seen, "10.0.0.5", 443, 28000, 28000);
    to->established = 200;
    to->sockets = 28200;
    seen.tcp.ports_used = USABLE;
    assert_cause("reusable", cause_of_destination(&seen, to), CAUSE_NONE);
    ask = given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
    assert_cause("refused", cause_of_destination(&seen, to), CAUSE_SHORT_CONNECTIONS);
    to->time_wait = 14116;
    assert_cause("half", cause_of_destination(&seen, to), CAUSE_SHORT_CONNECTIONS);
    to->time_wait = 14115;
    assert_cause("too few to be the reason", cause_of_destination(&seen, to), CAUSE_NONE);
    to->time_wait = 28000;

    ask->remote_port = 444;
    assert_cause("another port", cause_of_destination(&seen, to), CAUSE_NONE);
    ask->remote_port = 443;
    ask->device = 2;
    assert_cause("another device", cause_of_destination(&seen, to), CAUSE_NONE);
    ask->device = 0;
    ask->kind = ASK_BIND;
    assert_cause("bind()", cause_of_destination(&seen, to), CAUSE_NONE);
    ask->kind = ASK_CONNECT;
    ask->answer = ASK_FREE;
    assert_cause("a port is free", cause_of_destination(&seen, to), CAUSE_NONE);
}

static void
test_cause_of_metric_knows_nothing_of_destinations_without_a_place(void **state)
{
    (void)state;

    (void)given_destination(&seen, "10.0.0.5", 443, 900);
    seen.tcp.untracked_bound = 900;
    assert_cause("not more", cause_of_metric(&seen, METRIC_DESTINATION_USAGE),
                 CAUSE_TOO_MANY_OPEN);
    seen.tcp.untracked_bound = 901;
    assert_cause("more", cause_of_metric(&seen, METRIC_DESTINATION_USAGE), CAUSE_NONE);
    seen.tcp.ports_closed = 901;
    assert_cause("as many closed", cause_of_metric(&seen, METRIC_DESTINATION_USAGE),
                 CAUSE_BIND_BEFORE_CONNECT);
    seen.tcp.ports_closed = 900;
    assert_cause("less closed", cause_of_metric(&seen, METRIC_DESTINATION_USAGE),
                 CAUSE_NONE);
}

static void test_cause_of_metric_without_destinations_is_what_blocks_all(void **state)
{
    (void)state;

    given_listeners(&seen, 300);
    assert_cause("no destination", cause_of_metric(&seen, METRIC_DESTINATION_USAGE),
                 CAUSE_LISTENERS);
}

/* A host whose destinations are too many to be listed. */
static void given_states(enum conn_state conn, uint32_t sockets)
{
    seen.tcp.states[conn] += sockets;
    seen.tcp.ports_used += sockets;
    seen.tcp.destinations_seen = sockets;
}

static void test_cause_of_port_usage_is_the_state_of_most_sockets(void **state)
{
    static const struct {
        const char *name;
        enum conn_state conn;
        enum cause expected;
    } rows[] = {
        { "TIME_WAIT", CONN_TIME_WAIT, CAUSE_SHORT_CONNECTIONS },
        { "ESTABLISHED", CONN_ESTABLISHED, CAUSE_TOO_MANY_OPEN },
        { "CLOSE_WAIT", CONN_CLOSE_WAIT, CAUSE_NOT_CLOSED_HERE },
        { "SYN_SENT", CONN_SYN_SENT, CAUSE_NOBODY_ANSWERS },
        { "FIN_WAIT2", CONN_FIN_WAIT_2, CAUSE_NOT_CLOSED_THERE },
        { "FIN_WAIT1", CONN_FIN_WAIT_1, CAUSE_NONE },
    };
    (void)state;

    for (int os = OS_LINUX; os <= OS_WINDOWS; os++)
        for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
            (void)start(NULL);
            seen.os.kind = (enum os_kind)os;
            given_states(rows[i].conn, 15900);
            given_states(CONN_LAST_ACK, 10000);
            assert_cause(rows[i].name, cause_of_metric(&seen, METRIC_PORT_USAGE),
                         rows[i].expected);
            given_states(CONN_LAST_ACK, 6000);
            assert_cause("more in another state",
                         cause_of_metric(&seen, METRIC_PORT_USAGE), CAUSE_NONE);
        }
}

static void test_cause_of_port_usage_counts_blocked_and_closed_ports_apart(void **state)
{
    (void)state;

    given_states(CONN_ESTABLISHED, 1000);
    given_bound(&seen, 1000);
    assert_cause("bound", cause_of_metric(&seen, METRIC_PORT_USAGE), CAUSE_TOO_MANY_OPEN);
    given_bound(&seen, 1);
    assert_cause("bound", cause_of_metric(&seen, METRIC_PORT_USAGE),
                 CAUSE_BOUND_NEVER_CONNECTED);

    (void)start(NULL);
    given_states(CONN_ESTABLISHED, 1000);
    given_listeners(&seen, 1001);
    assert_cause("listeners", cause_of_metric(&seen, METRIC_PORT_USAGE), CAUSE_LISTENERS);

    (void)start(NULL);
    given_states(CONN_ESTABLISHED, 1999);
    seen.tcp.ports_closed = 1000;
    assert_cause("closed", cause_of_metric(&seen, METRIC_PORT_USAGE),
                 CAUSE_BIND_BEFORE_CONNECT);
    seen.tcp.ports_closed = 999;
    assert_cause("not half of them closed", cause_of_metric(&seen, METRIC_PORT_USAGE),
                 CAUSE_TOO_MANY_OPEN);
    seen.tcp.ports_closed = 999;
    seen.tcp.ports_used = 900;
    assert_cause("all closed", cause_of_metric(&seen, METRIC_PORT_USAGE),
                 CAUSE_BIND_BEFORE_CONNECT);
}

/* A listener inside the range takes one port, however many clients it has. */
static void test_cause_of_port_usage_leaves_inbound_connections_out(void **state)
{
    (void)state;

    given_destination(&seen, "10.0.0.5", 443, 0)->sockets = 900;
    seen.tcp.top[0].close_wait = 900;
    given_states(CONN_CLOSE_WAIT, 900);
    given_listeners(&seen, 1);
    seen.tcp.states[CONN_ESTABLISHED] = 10000;
    seen.tcp.destinations_seen = 1;
    assert_cause("all listed", cause_of_metric(&seen, METRIC_PORT_USAGE),
                 CAUSE_NOT_CLOSED_HERE);
    seen.tcp.destinations_seen = 2;
    assert_cause("one is not", cause_of_metric(&seen, METRIC_PORT_USAGE),
                 CAUSE_TOO_MANY_OPEN);
}

static void test_cause_of_port_usage_adds_up_the_listed_destinations(void **state)
{
    static const struct {
        const char *name;
        struct destination to;
        enum cause expected;
    } rows[] = {
        { "TIME_WAIT", { .time_wait = 500 }, CAUSE_SHORT_CONNECTIONS },
        { "ESTABLISHED", { .established = 500 }, CAUSE_TOO_MANY_OPEN },
        { "CLOSE_WAIT", { .close_wait = 500 }, CAUSE_NOT_CLOSED_HERE },
        { "SYN_SENT", { .syn_sent = 500 }, CAUSE_NOBODY_ANSWERS },
        { "FIN_WAIT2", { .fin_wait_2 = 500 }, CAUSE_NOT_CLOSED_THERE },
        { "an old recording", { .sockets = 500 }, CAUSE_NONE },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        (void)start(NULL);
        for (int other = 0; other < 2; other++) {
            struct destination *to = given_destination(&seen, "10.0.0.5", 443, 0);

            *to = rows[i].to;
            to->sockets = 1000;
        }
        seen.tcp.ports_used = 2000;
        assert_cause(rows[i].name, cause_of_metric(&seen, METRIC_PORT_USAGE),
                     rows[i].expected);
        seen.tcp.top[1].sockets++;
        assert_cause("less than half", cause_of_metric(&seen, METRIC_PORT_USAGE),
                     CAUSE_NONE);
    }
}

static void test_cause_of_udp_is_that_sockets_stay_open(void **state)
{
    (void)state;

    given_udp_ports(&seen, 282);
    assert_cause("few", cause_of_metric(&seen, METRIC_UDP_PORT_USAGE), CAUSE_NONE);
    given_udp_ports(&seen, 283);
    assert_cause("many", cause_of_metric(&seen, METRIC_UDP_PORT_USAGE),
                 CAUSE_UDP_NOT_CLOSED);
}

static void test_cause_of_other_metrics_is_none(void **state)
{
    (void)state;

    (void)given_time_wait(&seen, "10.0.0.5", 443, 20000, 0);
    given_udp_ports(&seen, 20000);

    assert_cause("sockets", cause_of_metric(&seen, METRIC_TIME_WAIT), CAUSE_NONE);
    assert_cause("settings", cause_of_metric(&seen, METRIC_MISCONFIGURED), CAUSE_NONE);
}

static void test_cause_is_none_where_nothing_was_read(void **state)
{
    (void)state;

    seen = (struct observation){ .os = { .kind = OS_LINUX } };
    for (int metric = 0; metric < METRIC_COUNT; metric++)
        assert_cause("nothing", cause_of_metric(&seen, (enum metric_id)metric),
                     CAUSE_NONE);
}

static void test_cause_words_and_states_belong_to_it(void **state)
{
    static const struct {
        enum cause cause;
        const char *words;
        enum conn_state state;
    } rows[] = {
        { CAUSE_NONE, "", CONN_UNKNOWN },
        { CAUSE_SHORT_CONNECTIONS, "short connections", CONN_TIME_WAIT },
        { CAUSE_TOO_MANY_OPEN, "too many open", CONN_ESTABLISHED },
        { CAUSE_NOT_CLOSED_HERE, "not closed here", CONN_CLOSE_WAIT },
        { CAUSE_NOBODY_ANSWERS, "nobody answers", CONN_SYN_SENT },
        { CAUSE_NOT_CLOSED_THERE, "not closed there", CONN_FIN_WAIT_2 },
        { CAUSE_BOUND_NEVER_CONNECTED, "bound, never connected", CONN_BOUND },
        { CAUSE_BIND_BEFORE_CONNECT, "bind() before connect()", CONN_UNKNOWN },
        { CAUSE_LISTENERS, "listeners in the range", CONN_LISTEN },
        { CAUSE_UDP_NOT_CLOSED, "UDP sockets not closed", CONN_UNKNOWN },
    };
    (void)state;

    assert_int_equal(ARRAY_COUNT(rows), CAUSE_COUNT);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        assert_string_equal(cause_words[rows[i].cause], rows[i].words);
        assert_int_equal(cause_state(rows[i].cause), rows[i].state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cause_of_destination_is_what_most_ports_have_in_common),
        cmocka_unit_test_setup(
            test_cause_of_destination_is_bind_when_no_destination_finds_a_port, start),
        cmocka_unit_test_setup(
            test_cause_of_destination_counts_time_wait_that_is_not_reused, start),
        cmocka_unit_test_setup(
            test_cause_of_metric_knows_nothing_of_destinations_without_a_place, start),
        cmocka_unit_test_setup(
            test_cause_of_metric_without_destinations_is_what_blocks_all, start),
        cmocka_unit_test(test_cause_of_port_usage_is_the_state_of_most_sockets),
        cmocka_unit_test_setup(
            test_cause_of_port_usage_counts_blocked_and_closed_ports_apart, start),
        cmocka_unit_test_setup(test_cause_of_port_usage_leaves_inbound_connections_out,
                               start),
        cmocka_unit_test(test_cause_of_port_usage_adds_up_the_listed_destinations),
        cmocka_unit_test_setup(test_cause_of_udp_is_that_sockets_stay_open, start),
        cmocka_unit_test_setup(test_cause_of_other_metrics_is_none, start),
        cmocka_unit_test(test_cause_is_none_where_nothing_was_read),
        cmocka_unit_test(test_cause_words_and_states_belong_to_it),
    };

    return cmocka_run_group_tests_name("checks/cause", tests, NULL, NULL);
}
