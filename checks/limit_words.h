/* SPDX-License-Identifier: MIT */
/* Which limit an alert is about, in the words of every report. */
#ifndef CHECKS_LIMIT_WORDS_H
#define CHECKS_LIMIT_WORDS_H

#include "checks/base/text.h"
#include "checks/check.h"

/* Adds the end of the limit that the number is beyond: "limit 80%", "limit 20000",
 * "minimum 10%", "limit @10:20" of one that alerts inside; nothing where it is beyond
 * none. */
void limit_words(const struct result *result, struct text *out);

#endif
