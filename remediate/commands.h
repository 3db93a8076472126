/* SPDX-License-Identifier: MIT */
/* The five commands, each from an opened command line to an outcome. */
#ifndef REMEDIATE_COMMANDS_H
#define REMEDIATE_COMMANDS_H

#include "remediate/outcome.h"
#include "remediate/session.h"

/* Each fills *outcome and, in text or JSON, the whole output. */
void command_plan(struct session *session, struct outcome *outcome, struct text *out);
void command_apply(struct session *session, struct outcome *outcome, struct text *out);
void command_undo(struct session *session, struct outcome *outcome, struct text *out);
void command_history(struct session *session, struct outcome *outcome, struct text *out);
void command_on_alert(struct session *session, struct outcome *outcome, struct text *out);

#endif
