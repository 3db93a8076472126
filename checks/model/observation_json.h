/* SPDX-License-Identifier: MIT */
/* An observation as a JSON document: recorded by -o observation, judged by --replay. */
#ifndef CHECKS_MODEL_OBSERVATION_JSON_H
#define CHECKS_MODEL_OBSERVATION_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/observation.h"

struct json_table;

/* No observation file may be larger than this. */
enum { OBSERVATION_FILE_MAX = 1024 * 1024, OBSERVATION_SCHEMA = 1 };

/* Of struct observation, for the schema's test. */
extern const struct json_table observation_table;

/* Adds the document, indented, with a final newline. ERR_MEMORY. */
MUST_CHECK bool observation_to_json(const struct observation *seen, struct text *out,
                                    struct error *err);

/*
 * Reads a document. Broken JSON: ERR_MALFORMED with line and column. Wrong content:
 * ERR_MALFORMED with the JSON path and what was expected ("tcp.time_wait: expected an
 * integer 0 or more"). Counts that contradict each other (more ports used than usable)
 * are wrong content too. *out is unchanged on failure.
 */
MUST_CHECK bool observation_from_json(const char *bytes, size_t length,
                                      struct observation *out, struct error *err);

#endif
