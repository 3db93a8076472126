/* SPDX-License-Identifier: MIT */
/* Settings: registry values and the dynamic range. */
#include "checks/host/windows/windows_host.h"

#include "checks/decode/registry_value.h"
#include "checks/host/windows/registry_reader.h"
#include "checks/host/windows/win_text.h"

static void set_unread(struct observed_setting *out, const struct error *why)
{
    out->presence = SETTING_UNREAD;
    win_text_copy(out->reason, sizeof out->reason, why->message);
}

/* Without its key a value is absent too. */
static void read_registry(const struct place *place, struct observed_setting *out)
{
    struct registry_value value = { 0 };
    struct error why = { 0 };

    if (!registry_read(place, &value, &why) && why.code != ERR_ABSENT)
        set_unread(out, &why);
    else if (!value.present)
        out->presence = SETTING_OS_DEFAULT;
    else
        registry_value_decode(value.type, value.bytes, value.size, out);
    registry_value_clear(&value);
}

static void read_dynamic_range(struct windows_host *host, enum ip_protocol protocol,
                               const struct deadline *deadline,
                               struct observed_setting *out)
{
    const struct dynamic_range_answer *answer =
        windows_dynamic_range(host, protocol, deadline);

    if (!answer->known) {
        set_unread(out, &answer->err);
        return;
    }
    out->presence = SETTING_SET;
    out->value.range = answer->range;
}

void windows_read_setting(void *self, const struct place *place, enum setting_kind kind,
                          const struct deadline *deadline, struct observed_setting *out)
{
    struct error why = { 0 };

    out->presence = SETTING_UNREAD;
    out->reason[0] = '\0';
    out->value = (struct setting_value){ .kind = kind };
    switch (place->kind) {
    case PLACE_REGISTRY:
        read_registry(place, out);
        break;
    case PLACE_DYNAMIC_RANGE:
        read_dynamic_range(self, place->protocol, deadline, out);
        break;
    case PLACE_SYSCTL:
        (void)error_set(&why, ERR_UNSUPPORTED, "Windows has no sysctl");
        set_unread(out, &why);
        break;
    }
}
