/* SPDX-License-Identifier: MIT */
/* Unix time as RFC 3339 text, without the C library's time zones. */
#ifndef CHECKS_MODEL_UTC_TIME_H
#define CHECKS_MODEL_UTC_TIME_H

#include <stdbool.h>
#include <stdint.h>

/* Room for "2026-01-31T23:59:59Z" and the NUL. */
enum { UTC_TIME_TEXT_SIZE = 21 };

/* The last second of the year 9999. */
#define UTC_TIME_MAX INT64_C(253402300799)

/* Prints `time_s`, brought into 0..UTC_TIME_MAX. */
void utc_time_format(int64_t time_s, char out[UTC_TIME_TEXT_SIZE]);

/*
 * The reverse, exactly that form ('T', 'Z', no fraction, no leap second), years
 * 1970..9999. False for any other text; *time_s is then unchanged.
 */
bool utc_time_parse(const char *text, int64_t *time_s);

#endif
