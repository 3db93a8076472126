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

/*
 * Has `expire RUN` of this very program run after so many seconds, and again each minute
 * as long as it is refused or killed. To be called before system_bound_privileges, which
 * forbids running programs. Takes at most half a minute.
 *
 * Linux: a transient timer of systemd, port-exhaustion-trial-RUN, by systemd-run with an
 * empty environment and none of our descriptors; where systemd is process 1 of a host.
 * Windows: never. False: nothing ends the trial, or (ERR_TIMEOUT) nobody knows.
 * ERR_UNSUPPORTED: not on this system, and what to do instead; ERR_DENIED: this program,
 * or systemd-run, is not in root's hands alone; ERR_IO: what systemd-run said.
 */
MUST_CHECK bool system_arm_expiry(const char *run, uint32_t seconds, struct error *err);

#endif
