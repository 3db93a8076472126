/* SPDX-License-Identifier: MIT */
/* What netsh tells: each question is asked once in a run, and several at once. */
#ifndef CHECKS_HOST_WINDOWS_NETSH_ANSWERS_H
#define CHECKS_HOST_WINDOWS_NETSH_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/decode/netsh_question.h"
#include "checks/model/port_range.h"

/* As many are asked at once. */
enum { NETSH_ASKED_MAX = 4 };

/* Asks those of at most NETSH_ASKED_MAX questions that were not asked yet, all of them at
 * the same time, which takes `limit_ms` at most. Once one was not answered in time
 * nothing more is asked: the answer to all others is that. */
void netsh_ask(const struct netsh_question *questions, size_t count, int64_t limit_ms);

/* The answer about a dynamic range; asks, where that was not done yet. Errors of
 * netsh_start and netsh_finish, and ERR_MALFORMED. */
MUST_CHECK bool netsh_dynamic_range(const struct netsh_question *question,
                                    int64_t limit_ms, struct port_range *out,
                                    struct error *err);

/* Adds the excluded ports to *out. The same errors. */
MUST_CHECK bool netsh_excluded_ports(const struct netsh_question *question,
                                     int64_t limit_ms, struct port_set *out,
                                     struct error *err);

/* All questions are asked anew from now on: something was changed, or may have been. */
void netsh_forget(void);

/* How often it was forgotten: what was made of older answers is old. */
uint32_t netsh_age(void);

#endif
