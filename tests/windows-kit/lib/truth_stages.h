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

/* Says what is expected under each reading. */
void truth_stage_expect(const char *id);

/* W7 to W9, in truth_time_wait.c. */
void truth_stage_time_wait_one(struct truth_run *run);
void truth_stage_time_wait_many(struct truth_run *run);
void truth_stage_collision(struct truth_run *run);
void truth_stage_after_collision(struct truth_run *run);

/* How long the wait for the end of TIME_WAIT may be, s. */
enum { TRUTH_GONE_S = 250 };

/* Waits until no port of the range is in TIME_WAIT, or TRUTH_GONE_S after `since_ns` of
 * deadline_now_ns. Returns how many are left. */
uint32_t truth_wait_gone(struct port_range range, int64_t since_ns);

#endif
