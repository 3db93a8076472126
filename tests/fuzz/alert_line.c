/* SPDX-License-Identifier: MIT */
/* The alert's line, and what the gate says to it. */
#include <string.h>

#include "remediate/gate.h"
#include "tests/fuzz/lib/fuzz.h"

static void ask_gate(const struct alert *alert)
{
    const struct policy_gate rules = { .act_on = "CRITICAL", .cool_down_s = 3600 };
    const struct gate_question question = { .alert = *alert,
                                            .rules = &rules,
                                            .now = { .machine = "",
                                                     .network = "",
                                                     .boot = "",
                                                     .uptime_s = 10000,
                                                     .time_s = 10000 } };
    char reason[GATE_REASON_SIZE] = "";
    enum gate_answer answer = gate_ask(&question, reason);

    FUZZ_MUST((answer == GATE_ACT) == (alert->state == CHECK_CRITICAL && alert->hard &&
                                       alert->downtime_depth == 0));
    FUZZ_MUST(answer == GATE_ACT || reason[0] != '\0');
    FUZZ_MUST((answer == GATE_NOTHING) == (alert->state == CHECK_OK));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct alert before = { CHECK_UNKNOWN, true, 77, 88 };
    struct alert alert = before;
    struct error err = { 0 };

    if (!fuzz_outcome(alert_parse_line((const char *)data, size, &alert, &err), &err)) {
        FUZZ_MUST(memcmp(&alert, &before, sizeof alert) == 0);
        return 0;
    }
    FUZZ_MUST(size <= ALERT_LINE_MAX && alert.attempt >= 1);
    FUZZ_MUST(alert.state >= CHECK_OK && alert.state <= CHECK_UNKNOWN);
    FUZZ_MUST(!memchr(data, '\0', size));
    ask_gate(&alert);
    return 0;
}
