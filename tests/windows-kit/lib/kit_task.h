/* SPDX-License-Identifier: MIT */
/* Scheduled tasks, by schtasks.exe: what puts everything back at the next start, and
 * stages that run as SYSTEM or NETWORK SERVICE. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_TASK_H
#define TESTS_WINDOWS_KIT_LIB_KIT_TASK_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "tests/windows-kit/lib/kit_lines.h"
#include "tests/windows-kit/lib/kit_stages.h"
#include "tests/windows-kit/lib/kit_state.h"

/* Registers `kit.exe /resume` of the state's directory, as SYSTEM, at each start. */
MUST_CHECK bool kit_task_register(const struct kit_state *state, struct error *err);

/* Takes that away, and the task of a stage that was killed; one that is not there is no
 * error. */
MUST_CHECK bool kit_task_remove(struct error *err);

/* Runs the stage by a task, as whom the table says, from the state's directory; its lines
 * as kit_child_run has them. ERR_UNSUPPORTED where tasks cannot be run. */
MUST_CHECK bool kit_task_run(const struct kit_stage *stage, const struct kit_state *state,
                             const struct kit_sink *sink, struct error *err);

/* The definition of a task as schtasks.exe reads it, in UTF-8. Pure. */
struct kit_task_words {
    const char *program;
    const char *arguments;
    const char *sid;
    bool at_start;
};
void kit_task_xml(const struct kit_task_words *words, struct text *out);

#endif
