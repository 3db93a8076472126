/* SPDX-License-Identifier: MIT */
/* Every namespace that the screen is not about. */
#ifndef PLUGIN_EXPLAIN_WHERE_H
#define PLUGIN_EXPLAIN_WHERE_H

#include "plugin/explain_paper.h"
#include "plugin/explain_subject.h"

/* Adds WHERE: how many namespaces there are, and a bounded table, worst first. Nothing
 * where they were not asked for. */
void explain_where(const struct explain_subject *subject, struct paper *paper);

/* Adds BUY TIME of a screen about another namespace: where its settings are set. */
void explain_elsewhere(struct paper *paper);

#endif
