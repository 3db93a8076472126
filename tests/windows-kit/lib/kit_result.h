/* SPDX-License-Identifier: MIT */
/* What became of a stage, from the lines that its program said and those that the kit
 * added. Pure: the same for a report of another machine. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_RESULT_H
#define TESTS_WINDOWS_KIT_LIB_KIT_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Lines of the kit itself begin with this; a program's that does is given a blank. */
#define KIT_MARK "kit: "

/* `why` of a stage that ended as it should and has no line of a result. */
#define KIT_WHY_NOTHING "counted nothing"

enum kit_line_kind {
    KIT_LINE_OTHER = 0, /* none of the protocol: shown and kept, that is all */
    KIT_LINE_OK,
    KIT_LINE_NOT_OK,
    KIT_LINE_SKIP,
    KIT_LINE_ANSWER,
    KIT_LINE_NOTE
};

struct kit_line {
    enum kit_line_kind kind;
    char *words; /* owned; behind "ok ", "not ok ", ... */
};

struct kit_counts {
    unsigned int passed;
    unsigned int failed;
    unsigned int skipped;
};

enum { KIT_WHY_SIZE = 160 };

/* Zeroed = a stage that nobody ran. */
struct kit_result {
    struct kit_line *lines; /* owned */
    size_t count;
    struct kit_counts counted; /* by the lines */
    bool ran;
    bool skipped;
    char why[KIT_WHY_SIZE]; /* of skipped; or what is wrong with the stage itself */
    unsigned int seconds;
};

/*
 * Reads the whole output of a stage. A stage itself is wrong (`why`, not skipped) that
 * did not end by itself, ended with another code than 0 or 1, said no counts or others
 * than its lines have, failed by its code alone, or was not put back. ERR_MEMORY; the
 * caller clears *out in any case.
 */
MUST_CHECK bool kit_result_parse(const char *output, struct kit_result *out,
                                 struct error *err);

/* Frees the lines; safe on zeroed, safe twice. */
void kit_result_clear(struct kit_result *result);

#endif
