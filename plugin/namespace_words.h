/* SPDX-License-Identifier: MIT */
/* What outputs call a network namespace, and say of all of them. */
#ifndef PLUGIN_NAMESPACE_WORDS_H
#define PLUGIN_NAMESPACE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/text.h"
#include "checks/judge_namespaces.h"
#include "checks/model/net_namespace.h"
#include "checks/model/owner.h"
#include "checks/model/policy.h"
#include "plugin/report.h"

/* Adds its name: "pod default/web-7f9c", "container 0123456789ab", "namespace blue",
 * "mailer.service", and with OWNERS_FULL "pid 4711 (nginx)"; else "namespace 4026532290".
 * OWNERS_NONE: that number, or its name in /run/netns. */
void namespace_words(const struct net_namespace *target, enum owners_shown shown,
                     struct text *out);

/* The same of the one at a position; our own is "this namespace". Long names of pods are
 * cut in the middle, by namespace_name_cut, and here whole. */
void namespace_words_at(const struct report *report, size_t at, struct text *out);
void namespace_words_whole(const struct report *report, size_t at, struct text *out);

/* "customer-a-production...-7d9f5c6b8d-x2x4q": the end of a pod's name tells it from the
 * others of its kind. */
void namespace_name_cut(const char *name, char out[OWNER_NAME_SIZE]);

/* Adds what tells more of the one at a position: "10.0.0.9:5432, not closed here", "9500
 * ports (33% if its range is this host's)", "not read: no time left". */
void namespace_words_more(const struct report *report, size_t at, struct text *out);

/* Adds "22646 of 28232", "" where nobody judged it; the percentage, "" or "-". */
void namespace_words_ports(const struct namespace_result *result, struct text *out);
void namespace_words_usage(const struct namespace_result *result, struct text *out);

/* Adds "namespace 4026532290" if the report is about another namespace that has no better
 * name. False: it has, or is ours. */
bool namespace_words_number(const struct report *report, struct text *out);

/* Which of the rows of all people read, worst first, as positions; returns how many: idle
 * ones say nothing. */
size_t namespace_words_rows(const struct report *report, size_t rows[NAMESPACE_ROWS_MAX]);

/* Where the settings are set of the namespace that a report is about, not the host's. */
void namespace_words_settings(const struct report *report, struct text *out);

/* What a first line says of all of them: ", 21 namespaces, none over a limit", ", 2 of 21
 * namespaces over a limit", ", 3 of 21 not read that may be over one: no time left",
 * ", 20 other namespaces not judged: ...". Nothing where they were not asked for. */
void namespace_words_all(const struct report *report, struct text *out);

#endif
