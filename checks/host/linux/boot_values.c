/* SPDX-License-Identifier: MIT */
/* sysctl.d and tuned -> the value of each setting after the next boot. */
#include "checks/host/linux/boot_values.h"

#include <stdio.h>
#include <sys/stat.h>

#include "checks/decode/sysctl_text.h"
#include "checks/host/linux/container.h"
#include "checks/host/linux/sysctl_config.h"

/* What sd_booted(3) asks for. */
static bool is_booted_by_systemd(void)
{
    struct stat status;

    return lstat("/run/systemd/system", &status) == 0 && S_ISDIR(status.st_mode);
}

/* tuned writes after the boot. systemd-sysctl never reads /etc/sysctl.conf by that name;
 * procps, at boot of the others, reads it last. */
static const struct sysctl_source *winner(const struct sysctl_configured *configured,
                                          bool systemd)
{
    if (configured->tuned.value)
        return &configured->tuned;
    return !systemd && configured->sysctl_conf.value ? &configured->sysctl_conf
                                                     : &configured->boot;
}

/* A value that the kernel would refuse leaves the setting as it is: as if not there. In a
 * profile of tuned it is a variable or a condition: nobody here knows what it becomes. */
static void keep(const struct sysctl_configured *configured, bool systemd,
                 enum setting_kind kind, struct observed_setting *out)
{
    const struct sysctl_source *source = winner(configured, systemd);
    struct setting_value value = { .kind = kind };
    bool ok =
        source->value && (kind == SETTING_PORT_RANGE
                              ? sysctl_text_port_range(source->value, &value.range, NULL)
                              : sysctl_text_number(source->value, &value.number, NULL));

    if (!ok) {
        out->boot = source == &configured->tuned ? BOOT_UNKNOWN : BOOT_UNSET;
        return;
    }
    out->boot = BOOT_SET;
    out->boot_value = value;
    (void)snprintf(out->boot_source, sizeof out->boot_source, "%s", source->file);
}

bool linux_read_boot_values(void *self, const struct policy_setting *const *rules,
                            struct observed_setting *settings, size_t count,
                            struct error *err)
{
    const char *keys[SETTINGS_MAX] = { 0 };
    struct sysctl_configured configured[SETTINGS_MAX] = { 0 };
    struct text sign = { 0 };
    bool contained = linux_is_container(&sign);
    bool systemd = is_booted_by_systemd();

    (void)self;
    text_clear(&sign);
    if (contained)
        return true;
    for (size_t i = 0; i < count; i++)
        keys[i] = rules[i]->place.path;
    if (!sysctl_config_read("", keys, count, configured, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        keep(&configured[i], systemd, rules[i]->kind, &settings[i]);
        sysctl_configured_clear(&configured[i]);
    }
    return true;
}

bool linux_read_boot_text(const char *key, struct text *value, struct text *file,
                          struct error *err)
{
    struct sysctl_configured configured = { 0 };
    const struct sysctl_source *source;

    if (!sysctl_config_read("", &key, 1, &configured, err))
        return false;
    source = winner(&configured, is_booted_by_systemd());
    if (source->value) {
        text_add(value, source->value);
        text_add(file, source->file);
    }
    sysctl_configured_clear(&configured);
    return true;
}
