/* SPDX-License-Identifier: MIT */
/* Text that a terminal must never get, for every field that somebody else can fill. */
#ifndef TESTS_SUPPORT_HOSTILE_H
#define TESTS_SUPPORT_HOSTILE_H

#include <stddef.h>

#include "checks/base/text.h"

/* A clear-screen, ends of lines, an override of direction, a C1 control, a perfdata mark,
 * a quote and half a character; and as much of it as a name of a device has room for. */
extern const char hostile_text[];
extern const char hostile_name[];

/* What stands in such a field of an ordinary host. */
extern const char harmless_text[];

/* Fails the test if the output holds anything but lines of printable UTF-8. */
void assert_printable(const char *what, const struct text *out);

/* The same, and unless it has as many lines (unwrapped) as that of harmless text: a line
 * feed of somebody else's is no end of a line of ours. */
void assert_as_printable(const char *what, const struct text *out,
                         const struct text *harmless);

/* How often the character occurs. */
size_t count_of(const struct text *out, char character);

#endif
