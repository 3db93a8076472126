/* SPDX-License-Identifier: MIT */
/* What is forecast of one observation is what the same sockets measure when range,
 * reserved ports and reuse are changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checks/forecast.h"
#include "checks/usage.h"
#include "remediate/as_if.h"
#include "tests/support/observed.h"

/* More destinations than an observation keeps at least; most of the busiest are in
 * TIME_WAIT alone, so that others are the busiest when it is reused. */
enum { TRIALS = 3000, DESTINATIONS = 14, CHURNERS = 11, REUSE_DELAY_MS = 1000 };

static uint32_t draw_state;
static struct observation before;
static const struct port_range narrow = { 40000, 40099 };

/* A number below `limit`; the same sequence in every run. */
static uint32_t draw(uint32_t limit)
{
    draw_state = draw_state * 1664525U + 1013904223U;
    return (uint32_t)(((uint64_t)(draw_state >> 4) * limit) >> 28);
}

static void add_row(enum conn_state state, uint16_t port, uint32_t to)
{
    const uint8_t here[4] = { to == 0 ? 127 : 10, 0, 0, 1 };
    const uint8_t there[4] = { to == 0 ? 127 : 10, 0, 0, (uint8_t)(2 + to) };
    const bool connected = state != CONN_LISTEN && state != CONN_BOUND;
    struct socket_row *row = &fixture.tcp[fixture.tcp_count++];

    *row = (struct socket_row){ .local = ip_address_from_v4(here),
                                .remote = ip_address_from_v4(there),
                                .local_port = port,
                                .remote_port = connected ? 443 : 0,
                                .state = state,
                                .has_time_wait_age = state == CONN_TIME_WAIT,
                                .time_wait_age_ms = draw(8 * REUSE_DELAY_MS) };
}

/* Ports of the range of now on even offsets, so that none looks closed by bind(). */
static uint16_t draw_port(void)
{
    return (uint16_t)(narrow.first + 2 * draw(50));
}

static void add_connections(void)
{
    static const enum conn_state states[] = { CONN_ESTABLISHED, CONN_TIME_WAIT,
                                              CONN_TIME_WAIT, CONN_CLOSE_WAIT };
    const uint32_t most = draw(60);

    for (uint32_t to = 0; to < DESTINATIONS; to++) {
        const bool churns = to < CHURNERS && most % 2 == 0;
        bool taken[50] = { false };

        for (uint32_t i = churns ? most : draw(most / 3 + 1); i > 0; i--) {
            const uint16_t port = draw_port();
            const uint32_t at = (uint32_t)(port - narrow.first) / 2;

            if (!taken[at])
                add_row(churns ? CONN_TIME_WAIT : states[draw(4)], port, to);
            taken[at] = true;
        }
    }
}

static void given_range_of(struct port_range range, struct port_range reserved)
{
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        fixture.range[i] = (struct host_range){ .range = range, .reserved_known = true };
        port_set_add_range(&fixture.range[i].reserved, reserved);
    }
}

/* Listeners anywhere, connections and bound-only sockets in the range of now. */
static void given_random_host(void)
{
    given_fixture(METRICS_ALL);
    fixture.bound.visible = true;
    fixture.reuse = draw(2) ? REUSE_LOOPBACK : REUSE_NEVER;
    fixture.reuse_delay_ms = REUSE_DELAY_MS;
    request.top = 10 + draw(5);
    policy.reserve = (struct policy_reserve){ 0 };
    for (uint32_t i = draw(6); i > 0; i--)
        add_row(draw(2) ? CONN_LISTEN : CONN_BOUND, draw_port(), 1);
    for (uint32_t i = draw(6); i > 0; i--)
        add_row(CONN_LISTEN, (uint16_t)(39900 + 2 * draw(150)), 1);
    add_connections();
    for (uint32_t i = draw(20); i > 0; i--)
        fixture.udp[fixture.udp_count++] =
            (struct socket_row){ .local_port = (uint16_t)(39950 + draw(150)),
                                 .remote_port = 53 };
}

static void assert_same(uint32_t trial, const char *what, const struct measure *forecast,
                        const struct measure *measured)
{
    const bool within = forecast->at_least && !measured->at_least &&
                        measured->part >= forecast->part &&
                        measured->part <= forecast->part + forecast->more;

    if (!forecast->known || !measured->known || forecast->whole != measured->whole ||
        (forecast->part != measured->part && !within))
        fail_msg("trial %u: %s %u of %u, measured %u of %u", trial, what,
                 (unsigned int)forecast->part, (unsigned int)forecast->whole,
                 (unsigned int)measured->part, (unsigned int)measured->whole);
}

static const struct destination *find_again(const struct destination *to)
{
    for (size_t i = 0; i < seen.tcp.top_count; i++)
        if (destination_is_alike(&seen.tcp.top[i], to))
            return &seen.tcp.top[i];
    return NULL;
}

