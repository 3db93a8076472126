/* SPDX-License-Identifier: MIT */
/* What a plan is made from: the verdict, and what was seen of the machine beside it. */
#ifndef REMEDIATE_PLAN_INPUT_H
#define REMEDIATE_PLAN_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/check.h"
#include "checks/model/journal.h"
#include "checks/model/listener.h"
#include "checks/model/place.h"
#include "checks/model/port_range.h"

/* Everything borrowed. */
struct plan_input {
    const struct observation *seen;
    const struct verdict *verdict;
    const char *const *only; /* names of --only; count 0 = all */
    size_t only_count;
    bool relief_only; /* see relief_plan.h */
    /* Of the whole port space, both families; NULL = could not be read: no range is
     * widened then. */
    const struct port_set *listeners[IP_PROTOCOL_COUNT];
    /* Whose they are; NULL = the system's, all of them. */
    const struct listener_table *owners;
    /* Linux */
    bool live_only;       /* nothing is kept for the next boot */
    const char *reserved; /* PLACE_RESERVED_PORTS now; NULL = unknown */
    /* What the files make of it at the next boot, and the one that does; NULL = none. */
    const char *reserved_boot;
    const char *reserved_source;
    const char *reserved_others; /* what they make of it without our file; NULL = none */
    /* What a site keeps free; NULL = what is built in. */
    const struct policy_reserve *reserve;
    const char *kubernetes;        /* a sign that NodePorts are handed out; NULL = none */
    const struct journal *journal; /* NULL = none */
    const char *boot;              /* identity of this boot; NULL = unknown */
    const char *machine;           /* digest of this machine's; NULL = unknown */
    bool tuned_reapplies; /* tuned writes the files of /etc and /run after its profile */
    uint16_t unprivileged_start; /* PLACE_UNPRIVILEGED_START; 0 = none */
    const char *drop_in_path;    /* of our file */
    const char *drop_in;         /* its contents now; NULL = absent */
    const char *drop_in_note;    /* for its comment: who wrote it when; one line */
    /* Windows */
    struct port_range dynamic[IP_PROTOCOL_COUNT][IP_FAMILY_COUNT]; /* zeroed = unknown */
    const struct port_set *excluded[IP_PROTOCOL_COUNT]; /* NULL = could not be read */
    /* Registry values of the wrong type, in the order of the verdict, as change.h writes
     * them; NULL = another setting, or could not be read. */
    const char *registry_text[SETTINGS_MAX];
    /* "sqlservr.exe, pid 1234", "" or NULL = unknown; borrowed until the next call. May
     * be NULL itself; asked for at most PLAN_RISKS_NAMED ports of each protocol. */
    const char *(*port_owner)(void *context, enum ip_protocol protocol, uint16_t port);
    void *context;
};

#endif
