/* SPDX-License-Identifier: MIT */
/* The READ seam on Linux: files of /proc, and the two ways to list sockets. */
#include "checks/host/host.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "checks/decode/proc_net_counters.h"
#include "checks/decode/sysctl_text.h"
#include "checks/host/linux/churn_look.h"
#include "checks/host/linux/conntrack.h"
#include "checks/host/linux/linux_ask.h"
#include "checks/host/linux/linux_boot_values.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/linux_listeners.h"
#include "checks/host/linux/linux_owned.h"
#include "checks/host/linux/linux_owners.h"
#include "checks/host/linux/namespace_enter.h"
#include "checks/host/linux/namespace_inside.h"
#include "checks/host/linux/net_namespaces.h"
#include "checks/host/linux/netlink_sockets.h"
#include "checks/host/linux/netstat_counter.h"
#include "checks/host/linux/other_namespaces.h"
#include "checks/host/linux/proc_sockets.h"
#include "checks/host/program.h"
#include "checks/model/os.h"

/* Sockets: netlink first, /proc where netlink is not to be had. */

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

static bool give_back(const struct error *failure, struct error *err)
{
    return error_set(err, failure->code, "%s", failure->message);
}

/* After netlink failed with *failure: reads a file and its companion for IPv6 instead. */
static bool fall_back(bool (*read)(const struct deadline *, struct socket_census *,
                                   struct error *),
                      const struct deadline *deadline, struct socket_census *census,
                      struct error *failure)
{
    struct error second = { 0 };

    if (!can_go_on(failure, deadline))
        return false;
    if (read(deadline, census, &second))
        return true;
    if (can_go_on(&second, deadline))
        (void)error_prefix(&second, "%s", failure->message);
    *failure = second;
    return false;
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

/* Whether so many bound-only sockets are worth a walk over them; where the range is
 * unknown, none is. */
static bool is_many(const struct socket_census *census, uint32_t possible)
{
    return census->scope.range.first != 0 &&
           (uint64_t)possible * 100 > port_set_count(&census->scope.usable);
}

/* Sockets of the machine, as far as known: with fewer, the walk is not worth a thought.
 */
enum { WALK_IS_CHEAP = 20000 };

/* How many bound-only sockets there may be. The total is the whole machine's: where the
 * walk over them would be dear, what other network namespaces use is taken off first.
 * That costs 36 us a namespace, the walk 0.4 ms on a machine with few sockets (measured).
 * The others open sockets meanwhile: the larger one of the totals before and after
 * counts. */
static uint32_t bound_possible(const struct sockstat *totals,
                               const struct socket_census *census,
                               const struct deadline *deadline)
{
    const uint64_t sockets = (uint64_t)totals->alloc + totals->time_wait;
    uint32_t possible = sockstat_bound_possible(totals);
    struct sockstat after = { 0 };
    uint64_t elsewhere;

    if (sockets < WALK_IS_CHEAP || !is_many(census, possible))
        return possible;
    elsewhere = other_namespaces_sockets(possible, deadline);
    if (read_totals(&after) && sockstat_bound_possible(&after) > possible)
        possible = sockstat_bound_possible(&after);
    return elsewhere < possible ? possible - (uint32_t)elsewhere : 0;
}

/* Adds them before all others. Only ERR_TIMEOUT and ERR_MEMORY fail. */
static bool read_bound(struct netlink *by, const struct deadline *deadline,
                       struct socket_census *census, struct host_bound *seen,
                       struct error *err)
{
    struct error failure = { 0 };

    if (!netlink_read_bound(by, deadline, census, &failure)) {
        if (!can_go_on(&failure, deadline))
            return give_back(&failure, err);
        socket_census_restart(census);
        (void)snprintf(seen->unread, sizeof seen->unread, "%.150s", failure.message);
        return true;
    }
    if (census->rows == 0)
        explain_no_bound(seen->reason);
    seen->visible = seen->reason[0] == '\0';
    seen->counted = seen->visible;
    return true;
}

/* After netlink failed with *failure. What it told of bound-only sockets, if anything, is
 * asked for once more: the files do not list them. */
static bool read_tcp_files(struct netlink *by, const struct deadline *deadline,
                           struct socket_census *census, struct host_bound *seen,
                           struct error *failure)
{
    struct host_bound again = { .possible = seen->possible };