static void assert_destinations(uint32_t trial, const struct forecast_change *change)
{
    for (size_t i = 0; i < before.tcp.top_count; i++) {
        const struct destination *to = &before.tcp.top[i];
        const struct destination *then = find_again(to);
        struct measure forecast;
        struct measure measured;

        if (!then)
            continue;
        forecast_usage(&before, METRIC_DESTINATION_USAGE, to, change, &forecast);
        usage_toward(&seen, observation_destination_ports(&seen, then), &measured);
        assert_same(trial, "destination", &forecast, &measured);
    }
}

static void assert_usages(uint32_t trial, const struct forecast_change *change)
{
    static const enum metric_id usages[] = { METRIC_PORT_USAGE, METRIC_DESTINATION_USAGE,
                                             METRIC_UDP_PORT_USAGE };

    for (size_t i = 0; i < ARRAY_COUNT(usages); i++) {
        struct measure forecast;
        struct measure measured;

        forecast_usage(&before, usages[i], NULL, change, &forecast);
        check_of(usages[i])->measure(&seen, &policy, NULL, &measured);
        assert_same(trial, metric_names[usages[i]], &forecast, &measured);
    }
}

/* UDP sockets of the new part are connected ones here, which no dump of those that listen
 * tells: they are told apart. */
static void drop_new_udp(struct port_range range)
{
    size_t kept = 0;

    for (size_t i = 0; i < fixture.udp_count; i++)
        if (port_range_contains(narrow, fixture.udp[i].local_port) ||
            !port_range_contains(range, fixture.udp[i].local_port))
            fixture.udp[kept++] = fixture.udp[i];
    fixture.udp_count = kept;
}

/* The changes as the planner makes them: the same ports are reserved before and after. */
static void foresee_change(struct port_range range, bool reuse, struct foreseen *out)
{
    *out = (struct foreseen){ .has_reserved = true };
    for (int protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++)
        for (int family = 0; family < IP_FAMILY_COUNT; family++) {
            out->has_range[protocol][family] = true;
            out->from[protocol][family] = narrow;
            out->to[protocol][family] = range;
        }
    out->reserved_from = out->reserved_to = fixture.range[IP_PROTOCOL_TCP].reserved;
    if (reuse)
        out->reuse = (struct foreseen_number){ .changes = true, .from = 2, .to = 1 };
}

/* Those who listen on new ports that are not reserved. */
static uint32_t count_in_use(struct port_range range)
{
    struct port_set in_use = { 0 };

    for (size_t i = 0; i < fixture.tcp_count; i++)
        if (!port_range_contains(narrow, fixture.tcp[i].local_port) &&
            port_range_contains(range, fixture.tcp[i].local_port))
            port_set_add(&in_use, fixture.tcp[i].local_port);
    port_set_remove(&in_use, &fixture.range[IP_PROTOCOL_TCP].reserved);
    return port_set_count(&in_use);
}

static void observe_as_if(const struct foreseen *foreseen)
{
    struct host host = fixture_host_open(&fixture);
    struct as_if as_if = { .real = &host, .foreseen = foreseen, .seen = &before };
    struct error err = { 0 };

    as_if_open(&as_if);
    if (!observe(&as_if.host, &request, &seen, &err))
        fail_msg("%s", err.message);
}

/* False where the kernel's ways of telling closed ports apart are not the same. */
static bool try_one(uint32_t trial)
{
    const struct port_range range = { (uint16_t)(39900 + 2 * draw(51)),
                                      (uint16_t)(40099 + draw(100)) };
    const struct port_range reserved = { (uint16_t)(39900 + draw(80)), 39979 };
    struct forecast_change change = { .reuse = draw(2) };
    struct foreseen foreseen;

    given_random_host();
    drop_new_udp(range);
    given_range_of(narrow, reserved);
    must_observe_fixture();
    before = seen;
    foresee_change(range, change.reuse, &foreseen);
    observe_as_if(&foreseen);
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        change.ports[i] =
            (struct forecast_ports){ .changes = true,
                                     .range = range,
                                     .usable = seen.range[i].usable,
                                     .in_use =
                                         i == IP_PROTOCOL_TCP ? count_in_use(range) : 0 };
    if (before.tcp.closed_known != seen.tcp.closed_known)
        return false;
    assert_usages(trial, &change);
    assert_destinations(trial, &change);
    return true;
}

static void test_forecast_is_what_the_changed_host_measures(void **state)
{
    uint32_t compared = 0;
    (void)state;

    draw_state = 14;
    for (uint32_t trial = 0; trial < TRIALS; trial++)
        compared += try_one(trial);
    assert_true(compared > TRIALS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forecast_is_what_the_changed_host_measures),
    };

    return cmocka_run_group_tests_name("remediate/forecast_as_if", tests, NULL, NULL);
}
