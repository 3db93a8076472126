/* SPDX-License-Identifier: MIT */
/* Two passes: ports with a connection first, then what each row counts for. */
#include "tests/windows-kit/lib/cross_rows.h"

#include <stdlib.h>
#include <string.h>

#include "checks/base/number.h"

/* Four protocols of 65,535 ports, and as many connections again. */
enum { ROWS_MAX = 1024 * 1024 };

bool cross_rows_add(struct cross_rows *rows, const struct cross_row *row,
                    struct error *err)
{
    if (rows->count == ROWS_MAX)
        return error_set(err, ERR_LIMIT, "more than %d rows", ROWS_MAX);
    if (rows->count == rows->size) {
        size_t size = rows->size ? rows->size * 2 : 256;
        struct cross_row *list = realloc(rows->list, size * sizeof *list);

        if (!list)
            return error_set(err, ERR_MEMORY, "not enough memory for %zu rows", size);
        rows->list = list;
        rows->size = size;
    }
    rows->list[rows->count++] = *row;
    return true;
}

bool cross_rows_port(const char *address, uint16_t *out)
{
    const char *colon = strrchr(address, ':');
    uint32_t port = 0;

    if (!colon || (strcmp(colon, ":*") != 0 &&
                   !number_parse_u32(colon + 1, UINT16_MAX, &port, NULL)))
        return false;
    *out = (uint16_t)port;
    return true;
}

/* What one pass over the TCP rows counts. */
struct tcp_sum {
    uint64_t states[CONN_STATE_COUNT]; /* in range */
    uint64_t time_wait;                /* in range or not */
    uint64_t connections;              /* in range, with a remote port */
    uint64_t bound;                    /* in range, on a port without a connection */
    bool seen[CONN_STATE_COUNT];       /* in range or not */
    bool unknown[2]; /* a state in unknown words; [1]: of a connection */
    bool has_ends;   /* there are rows without a remote port */
    struct port_set connected;
    struct port_set used;
};

static bool is_connected(const struct cross_row *row)
{
    return row->remote_port != 0 && row->state != CONN_CLOSED;
}

static void count_row(const struct cross_row *row, const struct cross_scope *scope,
                      struct tcp_sum *sum)
{
    const bool in_range =
        port_range_contains(scope->range[IP_PROTOCOL_TCP], row->local_port);

    sum->seen[row->state] = true;
    sum->has_ends = sum->has_ends || row->remote_port == 0;
    if (row->state == CONN_UNKNOWN)
        sum->unknown[row->remote_port != 0] = true;
    if (row->state == CONN_TIME_WAIT)
        sum->time_wait++;
    if (!in_range)
        return;
    sum->states[row->state]++;
    if (is_connected(row))
        sum->connections++;
    if (row->state == CONN_BOUND && !port_set_has(&sum->connected, row->local_port))
        sum->bound++;
    if ((row->state != CONN_BOUND || scope->counts_bound) &&
        !port_set_has(&scope->excluded[IP_PROTOCOL_TCP], row->local_port))
        port_set_add(&sum->used, row->local_port);
}

static void sum_tcp(const struct cross_rows *rows, const struct cross_scope *scope,
                    struct tcp_sum *sum)
{
    for (size_t i = 0; i < rows->count; i++)
        if (!rows->list[i].is_udp && is_connected(&rows->list[i]))
            port_set_add(&sum->connected, rows->list[i].local_port);
    for (size_t i = 0; i < rows->count; i++)
        if (!rows->list[i].is_udp)
            count_row(&rows->list[i], scope, sum);
}

/* A state is counted where its own word was met, or no word was strange. */
static void set_state(const struct cross_rows *rows, const struct tcp_sum *sum,
                      enum conn_state state, enum cross_name name,
                      struct cross_facts *facts)
{
    const bool has_remote = state != CONN_LISTEN && state != CONN_BOUND;

    if (sum->unknown[has_remote] && !sum->seen[state])
        cross_set_words(facts, name, CROSS_UNKNOWN,
                        "the state '%s' is in a language that is not known here",
                        rows->unknown_word);
    else
        cross_set_number(facts, name,
                         name == CROSS_TIME_WAIT ? sum->time_wait : sum->states[state]);
}

/* Wine's netstat has no row of a listener, nor of FIN_WAIT_2; each Windows has some
 * listeners. */
static void set_ends(const struct cross_rows *rows, const struct tcp_sum *sum,
                     struct cross_facts *facts)
{
    static const enum cross_name all[] = { CROSS_LISTEN, CROSS_BOUND, CROSS_PORTS_USED,
                                           CROSS_CONNECTIONS };

