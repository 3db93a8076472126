/* SPDX-License-Identifier: MIT */
/* The READ seam on Linux: files of /proc and the two ways to list sockets. */
#include "checks/host/host.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "checks/decode/linux_release.h"
#include "checks/decode/proc_netstat.h"
#include "checks/decode/sysctl_text.h"
#include "checks/host/linux/boot_values.h"
#include "checks/host/linux/netlink_dump.h"
#include "checks/host/linux/proc_file.h"
#include "checks/host/linux/read_sockets.h"
#include "checks/host/program.h"

/* Longer than the longest list of reserved ports (32768 of "65535,"). */
static char contents[256 * 1024];

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
    static const char range_path[] = "/proc/sys/net/ipv4/ip_local_port_range";
    static const char reserved_path[] = "/proc/sys/net/ipv4/ip_local_reserved_ports";
    struct host_range read = { .range = fixed, .reserved_known = true };
    struct error unread = { 0 };

    (void)self;
    (void)protocol; /* one range for both */
    (void)deadline; /* nothing here waits */
    (void)snprintf(read.source, sizeof read.source, "%s",
                   fixed.first ? "--range" : "net.ipv4.ip_local_port_range");
    if (!fixed.first) {
        if (!proc_file_slurp(range_path, contents, sizeof contents, err))
            return false;
        if (!sysctl_text_port_range(contents, &read.range, err))
            return error_prefix(err, "%s", range_path);
    }
    if (!proc_file_slurp(reserved_path, contents, sizeof contents, &unread)) {
        read.reserved_known = false;
    } else if (!sysctl_text_port_list(contents, &read.reserved, &unread)) {
        (void)error_prefix(&unread, "%s", reserved_path);
        read.reserved_known = false;
    }
    memcpy(read.reserved_reason, unread.message, sizeof read.reserved_reason);
    *out = read;
    return true;
}

static bool read_number(const char *path, int64_t *out, struct error *err)
{
    if (!proc_file_slurp(path, contents, sizeof contents, err))
        return false;
    return sysctl_text_number(contents, out, err) || error_prefix(err, "%s", path);
}

/* Kernels before 6.14 have no such key and wait a second. */
static bool read_reuse_delay(int64_t *out, struct error *err)
{
    struct error unread = { 0 };

    if (read_number("/proc/sys/net/ipv4/tcp_tw_reuse_delay", out, &unread))
        return true;
    *out = 1000;
    return unread.code == ERR_ABSENT || error_set(err, unread.code, "%s", unread.message);
}

static bool read_time_wait_reuse(void *self, enum time_wait_reuse *reuse,
                                 uint32_t *delay_ms, struct error *err)
{
    static const enum time_wait_reuse meanings[] = { REUSE_NEVER, REUSE_ALWAYS,
                                                     REUSE_LOOPBACK };
    static const char reuse_path[] = "/proc/sys/net/ipv4/tcp_tw_reuse";
    int64_t value;
    int64_t timestamps;
    int64_t delay;

    (void)self;
    if (!read_number(reuse_path, &value, err) ||
        !read_number("/proc/sys/net/ipv4/tcp_timestamps", &timestamps, err) ||
        !read_reuse_delay(&delay, err))
        return false;
    if (value < 0 || value >= (int64_t)ARRAY_COUNT(meanings))
        return error_set(err, ERR_MALFORMED, "%s: %lld, expected 0, 1 or 2", reuse_path,
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

static void read_setting(void *self, const struct setting_location *location,
                         enum setting_kind kind, const struct deadline *deadline,
                         struct observed_setting *out)
{
    char path[sizeof "/proc/sys/" + SETTING_NAME_SIZE];
    struct error err = { 0 };
    bool ok;

    (void)self;
    (void)deadline; /* nothing here waits */
    out->value = (struct setting_value){ .kind = kind };
    if (location->store != STORE_SYSCTL) {
        keep_presence(out, SETTING_UNREAD, "not a setting of this system");
        return;
    }
    (void)snprintf(path, sizeof path, "/proc/sys/%s", location->path);
    if (!proc_file_slurp(path, contents, sizeof contents, &err)) {
        /* a container without /proc/sys says nothing about the kernel */
        if (err.code == ERR_ABSENT && access("/proc/sys/net", F_OK) == 0)
            keep_presence(out, SETTING_MISSING, "");
        else
            keep_presence(out, SETTING_UNREAD, err.message);
        return;
    }
    ok = kind == SETTING_PORT_RANGE
             ? sysctl_text_port_range(contents, &out->value.range, &err)
             : sysctl_text_number(contents, &out->value.number, &err);
    if (!ok)
        (void)error_prefix(&err, "%s", path);
    keep_presence(out, ok ? SETTING_SET : SETTING_UNREAD, err.message);
}

static bool read_time_wait_overflow(void *self, uint64_t *out, struct error *err)
{
    static const char path[] = "/proc/net/netstat";

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
