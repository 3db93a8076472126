/* SPDX-License-Identifier: MIT */
/* Advice -> ordered list of changes. Pure. */
#ifndef REMEDIATE_PLAN_H
#define REMEDIATE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/check.h"
#include "checks/model/change.h"
#include "checks/model/port_range.h"

/* What the plan needs beside the verdict; everything borrowed. */
struct plan_facts {
    const struct observation *seen;
    const struct verdict *verdict;
    const char *const *only; /* names of --only; count 0 = all */
    size_t only_count;
    /* Of the whole port space, both families; NULL = could not be read: no range is
     * widened then. */
    const struct port_set *listeners[IP_PROTOCOL_COUNT];
    /* Linux */
    bool container;       /* live changes only */
    const char *reserved; /* net/ipv4/ip_local_reserved_ports now; NULL = unknown */
    /* What the files make of it at the next boot, and the one that does; NULL = none. */
    const char *reserved_boot;
    const char *reserved_source;
    uint16_t unprivileged_start; /* net/ipv4/ip_unprivileged_port_start; 0 = none */
    const char *drop_in_path;    /* of our file */
    const char *drop_in;         /* its contents now; NULL = absent */
    const char *drop_in_note;    /* for its comment: who wrote it when; one line */
    /* Windows */
    struct port_range dynamic[IP_PROTOCOL_COUNT][IP_FAMILY_COUNT]; /* zeroed = unknown */
    const struct port_set *excluded[IP_PROTOCOL_COUNT]; /* NULL = could not be read */
    /* "sqlservr.exe, pid 1234", "" or NULL = unknown; borrowed until the next call. May
     * be NULL itself. */
    const char *(*port_owner)(void *context, enum ip_protocol protocol, uint16_t port);
    /* The canonical text (change.h) of a registry value of the wrong type, NULL = could
     * not be read; borrowed until the next call. May be NULL itself. */
    const char *(*registry_value)(void *context, const char *place);
    void *context;
};

/* One setting in the plan. */
struct plan_item {
    const struct setting_result *result; /* borrowed from the verdict */
    size_t first_change;                 /* its changes in plan.changes, one after the */
    size_t change_count;                 /* other; the drop-in is no item's */
    char *obstacle; /* owned; why there is no (or not the whole) change; NULL = none */
};

/* Zeroed = nothing to do. */
struct plan {
    struct plan_item items[SETTINGS_MAX];
    size_t item_count;
    struct change changes[CHANGES_MAX]; /* in the order in which they are made */
    size_t change_count;
};

/* The name of the change of the drop-in, which serves several settings. */
#define PLAN_DROP_IN "drop_in"

/*
 * One item for every setting of the verdict, or every one that `only` names, in that
 * order, and the changes for those that are advised. Linux, in this order: listeners in
 * the new part of the range into ip_local_reserved_ports (merged), live values, then the
 * drop-in with every value that has to survive a boot. Windows: registry values, then the
 * ranges of both families; the widest range that covers the present one, lies within it
 * and the recommended one, and has no listener or excluded port in its new part. No range
 * is ever narrowed, no value weakened. ERR_ABSENT (`only` names no setting of this
 * system), ERR_MALFORMED (someone edited the drop-in), ERR_UNSUPPORTED (neither Linux nor
 * Windows), ERR_LIMIT, ERR_MEMORY; *out is then unchanged.
 */
MUST_CHECK bool plan_make(const struct plan_facts *facts, struct plan *out,
                          struct error *err);

/* Safe on zeroed, safe twice. */
void plan_clear(struct plan *plan);

#endif
