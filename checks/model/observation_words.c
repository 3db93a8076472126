/* SPDX-License-Identifier: MIT */
/* Written once, so that what is recorded can be read back. */
#include "checks/model/observation_words.h"

const char *const observation_protocol_names[IP_PROTOCOL_COUNT + 1] = {
    [IP_PROTOCOL_TCP] = "tcp",
    [IP_PROTOCOL_UDP] = "udp",
};

const char *const observation_presence_names[SETTING_PRESENCE_COUNT] = {
    [SETTING_UNREAD] = "unread",         [SETTING_SET] = "set",
    [SETTING_OS_DEFAULT] = "os_default", [SETTING_MISSING] = "missing",
    [SETTING_WRONG_TYPE] = "wrong_type",
};

const char *const observation_closed_names[CLOSED_AT_LEAST + 1] = {
    [CLOSED_EXACT] = "exact",
    [CLOSED_SAMPLED] = "sampled",
    [CLOSED_AT_LEAST] = "at_least",
};

const char *const observation_scope_names[SETTINGS_SCOPE_COUNT] = {
    [SETTINGS_OF_HOST] = "host",
    [SETTINGS_OF_CONTAINER] = "container",
    [SETTINGS_OF_NAMESPACE] = "namespace",
};
