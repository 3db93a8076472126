/* SPDX-License-Identifier: MIT */
/* What was asked, in an observation document. */
#ifndef CHECKS_MODEL_OBSERVATION_ASKS_JSON_H
#define CHECKS_MODEL_OBSERVATION_ASKS_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/json.h"
#include "checks/model/observation.h"

/* Puts "asked" and "not_asked", each only when there is something to say; *ok as
 * json_put. */
void observation_put_asks(json_t *document, const struct observation *seen, bool *ok);

/* Fills out->asked from the value of "asked" or of "not_asked". ERR_MALFORMED or
 * ERR_LIMIT, as observation_from_json; it is then rubbish. */
MUST_CHECK bool observation_asked_from_json(const struct json_reader *place,
                                            struct observation *out, struct error *err);
MUST_CHECK bool observation_not_asked_from_json(const struct json_reader *place,
                                                struct observation *out,
                                                struct error *err);

#endif
