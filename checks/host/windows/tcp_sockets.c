/* SPDX-License-Identifier: MIT */
/* TCP tables -> census. */
#include "checks/host/windows/windows_host.h"

#include "checks/decode/tcp_walk.h"
#include "checks/host/windows/bound_ports.h"
#include "checks/host/windows/ip_helper.h"
#include "checks/host/windows/table_fetch.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"

/* TCP_TABLE_BASIC_ALL has no owners: looking those up costs far more than the table. For
 * IPv6 this function knows no basic class; GetTcp6Table is its basic form. */
static uint32_t ask_tcp4(void *bytes, uint32_t *size)
{
    return ip_helper_tcp_table(bytes, size, AF_INET, TCP_TABLE_BASIC_ALL);
}

static const struct table_query tcp4 = { "GetExtendedTcpTable", ask_tcp4 };
static const struct table_query tcp6 = { "GetTcp6Table", ip_helper_tcp6_table };

/* Both tables of one moment. */
struct tcp_tables {
    struct fetched_table v4;
    struct fetched_table v6;
};

static bool fetch(const struct deadline *deadline, struct tcp_tables *out,
                  struct host_reading *how, struct error *err)
{
    struct error failure = { 0 };

    if (!table_fetch(&tcp4, deadline, &out->v4, err))
        return false;
    if (table_fetch(&tcp6, deadline, &out->v6, &failure))
        return true;
    if (failure.code != ERR_UNSUPPORTED) {
        if (err)
            *err = failure;
        return false;
    }
    win_text_copy(how->notes[0], sizeof how->notes[0],
                  "IPv6 is not installed: only IPv4 sockets are counted");
    return true;
}

static bool add_tables(const struct tcp_tables *tables, struct windows_host *host,
                       struct socket_census *census, struct error *err)
{
    const struct tcp_table both[] = {
        { MIB_LAYOUT_TCP4, tables->v4.bytes, tables->v4.size },
        { MIB_LAYOUT_TCP6, tables->v6.bytes, tables->v6.size },
    };
    struct tcp_walk walk = { .census = census, .connected = &host->connected };

    return tcp_walk_add(&walk, both, ARRAY_COUNT(both), err);
}

bool windows_read_bound(void *self, const struct deadline *deadline,
                        struct socket_census *census, struct host_bound *bound,
                        struct error *err)
{
    struct windows_host *host = self;
    struct tcp_walk walk = { .census = census, .connected = &host->connected };

    if (deadline_passed(deadline))
        return error_set(err, ERR_TIMEOUT, "bound ports: out of time");
    if (!bound_ports_visit(&host->os, tcp_walk_add_bound, &walk, err))
        return false;
    if (walk.failed) {
        if (err)
            *err = walk.err;
        return false;
    }
    *bound = (struct host_bound){ .visible = true, .counted = true, .possible = 65535 };
    return true;
}

bool windows_read_tcp(void *self, const struct deadline *deadline,
                      struct socket_census *census, struct host_reading *how,
                      struct host_bound *bound, struct error *err)
{
    struct tcp_tables tables = { 0 };
    struct host_reading reading = { .source = "GetExtendedTcpTable" };
    struct host_bound seen = { .possible = UINT16_MAX };
    struct error failure = { 0 };
    bool ok =
        fetch(deadline, &tables, &reading, err) && add_tables(&tables, self, census, err);

    fetched_table_clear(&tables.v4);
    fetched_table_clear(&tables.v6);
    if (!ok)
        return false;
    /* The look at them is cheap here, and a failure is no failure of the count. */
    if (!windows_read_bound(self, deadline, census, &seen, &failure))
        win_text_copy(seen.reason, sizeof seen.reason, failure.message);
    *how = reading;
    *bound = seen;
    return true;
}