    if (!can_go_on(failure, deadline))
        return false;
    socket_census_restart(census);
    if (!seen->counted)
        (void)snprintf(again.reason, sizeof again.reason,
                       "bound-only sockets are not visible in /proc/net/tcp");
    else if (!read_bound(by, deadline, census, &again, failure))
        return false;
    *seen = again;
    return fall_back(proc_read_tcp, deadline, census, failure);
}

static bool read_tcp(void *self, const struct deadline *deadline,
                     struct socket_census *census, struct host_reading *how,
                     struct host_bound *bound, struct error *err)
{
    struct host_reading by = { .source = "sock_diag" };
    struct host_bound seen = { .visible = true, .possible = UINT16_MAX };
    struct sockstat totals = { 0 };
    struct error failure = { 0 };

    if (read_totals(&totals))
        seen.possible = bound_possible(&totals, census, deadline);
    if (is_many(census, seen.possible) && !read_bound(self, deadline, census, &seen, err))
        return false;
    if (!netlink_read_tcp(self, sockstat_mostly_open(&totals), deadline, census,
                          &failure)) {
        const struct error refused = failure;

        if (!read_tcp_files(self, deadline, census, &seen, &failure))
            return give_back(&failure, err);
        (void)snprintf(by.source, sizeof by.source, "/proc/net/tcp");
        (void)snprintf(by.notes[0], sizeof by.notes[0], "%.100s: read from /proc/net/tcp",
                       refused.message);
    }
    *how = by;
    *bound = seen;
    return true;
}

static bool read_udp(void *self, const struct deadline *deadline,
                     struct socket_census *census, struct host_reading *how,
                     struct error *err)
{
    struct host_reading by = { .source = "sock_diag" };
    struct error failure = { 0 };

    if (!netlink_read_udp(self, deadline, census, &failure)) {
        const struct error refused = failure;

        socket_census_restart(census);
        if (!fall_back(proc_read_udp, deadline, census, &failure))
            return give_back(&failure, err);
        (void)snprintf(by.source, sizeof by.source, "/proc/net/udp");
        (void)snprintf(by.notes[0], sizeof by.notes[0], "%.100s: read from /proc/net/udp",
                       refused.message);
    }
    *how = by;
    return true;
}

/* A process looks at one host: itself. */
static struct netlink netlink;

static void identify(void *self, struct host_identity *out)
{
    struct utsname name;
    struct text clean = { 0 };

    (void)self;
    *out = (struct host_identity){ .os.kind = OS_LINUX };
    program_boot_id(&clean);
    (void)snprintf(out->boot, sizeof out->boot, "%s", text_string(&clean));
    text_cut(&clean, 0);
    program_machine(&clean);
    (void)snprintf(out->machine, sizeof out->machine, "%s", text_string(&clean));
    text_cut(&clean, 0);
    if (uname(&name) < 0) {
        text_clear(&clean);
        return;
    }
    out->os = linux_release_decode(name.release);
    text_add_clean(&clean, name.nodename, "");
    (void)snprintf(out->hostname, sizeof out->hostname, "%s", text_string(&clean));
    text_clear(&clean);
}

static bool read_range(void *self, enum ip_protocol protocol, struct port_range fixed,
                       const struct deadline *deadline, struct host_range *out,
                       struct error *err)
{
    struct host_range read = { .range = fixed };
    struct error unread = { 0 };

