/* SPDX-License-Identifier: MIT */
/* Reads the values of changes as the system will. */
#include "remediate/foreseen.h"

#include <string.h>

#include "checks/decode/sysctl_text.h"

#define PLACE_REUSE      "net/ipv4/tcp_tw_reuse"
#define PLACE_TIMESTAMPS "net/ipv4/tcp_timestamps"

static void foresee_number(const struct change *change, struct foreseen_number *out)
{
    struct foreseen_number read = { .changes = true };

    if (change->from && change->to &&
        sysctl_text_number(change->from, &read.from, NULL) &&
        sysctl_text_number(change->to, &read.to, NULL))
        *out = read;
}

static void foresee_reserved(const struct change *change, struct foreseen *out)
{
    out->has_reserved = change->from && change->to &&
                        sysctl_text_port_list(change->from, &out->reserved_from, NULL) &&
                        sysctl_text_port_list(change->to, &out->reserved_to, NULL);
}

/* Linux has one range for both protocols and both families. */
static void foresee_sysctl_range(const struct change *change, struct foreseen *out)
{
    struct port_range from;
    struct port_range to;

    if (!change->from || !change->to ||
        !sysctl_text_port_range(change->from, &from, NULL) ||
        !sysctl_text_port_range(change->to, &to, NULL))
        return;
    for (size_t protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++)
        for (size_t family = 0; family < IP_FAMILY_COUNT; family++) {
            out->has_range[protocol][family] = true;
            out->from[protocol][family] = from;
            out->to[protocol][family] = to;
        }
}

static void foresee_dynamic_range(const struct change *change, struct foreseen *out)
{
    enum ip_protocol protocol;
    enum ip_family family;

    if (change->from && change->to &&
        place_range_parse(change->place, &protocol, &family, NULL))
        out->has_range[protocol][family] =
            port_range_parse(change->from, &out->from[protocol][family], NULL) &&
            port_range_parse(change->to, &out->to[protocol][family], NULL);
}

void foresee(const struct change *changes, size_t count, struct foreseen *out)
{
    *out = (struct foreseen){ 0 };
    for (size_t i = 0; i < count; i++) {
        const struct change *change = &changes[i];

        if (change->reboot)
            out->reboot = true;
        else if (change->kind == CHANGE_DYNAMIC_RANGE)
            foresee_dynamic_range(change, out);
        else if (change->kind != CHANGE_SYSCTL)
            continue;
        else if (strcmp(change->place, PLACE_PORT_RANGE) == 0)
            foresee_sysctl_range(change, out);
        else if (strcmp(change->place, PLACE_RESERVED_PORTS) == 0)
            foresee_reserved(change, out);
        else if (strcmp(change->place, PLACE_REUSE) == 0)
            foresee_number(change, &out->reuse);
        else if (strcmp(change->place, PLACE_TIMESTAMPS) == 0)
            foresee_number(change, &out->timestamps);
    }
}

bool foreseen_moves_usage(const struct foreseen *foreseen)
{
    bool moves =
        foreseen->has_reserved || foreseen->reuse.changes || foreseen->timestamps.changes;

    for (size_t protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++)
        for (size_t family = 0; family < IP_FAMILY_COUNT; family++)
            moves |= foreseen->has_range[protocol][family];
    return moves;
}

/* Whether timestamps are on, as far as it can be told. */
static bool has_timestamps(const struct foreseen *foreseen,
                           const struct observation *seen, enum time_wait_reuse now)
{
    if (now != REUSE_NEVER)
        return true;
    for (size_t i = 0; i < seen->setting_count; i++)
        if (strcmp(seen->settings[i].name, "tcp_timestamps") == 0 &&
            seen->settings[i].presence == SETTING_SET)
            return seen->settings[i].value.number != 0;
    /* It reuses none although told to: that is what it does without them. */
    return foreseen->reuse.from == 0;
}

enum time_wait_reuse foreseen_reuse(const struct foreseen *foreseen,
                                    const struct observation *seen,
                                    enum time_wait_reuse now)
{
    static const enum time_wait_reuse meanings[] = { REUSE_NEVER, REUSE_ALWAYS,
                                                     REUSE_LOOPBACK };
    const struct foreseen_number *timestamps = &foreseen->timestamps;
    const int64_t value = foreseen->reuse.to;

    if (timestamps->changes && (timestamps->from == 0 || timestamps->to == 0))
        return REUSE_NEVER;
    if (!foreseen->reuse.changes || value < 0 ||
        value >= (int64_t)ARRAY_COUNT(meanings) || !has_timestamps(foreseen, seen, now))
        return now;
    return meanings[value];
}
