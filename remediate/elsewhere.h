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
 * Tells of an interrupted run that happened elsewhere in the details. One of another
 * machine, or of a network namespace that went with its boot, is ended in the journal
 * alone. One of a network namespace of this boot is left to that; one of the host's, or
 * of a third one, seen from another network namespace: false, with EXIT_REFUSED. False
 * with EXIT_ERROR where the journal cannot be written. True when there is none. Needs the
 * lock.
 */
MUST_CHECK bool elsewhere_settle(struct session *session, struct outcome *outcome);

/* Ends the interrupted run that elsewhere_settle left, if any, in the journal alone,
 * since another one begins; adds what it may have left there, and how to restore that
 * manually, to *details. False with *err: the journal cannot be written. */
MUST_CHECK bool elsewhere_make_room(struct session *session, struct text *details,
                                    struct error *err);

/* Sets EXIT_REFUSED: why a run that happened elsewhere is not undone here, and which of
 * its files is here too. Returns false. */
bool elsewhere_refuse_undo(struct session *session, const struct journal_run *run,
                           struct outcome *outcome);

/* The same of a trial that is not confirmed here. */
bool elsewhere_refuse_confirm(const struct session *session,
                              const struct journal_run *trial, struct outcome *outcome);

#endif
