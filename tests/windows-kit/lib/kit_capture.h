/* SPDX-License-Identifier: MIT */
/* Takes a program's lines for nobody to see, unless it failed. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_CAPTURE_H
#define TESTS_WINDOWS_KIT_LIB_KIT_CAPTURE_H

#include "checks/base/error.h"
#include "checks/base/text.h"
#include "tests/windows-kit/lib/kit_lines.h"

/* Zeroed = nothing. Never stopped: what it does must come to its end. */
struct kit_capture {
    struct text output;
};

struct kit_sink kit_capture_sink(struct kit_capture *capture);

/* False: the program failed, with its first failure in *err. One that had nothing to do
 * did not. */
MUST_CHECK bool kit_capture_judge(const struct kit_capture *capture, struct error *err);

void kit_capture_clear(struct kit_capture *capture);

#endif
