/* SPDX-License-Identifier: MIT */
/* The command line of what runs tests: some paths, then perhaps a limit in seconds. */
#ifndef TESTS_WINDOWS_KIT_LIB_RUNNER_ARGUMENTS_H
#define TESTS_WINDOWS_KIT_LIB_RUNNER_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

/* No limit of one run is longer, s. */
enum { RUNNER_LIMIT_MAX_S = 3600 };

/*
 * First thing in main: arguments in UTF-8 (program_start), of which the first `paths` are
 * there. A number behind them, of seconds, becomes *limit_ms, which else stays as it is.
 * False: `usage` was printed on standard error.
 */
bool runner_arguments(int *argc, char ***argv, int paths, int64_t *limit_ms,
                      const char *usage);

#endif
