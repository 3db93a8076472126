/* SPDX-License-Identifier: MIT */
/* The part of the screen that says what to do at once, and what that frees. */
#ifndef PLUGIN_EXPLAIN_NOW_H
#define PLUGIN_EXPLAIN_NOW_H

#include "plugin/explain_paper.h"
#include "plugin/explain_subject.h"

/* Writes the section NOW of an alert that is about ports, connection tracking or events.
 */
void explain_now(const struct explain_subject *subject, struct paper *paper);

#endif
