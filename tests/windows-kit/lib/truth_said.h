/* SPDX-License-Identifier: MIT */
/* What the check's JSON says of a moment. */
#ifndef TESTS_WINDOWS_KIT_LIB_TRUTH_SAID_H
#define TESTS_WINDOWS_KIT_LIB_TRUTH_SAID_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "tests/windows-kit/lib/truth_judge.h"

/* Reads `-o json`; `to` is the remote port on 127.0.0.1 of the stage's busiest
 * destination, 0 = none. ERR_MALFORMED where a number is lacking: with the summary, where
 * there is one. */
MUST_CHECK bool truth_said_parse(const char *json, uint16_t to, struct truth_said *out,
                                 struct error *err);

/* The value of exhaustion_events. ERR_ABSENT: this check has no such metric, or could not
 * tell (the message says why); ERR_MALFORMED. */
MUST_CHECK bool truth_said_events(const char *json, uint32_t *out, struct error *err);

/* The auto-reuse range of TCP; false: it names none. */
bool truth_said_reuse(const char *json, struct port_range *out);

#endif
