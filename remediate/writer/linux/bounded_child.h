/* SPDX-License-Identifier: MIT */
/* One program, run with nothing of ours, and no longer than it may take. */
#ifndef REMEDIATE_WRITER_LINUX_BOUNDED_CHILD_H
#define REMEDIATE_WRITER_LINUX_BOUNDED_CHILD_H

#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* How it ended. */
struct child_end {
    int code;        /* its exit code; 128 + N = signal N; 127 = it could not be run */
    char words[256]; /* the first of what it wrote to output and error; may be "" */
};

/*
 * Runs the program argv[0] (a path) with the words behind it, NULL at the end: no shell,
 * an empty environment, /dev/null to read, and of our descriptors none. After `limit_ms`
 * it and its process group are killed: ERR_TIMEOUT. ERR_IO: it could not be started.
 */
MUST_CHECK bool child_run(const char *const argv[], int64_t limit_ms,
                          struct child_end *out, struct error *err);

#endif
