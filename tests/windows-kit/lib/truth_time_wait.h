/* SPDX-License-Identifier: MIT */
/* W7 to W9: the stages that leave ports in TIME_WAIT. */
#ifndef TESTS_WINDOWS_KIT_LIB_TRUTH_TIME_WAIT_H
#define TESTS_WINDOWS_KIT_LIB_TRUTH_TIME_WAIT_H

#include <stdint.h>

#include "tests/windows-kit/lib/truth_run.h"

/* Toward one destination, toward ten, and by bind() before connect(). */
void truth_stage_time_wait_one(struct truth_run *run);
void truth_stage_time_wait_many(struct truth_run *run);
void truth_stage_collision(struct truth_run *run);

/* Of the last one: whether there is an event. */
void truth_stage_after_collision(struct truth_run *run);

/* How long the wait for the end of TIME_WAIT may be, s. */
enum { TRUTH_GONE_S = 250 };

/* Waits until no port of the range is in TIME_WAIT, or TRUTH_GONE_S after `since_ns` of
 * deadline_now_ns. Returns how many are left. */
uint32_t truth_wait_gone(struct port_range range, int64_t since_ns);

#endif
