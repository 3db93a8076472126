/* SPDX-License-Identifier: MIT */
/* How a kit.exe with other rights says its lines to the one that shows them. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_PIPE_H
#define TESTS_WINDOWS_KIT_LIB_KIT_PIPE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/windows-kit/lib/kit_lines.h"

enum { KIT_PIPE_NAME_SIZE = 64 };

/* Zeroed = closed. */
struct kit_pipe {
    HANDLE handle;
    char name[KIT_PIPE_NAME_SIZE];
};

/* A new pipe, into which administrators, SYSTEM and NETWORK SERVICE may write, one at a
 * time. ERR_IO. The caller closes it. */
MUST_CHECK bool kit_pipe_make(struct kit_pipe *out, struct error *err);

/*
 * Waits for who writes, then passes on its lines until it ends or the sink is stopped;
 * the writer sees the end of the pipe then. False with ERR_TIMEOUT when nobody came
 * within `limit_s`, or `process` (may be NULL) ended first; and after that long in all.
 */
MUST_CHECK bool kit_pipe_follow(const struct kit_pipe *pipe, HANDLE process,
                                uint32_t limit_s, const struct kit_sink *sink,
                                struct error *err);

void kit_pipe_close(struct kit_pipe *pipe);

/* The other side: a sink that writes, and is stopped when nobody reads any more. */
MUST_CHECK bool kit_pipe_join(const char *name, struct kit_pipe *out, struct error *err);
struct kit_sink kit_pipe_sink(struct kit_pipe *joined);

#endif
