/* SPDX-License-Identifier: MIT */
/* Windows speaks UTF-16, everything above this directory UTF-8. */
#ifndef CHECKS_HOST_WINDOWS_WIN_TEXT_H
#define CHECKS_HOST_WINDOWS_WIN_TEXT_H

#include <stddef.h>
#include <wchar.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/* A new UTF-16 string, freed by the caller with free(). NULL: ERR_MALFORMED for what is
 * not UTF-8, ERR_MEMORY. */
MUST_CHECK wchar_t *win_text_to_wide(const char *text, struct error *err);

/* Adds a UTF-16 string as UTF-8; half a surrogate pair becomes U+FFFD. */
void win_text_add_wide(struct text *out, const wchar_t *wide);

/* Copies what fits into `size` bytes, NUL included, without splitting a character. */
void win_text_copy(char *out, size_t size, const char *text);

#endif
