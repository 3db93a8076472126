/* SPDX-License-Identifier: MIT */
/* The READ seam on Linux: files of /proc and the two ways to list sockets. */
#include "checks/host/host.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "checks/decode/linux_release.h"
#include "checks/decode/proc_net_counters.h"
#include "checks/host/linux/boot_values.h"
#include "checks/host/linux/netlink_dump.h"
#include "checks/host/linux/proc_file.h"
#include "checks/host/linux/read_sockets.h"
#include "checks/host/linux/sysctl_reader.h"
#include "checks/host/program.h"

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
    static const char path[] = "/proc/net/netstat";
    static char contents[64 * 1024]; /* today's kernels print 6 KiB */

    (void)self;
    if (!proc_file_slurp(path, contents, sizeof contents, err))
        return false;
    return proc_netstat_counter(contents, "TcpExt", "TCPTimeWaitOverflow", out, err) ||
           error_prefix(err, "%s", path);
}

static void close_host(void *self)
{
    netlink_close(self);
}

static const struct host_ops linux_ops = {
    .identify = identify,
    .read_range = read_range,
    .read_time_wait_reuse = read_time_wait_reuse,
    .read_tcp = linux_read_tcp,
    .read_bound = linux_read_bound,
    .read_udp = linux_read_udp,
    .read_setting = read_setting,
    .read_boot_values = linux_read_boot_values,
    .read_journal = host_read_journal,
    .read_time_wait_overflow = read_time_wait_overflow,
    .close = close_host,
};

bool host_open(struct host *host, struct error *err)
{
    (void)err;
    *host = (struct host){ .ops = &linux_ops, .self = &netlink };
    return true;
}