    set_state(rows, sum, CONN_LISTEN, CROSS_LISTEN, facts);
    set_state(rows, sum, CONN_BOUND, CROSS_BOUND, facts);
    if (facts->of[CROSS_BOUND].kind == CROSS_NUMBER)
        cross_set_number(facts, CROSS_BOUND, sum->bound);
    if (rows->says_nothing_of_bound)
        cross_set_words(facts, CROSS_BOUND, CROSS_UNKNOWN,
                        "this Windows' tool does not show bound ports");
    for (size_t i = 0; !sum->has_ends && i < ARRAY_COUNT(all); i++)
        cross_set_words(facts, all[i], CROSS_UNKNOWN,
                        "the tool does not list every state here: it has no listener");
}

static void set_used(const struct cross_rows *rows, const struct cross_scope *scope,
                     const struct tcp_sum *sum, struct cross_facts *facts)
{
    if (scope->excluded_unread[0])
        cross_set_words(facts, CROSS_PORTS_USED, CROSS_UNKNOWN, "%s",
                        scope->excluded_unread);
    else if (scope->counts_bound && rows->says_nothing_of_bound)
        cross_set_words(facts, CROSS_PORTS_USED, CROSS_UNKNOWN,
                        "the check counts bound ports, the tool does not show them");
    else if (!scope->counts_bound && sum->unknown[0])
        cross_set_words(facts, CROSS_PORTS_USED, CROSS_UNKNOWN,
                        "which ports are only bound is in a language that is not known "
                        "here ('%s')",
                        rows->unknown_word);
    else
        cross_set_number(facts, CROSS_PORTS_USED, port_set_count(&sum->used));
}

static void set_lack_of_v6(enum cross_name name, struct cross_facts *facts)
{
    cross_set_words(facts, name, CROSS_UNKNOWN,
                    "the tool lists no socket of IPv6, and there are some");
}

void cross_rows_tcp(const struct cross_rows *rows, const struct cross_scope *scope,
                    struct cross_facts *facts)
{
    static const struct {
        enum conn_state state;
        enum cross_name name;
    } states[] = { { CONN_TIME_WAIT, CROSS_TIME_WAIT },
                   { CONN_TIME_WAIT, CROSS_TIME_WAIT_IN_RANGE },
                   { CONN_ESTABLISHED, CROSS_ESTABLISHED },
                   { CONN_CLOSE_WAIT, CROSS_CLOSE_WAIT } };
    static const enum cross_name all[] = { CROSS_TIME_WAIT,   CROSS_TIME_WAIT_IN_RANGE,
                                           CROSS_ESTABLISHED, CROSS_CLOSE_WAIT,
                                           CROSS_CONNECTIONS, CROSS_LISTEN,
                                           CROSS_BOUND,       CROSS_PORTS_USED };
    struct tcp_sum sum = { 0 };

    sum_tcp(rows, scope, &sum);
    for (size_t i = 0; i < ARRAY_COUNT(states); i++)
        set_state(rows, &sum, states[i].state, states[i].name, facts);
    cross_set_number(facts, CROSS_CONNECTIONS, sum.connections);
    set_used(rows, scope, &sum, facts);
    set_ends(rows, &sum, facts);
    for (size_t i = 0; rows->lacks_v6[IP_PROTOCOL_TCP] && i < ARRAY_COUNT(all); i++)
        set_lack_of_v6(all[i], facts);
}

void cross_rows_udp(const struct cross_rows *rows, const struct cross_scope *scope,
                    struct cross_facts *facts)
{
    struct port_set used = { 0 };

    if (scope->excluded_unread[0]) {
        cross_set_words(facts, CROSS_UDP_PORTS_USED, CROSS_UNKNOWN, "%s",
                        scope->excluded_unread);
        return;
    }
    if (rows->lacks_v6[IP_PROTOCOL_UDP]) {
        set_lack_of_v6(CROSS_UDP_PORTS_USED, facts);
        return;
    }
    for (size_t i = 0; i < rows->count; i++) {
        const struct cross_row *row = &rows->list[i];

        if (row->is_udp &&
            port_range_contains(scope->range[IP_PROTOCOL_UDP], row->local_port) &&
            !port_set_has(&scope->excluded[IP_PROTOCOL_UDP], row->local_port))
            port_set_add(&used, row->local_port);
    }
    cross_set_number(facts, CROSS_UDP_PORTS_USED, port_set_count(&used));
}

void cross_rows_clear(struct cross_rows *rows)
{
    free(rows->list);
    *rows = (struct cross_rows){ 0 };
}
