/* SPDX-License-Identifier: MIT */
/* Looking at the machine for a plan: what it is, who listens, what our files hold. */
#ifndef REMEDIATE_FACTS_H
#define REMEDIATE_FACTS_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/check.h"
#include "remediate/plan.h"
#include "remediate/session.h"

/* Owns what `plan_facts` borrows; must not be moved after facts_gather. */
struct facts {
    struct session *session; /* borrowed */
    struct observation seen;
    struct verdict verdict;
    struct port_set listeners[IP_PROTOCOL_COUNT];
    struct port_set excluded[IP_PROTOCOL_COUNT];
    const char *only[SETTINGS_MAX];
    struct text reserved;
    struct text reserved_boot;
    struct text reserved_source;
    struct text drop_in;
    struct text drop_in_note;
    struct text answer; /* of the last callback */
    struct text notes;  /* lines: what could not be seen; each with its newline */
    struct plan_facts plan_facts;
};

/*
 * Fills *facts, which must be zeroed. What cannot be read becomes a note, and the plan
 * does without. Fails with ERR_TIMEOUT, ERR_MEMORY or what our own files are refused for.
 */
MUST_CHECK bool facts_gather(struct session *session, struct facts *facts,
                             struct error *err);

/* The host's own usage metrics, judged by the policy's thresholds, for an alert that
 * wants to act. ERR_TIMEOUT, ERR_MEMORY. The verdict borrows from `seen`. */
MUST_CHECK bool facts_usage(struct session *session, struct observation *seen,
                            struct verdict *verdict, struct error *err);

void facts_clear(struct facts *facts);

#endif
