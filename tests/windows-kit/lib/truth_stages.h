/* SPDX-License-Identifier: MIT */
/* The stages of the truth table: each takes its own ports, and says what it found. */
#ifndef TESTS_WINDOWS_KIT_LIB_TRUTH_STAGES_H
#define TESTS_WINDOWS_KIT_LIB_TRUTH_STAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/windows-kit/lib/truth_run.h"

struct truth_stage {
    const char *id;
    bool last; /* leaves sockets in TIME_WAIT: runs with --time-wait, and nothing else */
    bool around; /* its range has excluded ports */
    void (*run)(struct truth_run *run);
    /* When the host has its own range again; NULL = nothing more. */
    void (*after)(struct truth_run *run);
};

extern const struct truth_stage truth_stages[];
extern const size_t truth_stage_count;

#endif
