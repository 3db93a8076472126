/* SPDX-License-Identifier: MIT */
/* W11: an auto-reuse range, which is in force after the next start of Windows only. */
#ifndef TESTS_WINDOWS_KIT_LIB_TRUTH_REUSE_H
#define TESTS_WINDOWS_KIT_LIB_TRUTH_REUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/windows-kit/lib/truth_run.h"

/* AutoReusePortRangeStartPort and AutoReusePortRangeNumberOfPorts; 0, 0 = none. */
struct truth_reuse {
    uint32_t first;
    uint32_t count;
};

/* Two numbers, first and count, with blanks or line ends between, as PowerShell prints
 * them and the file beside the list keeps them; and nothing else. Pure. */
bool truth_reuse_parse(const char *text, struct truth_reuse *out);

/* Sets a range; what was there stays in LIST.reuse, beside the list of what must be
 * restored. Where it cannot be set: skipped, with the reason, and as it was. */
void truth_reuse_begin(struct truth_run *run);

/* After the start: what connect() makes of it, what the check says of it, and the old
 * one, which the start after this one brings. */
void truth_reuse_end(struct truth_run *run);

#endif
