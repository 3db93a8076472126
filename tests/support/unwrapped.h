/* SPDX-License-Identifier: MIT */
/* Lines of a report, whatever the width of a terminal made of them. */
#ifndef TESTS_SUPPORT_UNWRAPPED_H
#define TESTS_SUPPORT_UNWRAPPED_H

#include "checks/base/text.h"

/* Adds `lines`, but joined what goes on in a line of its own: with eight blanks or more
 * before it. */
void unwrap(const char *lines, struct text *out);

#endif