    (void)self;
    (void)protocol; /* one range for both */
    (void)deadline; /* nothing here waits */
    (void)snprintf(read.source, sizeof read.source, "%s",
                   fixed.first ? "--range" : "net.ipv4.ip_local_port_range");
    if (!fixed.first && !sysctl_read_range(PLACE_PORT_RANGE, &read.range, err))
        return false;
    read.reserved_known =
        sysctl_read_ports(PLACE_RESERVED_PORTS, &read.reserved, &unread);
    memcpy(read.reserved_reason, unread.message, sizeof read.reserved_reason);
    *out = read;
    return true;
}

/* Kernels before 6.14 have no such key and wait a second. */
static bool read_reuse_delay(int64_t *out, struct error *err)
{
    struct error unread = { 0 };

    if (sysctl_read_number("net/ipv4/tcp_tw_reuse_delay", out, &unread))
        return true;
    *out = 1000;
    return unread.code == ERR_ABSENT || error_set(err, unread.code, "%s", unread.message);
}

static bool read_time_wait_reuse(void *self, enum time_wait_reuse *reuse,
                                 uint32_t *delay_ms, struct error *err)
{
    static const enum time_wait_reuse meanings[] = { REUSE_NEVER, REUSE_ALWAYS,
                                                     REUSE_LOOPBACK };
    int64_t value;
    int64_t timestamps;
    int64_t delay;

    (void)self;
    if (!sysctl_read_number("net/ipv4/tcp_tw_reuse", &value, err) ||
        !sysctl_read_number("net/ipv4/tcp_timestamps", &timestamps, err) ||
        !read_reuse_delay(&delay, err))
        return false;
    if (value < 0 || value >= (int64_t)ARRAY_COUNT(meanings))
        return error_set(err, ERR_MALFORMED,
                         SYSCTL_ROOT "net/ipv4/tcp_tw_reuse: %lld, expected 0, 1 or 2",
                         (long long)value);
    *reuse = timestamps == 0 ? REUSE_NEVER : meanings[value];
    *delay_ms = delay < 0 ? 0 : delay > UINT32_MAX ? UINT32_MAX : (uint32_t)delay;
    return true;
}

/* Where the settings cannot be read, every TIME_WAIT counts as being in the way. */
static bool look(void *self, const struct look_request *request,
                 struct owner_census *census, struct observed_look *seen,
                 struct error *err)
{
    struct churn_wanted wanted = { .netlink = self,
                                   .to = request->to,
                                   .span_ms = request->span_ms,
                                   .deadline = request->deadline };

    if (!read_time_wait_reuse(self, &wanted.reuse, &wanted.reuse_delay_ms, NULL))
        wanted.reuse = REUSE_NEVER;
    return churn_look(&wanted, census, seen, err);
}

static void keep_presence(struct observed_setting *out, enum setting_presence presence,
                          const char *reason)
{
    out->presence = presence;
    (void)snprintf(out->reason, sizeof out->reason, "%.*s", (int)sizeof out->reason - 1,
                   reason);
}

static void read_setting(void *self, const struct place *place, enum setting_kind kind,
                         const struct deadline *deadline, struct observed_setting *out)
{
    struct error err = { 0 };
    bool ok;

    (void)self;
    (void)deadline; /* nothing here waits */
    out->value = (struct setting_value){ .kind = kind };
    if (place->kind != PLACE_SYSCTL) {
        keep_presence(out, SETTING_UNREAD, "not a setting of this system");
        return;
    }
    ok = kind == SETTING_PORT_RANGE
             ? sysctl_read_range(place->path, &out->value.range, &err)
             : sysctl_read_number(place->path, &out->value.number, &err);
    if (ok)
        keep_presence(out, SETTING_SET, "");
    /* a container without /proc/sys says nothing about the kernel */
    else if (err.code == ERR_ABSENT && access("/proc/sys/net", F_OK) == 0)
        keep_presence(out, SETTING_MISSING, "");
    else
        keep_presence(out, SETTING_UNREAD, err.message);
}

static bool read_time_wait_overflow(void *self, uint64_t *out, struct error *err)
{
    (void)self;
    return netstat_read_counter("TCPTimeWaitOverflow", out, err);
}

static void close_host(void *self)
{
    netlink_close(self);
}

static const struct host_ops linux_ops = {
    .one_range = true,
    .identify = identify,
    .read_range = read_range,
    .read_time_wait_reuse = read_time_wait_reuse,
    .read_tcp = read_tcp,
    .read_udp = read_udp,
    .read_conntrack = conntrack_read,
    .read_listeners = linux_read_listeners,
    .visit_owned = linux_visit_owned,
    .name_owners = linux_name_owners,
    .look = look,
    .read_setting = read_setting,
    .read_boot_values = linux_read_boot_values,
    .read_journal = host_read_journal,
    .read_time_wait_overflow = read_time_wait_overflow,
    .ask = linux_ask,
    .find_closed = linux_find_closed,
    .list_namespaces = linux_list_namespaces,
    .enter_namespace = linux_enter_namespace,
    .read_totals = linux_read_totals,
    .leave_namespace = linux_leave_namespace,
    .read_tcp_of = linux_read_tcp_of,
    .name_device = linux_name_device,
    .close = close_host,
};

bool host_open(struct host *host, struct error *err)
{
    (void)err;
    *host = (struct host){ .ops = &linux_ops, .self = &netlink };
    return true;
}
