/* SPDX-License-Identifier: MIT */
/* What is going to be done: the states of each setting's places, and the changes that
 * follow from their difference. Plain data; the planners fill it in. */
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
#include "checks/model/place.h"
#include "checks/model/plan_reservation.h"
#include "checks/model/port_range.h"

enum plan_value_kind {
    PLAN_UNKNOWN = 0, /* not known, or not planned */
    PLAN_ABSENT,      /* a registry value that is not there */
    PLAN_NUMBER,
    PLAN_RANGE,
    PLAN_TEXT /* a registry value of another type, as change.h writes it */
};

/* A value that a place has, or gets: a number until it is written. Zeroed = unknown. */
struct plan_value {
    enum plan_value_kind kind;
    int64_t number;
    struct port_range range;
    const char *text; /* borrowed from the planner's input */
};

/* The states of one place. */
struct plan_target {
    enum change_kind kind;
    char place[PLACE_NAME_SIZE];
    struct plan_value live;   /* now */
    struct plan_value boot;   /* what the next boot brings when nothing is done */
    struct plan_value wanted; /* now and after each boot; unknown = left as it is */
};

/* One setting in the plan. */
struct plan_item {
    const struct setting_result *result; /* borrowed from the verdict */
    /* A dynamic range has one for each family, every other setting has one. */
    struct plan_target targets[IP_FAMILY_COUNT];
    size_t target_count;
    char *obstacle; /* owned; why there is no (or not the whole) change; NULL = none */
    bool unread;    /* the obstacle is that something needed could not be read */
    char *risks; /* owned; beside the risk of the change (plan_item_risk), those of this
                    host: lines, each with its newline; NULL = none */
    size_t first_change; /* its changes in plan.changes, one after the */
    size_t change_count; /* other; the drop-in is no item's */
    /* What its changes make of the reserved ports (SETTING_RESERVED, ...);
     * SETTING_ANY_CHANGE = nothing. */
    enum setting_turn reserve_turn;
};

/* The ports that the kernel hands out to nobody (PLACE_RESERVED_PORTS). */
struct plan_reserve {
    const struct plan_item *item; /* whose range needs them; NULL = left as they are */
    struct port_set live;         /* reserved now */
    struct port_set boot;         /* what the files of the next boot reserve */
    struct port_set kept;         /* of `wanted`: whether somebody listens there or not */
    struct port_set needed;       /* of `wanted`: what this plan has a reason for */
    struct port_set released;     /* ours, of no use any more: not in `wanted` */
    struct port_set wanted;       /* others' of `live`, and `needed` */
    struct plan_reservations rows; /* owned; what each is for */
    char *limit; /* owned; why the range is not as wide as it could be; NULL = it is */
};

/* Our file of sysctl.d. */
struct plan_file {
    const char *path; /* borrowed from the planner's input, as `live` */
    const char *live; /* NULL = absent */
    char *wanted;     /* owned; NULL = left as it is */
};

/* So many risks of an item are named, the rest is counted. */
enum { PLAN_RISKS_NAMED = 8 };

/* Zeroed = nothing to do. */
struct plan {
    struct plan_item items[SETTINGS_MAX];
    size_t item_count;
    struct plan_reserve reserve;
    struct plan_file file;
    struct change changes[CHANGES_MAX]; /* in the order in which they are made */
    size_t change_count;
};

/* The name of the change of the drop-in, which serves several settings. */
#define PLAN_DROP_IN "drop_in"

/*
 * Turns the states into changes: every place whose wanted value is known and another than
 * the live one. First sysctls in the order of the items, the reserved ports before the
 * range that needs them, then registry values, then dynamic ranges, then our file.
 * ERR_LIMIT (more than CHANGES_MAX), ERR_MEMORY; the caller clears *plan.
 */
MUST_CHECK bool plan_changes(struct plan *plan, struct error *err);

/* Says why the item has no, or not the whole, change, on one clean line; at most once per
 * item. ERR_MEMORY. */
MUST_CHECK bool plan_obstruct(struct plan_item *item, const char *obstacle,
                              struct error *err);

/* The same where something that the change needs could not be read: nobody knows then
 * whether there is nothing to do. */
MUST_CHECK bool plan_obstruct_unread(struct plan_item *item, const char *obstacle,
                                     struct error *err);

/* Gives the item its risks, copied from lines; at most once per item. ERR_MEMORY. */
MUST_CHECK bool plan_warn(struct plan_item *item, const struct text *risks,
                          struct error *err);

/* One line: what the item's change may cost (setting_risk); NULL when nothing is changed,
 * or nothing is known of a setting that the site's policy added. */
const char *plan_item_risk(const struct plan_item *item);

/* One line: why it is changed; "" when nobody says. */
const char *plan_item_why(const struct plan_item *item);

/* Whether something is planned for the item: a change, or that its value is kept. */
bool plan_item_is_planned(const struct plan_item *item);

/* The value of a setting of that kind. */
struct plan_value plan_value_of(enum setting_kind kind,
                                const struct setting_value *value);

bool plan_value_equal(const struct plan_value *a, const struct plan_value *b);

/* Adds a known value as a change of that kind has it: "30", "10000 65535" (a sysctl),
 * "32768-65535" (a dynamic range). */
void plan_value_add(enum change_kind kind, const struct plan_value *value,
                    struct text *out);

/* Empties it; safe on zeroed, safe twice. */
void plan_reserve_clear(struct plan_reserve *reserve);

/* Safe on zeroed, safe twice. */
void plan_clear(struct plan *plan);

#endif
