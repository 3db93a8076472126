/* SPDX-License-Identifier: MIT */
/* The table of the settings, and what systems make of their values. */
#include "checks/model/setting.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct setting table[] = {
    {
        .name = "TcpTimedWaitDelay",
        .os = OS_WINDOWS,
        .place = { .kind = PLACE_REGISTRY,
                   .path = PLACE_TCPIP_KEY,
                   .value = "TcpTimedWaitDelay" },
        .reboot = true,
        .why = "each closed connection blocks its port for this long",
        .risks = { { .turn = SETTING_REMOVED,
                     .text = "the default of Windows applies again: each closed "
                             "connection blocks its port for longer" },
                   { .turn = SETTING_RAISED,
                     .text = "each closed connection blocks its port for longer" },
                   { .text = "a late segment of an old connection may meet a new one on "
                             "the same port" } },
    },
    {
        .name = "StrictTimeWaitSeqCheck",
        .os = OS_WINDOWS,
        .place = { .kind = PLACE_REGISTRY,
                   .path = PLACE_TCPIP_KEY,
                   .value = "StrictTimeWaitSeqCheck" },
        .reboot = true,
        .why = "tuning guides say that without it TcpTimedWaitDelay has no effect",
        .risks = { { .turn = SETTING_REMOVED,
                     .text = "TcpTimedWaitDelay has no effect without it, tuning guides "
                             "say" },
                   { .turn = SETTING_TO_NUMBER,
                     .number = 0,
                     .text = "TcpTimedWaitDelay has no effect without it, tuning guides "
                             "say" },
                   { .text = "none known" } },
    },
    {
        .name = "DynamicPortRangeTcp",
        .os = OS_WINDOWS,
        .kind = SETTING_PORT_RANGE,
        .place = { .kind = PLACE_DYNAMIC_RANGE, .protocol = IP_PROTOCOL_TCP },
        .why = "all outgoing connections of the host share the ports of this range",
        .risks = { { .text = "firewall rules that name the old range (RPC) must follow "
                             "it" } },
    },
    {
        .name = "DynamicPortRangeUdp",
        .os = OS_WINDOWS,
        .kind = SETTING_PORT_RANGE,
        .place = { .kind = PLACE_DYNAMIC_RANGE, .protocol = IP_PROTOCOL_UDP },
        .why = "all such UDP sockets of the host share the ports of this range",
        .risks = { { .text = "firewall rules that name the old range must follow it" } },
    },
    {
        .name = "MaxUserPort",
        .os = OS_WINDOWS,
        .place = { .kind = PLACE_REGISTRY,
                   .path = PLACE_TCPIP_KEY,
                   .value = "MaxUserPort" },
        .reboot = true,
        .why = "it moves the TCP range over the ports of services; set the dynamic range "
               "instead",
        .risks = { { .turn = SETTING_REMOVED,
                     .text = "none: the dynamic range is in effect again" },
                   { .text = "the TCP range begins at 1024 and lies over the ports of "
                             "services, and WSL's mirrored network breaks" } },
    },
    {
        .name = "ip_local_port_range",
        .os = OS_LINUX,
        .kind = SETTING_PORT_RANGE,
        .place = { .kind = PLACE_SYSCTL, .path = PLACE_PORT_RANGE },
        .why = "the range limits the number of connections to one destination",
        .risks = { { .turn = SETTING_RESERVED,
                     .text = "the kernel allocates the reserved ports no more: fewer "
                             "ports remain for connections" },
                   { .turn = SETTING_RELEASED,
                     .text = "a service that comes back to a released port may find the "
                             "port in use" },
                   { .turn = SETTING_EXCHANGED,
                     .text = "the kernel allocates the released ports instead of the "
                             "reserved ones: a service that comes back to a released "
                             "port may find the port in use" },
                   { .text =
                         "what does not listen now may find its port of the new part "
                         "in use later: ranges for media (RTP, passive FTP), standbys "
                         "of a cluster, forwarded ports (DNAT, NodePorts); such "
                         "ports stay free if \"reserve\" in the policy names them "
                         "(port-exhaustion-policy(5))" } },
    },
    {
        .name = "tcp_tw_reuse",
        .os = OS_LINUX,
        .place = { .kind = PLACE_SYSCTL, .path = "net/ipv4/tcp_tw_reuse" },
        .why = "a port in TIME_WAIT remains blocked for its destination",
        .risks = { { .turn = SETTING_TO_NUMBER,
                     .number = 0,
                     .text = "a port in TIME_WAIT remains blocked for its destination" },
                   { .turn = SETTING_TO_NUMBER,
                     .number = 2,
                     .text = "a port in TIME_WAIT remains blocked for its destination, "
                             "except on loopback" },
                   { .text = "none for outgoing connections: timestamps distinguish old "
                             "segments from new ones" } },
    },
    {
        .name = "tcp_timestamps",
        .os = OS_LINUX,
        .place = { .kind = PLACE_SYSCTL, .path = "net/ipv4/tcp_timestamps" },
        .why = "without timestamps tcp_tw_reuse has no effect",
        .risks = { { .turn = SETTING_TO_NUMBER,
                     .number = 0,
                     .text = "tcp_tw_reuse has no effect, and fast connections lose "
                             "their protection against old segments" },
                   { .text = "12 bytes per segment" } },
    },
    {
        .name = "tcp_fin_timeout",
        .os = OS_LINUX,
        .place = { .kind = PLACE_SYSCTL, .path = "net/ipv4/tcp_fin_timeout" },
        .why = "a connection that the peer does not close keeps its port for this long",
        .risks = { { .turn = SETTING_RAISED,
                     .text = "a connection that the peer does not close keeps its port "
                             "for longer" },
                   { .text = "a peer that closes later than this gets a reset" } },
    },
    {
        .name = "tcp_tw_recycle",
        .os = OS_LINUX,
        .place = { .kind = PLACE_SYSCTL, .path = "net/ipv4/tcp_tw_recycle" },
        .why = "it drops connections of clients behind NAT",
        .risks = { { .turn = SETTING_TO_NUMBER, .number = 0, .text = "none" },
                   { .text = "connections of clients behind NAT are dropped" } },
    },
    {
        .name = "tcp_max_tw_buckets",
        .os = OS_LINUX,
        .place = { .kind = PLACE_SYSCTL, .path = "net/ipv4/tcp_max_tw_buckets" },
        .why = "above it the kernel drops TIME_WAIT sockets early",
        .risks = { { .turn = SETTING_RAISED,
                     .text = "more memory for sockets in TIME_WAIT" },
                   { .text = "the kernel drops TIME_WAIT sockets early" } },
    },
};

