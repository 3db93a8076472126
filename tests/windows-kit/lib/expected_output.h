/* SPDX-License-Identifier: MIT */
/* Whether a program printed what a case expects, and where it first did not. */
#ifndef TESTS_WINDOWS_KIT_LIB_EXPECTED_OUTPUT_H
#define TESTS_WINDOWS_KIT_LIB_EXPECTED_OUTPUT_H

#include <stdbool.h>

#include "checks/base/text.h"

/* What is wrong, as say_not_ok takes it. Zeroed = nothing; the caller clears both. */
struct difference {
    struct text got;
    struct text wanted;
};

/*
 * Whether `output` is `pattern` to the byte, in which @VERSION@ stands for `version` and
 * @REASON@ for one or more characters of a line. If not, adds the first line that differs
 * to *out, made printable.
 */
bool expected_output_matches(const char *pattern, const char *version,
                             const struct text *output, struct difference *out);

/*
 * Whether it is a screen for people: whole lines of ASCII of at most 80 columns without
 * '|' (where Nagios cuts), at most 4,000 bytes. If not, adds to *out what it is instead.
 */
bool expected_output_is_screen(const struct text *output, struct difference *out);

void difference_clear(struct difference *difference);

#endif
