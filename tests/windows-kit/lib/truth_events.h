/* SPDX-License-Identifier: MIT */
/* W10: the events of Tcpip in the log System, and whether the check counts them. */
#ifndef TESTS_WINDOWS_KIT_LIB_TRUTH_EVENTS_H
#define TESTS_WINDOWS_KIT_LIB_TRUTH_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "tests/windows-kit/lib/truth_answer.h"
#include "tests/windows-kit/lib/truth_run.h"

/* TCP: no port; TCP: met TIME_WAIT; UDP: no port. */
enum { EVENT_TCP_FULL = 4231, EVENT_TIME_WAIT = 4227, EVENT_UDP_FULL = 4266 };

/* Room for any query. */
enum { TRUTH_QUERY_SIZE = 256 };

/* Prints the query for events of Tcpip with one of two numbers (they may be the same) of
 * the last `within_ms`. Pure. */
void truth_events_query(uint32_t id, uint32_t other_id, int64_t within_ms,
                        char out[TRUTH_QUERY_SIZE]);

/* Counts them. ERR_UNSUPPORTED: this system answers no queries (Wine), ERR_DENIED,
 * ERR_IO. */
MUST_CHECK bool truth_events_count(uint32_t id, uint32_t other_id, int64_t within_ms,
                                   uint32_t *out, struct error *err);

/* Waits for an event of this number since then (deadline_now_ns), at most half a minute,
 * and says whether there is one; `tried` tells what should have made it. */
void truth_events_answer(const char *question, uint32_t id, int64_t since_ns,
                         struct truth_tried tried);

/* The stage: no TCP port, no UDP port, and what the check counts. */
void truth_stage_events(struct truth_run *run);

#endif
