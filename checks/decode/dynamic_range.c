/* SPDX-License-Identifier: MIT */
/* Choosing one dynamic range: never one that is wider than what a connection may get. */
#include "checks/decode/dynamic_range.h"

#include <inttypes.h>

enum { PORT_MAX = 65535 };

static bool is_open(const struct wmi_number *start, const struct wmi_number *count)
{
    return start->kind == WMI_NULL || count->kind == WMI_NULL;
}

/* `name` of a range, for messages. */
static bool range_of(const char *name, const struct wmi_number *first,
                     const struct wmi_number *ports, struct port_range *out,
                     struct error *err)
{
    int64_t start = first->value;
    int64_t count = ports->value;

    if (first->kind != WMI_NUMBER || ports->kind != WMI_NUMBER)
        return error_set(err, ERR_MALFORMED,
                         "WMI's %s contains something other than numbers", name);
    if (start < 1 || count < 1 || start > PORT_MAX || count > PORT_MAX + 1 - start)
        return error_set(err, ERR_MALFORMED,
                         "WMI's %s '%" PRId64 ", %" PRId64
                         "' is not a first port and a number of ports",
                         name, start, count);
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

        if (is_open(&settings[i].start, &settings[i].count))
            continue;
        if (!range_of("range", &settings[i].start, &settings[i].count, &range, err))
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

/* Windows writes "not set" as 0 ports; one that does not know the property has a NULL. */
static bool is_reuse_set(const struct wmi_setting *setting)
{
    return setting->reuse_count.kind == WMI_OTHER ||
           (setting->reuse_count.kind == WMI_NUMBER && setting->reuse_count.value != 0);
}

bool dynamic_range_reuse_from_wmi(const struct wmi_setting *settings, size_t count,
                                  struct port_range *out, bool *differ, struct error *err)
{
    struct port_range chosen = { 0 };
    bool several = false;
    bool without = false;

    for (size_t i = 0; i < count; i++) {
        const struct wmi_setting *setting = &settings[i];
        struct port_range range = { 0 };

        if (!is_reuse_set(setting)) {
            without = without || setting->reuse_count.kind == WMI_NUMBER;
            continue;
        }
        if (!range_of("auto-reuse range", &setting->reuse_start, &setting->reuse_count,
                      &range, err))
            return false;
        if (chosen.first == 0)
            chosen = range;
        several = several || range.first != chosen.first || range.last != chosen.last;
        chosen = dynamic_range_narrower(chosen, range);
    }
    *out = chosen;
    *differ = several || (without && chosen.first != 0);
    return true;
}
