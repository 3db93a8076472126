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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct policy built_in;
    static struct policy policy;
    static struct policy twice;
    struct error err = { 0 };

    memset(&built_in, 0, sizeof built_in);
    policy_init(&built_in);
    memcpy(&policy, &built_in, sizeof policy);
    if (!fuzz_outcome(policy_apply_json(&policy, (const char *)data, size, &err), &err)) {
        FUZZ_MUST(memcmp(&policy, &built_in, sizeof policy) == 0);
        return 0;
    }
    FUZZ_MUST(policy.count <= SETTINGS_MAX && policy.gate.cool_down_s <= 604800);
    for (size_t i = 0; i < policy.count; i++) {
        look_at(&policy.settings[i]);
        FUZZ_MUST(policy_find(&policy, policy.settings[i].name) == &policy.settings[i]);
    }
    memset(&twice, 0, sizeof twice);
    policy_init(&twice);
    FUZZ_MUST(policy_apply_json(&twice, (const char *)data, size, NULL));
    FUZZ_MUST(twice.count == policy.count);
    return 0;
}
