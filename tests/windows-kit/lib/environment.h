/* SPDX-License-Identifier: MIT */
/* Variables of our environment that hold for a moment, so that a child inherits them. */
#ifndef TESTS_WINDOWS_KIT_LIB_ENVIRONMENT_H
#define TESTS_WINDOWS_KIT_LIB_ENVIRONMENT_H

#include <stddef.h>
#include <wchar.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* UTF-8, borrowed. */
struct program_variable {
    const char *name;
    const char *value;
};

/* No run needs more variables. */
enum { ENVIRONMENT_MAX = 8 };

/* What was there before. Zeroed = nothing was set. */
struct environment {
    wchar_t *names[ENVIRONMENT_MAX];
    wchar_t *values[ENVIRONMENT_MAX]; /* NULL = it did not exist */
    size_t count;
};

/* Sets them, and keeps in *before what they were; environment_restore also follows a
 * failure. ERR_LIMIT, ERR_MALFORMED, ERR_MEMORY, ERR_IO. */
MUST_CHECK bool environment_set(struct environment *before,
                                const struct program_variable *variables, size_t count,
                                struct error *err);

/* All as before; *before is empty then. */
void environment_restore(struct environment *before);

#endif
