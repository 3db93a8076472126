/* SPDX-License-Identifier: MIT */
/* A boot: the first digit says which kernel, and each line is a write, whose first two
 * say to what and by whom. */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/sysctl_boot.h"
#include "checks/decode/sysctl_value.h"
#include "checks/model/place.h"
#include "tests/fuzz/lib/fuzz.h"

enum { LINES_MAX = 400, REUSE = 0, RANGE, START, LIST, KEY_COUNT };

static const struct os_version kernels[] = {
    { .kind = OS_LINUX, .major = 6, .minor = 18 },
    { .kind = OS_LINUX, .major = 4, .minor = 10 },
    { .kind = OS_LINUX, .major = 3, .minor = 10 },
};

/* The digit at *at as a number, the end as 0. */
static unsigned int take_digit(const char **at)
{
    return **at ? (unsigned char)*(*at)++ - (unsigned int)'0' : 0;
}

/* A key beyond those that are played is nobody's. */
static void add(struct sysctl_writes *writes, const char *line, uint32_t number)
{
    static char file[] = "/etc/sysctl.d/x.conf";
    const size_t key = take_digit(&line) % (KEY_COUNT + 1);
    const enum sysctl_writer by = (enum sysctl_writer)(take_digit(&line) % 4);
    const struct sysctl_write write = {
        .key = key, .by = by, .value = (char *)line, .file = file, .line = number
    };
    struct error err = { 0 };

    FUZZ_MUST(fuzz_outcome(sysctl_writes_add(writes, &write, &err), &err));
}

/* Of a profile one value a key is kept; the others are all there, in their order. */
static void check_writes(const struct sysctl_writes *writes, size_t lines)
{
    size_t of_profile[KEY_COUNT + 1] = { 0 };

    FUZZ_MUST(writes->count <= lines && writes->count <= writes->room);
    for (size_t i = 0; i < writes->count; i++) {
        const struct sysctl_write *write = &writes->writes[i];

        FUZZ_MUST(write->by != SYSCTL_TUNED || of_profile[write->key]++ == 0);
        FUZZ_MUST(write->by == SYSCTL_TUNED || i == 0 || write->line > i);
    }
}

static void check_source(const struct sysctl_at_boot *key, size_t index)
{
    FUZZ_MUST((key->boot == BOOT_UNSET) == (key->source == NULL));
    FUZZ_MUST(!key->source || key->source->key == index);
    FUZZ_MUST(!strpbrk(key->refused, "\r\n"));
    FUZZ_MUST(!*key->refused || strstr(key->refused, ": the kernel refuses '"));
    FUZZ_MUST(key->boot != BOOT_UNKNOWN || key->kind == SYSCTL_PORT_RANGE ||
              key->source->by == SYSCTL_TUNED);
}

/* What is set is what the write says, to a kernel that knows nothing else. */
static void check_values(const struct sysctl_at_boot *keys,
                         const struct os_version *kernel)
{
    const struct sysctl_limits limits = sysctl_limits_of(keys[REUSE].key, kernel);
    const struct port_range *range = &keys[RANGE].range;
    struct port_set list;
    int64_t number;

    if (keys[REUSE].boot == BOOT_SET)
        FUZZ_MUST(sysctl_take_number(keys[REUSE].source->value, &limits, &number, NULL) &&
                  number == keys[REUSE].number);
    if (keys[LIST].boot == BOOT_SET)
        FUZZ_MUST(sysctl_take_port_list(keys[LIST].source->value, &list, NULL));
    if (keys[RANGE].boot != BOOT_SET)
        return;
    FUZZ_MUST(range->first >= 1 && range->last >= range->first);
    if (keys[START].boot == BOOT_SET && os_version_at_least(kernel, 4, 11))
        FUZZ_MUST(keys[START].number <= range->first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sysctl_at_boot keys[] = {
        [REUSE] = { .key = "net/ipv4/tcp_tw_reuse" },
        [RANGE] = { .key = PLACE_PORT_RANGE, .kind = SYSCTL_PORT_RANGE },
        [START] = { .key = PLACE_UNPRIVILEGED_START },
        [LIST] = { .key = PLACE_RESERVED_PORTS, .kind = SYSCTL_PORT_LIST },
    };
    const struct os_version *kernel =
        &kernels[size ? (*data - (unsigned int)'0') % ARRAY_COUNT(kernels) : 0];
    struct sysctl_writes writes = { 0 };
    char *lines[LINES_MAX + 1];
    size_t count;

    if (size == 0)
        return 0;
    count = fuzz_words(data + 1, size - 1, lines, LINES_MAX);
    for (size_t i = 0; i < count; i++)
        add(&writes, lines[i], (uint32_t)i + 1);
    check_writes(&writes, count);
    sysctl_boot_play(&writes, kernel, keys, KEY_COUNT);
    for (size_t i = 0; i < KEY_COUNT; i++)
        check_source(&keys[i], i);
    check_values(keys, kernel);
    sysctl_writes_clear(&writes);
    if (count > 0)
        free(lines[0]);
    return 0;
}
