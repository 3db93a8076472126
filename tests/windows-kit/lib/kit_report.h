/* SPDX-License-Identifier: MIT */
/* The report of a run, from what its stages said. Pure. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_REPORT_H
#define TESTS_WINDOWS_KIT_LIB_KIT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/text.h"
#include "tests/windows-kit/lib/kit_known.h"
#include "tests/windows-kit/lib/kit_result.h"
#include "tests/windows-kit/lib/kit_stages.h"

struct kit_entry {
    const struct kit_stage *stage;
    struct text output;
    struct kit_result result; /* of that output */
};

/* Strings are borrowed. */
struct kit_report {
    const char *version;
    const char *windows;   /* which one, "10.0.20348 x64" */
    const char *began;     /* ISO 8601, UTC */
    const char *directory; /* where the report lies */
    bool elevated;
    bool stopped;     /* before its end */
    const char *left; /* what could not be put back; "" = all was */
    struct kit_entry *entries;
    size_t count;
    struct kit_known *known;
};

/* A stage that is wrong itself is a failure, beside those that it counted. */
struct kit_totals {
    struct kit_counts counted;
    unsigned int ran;
    unsigned int skipped;
    unsigned int differs; /* failures, known ones too */
    unsigned int known;
};

/* Counts, and marks the known rows that differ. */
struct kit_totals kit_report_count(const struct kit_report *report);

/* Whether a known row differs no longer: its stage ran to its end, and neither failed nor
 * skipped it. After kit_report_count. */
bool kit_report_is_gone(const struct kit_report *report, const struct kit_known_row *row);

/* Adds the whole report in plain text. */
void kit_report_text(const struct kit_report *report, struct text *out);

/* Adds the three lines: counted, answered, what differs and what to do with it. */
void kit_report_summary(const struct kit_report *report, struct text *out);

/* The same report in JSON. False: not enough memory. */
MUST_CHECK bool kit_report_json(const struct kit_report *report, struct text *out,
                                struct error *err);

#endif
