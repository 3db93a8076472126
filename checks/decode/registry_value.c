/* SPDX-License-Identifier: MIT */
/* Types and bytes of registry values. */
#include "checks/decode/registry_value.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks/base/compiler.h"

/* The number of REG_DWORD in winnt.h, and its size. */
enum { TYPE_DWORD = 4, DWORD_SIZE = 4 };

/* In the order of their numbers (winnt.h). */
static const char *const type_names[] = {
    "REG_NONE",
    "REG_SZ",
    "REG_EXPAND_SZ",
    "REG_BINARY",
    "REG_DWORD",
    "REG_DWORD_BIG_ENDIAN",
    "REG_LINK",
    "REG_MULTI_SZ",
    "REG_RESOURCE_LIST",
    "REG_FULL_RESOURCE_DESCRIPTOR",
    "REG_RESOURCE_REQUIREMENTS_LIST",
    "REG_QWORD",
};

static void set_wrong_type(uint32_t type, size_t size, struct observed_setting *out)
{
    out->presence = SETTING_WRONG_TYPE;
    if (type == TYPE_DWORD)
        (void)snprintf(out->reason, sizeof out->reason,
                       "is a REG_DWORD of %zu bytes, not 4", size);
    else if (type < ARRAY_COUNT(type_names))
        (void)snprintf(out->reason, sizeof out->reason, "is %s, not REG_DWORD",
                       type_names[type]);
    else
        (void)snprintf(out->reason, sizeof out->reason,
                       "is of type %" PRIu32 ", not REG_DWORD", type);
}

void registry_value_decode(uint32_t type, const void *bytes, size_t size,
                           struct observed_setting *out)
{
    const uint8_t *b = bytes;

    if (type != TYPE_DWORD || size != DWORD_SIZE) {
        set_wrong_type(type, size, out);
        return;
    }
    out->presence = SETTING_SET;
    out->reason[0] = '\0';
    out->value.kind = SETTING_NUMBER;
    out->value.number =
        (int64_t)b[0] | (int64_t)b[1] << 8 | (int64_t)b[2] << 16 | (int64_t)b[3] << 24;
}
