/* SPDX-License-Identifier: MIT */
/* Runs a stage's program and passes on what it says, as it comes. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_CHILD_H
#define TESTS_WINDOWS_KIT_LIB_KIT_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/windows-kit/lib/kit_lines.h"

struct kit_child {
    const char *command;   /* program in quotes first */
    const char *directory; /* where it runs */
    uint32_t limit_s;
    bool as_user; /* without administrators' rights */
};

/*
 * The last line is one of the kit's own: "exit CODE, SECONDS s", or why it did not come
 * to its end. The program and all that it started end with us, after the limit, or when
 * the sink is stopped.
 */
void kit_child_run(const struct kit_child *child, const struct kit_sink *sink);

#endif
