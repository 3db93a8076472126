/* SPDX-License-Identifier: MIT */
/* Runs of the journal that happened on another machine, or in another network namespace
 * of this one: nothing of them is put back here. */
#ifndef REMEDIATE_ELSEWHERE_H
#define REMEDIATE_ELSEWHERE_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/model/journal.h"
#include "remediate/outcome.h"
#include "remediate/session.h"

/*
 * Ends an interrupted run that happened elsewhere, in the journal alone, and tells of it
 * in the details: it stands in no new run's way. One of the host's network is left to the
 * host: from another network namespace this is false, with *outcome set: EXIT_REFUSED, or
 * EXIT_ERROR where the journal cannot be written. True when there is none. Needs the
 * lock.
 */
MUST_CHECK bool elsewhere_settle(struct session *session, struct outcome *outcome);

/* Sets EXIT_REFUSED: why a run that happened elsewhere is not undone here, and which of
 * its files is here too. Returns false. */
bool elsewhere_refuse_undo(struct session *session, const struct journal_run *run,
                           struct outcome *outcome);

#endif
