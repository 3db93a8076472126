/* SPDX-License-Identifier: MIT */
/* The bytes of the journal's file -> the journal. */
#ifndef CHECKS_MODEL_JOURNAL_FILE_H
#define CHECKS_MODEL_JOURNAL_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/journal.h"

/* No journal is larger, bytes. */
enum { JOURNAL_MAX = 4 * 1024 * 1024 };

/*
 * A journal is lines of text, only ever appended: eight hex digits (CRC-32 of the rest of
 * the line), a blank, one JSON object (a record), a newline. A record of refused alerts
 * replaces the one before it, so that a flood of alerts does not grow the file.
 * A last line that is cut or has a wrong sum was never confirmed: it is as if not there.
 * A broken line before it means that someone else wrote: refused.
 *
 * ERR_MALFORMED with the line number ("line 3: ..."), ERR_LIMIT, ERR_MEMORY; *out
 * unchanged.
 */
MUST_CHECK bool journal_decode(const char *bytes, size_t length, struct journal *out,
                               struct error *err);

#endif
