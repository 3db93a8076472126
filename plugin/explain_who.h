/* SPDX-License-Identifier: MIT */
/* The part of the screen that says whose the ports are. */
#ifndef PLUGIN_EXPLAIN_WHO_H
#define PLUGIN_EXPLAIN_WHO_H

#include "plugin/explain_paper.h"
#include "plugin/explain_subject.h"

/* Writes the section WHO; nothing where no usage of ports is known. */
void explain_who(const struct explain_subject *subject, struct paper *paper);

#endif
