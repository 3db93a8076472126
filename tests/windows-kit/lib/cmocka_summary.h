/* SPDX-License-Identifier: MIT */
/* What a unit test says of itself at its end, as tests/run reads it. */
#ifndef TESTS_WINDOWS_KIT_LIB_CMOCKA_SUMMARY_H
#define TESTS_WINDOWS_KIT_LIB_CMOCKA_SUMMARY_H

#include <stdint.h>

#include "checks/base/text.h"

/* Zeroed = nothing was said. */
struct cmocka_summary {
    uint32_t passed;
    uint32_t failed;
    uint32_t skipped;
    struct text names; /* of those that failed, "test_a, test_b" */
};

/*
 * Takes what the lines of `output` say ("[  PASSED  ] 3 test(s)."), over what was taken
 * of the program's other stream. The caller clears *summary.
 */
void cmocka_summary_read(struct cmocka_summary *summary, const char *output);

void cmocka_summary_clear(struct cmocka_summary *summary);

#endif
