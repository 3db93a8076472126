/* SPDX-License-Identifier: MIT */
/* Builders of journals: each adds one line, or the lines of one run. */
#ifndef TESTS_SUPPORT_JOURNAL_LINES_H
#define TESTS_SUPPORT_JOURNAL_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "checks/base/text.h"
#include "checks/model/change.h"
#include "checks/model/journal.h"

enum { LINES_TIME_S = 1700000000 };

/* What tells one run from another; strings borrowed. */
struct lines_run {
    const char *id;
    const char *command;
    const char *undoes;
    const char *boot;
    int64_t time_s;
};

/* tcp_tw_reuse 2 -> 1, and the drop-in absent -> one key. Never changed by a test. */
extern struct change given_reuse;
extern struct change given_drop_in;

void lines_begin(struct text *out, const struct lines_run *given, struct change *changes,
                 size_t count);
void lines_step(struct text *out, const char *record, const char *id, size_t change);
void lines_end(struct text *out, const char *id, enum run_outcome outcome, int64_t end_s,
               const char *message);

/* Any text as a line with the right sum. */
void lines_raw(struct text *out, const char *json);

/* A whole run of one change that was applied. */
void lines_applied(struct text *out, const struct lines_run *given,
                   struct change *change);

/* An applied run a-1 of two changes, its undo u-2, a restored b-3 and an open c-4. */
void lines_history(struct text *out);

/* Fails the test when it cannot. */
void lines_decode(const struct text *bytes, struct journal *out);

#endif
