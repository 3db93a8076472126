/* SPDX-License-Identifier: MIT */
/* The kit's own files, by paths in UTF-8: a user's name need not be one of the code page.
 */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_FILES_H
#define TESTS_WINDOWS_KIT_LIB_KIT_FILES_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/* Adds the directory of this program. */
MUST_CHECK bool kit_files_own_directory(struct text *out, struct error *err);

/* Whether there is such a file. */
bool kit_files_has(const char *directory, const char *name);

/* Adds what the file holds; nothing where there is none. ERR_IO, ERR_LIMIT. */
MUST_CHECK bool kit_files_read(const char *directory, const char *name, struct text *out,
                               struct error *err);

/* Writes it whole. */
MUST_CHECK bool kit_files_write(const char *directory, const char *name,
                                const struct text *contents, struct error *err);

/* Adds a directory for the report: the kit's own, or, where that cannot be written, one
 * that it makes below %TEMP%. */
MUST_CHECK bool kit_files_report_directory(const char *kit, struct text *out,
                                           struct error *err);

#endif
