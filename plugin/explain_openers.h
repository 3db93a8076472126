/* SPDX-License-Identifier: MIT */
/* The part of the screen that says who opens connections, where TIME_WAIT names nobody.
 */
#ifndef PLUGIN_EXPLAIN_OPENERS_H
#define PLUGIN_EXPLAIN_OPENERS_H

#include "plugin/explain_paper.h"
#include "plugin/explain_subject.h"

/* Writes what the look at the busiest destination found; nothing where the screen is
 * about something else. */
void explain_openers(const struct explain_subject *subject, struct paper *paper);

#endif
