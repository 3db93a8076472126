/* SPDX-License-Identifier: MIT */
/* The tables of the parts of an observation document, and what several of them hold. */
#ifndef CHECKS_MODEL_OBSERVATION_PARTS_JSON_H
#define CHECKS_MODEL_OBSERVATION_PARTS_JSON_H

#include "checks/model/json_fields.h"
#include "checks/model/observation.h"

/* Of struct observed_range, observed_tcp, observed_udp, observed_conntrack, ask,
 * observed_owners and observed_look. The root of all is the observation; ranges are read
 * before TCP and UDP, these before what was asked and before owners, these before the
 * look. */
extern const struct json_table observation_range_table, observation_tcp_table,
    observation_udp_table, observation_conntrack_table, observation_ask_table,
    observation_owners_table, observation_look_table;

/* Of struct observed_events: the number of each event under its id. */
extern const struct json_table observation_events_table;

/* Of struct observation: what is wider than its ranges, of each protocol. */
extern const struct json_table observation_wider_table;

/* Of struct reading: why a part, whose struct begins with it, could not be read. */
extern const struct json_table observation_unreadable_table;

/* Complains of the member "owner" unless it is a position in owners.list. */
MUST_CHECK bool observation_check_owner(const struct json_reader *place, uint32_t owner,
                                        struct error *err);

/* "exact", "sampled", "at_least", by closed_known. */
extern const char *const observation_closed_names[CLOSED_AT_LEAST + 1];

/* A struct setting_value, of which the kind is known before it is read: a number, or the
 * string "FIRST-LAST". */
extern const struct json_kind kind_setting_value;

/* A struct ip_address as text. */
extern const struct json_kind kind_address;
#define FIELD_ADDRESS(tag, member) FIELD_CUSTOM(tag, member, kind_address)

/* The index of a device, as the name that observed_tcp.devices has for it; 0 is none. A
 * name that is read is added there, under a number of its own. */
extern const struct json_kind kind_device;
#define FIELD_DEVICE(tag, member) FIELD_CUSTOM(tag, member, kind_device), FIELD_IF_ANY

#endif
