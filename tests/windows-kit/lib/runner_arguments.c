/* SPDX-License-Identifier: MIT */
/* Paths and a limit. */
#include "tests/windows-kit/lib/runner_arguments.h"

#include <stdio.h>

#include "checks/base/number.h"
#include "checks/host/program.h"

bool runner_arguments(int *argc, char ***argv, int paths, int64_t *limit_ms,
                      const char *usage)
{
    struct error err = { 0 };
    uint32_t limit_s = 0;
    bool ok = program_start(argc, argv, &err) && *argc > paths && *argc <= paths + 2;

    if (ok && *argc == paths + 2) {
        ok = number_parse_u32((*argv)[paths + 1], RUNNER_LIMIT_MAX_S, &limit_s, &err);
        if (ok)
            *limit_ms = (int64_t)limit_s * 1000;
    }
    if (!ok)
        (void)fprintf(stderr, "usage: %s\n", usage);
    return ok;
}
