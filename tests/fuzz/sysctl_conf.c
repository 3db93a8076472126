/* SPDX-License-Identifier: MIT */
/* A file of sysctl.d: its lines, and the rules that they make. Native only. */
#include <stdlib.h>
#include <string.h>

#include "checks/base/compiler.h"
#include "checks/decode/sysctl_conf.h"
#include "checks/host/linux/sysctl_rules.h"
#include "tests/fuzz/lib/fuzz.h"

struct seen {
    uint32_t number;
    uint32_t count;
};

static bool visit(void *context, const struct sysctl_conf_line *line)
{
    struct seen *seen = context;
    char *again = fuzz_string((const uint8_t *)line->key, strlen(line->key));

    FUZZ_MUST(line->number > seen->number);
    FUZZ_MUST(line->key[0] != '\0' && line->key[0] != '/');
    FUZZ_MUST(line->value || line->ignore_errors);
    FUZZ_MUST(!strpbrk(line->key, "\n\r="));
    /* A key with a slash first is in its last form. */
    if (strcspn(again, "/") < strcspn(again, ".")) {
        sysctl_conf_normalise_key(again);
        FUZZ_MUST(strcmp(again, line->key) == 0);
    }
    free(again);
    seen->number = line->number;
    seen->count++;
    return true;
}

/* What a boot of these writes would leave. */
static void play(const struct sysctl_writes *writes)
{
    static const struct os_version kernel = { .kind = OS_LINUX, .major = 6, .minor = 18 };
    struct sysctl_at_boot keys[] = {
        { .key = "net/ipv4/tcp_tw_reuse" },
        { .key = "net/ipv4/ip_local_port_range", .kind = SYSCTL_PORT_RANGE },
    };

    sysctl_boot_play(writes, &kernel, keys, ARRAY_COUNT(keys));
    FUZZ_MUST((keys[0].boot == BOOT_SET) == (keys[0].source != NULL));
    FUZZ_MUST(keys[0].boot != BOOT_SET || (keys[0].number >= 0 && keys[0].number <= 2));
    FUZZ_MUST(keys[1].boot != BOOT_SET ||
              (keys[1].range.first >= 1024 && keys[1].range.last >= keys[1].range.first));
}

static void make_rules(const char *bytes, size_t size, bool every)
{
    static const char *const keys[] = { "net/ipv4/tcp_tw_reuse",
                                        "net/ipv4/ip_local_port_range" };
    static struct sysctl_rules rules;
    struct sysctl_writes writes = { 0 };
    struct error err = { 0 };
    bool ok;

    rules = (struct sysctl_rules){
        .keys = keys, .key_count = ARRAY_COUNT(keys), .every = every, .file = "file"
    };
    ok = sysctl_conf_read(bytes, size, sysctl_rules_add, &rules, &err);
    (void)fuzz_outcome(ok, &err);
    FUZZ_MUST(ok || rules.too_many);
    FUZZ_MUST(rules.count <= SYSCTL_RULES_MAX);
    FUZZ_MUST(sysctl_rules_carry_out(&rules, SYSCTL_BOOT, &writes, NULL));
    play(&writes);
    sysctl_writes_clear(&writes);
    sysctl_rules_clear(&rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen seen = { 0 };
    struct error err = { 0 };

    FUZZ_MUST(sysctl_conf_read((const char *)data, size, visit, &seen, &err));
    (void)fuzz_outcome(true, &err);
    make_rules((const char *)data, size, false);
    make_rules((const char *)data, size, true);
    return 0;
}
