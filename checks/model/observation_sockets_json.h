/* SPDX-License-Identifier: MIT */
/* The parts of an observation document that are about ports and sockets. */
#ifndef CHECKS_MODEL_OBSERVATION_SOCKETS_JSON_H
#define CHECKS_MODEL_OBSERVATION_SOCKETS_JSON_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/json.h"
#include "checks/model/observation.h"

/*
 * Each fills its part of *out from the value at `place`. ERR_MALFORMED or ERR_LIMIT, as
 * observation_from_json; the part is then rubbish. Ranges come first: the others are
 * checked against them.
 */
MUST_CHECK bool observation_ranges_from_json(const struct json_reader *place,
                                             struct observation *out, struct error *err);
MUST_CHECK bool observation_tcp_from_json(const struct json_reader *place,
                                          struct observation *out, struct error *err);
MUST_CHECK bool observation_udp_from_json(const struct json_reader *place,
                                          struct observation *out, struct error *err);

#endif
