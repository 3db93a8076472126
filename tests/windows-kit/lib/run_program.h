/* SPDX-License-Identifier: MIT */
/* Running a program to its end: what it prints on either stream, and how it ends. */
#ifndef TESTS_WINDOWS_KIT_LIB_RUN_PROGRAM_H
#define TESTS_WINDOWS_KIT_LIB_RUN_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "tests/windows-kit/lib/environment.h"

/* No program that a test runs has more to say on one stream, bytes. */
enum { PROGRAM_OUTPUT_MAX = 4 * 1024 * 1024 };

/* What is run. All is borrowed until it has ended; zeroed = without it. */
struct program_run {
    const wchar_t *path;          /* full path; no shell */
    const char *const *arguments; /* UTF-8, those behind the program's own name */
    size_t argument_count;
    const wchar_t *directory;                 /* NULL = ours */
    const struct program_variable *variables; /* besides our own environment */
    size_t variable_count;
    const void *input; /* its standard input; NULL = an empty one */
    size_t input_length;
    int64_t limit_ms; /* then it is killed */
};

enum program_end {
    PROGRAM_ENDED = 0,
    PROGRAM_HUNG,   /* killed at its limit */
    PROGRAM_ENDLESS /* killed after PROGRAM_OUTPUT_MAX bytes on a stream */
};

/* Zeroed = empty. */
struct program_result {
    struct text output;
    struct text errors;
    enum program_end end;
    uint32_t exit_code; /* of PROGRAM_ENDED; an exception's code where it crashed */
};

/*
 * Runs it and waits for its end; what it has started ends with it. Its streams are files,
 * so no process that it leaves can hold us up. A crash shows no window. Not for threads:
 * our environment is the child's for a moment. False: it did not start, or Windows did
 * not give us a file (ERR_ABSENT, ERR_DENIED, ERR_MEMORY, ERR_MALFORMED for what is not
 * UTF-8, ERR_IO); *out is empty then. The caller clears *out.
 */
MUST_CHECK bool run_program(const struct program_run *wanted, struct program_result *out,
                            struct error *err);

/* The full path of `name` (UTF-8), new; the caller frees it. NULL: ERR_MALFORMED,
 * ERR_MEMORY, ERR_IO. */
MUST_CHECK wchar_t *program_full_path(const char *name, struct error *err);

/* Whether the exit code is that of an exception, such as 0xC0000005. */
bool program_result_crashed(const struct program_result *result);

/* How it ended, for a message: "exit code 3", "crashed with 0xC0000005", "still running
 * after 60 s: killed"; `limit_ms` is that of the run. Returns `out`. */
const char *program_result_words(const struct program_result *result, int64_t limit_ms,
                                 char *out, size_t size);

/* Frees what it holds; safe on zeroed, safe twice. */
void program_result_clear(struct program_result *result);

#endif
