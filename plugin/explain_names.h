/* SPDX-License-Identifier: MIT */
/* What the screen calls an owner, as far as it may name him. */
#ifndef PLUGIN_EXPLAIN_NAMES_H
#define PLUGIN_EXPLAIN_NAMES_H

#include "checks/model/owner.h"
#include "plugin/explain_paper.h"
#include "plugin/explain_subject.h"

/* Room for a unit, NUL included. */
enum { EXPLAIN_UNIT_SIZE = 64 };

/* The unit, container or pod of an owner: "mailer.service", "container 0123456789ab", "an
 * ended unit"; "" where he is a user alone. */
const char *explain_unit(const struct owner *owner, char out[EXPLAIN_UNIT_SIZE]);

/* His user: "www-data", "a login user"; "" where none is told (Windows). */
const char *explain_user(const struct explain_subject *subject,
                         const struct owner *owner);

/* His program; "" = not known, or not to be named. */
const char *explain_program(const struct explain_subject *subject,
                            const struct owner *owner);

/* Whether his pids are known, and may be named. */
bool explain_has_pids(const struct explain_subject *subject, const struct owner *owner);

/* Adds them: "pids 39 (15,000), 40 (7,000) and 2 more"; nothing where there are none. */
void explain_pids(const struct explain_subject *subject, const struct owner *owner,
                  struct paper *paper);

/* The same without the counts, for an instruction: ", pids 39, 40 and 2 more". */
void explain_pids_alone(const struct explain_subject *subject, const struct owner *owner,
                        struct paper *paper);

/* Of `whole`, to the nearest whole percent; 100 for all of it alone. */
uint32_t explain_percent(uint64_t part, uint64_t whole);

/* Adds his unit or user, with his program: "etl-load.service (curl)", "user alice". */
void explain_name(const struct explain_subject *subject, const struct owner *owner,
                  struct paper *paper);

/* Adds "user www-data", or "a login user". */
void explain_whose(const struct explain_subject *subject, const struct owner *owner,
                   struct paper *paper);

#endif
