/* SPDX-License-Identifier: MIT */
/* What changes make of the settings that usage depends on: the range, the ports taken out
 * of it, and whose TIME_WAIT is reused. Pure. */
#ifndef REMEDIATE_FORESEEN_H
#define REMEDIATE_FORESEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/model/change.h"
#include "checks/model/observation.h"
#include "checks/model/place.h"
#include "checks/model/port_range.h"
#include "checks/model/socket_census.h"

/* A sysctl's number before and after. */
struct foreseen_number {
    bool changes;
    int64_t from;
    int64_t to;
};

/* Zeroed = nothing of it changes. */
struct foreseen {
    /* Of Linux in all four. */
    bool has_range[IP_PROTOCOL_COUNT][IP_FAMILY_COUNT];
    struct port_range from[IP_PROTOCOL_COUNT][IP_FAMILY_COUNT];
    struct port_range to[IP_PROTOCOL_COUNT][IP_FAMILY_COUNT];
    bool has_reserved; /* Linux: the list of reserved ports */
    struct port_set reserved_from;
    struct port_set reserved_to;
    struct foreseen_number reuse;      /* net.ipv4.tcp_tw_reuse */
    struct foreseen_number timestamps; /* net.ipv4.tcp_timestamps */
    bool reboot;                       /* some of the changes wait for a reboot */
};

/* Changes -> what they make. A value that cannot be read changes nothing: making it is
 * for the writer to refuse. */
void foresee(const struct change *changes, size_t count, struct foreseen *out);

/* Whether usage would be another one at once. */
bool foreseen_moves_usage(const struct foreseen *foreseen);

/*
 * Which TIME_WAIT of today the kernel will reuse, where it reuses `now`. Sockets that
 * began without timestamps are never reused, so switching them on frees none of today's;
 * `seen` tells whether they are on where `now` does not.
 */
enum time_wait_reuse foreseen_reuse(const struct foreseen *foreseen,
                                    const struct observation *seen,
                                    enum time_wait_reuse now);

#endif
