/* SPDX-License-Identifier: MIT */
/* What ends a trial though nobody waits for it: a timer of the system. */
#ifndef REMEDIATE_WRITER_EXPIRY_H
#define REMEDIATE_WRITER_EXPIRY_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* The command of this program that the timer runs, with the run's id behind it. */
#define EXPIRY_COMMAND "expire"

/* False with ERR_UNSUPPORTED, saying what to do instead, where nothing of this system can
 * end a trial: not Linux, systemd is not process 1, a container, a foreign network. */
MUST_CHECK bool system_has_expiry(struct error *err);

/*
 * Where system_has_expiry: has `expire RUN` of this very program run after so many
 * seconds, and again some times within a day, more and more seldom, for what was refused,
 * failed or was killed. To be called before system_bound_privileges, which forbids
 * running programs. Takes at most a minute.
 *
 * Linux: a transient timer of systemd, port-exhaustion-trial-RUN, by systemd-run with an
 * empty environment and none of our descriptors; where systemd takes one time only, one
 * more for each try, port-exhaustion-trial-RUN-againN. False: nothing ends the trial, or
 * (ERR_TIMEOUT) nobody knows. ERR_DENIED: this program, or systemd-run, is not in root's
 * hands alone; ERR_IO: what systemd-run said.
 */
MUST_CHECK bool system_arm_expiry(const char *run, uint32_t seconds, struct error *err);

#endif
