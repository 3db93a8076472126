/* SPDX-License-Identifier: MIT */
/* A judged host with other network namespaces, for tests of what is printed. */
#ifndef TESTS_SUPPORT_GIVEN_ALL_NAMESPACES_H
#define TESTS_SUPPORT_GIVEN_ALL_NAMESPACES_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/model/namespace_limits.h"
#include "plugin/all_namespaces.h"
#include "plugin/report.h"

enum { USAGES = NAMESPACE_METRICS };

/* What a test works with, beside those of scene.h; `list` is that of all.found. */
extern struct all_namespaces all;
extern struct net_namespace *list;

/* Setup: an idle Linux without other namespaces, which may be entered; and teardown. */
int given_all(void **state);
int clear_all(void **state);

/* One more, screened alone, of that pod ("" = none). */
struct net_namespace *given_namespace(const char *pod);

/* The same, with so many of its 100 ports toward one server; or not read. */
struct net_namespace *given_seen(const char *pod, uint16_t sockets);
struct net_namespace *given_not_read(const char *pod);

/* Judges all by scene.limits, as the run does; or in two steps, between which an
 * observation may be dropped. */
void judge_all(uint32_t metrics, enum owners_shown owners);
void judge_others(uint32_t metrics, enum owners_shown owners);
void settle_all(void);

/* Prints the report anew; the second one judges the usages before. */
void print_by(bool (*print)(const struct report *report, struct text *out,
                            struct error *err));
const char *print_text(void);

#endif
