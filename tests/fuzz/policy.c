/* SPDX-License-Identifier: MIT */
/* A policy file. */
#include <stdlib.h>
#include <string.h>

#include "checks/model/policy.h"
#include "tests/fuzz/lib/fuzz.h"

static void look_at(const struct policy_setting *setting)
{
    FUZZ_MUST(memchr(setting->name, '\0', sizeof setting->name) != NULL);
    FUZZ_MUST(setting->name[0] != '\0');
    FUZZ_MUST(setting->os == OS_LINUX || setting->os == OS_WINDOWS);
    if (setting->place.kind == PLACE_SYSCTL) {
        const char *path = setting->place.path;

        FUZZ_MUST(strncmp(path, "net/", 4) == 0);
        FUZZ_MUST(!strstr(path, "..") && !strstr(path, "//"));
    } else if (setting->place.kind == PLACE_REGISTRY) {
        FUZZ_MUST(setting->place.value[0] != '\0');
        FUZZ_MUST(!strchr(setting->place.value, '\\'));
    }
    if (setting->target != TARGET_VALUE)
        return;
    FUZZ_MUST(setting->recommended.kind == setting->kind);
    if (setting->kind == SETTING_PORT_RANGE)
        FUZZ_MUST(setting->recommended.range.first >= 1 &&
                  setting->recommended.range.first <= setting->recommended.range.last);
    else
        FUZZ_MUST(
            !threshold_alerts(&setting->accepted, (double)setting->recommended.number));
}

static void look_at_all(const struct policy *policy)
{
    FUZZ_MUST(policy->count <= SETTINGS_MAX && policy->gate.cool_down_s <= 604800);
    for (size_t i = 0; i < policy->count; i++) {
        look_at(&policy->settings[i]);
        FUZZ_MUST(policy_find(policy, policy->settings[i].name) == &policy->settings[i]);
    }
    FUZZ_MUST(policy->origin.summed && policy->origin.error[0] == '\0');
    FUZZ_MUST(memchr(policy->origin.skipped, '\0', sizeof policy->origin.skipped));
    FUZZ_MUST(!strchr(policy->origin.skipped, '\n'));
}

/* Who only looks takes whatever the others take, and leaves nothing of it out. */
static void look_at_newer(const struct policy *built_in, const struct policy *strict,
                          const char *bytes, size_t size)
{
    static struct policy newer;
    struct error err = { 0 };
    bool ok;

    memcpy(&newer, built_in, sizeof newer);
    ok = fuzz_outcome(policy_apply_newer_json(&newer, bytes, size, &err), &err);
    if (!ok) {
        FUZZ_MUST(!strict && memcmp(&newer, built_in, sizeof newer) == 0);
        return;
    }
    look_at_all(&newer);
    FUZZ_MUST(!strict || (newer.count == strict->count && !newer.origin.skipped[0] &&
                          newer.origin.crc32 == strict->origin.crc32));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct policy built_in;
    static struct policy policy;
    static struct policy twice;
    const char *bytes = (const char *)data;
    struct error err = { 0 };

    memset(&built_in, 0, sizeof built_in);
    policy_init(&built_in);
    memcpy(&policy, &built_in, sizeof policy);
    if (!fuzz_outcome(policy_apply_json(&policy, bytes, size, &err), &err)) {
        FUZZ_MUST(memcmp(&policy, &built_in, sizeof policy) == 0);
        look_at_newer(&built_in, NULL, bytes, size);
        return 0;
    }
    look_at_all(&policy);
    look_at_newer(&built_in, &policy, bytes, size);
    memset(&twice, 0, sizeof twice);
    policy_init(&twice);
    FUZZ_MUST(policy_apply_json(&twice, bytes, size, NULL));
    FUZZ_MUST(twice.count == policy.count);
    return 0;
}
