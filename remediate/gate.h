/* SPDX-License-Identifier: MIT */
/* May this alert change the host now? Pure. */
#ifndef REMEDIATE_GATE_H
#define REMEDIATE_GATE_H

#include <stdbool.h>

#include "checks/model/journal.h"
#include "checks/model/policy.h"
#include "remediate/alert.h"
#include "remediate/cool_down.h"

enum gate_answer {
    GATE_ACT = 0, /* all conditions hold, but for the host's own confirmation */
    GATE_NOTHING, /* no problem any more: nothing to do, exit 0 */
    GATE_REFUSE   /* exit 4 */
};

/* No longer than what the journal keeps of it. */
enum { GATE_REASON_SIZE = JOURNAL_REASON_SIZE };

/* What the gate is asked about. */
struct gate_question {
    struct alert alert;
    const struct policy_gate *rules;
    const struct journal *journal; /* NULL = the alert alone is judged */
    struct cool_down_moment now;   /* for the journal */
};

/*
 * The first that speaks against it is told: the alert's own facts, a trial that is on
 * (one that is overdue is none), the cool-down. Fills `reason` with one line for
 * GATE_NOTHING and GATE_REFUSE.
 */
enum gate_answer gate_ask(const struct gate_question *question,
                          char reason[GATE_REASON_SIZE]);

/* Whether the rules let a WARNING act, too. */
bool gate_acts_on_warning(const struct policy_gate *rules);

#endif
