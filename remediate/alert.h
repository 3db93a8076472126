/* SPDX-License-Identifier: MIT */
/* The facts of an alert as a monitoring server tells them; words only, never a command.
 */
#ifndef REMEDIATE_ALERT_H
#define REMEDIATE_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/check.h"

/* A line on standard input may not be longer. */
enum { ALERT_LINE_MAX = 256 };

struct alert {
    enum check_state state; /* OK also for RECOVERY and RESOLVED */
    bool hard;
    uint32_t attempt;        /* 1.. */
    uint32_t downtime_depth; /* 0 = no downtime */
};

/* Words as macros give them; NULL = not given. */
struct alert_words {
    const char *state;    /* OK WARNING CRITICAL UNKNOWN PROBLEM RECOVERY ... */
    const char *type;     /* SOFT or HARD; Icinga's 0/1 too */
    const char *attempt;  /* a number */
    const char *downtime; /* a number, or empty */
};

/* Words -> facts, letter case ignored. PROBLEM reads as CRITICAL, an empty downtime as 0.
 * An unknown or missing word is ERR_MALFORMED and names it. */
MUST_CHECK bool alert_parse(const struct alert_words *words, struct alert *out,
                            struct error *err);

/* One line "STATE TYPE ATTEMPT [DOWNTIME]" with or without its end of line; the words
 * stand between blanks or tabs. Also refused: a second line, a NUL or other control byte
 * (ERR_MALFORMED), more than ALERT_LINE_MAX bytes (ERR_LIMIT). */
MUST_CHECK bool alert_parse_line(const char *line, size_t length, struct alert *out,
                                 struct error *err);

#endif
