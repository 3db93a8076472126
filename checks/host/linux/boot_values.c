/* SPDX-License-Identifier: MIT */
/* sysctl.d and tuned -> the value of each setting after the next boot. */
#include "checks/host/linux/boot_values.h"

#include <stdio.h>

#include "checks/decode/sysctl_text.h"
#include "checks/host/linux/container.h"
#include "checks/host/linux/sysctl_config.h"

/* tuned writes after the boot, systemd-sysctl during it; procps alone reads the last. */
static const struct sysctl_source *winner(const struct sysctl_configured *configured)
{
    if (configured->tuned.value)
        return &configured->tuned;
    return configured->boot.value ? &configured->boot : &configured->sysctl_conf;
}

/* A value that the kernel would refuse leaves the setting as it is: as if not there. */
static void keep(const struct sysctl_source *source, enum setting_kind kind,
                 struct observed_setting *out)
{
    struct setting_value value = { .kind = kind };
    bool ok =
        source->value && (kind == SETTING_PORT_RANGE
                              ? sysctl_text_port_range(source->value, &value.range, NULL)
                              : sysctl_text_number(source->value, &value.number, NULL));

    out->boot = ok ? BOOT_SET : BOOT_UNSET;
    if (!ok)
        return;
    out->boot_value = value;
    (void)snprintf(out->boot_source, sizeof out->boot_source, "%s", source->file);
}

bool linux_read_boot_values(void *self, const struct policy_setting *const *rules,
                            struct observed_setting *settings, size_t count,
                            struct error *err)
{
    const char *keys[SETTINGS_MAX];
    struct sysctl_configured configured[SETTINGS_MAX] = { 0 };
    struct text sign = { 0 };
    bool contained = linux_is_container(&sign);

    (void)self;
    text_clear(&sign);
    if (contained)
        return true;
    for (size_t i = 0; i < count; i++)
        keys[i] = rules[i]->location.path;
    if (!sysctl_config_read("", keys, count, configured, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        keep(winner(&configured[i]), rules[i]->kind, &settings[i]);
        sysctl_configured_clear(&configured[i]);
    }
    return true;
}
