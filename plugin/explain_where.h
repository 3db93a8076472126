/* SPDX-License-Identifier: MIT */
/* Every namespace that the screen is not about. */
#ifndef PLUGIN_EXPLAIN_WHERE_H
#define PLUGIN_EXPLAIN_WHERE_H

#include <stdbool.h>

#include "plugin/explain_paper.h"
#include "plugin/explain_subject.h"

/* Adds WHERE: how many namespaces there are, and a bounded table, worst first. Nothing
 * where they were not asked for. */
void explain_where(const struct explain_subject *subject, struct paper *paper);

/* Adds UNKNOWN, where that is the state for namespaces alone that were not read: the
 * screen is about one that is OK. */
void explain_unread(const struct explain_subject *subject, struct paper *paper);

/* Adds BUY TIME of a screen about another namespace than the host's, if it is: where its
 * settings are set. False: it is the host's. */
bool explain_elsewhere(const struct explain_subject *subject, struct paper *paper);

/* Adds how owners are found, where this run gave up the rights to find them. False: it
 * did not, or there is nobody to find. */
bool explain_look_inside(const struct explain_subject *subject, struct paper *paper);

#endif
