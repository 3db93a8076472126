/* SPDX-License-Identifier: MIT */
/* Addresses and devices in an observation document. */
#ifndef CHECKS_MODEL_OBSERVATION_PARTS_JSON_H
#define CHECKS_MODEL_OBSERVATION_PARTS_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/json.h"
#include "checks/model/observation.h"

/* Puts an address as text; *ok as json_put. */
void observation_put_address(json_t *object, const char *key,
                             const struct ip_address *address, bool *ok);

/* Puts "device", the name of a device of seen->tcp.devices; nothing for 0. */
void observation_put_device(json_t *object, const struct observed_tcp *tcp,
                            uint32_t index, bool *ok);

/* Reads the address under `key`, which must be there. ERR_MALFORMED. */
MUST_CHECK bool observation_address_of(const struct json_reader *place, const char *key,
                                       struct ip_address *out, struct error *err);

/* Reads "device", which may be missing (*index 0), and adds it to tcp->devices under a
 * number of its own. ERR_MALFORMED, ERR_LIMIT. */
MUST_CHECK bool observation_device_of(const struct json_reader *place,
                                      struct observed_tcp *tcp, uint32_t *index,
                                      struct error *err);

#endif
