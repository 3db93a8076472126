/* SPDX-License-Identifier: MIT */
/* The builders behind tests that judge or report an observation. */
#include "tests/support/given.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static void given_host(struct observation *seen, struct os_version os, const char *host)
{
    *seen = (struct observation){ .os = os, .time_s = GIVEN_TIME_S };
    (void)snprintf(seen->host, sizeof seen->host, "%s", host);
    seen->tcp.reading.known = true;
    seen->tcp.bound_known = true;
    seen->udp.reading.known = true;
    seen->duration_us = 1500;
}

void given_linux(struct observation *seen)
{
    given_host(seen, (struct os_version){ OS_LINUX, 6, 1, 0 }, "web1");
    given_range(seen, 32768, 60999, 0);
    (void)snprintf(seen->tcp.source, sizeof seen->tcp.source, "sock_diag");
    (void)snprintf(seen->udp.source, sizeof seen->udp.source, "sock_diag");
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        (void)snprintf(seen->range[i].source, sizeof seen->range[i].source,
                       "net.ipv4.ip_local_port_range");
}

void given_windows(struct observation *seen)
{
    given_host(seen, (struct os_version){ OS_WINDOWS, 10, 0, 20348 }, "WEB1");
    given_range(seen, 49152, 65535, 0);
    (void)snprintf(seen->tcp.source, sizeof seen->tcp.source, "GetExtendedTcpTable");
    (void)snprintf(seen->udp.source, sizeof seen->udp.source, "GetExtendedUdpTable");
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        (void)snprintf(seen->range[i].source, sizeof seen->range[i].source, "WMI");
}

void given_range(struct observation *seen, uint16_t first, uint16_t last,
                 uint32_t reserved)
{
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        struct observed_range *range = &seen->range[i];

        range->reading.known = true;
        range->range = (struct port_range){ .first = first, .last = last };
        range->reserved = reserved;
        range->usable = port_range_size(range->range) - reserved;
    }
}

/* The two ends of a connection to `remote` from this host. */
static void set_ends(const char *remote, struct ip_address *local,
                     struct ip_address *there)
{
    if (!ip_address_parse(remote, there) ||
        !ip_address_parse(ip_address_is_v4(there) ? "10.0.0.1" : "::1", local))
        abort();
}

static struct destination *add_destination(struct observation *seen, const char *remote,
                                           uint16_t port)
{
    struct destination *to;

    assert(seen->tcp.top_count < OBSERVED_DESTINATIONS_MAX);
    to = &seen->tcp.top[seen->tcp.top_count++];
    *to = (struct destination){ .remote_port = port };
    set_ends(remote, &to->local, &to->remote);
    seen->tcp.destinations_seen++;
    return to;
}

struct destination *given_destination(struct observation *seen, const char *remote,
                                      uint16_t port, uint16_t sockets)
{
    struct destination *to = add_destination(seen, remote, port);

    to->sockets = to->established = sockets;
    seen->tcp.states[CONN_ESTABLISHED] += sockets;
    seen->tcp.ports_used += sockets;
    seen->rows += sockets;
    return to;
}

struct destination *given_time_wait(struct observation *seen, const char *remote,
                                    uint16_t port, uint16_t sockets, uint16_t reusable)
{
    struct destination *to = add_destination(seen, remote, port);

    to->sockets = to->time_wait = sockets;
    to->reusable = reusable;
    seen->tcp.time_wait += sockets;
    seen->tcp.states[CONN_TIME_WAIT] += sockets;
    seen->tcp.ports_used += sockets;
    seen->rows += sockets;
    return to;
}

void given_listeners(struct observation *seen, uint32_t ports)
{
    seen->tcp.states[CONN_LISTEN] += ports;
    seen->tcp.ports_used += ports;
    seen->tcp.ports_blocked += ports;
    seen->rows += ports;
}

void given_bound(struct observation *seen, uint32_t ports)
{
    seen->tcp.bound_known = true;
    seen->tcp.states[CONN_BOUND] += ports;
    seen->tcp.ports_used += ports;
    seen->tcp.ports_blocked += ports;
    seen->rows += ports;
}

void given_closed(struct observation *seen, enum closed_known known, uint32_t ports)
{
    seen->tcp.closed_known = known;
    seen->tcp.ports_closed = ports;
    seen->tcp.closed_asked = 1024;
}

