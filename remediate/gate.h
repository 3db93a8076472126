/* SPDX-License-Identifier: MIT */
/* May this alert change the host now? Pure. */
#ifndef REMEDIATE_GATE_H
#define REMEDIATE_GATE_H

#include <stdint.h>

#include "checks/check.h"
#include "checks/model/policy.h"
#include "remediate/alert.h"

enum gate_answer {
    GATE_ACT = 0, /* all conditions hold, but for the host's own confirmation */
    GATE_NOTHING, /* no problem any more: nothing to do, exit 0 */
    GATE_REFUSE   /* exit 4 */
};

enum { GATE_REASON_SIZE = 200 };

struct gate_question {
    struct alert alert;
    const struct policy_gate *rules;
    int64_t now_s;         /* Unix time */
    int64_t last_action_s; /* journal_last_action_s; 0 = never */
};

/* Fills `reason` with one line for GATE_NOTHING and GATE_REFUSE. A last action in the
 * future (the clock went backwards) is refused like one just now. */
enum gate_answer gate_ask(const struct gate_question *question,
                          char reason[GATE_REASON_SIZE]);

/*
 * Whether the host itself confirms: one of its usage metrics (port, destination, UDP;
 * never TIME_WAIT's count or the settings) is WARNING or worse. Unknown is no
 * confirmation.
 */
enum gate_answer gate_confirm(const struct policy_gate *rules,
                              const struct verdict *verdict,
                              char reason[GATE_REASON_SIZE]);

#endif
