/* SPDX-License-Identifier: MIT */
/* The same way from a fixture host to its namespaces for every test. */
#include "tests/support/given_namespaces.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/model/namespace_limits.h"

struct net_namespace listed[NAMESPACES_MAX];
struct fixture_namespace around[NAMESPACES_MAX];
struct metric_limits limits[METRIC_COUNT];
struct observe_request foreign;
struct observation own;
struct net_namespaces found;
size_t order[NAMESPACES_MAX];
size_t judged;

static double weigh(void *context, size_t at, const struct observation *there)
{
    (void)context;
    order[judged++] = at;
    return there->tcp.ports_used;
}

/* None of its ports is reserved. */
static struct host_range range_of(uint16_t first, uint16_t last)
{
    return (struct host_range){ .range = { first, last }, .reserved_known = true };
}

int given_namespaces(void **state)
{
    (void)state;
    given_fixture(NAMESPACE_METRICS);
    memset(listed, 0, sizeof listed);
    memset(&found, 0, sizeof found);
    memset(&own, 0, sizeof own);
    metric_default_limits(OS_LINUX, limits);
    judged = 0;
    fixture.one_range = true;
    fixture.namespaces.list = listed;
    fixture.namespaces.may_enter = true;
    fixture.around = around;
    foreign = request;
    foreign.foreign = true;
    own.range[IP_PROTOCOL_TCP] = (struct observed_range){ .reading.known = true,
                                                          .range = { 40000, 40099 },
                                                          .usable = 100 };
    return 0;
}

int clear_namespaces(void **state)
{
    (void)state;
    net_namespaces_clear(&found);
    for (size_t i = 0; i < fixture.namespaces.count; i++)
        free(around[i].host);
    memset(around, 0, sizeof around);
    return 0;
}

struct socket_row row_on(uint16_t port)
{
    static const uint8_t here[4] = { 10, 0, 0, 1 };
    static const uint8_t there[4] = { 10, 0, 0, 2 };

    return (struct socket_row){ .local = ip_address_from_v4(here),
                                .remote = ip_address_from_v4(there),
                                .local_port = port,
                                .remote_port = 443,
                                .state = CONN_ESTABLISHED };
}

size_t given_around(uint16_t first, uint16_t last, size_t sockets)
{
    const size_t at = fixture.namespaces.count++;
    struct fixture_host *inside = calloc(1, sizeof *inside);

    assert_non_null(inside);
    inside->os = fixture.os;
    inside->one_range = true;
    inside->range[IP_PROTOCOL_TCP] = range_of(first, last);
    inside->bound.visible = true;
    for (; inside->tcp_count < sockets; inside->tcp_count++)
        inside->tcp[inside->tcp_count] = row_on((uint16_t)(first + inside->tcp_count));
    around[at].host = inside;
    listed[at] = (struct net_namespace){ .inode = 4026532000 + at,
                                         .mark = at,
                                         .tcp_possible = sockets,
                                         .sockets_used = (uint32_t)sockets,
                                         .totals_known = true };
    return at;
}

bool look(struct error *err)
{
    const struct host host = fixture_host_open(&fixture);
    const struct namespaces_request wanted = { .observe = &foreign,
                                               .limits = limits,
                                               .weigh = weigh };

    return observe_namespaces(&host, &wanted, &own, &found, err);
}

void must_look(void)
{
    struct error err = { 0 };

    if (!look(&err))
        fail_msg("%s", err.message);
}

void assert_sight(size_t at, enum net_namespace_sight sight)
{
    if (found.list[at].sight != sight)
        fail_msg("namespace %u: sight %d, expected %d (%s)", (unsigned int)at,
                 (int)found.list[at].sight, (int)sight, found.list[at].reason);
}