void given_device(struct observation *seen, uint32_t index, const char *name)
{
    struct observed_device *device = &seen->tcp.devices[0];

    *device = (struct observed_device){ .index = index };
    (void)snprintf(device->name, sizeof device->name, "%s", name);
    seen->tcp.device_count = 1;
}

void given_udp_ports(struct observation *seen, uint32_t ports)
{
    seen->udp.reading.known = true;
    seen->udp.ports_used = ports;
    seen->rows += ports;
}

/* 127.99.99.99:9 from 127.0.0.1, and the address 0.0.0.0. */
static void set_unused(struct ask *ask)
{
    if (ask->kind == ASK_BIND || ask->kind == ASK_UDP_BIND) {
        ask->local = ip_address_from_v4("\0\0\0\0");
        return;
    }
    ask->unused = true;
    ask->remote_port = 9;
    ask->local = ip_address_from_v4("\x7f\0\0\x01");
    ask->remote = ip_address_from_v4("\x7f\x63\x63\x63");
}

struct ask *given_ask(struct observation *seen, enum ask_kind kind, const char *remote,
                      uint16_t port, enum ask_answer answer)
{
    struct ask *ask;

    assert(seen->asked.count < ASKS_MAX);
    ask = &seen->asked.asks[seen->asked.count++];
    *ask = (struct ask){ .kind = kind,
                         .remote_port = port,
                         .answer = answer,
                         .confirmed = answer == ASK_NONE,
                         .microseconds = 7 };
    if (remote)
        set_ends(remote, &ask->local, &ask->remote);
    else
        set_unused(ask);
    return ask;
}

static struct observed_setting *add_setting(struct observation *seen, const char *name,
                                            enum setting_presence presence)
{
    struct observed_setting *setting;

    assert(seen->setting_count < SETTINGS_MAX);
    setting = &seen->settings[seen->setting_count++];
    *setting = (struct observed_setting){ .presence = presence };
    (void)snprintf(setting->name, sizeof setting->name, "%s", name);
    return setting;
}

void given_setting(struct observation *seen, const char *name, int64_t number)
{
    add_setting(seen, name, SETTING_SET)->value.number = number;
}

void given_setting_range(struct observation *seen, const char *name, uint16_t first,
                         uint16_t last)
{
    add_setting(seen, name, SETTING_SET)->value =
        (struct setting_value){ .kind = SETTING_PORT_RANGE,
                                .range = { .first = first, .last = last } };
}

void given_setting_absent(struct observation *seen, const char *name,
                          enum setting_presence presence, const char *reason)
{
    struct observed_setting *setting = add_setting(seen, name, presence);

    (void)snprintf(setting->reason, sizeof setting->reason, "%s", reason);
}

void given_linux_settings(struct observation *seen)
{
    given_setting_range(seen, "ip_local_port_range", 32768, 60999);
    given_setting(seen, "tcp_tw_reuse", 2);
    given_setting(seen, "tcp_timestamps", 1);
    given_setting(seen, "tcp_fin_timeout", 60);
    given_setting_absent(seen, "tcp_tw_recycle", SETTING_MISSING, "");
    given_setting(seen, "tcp_max_tw_buckets", 131072);
}

void given_windows_settings(struct observation *seen)
{
    given_setting_absent(seen, "TcpTimedWaitDelay", SETTING_OS_DEFAULT, "");
    given_setting_absent(seen, "StrictTimeWaitSeqCheck", SETTING_OS_DEFAULT, "");
    given_setting_range(seen, "DynamicPortRangeTcp", 49152, 65535);
    given_setting_range(seen, "DynamicPortRangeUdp", 49152, 65535);
    given_setting_absent(seen, "MaxUserPort", SETTING_OS_DEFAULT, "");
}

size_t given_setting_count(enum os_kind os)
{
    size_t all;
    const struct setting *table = setting_table(&all);
    size_t count = 0;

    for (size_t i = 0; i < all; i++)
        count += table[i].os == os;
    return count;
}

void given_unread(struct reading *reading, const char *reason)
{
    *reading = (struct reading){ .known = false };
    (void)snprintf(reading->reason, sizeof reading->reason, "%s", reason);
}
