/* SPDX-License-Identifier: MIT */
/* Running a program of the system for what it prints. */
#ifndef CHECKS_HOST_WINDOWS_CHILD_H
#define CHECKS_HOST_WINDOWS_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/* No program that we run has more to say, bytes. */
enum { CHILD_OUTPUT_MAX = 64 * 1024 };

/*
 * Runs `path` (full path, no shell) with `command_line` and collects its standard output
 * and error; it inherits nothing else of ours, and its input is empty. It is killed after
 * `limit_ms`, and when we end first. *exit_code is its own. ERR_TIMEOUT, ERR_LIMIT,
 * ERR_ABSENT, ERR_DENIED, ERR_MEMORY, ERR_IO; the caller clears *out in any case.
 */
MUST_CHECK bool child_run(const wchar_t *path, const wchar_t *command_line,
                          int64_t limit_ms, struct text *out, uint32_t *exit_code,
                          struct error *err);

#endif