const struct setting *setting_table(size_t *count)
{
    *count = ARRAY_COUNT(table);
    return table;
}

const struct setting *setting_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(table); i++)
        if (strcmp(name, table[i].name) == 0)
            return &table[i];
    return NULL;
}

static bool is_of(const struct setting_risk *risk, const struct setting_value *from,
                  const struct setting_value *to)
{
    const bool numbers = from && to && to->kind == SETTING_NUMBER;

    switch (risk->turn) {
    case SETTING_ANY_CHANGE:
        return true;
    case SETTING_TO_NUMBER:
        return to && to->number == risk->number;
    case SETTING_RAISED:
        return numbers && to->number > from->number;
    case SETTING_REMOVED:
        return !to;
    case SETTING_RESERVED:
    case SETTING_RELEASED:
    case SETTING_EXCHANGED:
        break;
    }
    return false;
}

const char *setting_risk(const struct setting *setting, const struct setting_value *from,
                         const struct setting_value *to)
{
    for (size_t i = 0; i < SETTING_RISKS_MAX; i++)
        if (is_of(&setting->risks[i], from, to))
            return setting->risks[i].text;
    return NULL;
}

const char *setting_risk_of_reserve(const struct setting *setting, enum setting_turn turn)
{
    for (size_t i = 0; i < SETTING_RISKS_MAX; i++)
        if (setting->risks[i].turn == turn)
            return setting->risks[i].text;
    return NULL;
}

bool setting_valid_numbers(const char *name, const struct os_version *version,
                           int64_t *lowest, int64_t *highest)
{
    if (strcmp(name, "TcpTimedWaitDelay") == 0) {
        *lowest = os_version_at_least(version, 6, 3) ? 2 : 30;
        *highest = 300;
        return true;
    }
    if (strcmp(name, "MaxUserPort") == 0) {
        *lowest = 5000;
        *highest = 65534;
        return true;
    }
    return false;
}

bool setting_kernel_default(const char *name, const struct os_version *version,
                            struct setting_value *out)
{
    static const struct {
        const char *name;
        int64_t number;
    } numbers[] = {
        { "tcp_timestamps", 1 },
        { "tcp_fin_timeout", 60 },
        { "tcp_tw_recycle", 0 },
    };

    if (strcmp(name, "ip_local_port_range") == 0) {
        /* commit 07f4c90062f8: up to 61000 before 4.2, where no vendor took it back */
        if (!os_version_at_least(version, 4, 2))
            return false;
        *out = (struct setting_value){ .kind = SETTING_PORT_RANGE,
                                       .range = { 32768, 60999 } };
        return true;
    }
    if (strcmp(name, "tcp_tw_reuse") == 0) { /* commit 79e9fed46038: 2 from 4.19 on */
        *out = (struct setting_value){ .number =
                                           os_version_at_least(version, 4, 19) ? 2 : 0 };
        return true;
    }
    for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
        if (strcmp(name, numbers[i].name) == 0) {
            *out = (struct setting_value){ .number = numbers[i].number };
            return true;
        }
    return false;
}

bool setting_value_equal(const struct setting_value *a, const struct setting_value *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == SETTING_PORT_RANGE)
        return a->range.first == b->range.first && a->range.last == b->range.last;
    return a->number == b->number;
}

void setting_value_format(const struct setting_value *value, struct text *out)
{
    if (value->kind == SETTING_PORT_RANGE) {
        char range[PORT_RANGE_TEXT_SIZE];

        port_range_format(value->range, range);
        text_add(out, range);
    } else {
        text_addf(out, "%" PRId64, value->number);
    }
}
