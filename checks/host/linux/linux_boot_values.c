/* SPDX-License-Identifier: MIT */
/* sysctl.d and tuned -> the value of each setting after the next boot. */
#include "checks/host/linux/linux_boot_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "checks/host/linux/container.h"
#include "checks/host/linux/sysctl_config.h"
#include "checks/model/os.h"

/* The settings, the key that bounds a range, and the ports that are reserved in it. */
enum { KEYS_MAX = SETTINGS_MAX + 2 };

/* What sd_booted(3) asks for. */
static bool is_booted_by_systemd(void)
{
    struct stat status;

    return lstat("/run/systemd/system", &status) == 0 && S_ISDIR(status.st_mode);
}

/* Fills keys[0..count), whose names and kinds are set, as if a file (NULL: none) were
 * empty. */
static bool play_boot_without(const char *file, struct sysctl_at_boot *keys, size_t count,
                              struct sysctl_writes *writes, struct error *err)
{
    const char *names[KEYS_MAX] = { 0 };
    const struct sysctl_config config = { .root = "",
                                          .without = file,
                                          .systemd = is_booted_by_systemd(),
                                          .keys = names,
                                          .count = count };
    struct os_version kernel = { 0 };
    struct utsname name;

    for (size_t i = 0; i < count; i++)
        names[i] = keys[i].key;
    if (!sysctl_config_read(&config, writes, err))
        return false;
    if (uname(&name) == 0)
        kernel = linux_release_decode(name.release);
    sysctl_boot_play(writes, &kernel, keys, count);
    return true;
}

static bool play_boot(struct sysctl_at_boot *keys, size_t count,
                      struct sysctl_writes *writes, struct error *err)
{
    return play_boot_without(NULL, keys, count, writes, err);
}

static void keep(const struct sysctl_at_boot *key, struct observed_setting *out)
{
    out->boot = key->boot;
    memcpy(out->boot_refused, key->refused, sizeof out->boot_refused);
    if (key->boot != BOOT_SET)
        return;
    out->boot_value =
        key->kind == SYSCTL_PORT_RANGE
            ? (struct setting_value){ .kind = SETTING_PORT_RANGE, .range = key->range }
            : (struct setting_value){ .kind = SETTING_NUMBER, .number = key->number };
    (void)snprintf(out->boot_source, sizeof out->boot_source, "%s", key->source->file);
}

static void name_keys(const struct policy_setting *const *rules, size_t count,
                      struct sysctl_at_boot *keys)
{
    for (size_t i = 0; i < count; i++)
        keys[i] = (struct sysctl_at_boot){ .key = rules[i]->place.path,
                                           .kind = rules[i]->kind == SETTING_PORT_RANGE
                                                       ? SYSCTL_PORT_RANGE
                                                       : SYSCTL_NUMBER };
    keys[count].key = PLACE_UNPRIVILEGED_START;
    keys[count + 1] =
        (struct sysctl_at_boot){ .key = PLACE_RESERVED_PORTS, .kind = SYSCTL_PORT_LIST };
}

bool linux_read_boot_values(void *self, const struct policy_setting *const *rules,
                            struct observation *seen, struct error *err)
{
    struct sysctl_at_boot keys[KEYS_MAX] = { 0 };
    struct sysctl_writes writes = { 0 };
    const size_t count = seen->setting_count;

    (void)self;
    seen->settings_scope = linux_settings_scope();
    if (seen->settings_scope != SETTINGS_OF_HOST)
        return true;
    name_keys(rules, count, keys);
    if (!play_boot(keys, count + 2, &writes, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct observed_setting *setting = &seen->settings[i];

        keep(&keys[i], setting);
        /* the line about the range's reserved ports has no setting of its own */
        if (keys[i].kind == SYSCTL_PORT_RANGE && setting->boot_refused[0] == '\0')
            memcpy(setting->boot_refused, keys[count + 1].refused,
                   sizeof setting->boot_refused);
    }
    sysctl_writes_clear(&writes);
    return true;
}

/* What others' files say, whoever has the last word. */
static bool read_others(struct text *out, struct error *err)
{
    struct sysctl_at_boot key = { .key = PLACE_RESERVED_PORTS, .kind = SYSCTL_PORT_LIST };
    struct sysctl_writes writes = { 0 };

    if (!play_boot_without(SYSCTL_DROP_IN, &key, 1, &writes, err))
        return false;
    if (key.source)
        text_add(out, key.source->value);
    sysctl_writes_clear(&writes);
    return true;
}

bool linux_read_boot_reserve(struct boot_reserve *out, struct error *err)
{
    struct sysctl_at_boot key = { .key = PLACE_RESERVED_PORTS, .kind = SYSCTL_PORT_LIST };
    struct sysctl_writes writes = { 0 };

    if (!play_boot(&key, 1, &writes, err))
        return false;
    if (key.source) {
        text_add(&out->list, key.source->value);
        text_add(&out->file, key.source->file);
    }
    text_add(&out->refused, key.refused);
    out->tuned_reapplies = writes.tuned_reapplies;
    sysctl_writes_clear(&writes);
    return read_others(&out->others, err);
}
