/* SPDX-License-Identifier: MIT */
/* known.txt: differences that are known, each with its reason. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_KNOWN_H
#define TESTS_WINDOWS_KIT_LIB_KIT_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

enum { KIT_KNOWN_MAX = 200, KIT_KNOWN_LINE = 512 };

/* How a row names the stage itself instead of one of its tests. */
#define KIT_STAGE_ITSELF "(stage)"

/* "STAGE NAME | reason", cut into words that point into `line`. */
struct kit_known_row {
    char line[KIT_KNOWN_LINE];
    const char *stage;
    const char *name;
    const char *reason;
    bool seen; /* it differs in this run */
};

/* Zeroed = none is known. */
struct kit_known {
    struct kit_known_row rows[KIT_KNOWN_MAX];
    size_t count;
};

/*
 * Reads the whole text of a list. Empty lines and those that begin with '#' are none.
 * ERR_MALFORMED with the number of the line; ERR_LIMIT. *out is then unspecified.
 */
MUST_CHECK bool kit_known_parse(const char *text, struct kit_known *out,
                                struct error *err);

/*
 * The reason of what `stage` said after "not ok ", or KIT_STAGE_ITSELF; NULL = not known.
 * Marks the row as seen.
 */
const char *kit_known_reason(struct kit_known *known, const char *stage,
                             const char *words);

#endif
