/* SPDX-License-Identifier: MIT */
/* Running the tools of Windows, each by its full path, without a shell. */
#ifndef TESTS_WINDOWS_KIT_LIB_CROSS_RUN_H
#define TESTS_WINDOWS_KIT_LIB_CROSS_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "tests/windows-kit/lib/cross_fact.h"
#include "tests/windows-kit/lib/run_program.h"

/*
 * Runs a program of System32 for two minutes at most, and demands exit code 0 and some
 * text. ERR_ABSENT: it is not there, or prints nothing; ERR_IO with how it ended and the
 * first line of what it said; errors of run_program. The caller clears *out in any case.
 */
MUST_CHECK bool cross_run(const wchar_t *name, const char *const *arguments, size_t count,
                          struct program_result *out, struct error *err);

/* The same of a pipeline in Windows PowerShell. Only cmdlets and their properties: that
 * works in constrained language, too. */
MUST_CHECK bool cross_run_powershell(const char *command, struct program_result *out,
                                     struct error *err);

/* All of them are CROSS_UNKNOWN, because of the error. */
void cross_set_unknown(const enum cross_name *names, size_t count,
                       const struct error *err, struct cross_facts *out);

#endif
