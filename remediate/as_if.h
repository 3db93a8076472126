/* SPDX-License-Identifier: MIT */
/* The host as it would be after changes that nobody made yet: its sockets are its own,
 * the settings that decide what they mean are the changes'. */
#ifndef REMEDIATE_AS_IF_H
#define REMEDIATE_AS_IF_H

#include "checks/host/host.h"
#include "remediate/foreseen.h"

/* Everything borrowed; must not be moved while `host` is in use. */
struct as_if {
    const struct host *real;
    const struct foreseen *foreseen; /* NULL = nothing but that nobody is asked */
    const struct observation *seen;  /* of the host as it is */
    /* The ranges of today, for families whose range stays; zeroed = unknown. */
    struct port_range today[IP_PROTOCOL_COUNT][IP_FAMILY_COUNT];
    struct host_ops ops;
    struct host host; /* what to observe; never closed */
};

/* Prepares `host`; the fields before `ops` are the caller's. Nobody is asked for a port
 * there: the answer would be that of today. */
void as_if_open(struct as_if *as_if);

#endif
