/* SPDX-License-Identifier: MIT */
/* Runs the stages of a part of a run: in the kit.exe that the user sees, in one that is
 * elevated for it, in one that a scheduled task started. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_RUN_H
#define TESTS_WINDOWS_KIT_LIB_KIT_RUN_H

#include <stdbool.h>

#include "tests/windows-kit/lib/kit_lines.h"
#include "tests/windows-kit/lib/kit_stages.h"
#include "tests/windows-kit/lib/kit_state.h"
#include "tests/windows-kit/lib/kit_words.h"

/* Strings are borrowed. */
struct kit_run {
    struct kit_words words;
    struct kit_situation situation;
    const char *kit; /* directory of the programs */
    const char *out; /* of the report */
    struct kit_sink sink;
    struct kit_state state; /* open once a stage needed it */
    bool registered;        /* the task that puts back at the next start */
    bool restart_due;       /* a stage left what waits for one */
    bool left;              /* something could not be put back */
    bool elsewhere;         /* a stage was left to a kit.exe that is elevated */
};

/*
 * Runs, skips by name, or leaves to another each stage of these words, in the table's
 * order; what a stage changed is put back after it. Then restarts this host, where that
 * was agreed to and a stage left something for it, or takes the kit's directory away.
 */
void kit_run_stages(struct kit_run *run);

/* Puts back what an earlier run left, and takes its directory and task away; its own
 * stages after a restart run first, if they are due and `resume`. To resume while another
 * kit runs is no failure: that one restores. False: *err. */
MUST_CHECK bool kit_run_restore(struct kit_run *run, bool resume, struct error *err);

#endif
