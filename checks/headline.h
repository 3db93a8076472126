/* SPDX-License-Identifier: MIT */
/* What is the matter, in the words with which every screen for people begins. Pure. */
#ifndef CHECKS_HEADLINE_H
#define CHECKS_HEADLINE_H

#include <stdbool.h>

#include "checks/base/text.h"
#include "checks/cause.h"
#include "checks/check.h"
#include "checks/model/observation.h"

/* What a screen is about; everything borrowed. */
struct headline {
    const struct observation *seen;
    const struct verdict *verdict;
    enum metric_id metric; /* one of the three usages of ports */
    bool replayed;         /* nobody can look again */
    bool elsewhere;        /* not this host's own: the caller said whose */
};

/* The judged usage in the worst state, the deciding one before others; where none was
 * judged, the deciding one. */
enum metric_id headline_metric(const struct observation *seen,
                               const struct verdict *verdict);

/*
 * Adds lines, each with its end; the state's word is the caller's to write before them:
 *
 *   ports toward 10.99.0.21:5432 are running out
 *   22,646 of 28,232 ports used (80%, limit 80%)
 *   new connections there still find a port, but each costs 1.6 ms of CPU time
 *   growing by 1,940/s: full in about 2 s, then new connections there fail (measured
 *   over 1.0 s)
 *
 * The third one tells what the system answered when it was asked, the fourth one how
 * usage heads. Of what is OK or not known there is one line.
 */
void headline_lines(const struct headline *headline, struct text *out);

/*
 * Adds where the usage of the busiest destination is heading, without an end of line, as
 * far as ages of TIME_WAIT or a look tell; false: they do not, *out is unchanged.
 *
 *   toward 10.99.0.21:5432: 235 closed/s, levels off at 74%
 *   toward 10.99.0.21:5432: growing 1,940/s, full in about 3 s
 */
bool headline_heading(const struct headline *headline, struct text *out);

/* A look of a second tells nothing of an hour: later than this is not told. */
enum { HEADLINE_TELLING_S = 600 };

/* Adds "1,940/s" of so many in so long; "under 1/s". */
void headline_rate(uint64_t count, uint32_t span_ms, struct text *out);

/* Adds "in about 16 s", "in less than a second". */
void headline_seconds(uint32_t seconds, struct text *out);

/* Adds "80%", rounded down, "<1%", "at least 80%". */
void headline_percent(const struct measure *measure, struct text *out);

#endif
