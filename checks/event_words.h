/* SPDX-License-Identifier: MIT */
/* What Windows said of its ports, in the words of every report. */
#ifndef CHECKS_EVENT_WORDS_H
#define CHECKS_EVENT_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/text.h"
#include "checks/model/observation.h"

/* Adds "TCP ports ran out 2 times in 10 minutes (newest: event 4231, 3 minutes ago)" of
 * events that were read and are not none; of both protocols "ports ran out". */
void event_words_ran_out(const struct observation *seen, struct text *out);

/*
 * Adds what was logged, or that there is none, and how many connections collided, where
 * any did. Nothing where it was not read. What ended longer ago than `span_s` is none.
 *
 *   event 4231 (TCP ports ran out), 3 minutes ago; 2 in the last 10 minutes
 *   event 4231 (TCP ports ran out) 700 times, event 4266 (UDP ports ran out) 300 times in
 *   the last 10 minutes; newest: event 4266, 1 second ago
 */
void event_words(const struct observation *seen, int64_t span_s, struct text *out);

/* "at least " where not all were read, else "". */
const char *event_words_bound(const struct observed_events *events);

/* Whether an event of the last `span_s` seconds says that ports ran out: then, unless
 * `out` is NULL, adds "event 4231 (TCP ports ran out), 3 minutes ago". */
bool event_words_within(const struct observation *seen, int64_t span_s, struct text *out);

#endif
