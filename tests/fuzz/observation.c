/* SPDX-License-Identifier: MIT */
/* A recorded observation: what is read is written the same, judged and reported; so is
 * one that names nobody. */
#include <string.h>

#include "checks/check.h"
#include "checks/model/anonymize.h"
#include "checks/model/observation_json.h"
#include "checks/model/policy.h"
#include "plugin/report.h"
#include "tests/fuzz/lib/fuzz.h"

static enum check_state report_all(const struct observation *seen, struct policy *policy)
{
    static struct verdict verdict;
    struct report report = { .seen = seen,
                             .verdict = &verdict,
                             .policy_source = "built-in",
                             .policy = &policy->origin,
                             .version = "0",
                             .verbosity = 3,
                             .top = 5 };
    bool (*const writers[])(const struct report *, struct text *,
                            struct error *) = { report_text, report_json,
                                                report_prometheus };

    judge(seen, policy, policy->limits[seen->os.kind], METRICS_ALL, &verdict);
    FUZZ_MUST(verdict.state >= CHECK_OK && verdict.state <= CHECK_UNKNOWN);
    for (size_t i = 0; i < ARRAY_COUNT(writers); i++) {
        struct text out = { 0 };
        struct error err = { 0 };

        FUZZ_MUST(fuzz_outcome(writers[i](&report, &out, &err), &err));
        FUZZ_MUST(out.length > 0 && strlen(out.data) == out.length);
        text_clear(&out);
    }
    return verdict.state;
}

/* It can be read, and is judged the same. */
static void anonymize(const struct observation *seen, struct policy *policy,
                      enum check_state state)
{
    static struct observation nobody;
    static struct observation read;
    struct text document = { 0 };
    struct error err = { 0 };

    observation_anonymize(seen, &nobody);
    FUZZ_MUST(observation_to_json(&nobody, &document, NULL));
    FUZZ_MUST(observation_from_json(document.data, document.length, &read, &err));
    FUZZ_MUST(report_all(&read, policy) == state);
    text_clear(&document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct policy policy;
    static struct observation seen;
    static struct observation again;
    static const struct observation none;
    struct text first = { 0 };
    struct text second = { 0 };
    struct error err = { 0 };

    memset(&seen, 0, sizeof seen);
    if (!fuzz_outcome(observation_from_json((const char *)data, size, &seen, &err),
                      &err)) {
        FUZZ_MUST(memcmp(&seen, &none, sizeof seen) == 0);
        return 0;
    }
    FUZZ_MUST(fuzz_outcome(observation_to_json(&seen, &first, &err), &err));
    FUZZ_MUST(fuzz_outcome(observation_from_json(first.data, first.length, &again, &err),
                           &err));
    FUZZ_MUST(observation_to_json(&again, &second, NULL));
    FUZZ_MUST(strcmp(first.data, second.data) == 0);
    policy_init(&policy);
    anonymize(&seen, &policy, report_all(&seen, &policy));
    text_clear(&first);
    text_clear(&second);
    return 0;
}
