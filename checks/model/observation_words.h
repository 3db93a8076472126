/* SPDX-License-Identifier: MIT */
/* The words of an observation document that both ways of the conversion share. */
#ifndef CHECKS_MODEL_OBSERVATION_WORDS_H
#define CHECKS_MODEL_OBSERVATION_WORDS_H

#include "checks/model/observation.h"
#include "checks/model/setting.h"
#include "checks/model/socket_row.h"

enum { SETTING_PRESENCE_COUNT = SETTING_WRONG_TYPE + 1 };

/* "tcp", "udp", by ip_protocol; then NULL. */
extern const char *const observation_protocol_names[IP_PROTOCOL_COUNT + 1];

/* "unread", "set", "os_default", "missing", "wrong_type", by setting_presence. */
extern const char *const observation_presence_names[SETTING_PRESENCE_COUNT];

/* "exact", "sampled", "at_least", by closed_known; NULL for CLOSED_NOT_COUNTED. */
extern const char *const observation_closed_names[CLOSED_AT_LEAST + 1];
enum { SETTINGS_SCOPE_COUNT = SETTINGS_OF_NAMESPACE + 1 };

/* "host", "container", "namespace", by settings_scope. */
extern const char *const observation_scope_names[SETTINGS_SCOPE_COUNT];

#endif
