/* SPDX-License-Identifier: MIT */
/* The TCP settings that this project knows: what they are, and what they are worth. */
#ifndef CHECKS_MODEL_SETTING_H
#define CHECKS_MODEL_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/os.h"
#include "checks/model/place.h"
#include "checks/model/port_range.h"

/* No host and no policy has more settings than this. */
enum { SETTINGS_MAX = 64, SETTING_NAME_SIZE = PLACE_PART_SIZE };

enum setting_kind { SETTING_NUMBER = 0, SETTING_PORT_RANGE };

/* Why a setting has the presence it has. */
enum setting_presence {
    SETTING_UNREAD = 0, /* not asked, or could not be read: see `reason` */
    SETTING_SET,        /* `value` holds it */
    SETTING_OS_DEFAULT, /* registry value absent: the system's default applies */
    SETTING_MISSING,    /* this kernel has no such key */
    SETTING_WRONG_TYPE  /* registry value of another type; `reason` names it */
};

/* Zeroed = the number 0; a presence says whether it means anything. */
struct setting_value {
    enum setting_kind kind;
    int64_t number;
    struct port_range range;
};

/* Which change of a value a risk is of. */
enum setting_turn {
    SETTING_ANY_CHANGE = 0,
    SETTING_TO_NUMBER, /* `number` afterwards */
    SETTING_RAISED,    /* a number, from a lower one */
    SETTING_REMOVED,   /* a registry value */
    SETTING_RESERVED,  /* no value changes; ports of the range are reserved, */
    SETTING_RELEASED,  /* or no longer, */
    SETTING_EXCHANGED  /* or some are and others are not */
};

struct setting_risk {
    enum setting_turn turn;
    int64_t number;
    const char *text; /* one line */
};

enum { SETTING_RISKS_MAX = 4 };

/* A fact of the platform, one row per setting of the built-in policy. */
struct setting {
    const char *name; /* unique over both systems; static, as all strings here */
    enum os_kind os;
    enum setting_kind kind;
    struct place place;
    bool reboot;     /* a change takes effect after the next boot */
    const char *why; /* one line: why a value short of recommended costs ports */
    /* What a change may cost: special ones first, the last one is of any change. */
    struct setting_risk risks[SETTING_RISKS_MAX];
};

/* The built-in settings of both systems, in the order in which they are shown. */
const struct setting *setting_table(size_t *count);

/* The built-in setting of that name, NULL when there is none. */
const struct setting *setting_find(const char *name);

/* What the change from one value to the other may cost, in one line; NULL = absent, or of
 * another type. */
const char *setting_risk(const struct setting *setting, const struct setting_value *from,
                         const struct setting_value *to);

/* The same where the value stays, and only the reserved ports of the range change:
 * SETTING_RESERVED, SETTING_RELEASED or SETTING_EXCHANGED. */
const char *setting_risk_of_reserve(const struct setting *setting,
                                    enum setting_turn turn);

/*
 * Valid numbers of a setting on that Windows version: TcpTimedWaitDelay 30..300, from 6.3
 * (8.1 / 2012 R2) 2..300 (Microsoft, BizTalk tuning guide); MaxUserPort 5000..65534
 * (KB196271). False when no limit is known; *lowest and *highest are then unchanged.
 */
bool setting_valid_numbers(const char *name, const struct os_version *version,
                           int64_t *lowest, int64_t *highest);

/* What this kernel gives a Linux setting that nobody sets. False when that is not known;
 * *out is then unchanged. */
bool setting_kernel_default(const char *name, const struct os_version *version,
                            struct setting_value *out);

bool setting_value_equal(const struct setting_value *a, const struct setting_value *b);

/* Adds "30" or "32768-60999". */
void setting_value_format(const struct setting_value *value, struct text *out);

#endif
