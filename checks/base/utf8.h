/* SPDX-License-Identifier: MIT */
/* Characters of UTF-8: how long they are, cuts between them, and which are printed. */
#ifndef CHECKS_BASE_UTF8_H
#define CHECKS_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Length in bytes, 1..4, of the well-formed character (RFC 3629) at `string`, which ends
 * with a NUL; 0 when there is none. The NUL itself is a character of one byte.
 */
size_t utf8_length(const char *string);

/* The number of the well-formed character of `length` bytes at `string`. */
uint32_t utf8_code_point(const char *string, size_t length);

/*
 * What is printed instead of the character at `string`: '\0' = itself. A blank for
 * control characters (C0, DEL, C1) and the ends of lines (U+2028, U+2029), which a
 * terminal obeys;
 * '?' for what is no UTF-8 and for the marks that turn the direction of the text around
 * them (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069). *length gets its
 * bytes, 1..4.
 */
char utf8_stand_in(const char *string, size_t *length);

/*
 * Puts the stand-ins into `bytes`, which ends with a NUL behind its `length` bytes and
 * may get shorter; line feeds stay where `keep_lines`. Returns the new length. It cannot
 * fail.
 */
size_t utf8_make_printable(char *bytes, size_t length, bool keep_lines);

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
