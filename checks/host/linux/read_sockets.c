/* SPDX-License-Identifier: MIT */
/* Netlink first, /proc where netlink is not to be had. */
#include "checks/host/linux/read_sockets.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "checks/decode/linux_release.h"
#include "checks/decode/proc_net_counters.h"
#include "checks/host/linux/netlink_sockets.h"
#include "checks/host/linux/proc_file.h"
#include "checks/host/linux/proc_sockets.h"

/* The files have some 250 bytes, in every kernel. */
enum { SOCKSTAT_SIZE = 4096 };

/* False when the totals cannot be told. */
static bool read_totals(struct sockstat *out)
{
    struct sockstat totals = { 0 };
    struct error err = { 0 };
    char contents[SOCKSTAT_SIZE];

    if (!proc_file_slurp("/proc/net/sockstat", contents, sizeof contents, &err) ||
        !sockstat_decode(contents, &totals, &err))
        return false;
    /* no such file: IPv6 is off */
    if (!proc_file_slurp("/proc/net/sockstat6", contents, sizeof contents, &err)
            ? err.code != ERR_ABSENT
            : !sockstat6_decode(contents, &totals, &err))
        return false;
    *out = totals;
    return true;
}

/* Whether another way of reading makes sense after this failure. */
static bool can_go_on(const struct error *failure, const struct deadline *deadline)
{
    return failure->code != ERR_TIMEOUT && failure->code != ERR_MEMORY &&
           !deadline_passed(deadline);
}

static void census_restart(struct socket_census *census)
{
    const struct census_scope scope = census->scope;

    socket_census_clear(census);
    census->scope = scope;
}

static bool give_back(const struct error *failure, struct error *err)
{
    return error_set(err, failure->code, "%s", failure->message);
}

/* After netlink failed with *failure: reads `path` and its companion for IPv6 instead. */
static bool fall_back(bool (*read)(const struct deadline *, struct socket_census *,
                                   struct error *),
                      const struct deadline *deadline, struct socket_census *census,
                      struct error *failure)
{
    struct error second = { 0 };

    if (!can_go_on(failure, deadline))
        return false;
    census_restart(census);
    if (read(deadline, census, &second))
        return true;
    if (can_go_on(&second, deadline))
        (void)error_prefix(&second, "%s", failure->message);
    *failure = second;
    return false;
}

bool linux_read_tcp(void *self, const struct deadline *deadline,
                    struct socket_census *census, struct host_reading *how,
                    struct host_bound *bound, struct error *err)
{
    struct host_reading by = { .source = "sock_diag" };
    struct host_bound seen = { .visible = true, .possible = UINT16_MAX };
    struct sockstat totals = { 0 };
    struct error failure = { 0 };

    if (read_totals(&totals))
        seen.possible = sockstat_bound_possible(&totals);
    if (!netlink_read_tcp(self, sockstat_mostly_open(&totals), deadline, census,
                          &failure)) {
        const struct error refused = failure;

        if (!fall_back(proc_read_tcp, deadline, census, &failure))
            return give_back(&failure, err);
        seen.visible = false;
        (void)snprintf(seen.reason, sizeof seen.reason,
                       "bound-only sockets are not visible in /proc/net/tcp");
        (void)snprintf(by.source, sizeof by.source, "/proc/net/tcp");
        (void)snprintf(by.notes[0], sizeof by.notes[0], "%.100s: read from /proc/net/tcp",
                       refused.message);
    }
    *how = by;
    *bound = seen;
    return true;
}

/* "" when this kernel (6.8 and newer) lists bound-only sockets. */
static void explain_no_bound(char reason[OBSERVED_NOTE_SIZE])
{
    struct utsname name;
    struct os_version version = { 0 };

    if (uname(&name) == 0)
        version = linux_release_decode(name.release);
    reason[0] = '\0';
    if (!os_version_at_least(&version, 6, 8))
        (void)snprintf(reason, OBSERVED_NOTE_SIZE,
                       "kernel %" PRIu32 ".%" PRIu32
                       " does not list bound-only sockets (6.8 and later do)",
                       version.major, version.minor);
}

bool linux_read_bound(void *self, const struct deadline *deadline,
                      struct socket_census *census, struct host_bound *bound,
                      struct error *err)
{
    const uint64_t rows_before = census->rows;
    struct host_bound seen = *bound;

    if (!netlink_read_bound(self, deadline, census, err))
        return false;
    seen.reason[0] = '\0';
    if (census->rows == rows_before)
        explain_no_bound(seen.reason);
    seen.visible = seen.reason[0] == '\0';
    seen.counted = seen.visible;
    *bound = seen;
    return true;
}

bool linux_read_udp(void *self, const struct deadline *deadline,
                    struct socket_census *census, struct host_reading *how,
                    struct error *err)
{
    struct host_reading by = { .source = "sock_diag" };
    struct error failure = { 0 };

    if (!netlink_read_udp(self, deadline, census, &failure)) {
        const struct error refused = failure;

        if (!fall_back(proc_read_udp, deadline, census, &failure))
            return give_back(&failure, err);
        (void)snprintf(by.source, sizeof by.source, "/proc/net/udp");
        (void)snprintf(by.notes[0], sizeof by.notes[0], "%.100s: read from /proc/net/udp",
                       refused.message);
    }
    *how = by;
    return true;
}
