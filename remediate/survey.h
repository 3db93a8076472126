/* SPDX-License-Identifier: MIT */
/* Looking at the machine for a plan: what it is, who listens, what our files hold. */
#ifndef REMEDIATE_SURVEY_H
#define REMEDIATE_SURVEY_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/check.h"
#include "checks/decode/sysctl_boot.h"
#include "remediate/plan_input.h"
#include "remediate/session.h"

/* Owns what `input` borrows; must not be moved after survey_make. */
struct survey {
    struct session *session; /* borrowed */
    struct observation seen;
    struct verdict verdict;
    struct host_listeners listeners;
    struct port_set excluded[IP_PROTOCOL_COUNT];
    const char *only[SETTINGS_MAX];
    struct text reserved;
    struct boot_reserve reserved_boot;
    struct text drop_in;
    struct text drop_in_note;
    struct text registry_texts[SETTINGS_MAX];
    struct text answer; /* of the last callback */
    struct text notes;  /* lines: what could not be seen; each with its newline */
    struct plan_input input;
};

/*
 * Fills *survey, which must be zeroed but for input.relief_only. What cannot be read
 * becomes a note, and the plan does without. Fails with ERR_TIMEOUT, ERR_MEMORY or what
 * our own files are refused for.
 */
MUST_CHECK bool survey_make(struct session *session, struct survey *survey,
                            struct error *err);

/* Sees what the metrics (bits) need of `host`: the session's, or one "as if".
 * ERR_TIMEOUT, ERR_MEMORY; *seen is then unchanged. */
MUST_CHECK bool survey_observe(struct session *session, const struct host *host,
                               uint32_t metrics, struct observation *seen,
                               struct error *err);

/* The host's own usage metrics, and what Windows said of its ports, judged by the
 * policy's thresholds, for an alert that wants to act. ERR_TIMEOUT, ERR_MEMORY. The
 * verdict borrows from `seen`. */
MUST_CHECK bool survey_usage(struct session *session, struct observation *seen,
                             struct verdict *verdict, struct error *err);

/* The same of `host` (see survey_observe) with the settings: what is told before and
 * after changes. */
MUST_CHECK bool survey_judge(struct session *session, const struct host *host,
                             struct observation *seen, struct verdict *verdict,
                             struct error *err);

/* Fills of survey->input what our file of sysctl.d keeps, and nothing else: no policy is
 * needed. *survey must be zeroed. What cannot be read becomes a note. */
void survey_drop_in(struct session *session, struct survey *survey);

void survey_clear(struct survey *survey);

#endif
