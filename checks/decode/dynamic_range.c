/* SPDX-License-Identifier: MIT */
/* Choosing one dynamic range: never one that is wider than what a connection may get. */
#include "checks/decode/dynamic_range.h"

#include <inttypes.h>

enum { PORT_MAX = 65535 };

static bool is_open(const struct wmi_setting *setting)
{
    return setting->start.kind == WMI_NULL || setting->count.kind == WMI_NULL;
}

static bool range_of(const struct wmi_setting *setting, struct port_range *out,
                     struct error *err)
{
    int64_t start = setting->start.value;
    int64_t count = setting->count.value;

    if (setting->start.kind != WMI_NUMBER || setting->count.kind != WMI_NUMBER)
        return error_set(err, ERR_MALFORMED,
                         "WMI's range contains something other than numbers");
    if (start < 1 || count < 1 || start > PORT_MAX || count > PORT_MAX + 1 - start)
        return error_set(err, ERR_MALFORMED,
                         "WMI's answer '%" PRId64 ", %" PRId64
                         "' is not a first port and a number of ports",
                         start, count);
    out->first = (uint16_t)start;
    out->last = (uint16_t)(start + count - 1);
    return true;
}

struct port_range dynamic_range_narrower(struct port_range a, struct port_range b)
{
    uint32_t size_a = port_range_size(a);
    uint32_t size_b = port_range_size(b);

    if (size_a == size_b)
        return a.first <= b.first ? a : b;
    return size_a < size_b ? a : b;
}

bool dynamic_range_from_wmi(const struct wmi_setting *settings, size_t count,
                            struct port_range *out, bool *differ, struct error *err)
{
    struct port_range chosen = { 0 };
    bool several = false;

    for (size_t i = 0; i < count; i++) {
        struct port_range range = { 0 };

        if (is_open(&settings[i]))
            continue;
        if (!range_of(&settings[i], &range, err))
            return false;
        if (chosen.first == 0)
            chosen = range;
        several = several || range.first != chosen.first || range.last != chosen.last;
        chosen = dynamic_range_narrower(chosen, range);
    }
    if (chosen.first == 0)
        return error_set(err, ERR_ABSENT, "WMI returned no range");
    *out = chosen;
    *differ = several;
    return true;
}
