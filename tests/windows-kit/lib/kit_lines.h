/* SPDX-License-Identifier: MIT */
/* Lines on their way from a program to the screen and the report. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_LINES_H
#define TESTS_WINDOWS_KIT_LIB_KIT_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/text.h"
#include "checks/host/windows/win.h"

/* Who takes lines. */
struct kit_sink {
    void (*line)(void *self, const char *line); /* without its end */
    bool (*stopped)(void *self);                /* whether the run is to end now */
    void *self;
};

/* A line of the kit's own: KIT_MARK, then what is formatted. */
void kit_lines_mark(const struct kit_sink *sink, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* A line that a reader should know: "note ...". */
void kit_lines_note(const struct kit_sink *sink, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* What a pipe gave so far of a line that is not at its end. Zeroed = nothing. */
struct kit_lines {
    struct text pending;
    size_t bytes; /* given in all */
    bool foreign; /* from a program: a line like the kit's own is given a blank */
};

/*
 * Passes on what is in the pipe now, without waiting, line by line, made harmless for a
 * terminal. False: nobody can write into it any more, and it is empty.
 */
bool kit_lines_drain(struct kit_lines *lines, HANDLE pipe, const struct kit_sink *sink);

/* Passes on a last line without an end, and frees. */
void kit_lines_end(struct kit_lines *lines, const struct kit_sink *sink);

#endif
