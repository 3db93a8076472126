/* SPDX-License-Identifier: MIT */
/* One member of a JSON document as text, so that a test compares it in one line. */
#ifndef TESTS_SUPPORT_JSON_AT_H
#define TESTS_SUPPORT_JSON_AT_H

#include <jansson.h>

/* The compact text of the member at a path such as "metrics.time_wait" or "asked.0.kind"
 * (one digit); "" when absent. Static: until the next call. */
const char *json_at(const json_t *root, const char *path);

#endif
