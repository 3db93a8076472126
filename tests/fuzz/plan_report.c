/* SPDX-License-Identifier: MIT */
/* A recorded observation, and ports with listeners before its last byte (that many pairs
 * of bytes): the plan narrows nothing and reserves who listens, and both programs print
 * it as text that a terminal can be given, and as JSON. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/utf8.h"
#include "checks/check.h"
#include "checks/model/observation_json.h"
#include "checks/model/policy.h"
#include "plugin/report.h"
#include "remediate/planner.h"
#include "remediate/report.h"
#include "tests/fuzz/lib/fuzz.h"

/* Large; one input at a time. */
static struct observation seen;
static struct policy policy;
static struct verdict verdict;
static struct port_set listeners;
static struct port_set excluded;
static struct plan plan;

/* Only lines of printable UTF-8. */
static void must_be_printable(const struct text *out)
{
    size_t size;

    FUZZ_MUST(!out->failed && out->length > 0 && strlen(out->data) == out->length);
    for (const char *c = out->data; *c; c += size)
        FUZZ_MUST(!utf8_stand_in(c, &size) || *c == '\n');
}

static void must_be_json(const struct text *out)
{
    json_t *root = json_loadb(out->data, out->length, JSON_REJECT_DUPLICATES, NULL);

    FUZZ_MUST(json_is_object(root));
    json_decref(root);
}

static void take_listeners(const uint8_t *data, size_t *size)
{
    size_t count = fuzz_last_byte(data, size);

    memset(&listeners, 0, sizeof listeners);
    for (; count > 0 && *size >= 2; count--) {
        *size -= 2;
        port_set_add(&listeners, (uint16_t)(data[*size] << 8 | data[*size + 1]));
    }
}

static struct plan_input input_of_seen(void)
{
    struct plan_input input = {
        .seen = &seen,
        .verdict = &verdict,
        .reserve = &policy.reserve,
        .reserved = "\n",
        .drop_in_path = "/etc/sysctl.d/90-port-exhaustion.conf",
        .drop_in_note = "written now",
    };

    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        input.listeners[i] = &listeners;
        input.excluded[i] = &excluded;
        for (int family = 0; family < IP_FAMILY_COUNT; family++)
            input.dynamic[i][family] = seen.range[i].range;
    }
    return input;
}

/* What a new range takes in is reserved where somebody listens. */
static void must_protect(struct port_range live, struct port_range wanted)
{
    FUZZ_MUST(port_range_covers(wanted, live));
    for (uint32_t port = wanted.first; port <= wanted.last; port++)
        if (!port_range_contains(live, (uint16_t)port) &&
            port_set_has(&listeners, (uint16_t)port))
            FUZZ_MUST(port_set_has(&plan.reserve.wanted, (uint16_t)port));
}

static void must_be_a_sound_plan(void)
{
    for (size_t i = 0; i < plan.item_count; i++)
        for (size_t t = 0; t < plan.items[i].target_count; t++) {
            const struct plan_target *target = &plan.items[i].targets[t];

            if (target->live.kind != PLAN_RANGE || target->wanted.kind != PLAN_RANGE)
                continue;
            if (target->kind == CHANGE_SYSCTL)
                must_protect(target->live.range, target->wanted.range);
            else
                FUZZ_MUST(port_range_covers(target->wanted.range, target->live.range));
        }
}

static void report_plan(void)
{
    struct outcome outcome = { 0 };
    struct text out = { 0 };
    struct remediate_report report = { .command = "plan",
                                       .outcome = &outcome,
                                       .plan = &plan,
                                       .notes = "",
                                       .policy_source = "built-in",
                                       .verbosity = 1 };

    (void)outcome_set(&outcome, EXIT_NEEDED, "%zu changes", plan.change_count);
    remediate_report_text(&report, &out);
    must_be_printable(&out);
    text_cut(&out, 0);
    FUZZ_MUST(remediate_report_json(&report, &out, NULL));
    must_be_printable(&out);
    must_be_json(&out);
    text_clear(&out);
    outcome_clear(&outcome);
}

static void report_check(void)
{
    const struct report report = { .seen = &seen,
                                   .verdict = &verdict,
                                   .policy_source = "built-in",
                                   .policy = &policy.origin,
                                   .version = "0",
                                   .verbosity = 2,
                                   .top = 5 };
    struct text out = { 0 };

    FUZZ_MUST(report_text(&report, &out, NULL));
    must_be_printable(&out);
    text_cut(&out, 0);
    FUZZ_MUST(report_prometheus(&report, &out, NULL));
    must_be_printable(&out);
    text_cut(&out, 0);
    FUZZ_MUST(report_json(&report, &out, NULL));
    must_be_printable(&out);
    must_be_json(&out);
    text_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct plan_input input;
    struct error err = { 0 };

    take_listeners(data, &size);
    memset(&seen, 0, sizeof seen);
    if (!observation_from_json((const char *)data, size, &seen, NULL))
        return 0;
    policy_init(&policy);
    judge(&seen, &policy, policy.limits[seen.os.kind], METRICS_ALL, &verdict);
    report_check();
    input = input_of_seen();
    if (fuzz_outcome(plan_make(&input, &plan, &err), &err)) {
        must_be_a_sound_plan();
        report_plan();
        plan_clear(&plan);
    }
    return 0;
}
