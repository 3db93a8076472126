/* SPDX-License-Identifier: MIT */
/* The built-in policy: what is accepted and recommended when no site says otherwise. */
#include "checks/model/policy.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COOL_DOWN_DEFAULT_S = 3600 };

/* One row per setting of setting_table. */
struct rule {
    const char *name;
    struct threshold accepted;
    int64_t number;
    struct port_range range;
    enum policy_target target;
    enum policy_advice advice;
    bool absent_accepted;
    bool noted_only;
};

static const struct rule rules[] = {
    {
        .name = "TcpTimedWaitDelay",
        .accepted = { .set = true, .start = 30, .end = 60 },
        .target = TARGET_VALUE,
        .number = 30,
    },
    {
        .name = "StrictTimeWaitSeqCheck",
        .accepted = { .set = true, .start = 1, .end = 1 },
        .target = TARGET_VALUE,
        .number = 1,
    },
    {
        .name = "DynamicPortRangeTcp",
        .accepted = { .set = true, .start = 32768, .end = (double)INFINITY },
        .target = TARGET_VALUE,
        .range = { 32768, 65535 },
    },
    {
        .name = "DynamicPortRangeUdp",
        .accepted = { .set = true, .start = 32768, .end = (double)INFINITY },
        .target = TARGET_VALUE,
        .range = { 32768, 65535 },
    },
    {
        .name = "MaxUserPort",
        .accepted = { .set = true, .start = 32768, .end = 65534 },
        .absent_accepted = true,
        .target = TARGET_ABSENT,
        .advice = ADVISE_WRONG,
    },
    {
        .name = "ip_local_port_range",
        .accepted = { .set = true, .start = 28232, .end = (double)INFINITY },
        .target = TARGET_VALUE,
        .range = { 10000, 65535 },
    },
    {
        .name = "tcp_tw_reuse",
        .accepted = { .set = true, .start = 1, .end = 2 },
        .target = TARGET_VALUE,
        .number = 1,
    },
    {
        .name = "tcp_timestamps",
        .accepted = { .set = true, .start = 1, .end = 2 },
        .target = TARGET_VALUE,
        .number = 1,
    },
    {
        .name = "tcp_fin_timeout",
        .accepted = { .set = true, .start = 0, .end = 60 },
        .target = TARGET_VALUE,
        .number = 60,
        .advice = ADVISE_WRONG,
    },
    {
        .name = "tcp_tw_recycle",
        .accepted = { .set = true, .start = 0, .end = 0 },
        .absent_accepted = true,
        .target = TARGET_VALUE,
        .number = 0,
    },
    {
        .name = "tcp_max_tw_buckets",
        .noted_only = true,
        .absent_accepted = true,
        .target = TARGET_NONE,
    },
};

static void fill_setting(struct policy_setting *out, const struct rule *rule)
{
    const struct setting *known = setting_find(rule->name);

    assert(known);
    *out = (struct policy_setting){
        .os = known->os,
        .kind = known->kind,
        .place = known->place,
        .known = known,
        .noted_only = rule->noted_only,
        .accepted = rule->accepted,
        .absent_accepted = rule->absent_accepted,
        .target = rule->target,
        .recommended = { .kind = known->kind,
                         .number = rule->number,
                         .range = rule->range },
        .advice = rule->advice,
    };
    (void)snprintf(out->name, sizeof out->name, "%s", rule->name);
}

const char *const policy_mode_names[POLICY_MODE_COUNT] = {
    [POLICY_ACT] = "act",
    [POLICY_LIVE_ONLY] = "live-only",
    [POLICY_AUDIT] = "audit",
};

const char *const owners_shown_names[OWNERS_NONE + 1] = {
    [OWNERS_SYSTEM] = "system",
    [OWNERS_FULL] = "full",
    [OWNERS_NONE] = "none",
};

void policy_init(struct policy *policy)
{
    static_assert(ARRAY_COUNT(rules) <= SETTINGS_MAX, "a policy holds every rule");

    *policy = (struct policy){
        .count = ARRAY_COUNT(rules),
        .gate = { .act_on = "CRITICAL",
                  .cool_down_s = COOL_DOWN_DEFAULT_S,
                  .confirm = true },
        .reserve = { .built_in = true },
        .ask = true,
    };
    for (size_t i = 0; i < ARRAY_COUNT(rules); i++)
        fill_setting(&policy->settings[i], &rules[i]);
    for (size_t os = 0; os < OS_KIND_COUNT; os++)
        metric_default_limits((enum os_kind)os, policy->limits[os]);
}

void policy_init_without_site(struct policy *policy, const char *error)
{
    policy_init(policy);
    (void)snprintf(policy->origin.error, sizeof policy->origin.error, "%s", error);
    for (size_t os = 0; os < OS_KIND_COUNT; os++)
        for (size_t metric = 0; metric < METRIC_COUNT; metric++)
            policy->limits[os][metric].at_most_warning = true;
}

const struct policy_setting *policy_find(const struct policy *policy, const char *name)
{
    for (size_t i = 0; i < policy->count; i++)
        if (strcmp(policy->settings[i].name, name) == 0)
            return &policy->settings[i];
    return NULL;
}
