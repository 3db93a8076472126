/* SPDX-License-Identifier: MIT */
/* The kernel's half of a boot: state, and writes that change it or do not. */
#include "checks/decode/sysctl_boot.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/decode/sysctl_value.h"
#include "checks/model/place.h"
#include "checks/model/setting.h"

static void write_clear(struct sysctl_write *write)
{
    free(write->value);
    free(write->file);
    *write = (struct sysctl_write){ 0 };
}

static bool write_copy(const struct sysctl_write *lent, struct sysctl_write *out,
                       struct error *err)
{
    struct sysctl_write copy = *lent;

    copy.value = text_copy(lent->value);
    copy.file = text_copy(lent->file);
    if (copy.value && copy.file) {
        *out = copy;
        return true;
    }
    write_clear(&copy);
    return error_set(err, ERR_MEMORY, "out of memory");
}

static bool make_room(struct sysctl_writes *writes, struct error *err)
{
    const size_t room = writes->room ? 2 * writes->room : 16;
    struct sysctl_write *more;

    if (writes->count < writes->room)
        return true;
    if (writes->count == SYSCTL_WRITES_MAX)
        return error_set(err, ERR_LIMIT, "more than %d lines about the same sysctls",
                         SYSCTL_WRITES_MAX);
    more = realloc(writes->writes, room * sizeof *more);
    if (!more)
        return error_set(err, ERR_MEMORY, "out of memory");
    writes->writes = more;
    writes->room = room;
    return true;
}

const struct sysctl_write *sysctl_writes_last(const struct sysctl_writes *writes,
                                              size_t key, enum sysctl_writer by)
{
    for (size_t i = writes->count; i > 0; i--)
        if (writes->writes[i - 1].key == key && writes->writes[i - 1].by == by)
            return &writes->writes[i - 1];
    return NULL;
}

bool sysctl_writes_add(struct sysctl_writes *writes, const struct sysctl_write *lent,
                       struct error *err)
{
    const struct sysctl_write *known =
        lent->by == SYSCTL_TUNED ? sysctl_writes_last(writes, lent->key, lent->by) : NULL;
    struct sysctl_write copy;

    if ((!known && !make_room(writes, err)) || !write_copy(lent, &copy, err))
        return false;
    if (known) {
        struct sysctl_write *place = &writes->writes[known - writes->writes];

        write_clear(place);
        *place = copy;
    } else {
        writes->writes[writes->count++] = copy;
    }
    return true;
}

void sysctl_writes_clear(struct sysctl_writes *writes)
{
    for (size_t i = 0; i < writes->count; i++)
        write_clear(&writes->writes[i]);
    free(writes->writes);
    *writes = (struct sysctl_writes){ 0 };
}

/* What the kernel looks at beside the key. */
struct machine {
    const struct os_version *kernel;
    struct port_range range; /* ip_local_port_range; zeroed = not known */
    int64_t start;           /* ip_unprivileged_port_start; 0 = none */
};

/* Kernels before 4.11 keep no ports for the privileged. */
static bool keeps_privileged(const struct os_version *kernel)
{
    return os_version_at_least(kernel, 4, 11);
}

static void power_on(const struct os_version *kernel, struct machine *out)
{
    struct setting_value range = { 0 };

    *out = (struct machine){ .kernel = kernel };
    if (keeps_privileged(kernel))
        out->start = 1024;
    if (setting_kernel_default("ip_local_port_range", kernel, &range))
        out->range = range.range;
}

/* A variable of a profile, or a condition ("<", ">"): nobody here knows what becomes of
 * it (tuned, assignment modifiers). */
static bool is_variable(const struct sysctl_write *write)
{
    return write->by == SYSCTL_TUNED &&
           (strstr(write->value, "${") || *write->value == '<' || *write->value == '>');
}

static bool take_number(struct machine *machine, const struct sysctl_write *write,
                        struct sysctl_at_boot *key, struct error *why)
{
    const struct sysctl_limits limits = sysctl_limits_of(key->key, machine->kernel);
    const bool is_start = strcmp(key->key, PLACE_UNPRIVILEGED_START) == 0 &&
                          keeps_privileged(machine->kernel);
    int64_t number;

    if (!sysctl_take_number(write->value, &limits, &number, why))
        return false;
    if (is_start && machine->range.first != 0 && number > machine->range.first)
        return error_set(why, ERR_LIMIT, "above the port range, which begins at %d",
                         machine->range.first);
    if (is_start)
        machine->start = number;
    key->number = number;
    return true;
}

/* False with *unknown: one number, which would do beside some second one, and nobody
 * knows the second. */
static bool take_range(struct machine *machine, const struct sysctl_write *write,
                       struct sysctl_at_boot *key, bool *unknown, struct error *why)
{
    const uint16_t start = (uint16_t)machine->start;
    struct port_range range = machine->range;
    struct port_range widest = { .last = UINT16_MAX };

    if (!sysctl_take_port_range(write->value, start, &range, why)) {
        *unknown =
            range.last == 0 && sysctl_take_port_range(write->value, start, &widest, NULL);
        return false;
    }
    key->range = machine->range = range;
    return true;
}

static bool take_list(const struct sysctl_write *write, struct error *why)
{
    struct port_set list;

    return sysctl_take_port_list(write->value, &list, why);
}

static void refuse(struct sysctl_at_boot *key, const struct sysctl_write *write,
                   const struct error *why)
{
    char quoted[ERR_QUOTE_SIZE];

    (void)snprintf(key->refused, sizeof key->refused,
                   "%.80s:%" PRIu32 ": the kernel refuses '%.30s': %.50s", write->file,
                   write->line, error_quote(write->value, quoted), why->message);
}

static void play(struct machine *machine, const struct sysctl_write *write,
                 struct sysctl_at_boot *key)
{
    struct error why = { 0 };
    bool unknown = is_variable(write);
    bool taken = false;

    if (*write->value == '\0' && write->by >= SYSCTL_TUNED)
        return; /* nothing is written */
    if (!unknown && key->kind == SYSCTL_PORT_RANGE)
        taken = take_range(machine, write, key, &unknown, &why);
    else if (!unknown && key->kind == SYSCTL_PORT_LIST)
        taken = take_list(write, &why);
    else if (!unknown)
        taken = take_number(machine, write, key, &why);
    if (!taken && !unknown) {
        refuse(key, write, &why);
        return;
    }
    if (unknown && key->kind == SYSCTL_PORT_RANGE)
        machine->range = (struct port_range){ 0 };
    key->refused[0] = '\0';
    key->boot = unknown ? BOOT_UNKNOWN : BOOT_SET;
    key->source = write;
}

void sysctl_boot_play(const struct sysctl_writes *writes, const struct os_version *kernel,
                      struct sysctl_at_boot *keys, size_t count)
{
    struct machine machine;

    power_on(kernel, &machine);
    for (size_t i = 0; i < count; i++)
        keys[i].boot = BOOT_UNSET;
    for (size_t i = 0; i < writes->count; i++)
        if (writes->writes[i].key < count)
            play(&machine, &writes->writes[i], &keys[writes->writes[i].key]);
}

void boot_reserve_clear(struct boot_reserve *reserve)
{
    text_clear(&reserve->list);
    text_clear(&reserve->others);
    text_clear(&reserve->file);
    text_clear(&reserve->refused);
    *reserve = (struct boot_reserve){ 0 };
}
