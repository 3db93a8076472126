/* SPDX-License-Identifier: MIT */
/* What is the matter, in the words with which every screen for people begins. Pure. */
#ifndef CHECKS_HEADLINE_H
#define CHECKS_HEADLINE_H

#include "checks/base/text.h"
#include "checks/check.h"
#include "checks/model/observation.h"

/*
 * The usage that a screen is about: of the judged usages of ports the one in the worst
 * state, the deciding one before others; where none was judged, the deciding one.
 */
enum metric_id headline_metric(const struct observation *seen,
                               const struct verdict *verdict);

/* Adds what it is the usage of, with the number and its limit, as one line without its
 * end: "ports toward 10.99.0.21:5432 are running out: 22,646 of 28,232 used (80%, limit
 * 80%)"; the reason where the usage is not known. */
void headline_words(const struct observation *seen, const struct verdict *verdict,
                    struct text *out);

/*
 * Adds what goes with it as lines: what the system answered when it was asked ("a new
 * connection to 10.99.0.21:5432 finds a port (1.6 ms)"), and growth ("growing 1,940/s:
 * full in about 3 s (2 looks, 1.0 s apart)"). Nothing where nobody asked or looked.
 */
void headline_details(const struct observation *seen, const struct verdict *verdict,
                      struct text *out);

#endif
