/* SPDX-License-Identifier: MIT */
/* An observation, its recording, and what is read from a recording. */
#ifndef TESTS_SUPPORT_BENCH_H
#define TESTS_SUPPORT_BENCH_H

#include <stddef.h>

#include "checks/base/text.h"
#include "checks/model/observation.h"

/* What each test works on; too large for a stack frame. */
struct bench {
    struct observation seen;
    struct observation read;
    struct text json;
};

/* The setup, which puts a zeroed bench into *state, and its teardown. 0, or -1 without
 * memory. */
int given_bench(void **state);
int free_bench(void **state);

/* A document around one part, which ends with a comma, into `json`. */
void given_document(struct bench *bench, const char *part);

/* Reads `json` into `read`; a failure fails the test. */
void read_document(struct bench *bench);

/* Records `seen` anew into `json` and reads it. */
void go_round(struct bench *bench);

/* Fails the test unless `json` is refused with that message, ERR_LIMIT. */
void expect_limit(struct bench *bench, const char *message);

/* A part of a document with something wrong in it. */
struct bad_part {
    const char *name; /* printed on failure */
    const char *part; /* as for given_document */
    const char *message;
};

/* Fails the test unless the document around each part is refused with its message,
 * ERR_MALFORMED. */
void expect_refused(struct bench *bench, const struct bad_part *parts, size_t count);

#endif
