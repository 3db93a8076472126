/* SPDX-License-Identifier: MIT */
/* Lengths of time as people write and read them: "90s", "30m", "2h"; "1h 30m". */
#ifndef REMEDIATE_DURATION_H
#define REMEDIATE_DURATION_H

#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/* What is accepted, s. */
struct duration_limits {
    uint32_t least;
    uint32_t most;
};

/*
 * Reads a whole number with its unit, s, m or h, into seconds. ERR_MALFORMED for anything
 * else, ERR_LIMIT outside the limits; one line that quotes the text; *out unchanged.
 */
MUST_CHECK bool duration_parse(const char *text, const struct duration_limits *limits,
                               uint32_t *out, struct error *err);

/* Adds the seconds in the two largest units that are not 0: "2h", "1h 5s", "29m 58s",
 * "0s"; those below 0 as 0. */
void duration_add(int64_t seconds, struct text *out);

#endif
