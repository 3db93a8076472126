/* SPDX-License-Identifier: MIT */
/* What outputs say of an owner: who may be named depends on who reads it. */
#ifndef PLUGIN_OWNER_WORDS_H
#define PLUGIN_OWNER_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/text.h"
#include "checks/cause.h"
#include "checks/model/observation.h"
#include "checks/model/policy.h"

/* Adds one owner as a short phrase: "mailer.service", "container 0123456789ab", "pod
 * <uid>", "user www-data", "a login user", "an ended unit", "another container", "System
 * (HTTP.sys)", "w3wp.exe". With OWNERS_FULL people by their names. Nothing with
 * OWNERS_NONE. */
void owner_words(const struct owner *owner, enum owners_shown shown, struct text *out);

/* What an output may tell of an owner's user and program; "" = nothing. "a login user"
 * stands for people, and nothing for their programs. Where the system tells no user
 * (Windows) the program stands for its owner; else it is told with OWNERS_FULL alone. */
const char *owner_user_shown(const struct owner *owner, enum owners_shown shown);
const char *owner_program_shown(const struct owner *owner, enum owners_shown shown);

/* Whether it may tell process numbers, and how many there are. */
bool owner_pids_shown(enum owners_shown shown);

/* Adds who has most of the sockets that make the cause of that metric ("mailer.service",
 * "mailer.service and 2 others"); nothing where nobody is known, or nobody may be blamed:
 * TIME_WAIT and orphans have no owner. */
void owner_words_of_cause(const struct observation *seen, enum metric_id metric,
                          enum cause cause, enum owners_shown shown, struct text *out);

#endif
