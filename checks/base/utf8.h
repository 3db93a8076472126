/* SPDX-License-Identifier: MIT */
/* Characters of UTF-8: how long they are, and cuts between them. */
#ifndef CHECKS_BASE_UTF8_H
#define CHECKS_BASE_UTF8_H

#include <stddef.h>

/*
 * Length in bytes, 1..4, of the well-formed character (RFC 3629) at `string`, which ends
 * with a NUL; 0 when there is none. The NUL itself is a character of one byte.
 */
size_t utf8_length(const char *string);

/*
 * How many of the first `length` bytes of `text` to keep, so that the cut splits no
 * character: `length`, or up to three fewer. Reads nothing behind them.
 */
size_t utf8_cut(const char *text, size_t length);

/* The first whole character of a string whose beginning was cut off. */
const char *utf8_whole(const char *string);

/* Number of characters in `length` bytes of well-formed UTF-8. */
size_t utf8_count(const char *text, size_t length);

#endif
