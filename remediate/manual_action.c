/* SPDX-License-Identifier: MIT */
/* The command lines are those of the systems' own tools: none of ours is needed. */
#include "remediate/manual_action.h"

#include <string.h>

#include "checks/model/place.h"
#include "checks/model/port_range.h"

static void restore_sysctl(const struct change *change, struct text *out)
{
    char name[CHANGE_NAME_SIZE];

    text_addf(out, "sysctl -w %s=\"", change_place_name(change, name));
    text_add_clean(out, change->from ? change->from : "", "");
    text_add(out, "\"");
}

static void restore_file(const struct change *change, struct text *out)
{
    text_add(out, change->from ? "write " : "remove ");
    text_add_clean(out, change->place, "");
    if (change->from)
        text_add(out, " again, with its previous contents");
}

/* A DWORD in decimals; another type is "type:hexbytes". */
static void restore_registry(const struct change *change, struct text *out)
{
    const char *slash = strrchr(change->place, '\\');
    size_t key_length = slash ? (size_t)(slash - change->place) : 0;
    const char *name = slash ? slash + 1 : change->place;
    const char *bytes = change->from ? strchr(change->from, ':') : NULL;

    if (bytes) {
        text_addf(out, "in regedit, set HKLM\\%s to the type %.*s and the bytes ",
                  change->place, (int)(bytes - change->from), change->from);
        text_add_clean(out, bytes + 1, "");
        return;
    }
    text_add(out, change->from ? "reg add \"HKLM\\" : "reg delete \"HKLM\\");
    text_add_bytes(out, change->place, key_length);
    text_addf(out, "\" /v %s", name);
    if (change->from) {
        text_add(out, " /t REG_DWORD /d ");
        text_add_clean(out, change->from, "");
    }
    text_add(out, " /f");
}

/* netsh interface ipv4 set dynamicportrange (Microsoft). */
static void restore_range(const struct change *change, struct text *out)
{
    enum ip_protocol protocol;
    enum ip_family family;
    struct port_range range;

    if (!place_range_parse(change->place, &protocol, &family, NULL) || !change->from ||
        !port_range_parse(change->from, &range, NULL)) {
        text_addf(out, "with netsh, set %s to the range '", change->place);
        text_add_clean(out, change->from ? change->from : "", "");
        text_add(out, "'");
        return;
    }
    text_addf(out, "netsh int %s set dynamicport %s start=%u num=%u",
              place_family_word(family), place_protocol_word(protocol),
              (unsigned int)range.first, (unsigned int)port_range_size(range));
}

void manual_action_restore(const struct change *change, struct text *out)
{
    static void (*const kinds[CHANGE_KIND_COUNT])(const struct change *,
                                                  struct text *) = {
        [CHANGE_SYSCTL] = restore_sysctl,
        [CHANGE_FILE] = restore_file,
        [CHANGE_REGISTRY] = restore_registry,
        [CHANGE_DYNAMIC_RANGE] = restore_range,
    };

    kinds[change->kind](change, out);
}
