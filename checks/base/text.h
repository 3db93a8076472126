/* SPDX-License-Identifier: MIT */
/* A growing, bounded piece of text; every report and every file read ends up in one. */
#ifndef CHECKS_BASE_TEXT_H
#define CHECKS_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* No text of ours may grow past this many bytes. */
enum { TEXT_MAX = 16 * 1024 * 1024 };

/*
 * Zeroed = empty. `data` is owned, always ends with a NUL (not counted in `length`) once
 * something was added, and is NULL before. After a failure (`failed`) the text stays as
 * it was and every later add does nothing, so a chain of adds is checked once, at its
 * end.
 */
struct text {
    char *data;
    size_t length; /* bytes */
    size_t size;   /* bytes allocated */
    bool failed;
};

/* Adds `length` bytes as they are. */
void text_add_bytes(struct text *text, const void *bytes, size_t length);

/* Adds a string as it is. */
void text_add(struct text *text, const char *string);

/* Adds formatted text. */
void text_addf(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);

/*
 * Adds foreign text made harmless for one line of output: the stand-ins of utf8_stand_in
 * instead of control characters, ends of lines, marks of direction and what is no UTF-8;
 * a blank instead of each character of `forbidden` (may be "").
 */
void text_add_clean(struct text *text, const char *foreign, const char *forbidden);

/* Whether it is UTF-8 without control characters (C0, DEL, C1). */
bool text_is_clean(const char *foreign);

/*
 * Does to the whole text, line feeds aside, what text_add_clean does to foreign text: the
 * last step before it is printed, so that nothing reaches a terminal that was overlooked.
 * It cannot fail.
 */
void text_make_printable(struct text *text);

/* The contents, never NULL. Borrowed until the next change. */
const char *text_string(const struct text *text);

/* False with ERR_MEMORY when an earlier add failed or would have passed TEXT_MAX. */
MUST_CHECK bool text_ok(const struct text *text, struct error *err);

/* Shortens to `length` bytes; longer than the text is no change. */
void text_cut(struct text *text, size_t length);

/* Frees the contents; safe on zeroed, safe twice. */
void text_clear(struct text *text);

/* Cuts all of `blanks` at both ends off, in place; returns where the rest begins. */
char *text_trim(char *string, const char *blanks);

/* A new copy of a string, freed by the caller with free(); NULL: out of memory. */
MUST_CHECK char *text_copy(const char *string);

/* The same of `length` bytes, which may hold NULs, with a NUL behind them. */
MUST_CHECK char *text_copy_bytes(const void *bytes, size_t length);

#endif
