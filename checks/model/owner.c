/* SPDX-License-Identifier: MIT */
/* The words of JSON for what an owner is. */
#include "checks/model/owner.h"

const char *const owner_kind_names[OWNER_KIND_COUNT] = {
    [OWNER_USER] = "user",
    [OWNER_UNIT] = "unit",
    [OWNER_CONTAINER] = "container",
    [OWNER_POD] = "pod",
    [OWNER_ENDED_UNIT] = "ended_unit",
    [OWNER_OTHER_CONTAINER] = "other_container",
    [OWNER_SYSTEM] = "system",
};
