/* SPDX-License-Identifier: MIT */
/* The kit.exe that the user sees: shows the lines of all stages, keeps them, and writes
 * the report anew after each stage. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_FRONT_H
#define TESTS_WINDOWS_KIT_LIB_KIT_FRONT_H

#include "tests/windows-kit/lib/kit_lines.h"
#include "tests/windows-kit/lib/kit_report.h"

/* Zeroed = nothing. */
struct kit_front {
    struct kit_report report;
    struct kit_entry *current; /* NULL before the first stage */
};

/* Makes an empty report of all stages; the caller fills in who and where, and closes. */
MUST_CHECK bool kit_front_open(struct kit_front *out, struct error *err);
void kit_front_close(struct kit_front *front);

struct kit_sink kit_front_sink(struct kit_front *front);

/* Writes report.txt and report.json. */
MUST_CHECK bool kit_front_write(struct kit_front *front, struct error *err);

/* Ctrl-C, or its window is closed: from then on every sink of this process is stopped.
 * kit_stop_done lets a window that waits for us close. */
void kit_stop_watch(void);
bool kit_stop_asked(void);
void kit_stop_done(void);

#endif
