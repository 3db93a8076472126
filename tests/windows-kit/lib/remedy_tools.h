/* SPDX-License-Identifier: MIT */
/* Running the product and Windows' own tools, and reading what they say. */
#ifndef TESTS_WINDOWS_KIT_LIB_REMEDY_TOOLS_H
#define TESTS_WINDOWS_KIT_LIB_REMEDY_TOOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "tests/windows-kit/lib/remedy_values.h"

/* The words of a command, ended by NULL: no command has more than these. */
enum { REMEDY_WORDS_MAX = 16 };

/* What a program said, and its exit code. Zeroed = nothing. */
struct remedy_said {
    struct text output; /* standard output */
    struct text errors;
    uint32_t code;
};

/* Frees it; safe on zeroed, safe twice. */
void remedy_said_clear(struct remedy_said *said);

/*
 * Runs a program, whose full path is words[0], and waits until it has ended; five
 * minutes, then it is killed. ERR_TIMEOUT, ERR_IO where it hung or crashed, and those of
 * run_program. The caller clears *out.
 */
MUST_CHECK bool remedy_run(const char *const *words, struct remedy_said *out,
                           struct error *err);

/* The same for a program of Windows itself, by its name alone: "netsh.exe". */
MUST_CHECK bool remedy_run_tool(const char *const *words, struct remedy_said *out,
                                struct error *err);

/*
 * What reg.exe and netsh.exe say of all places. A range that the next boot makes another
 * one is "A, then B". Errors of remedy_run and of the parsers; ERR_IO where a tool fails.
 */
MUST_CHECK bool remedy_read_values(struct remedy_values *out, struct error *err);

/* Owner and access list as text; ERR_ABSENT, ERR_DENIED, ERR_IO. */
MUST_CHECK bool remedy_read_sddl(const char *path, struct text *out, struct error *err);

/* Whether this is Wine, which has neither owners nor an event log. */
bool remedy_is_wine(void);

/* Whether who runs this may change the machine. */
bool remedy_is_elevated(void);

/* Whether there is a file or directory of this name. */
bool remedy_exists(const char *path);

/* Reads a whole small file. ERR_ABSENT, ERR_IO. */
MUST_CHECK bool remedy_read_file(const char *path, struct text *out, struct error *err);

/* Writes one, and waits until it is on the disk. ERR_IO. */
MUST_CHECK bool remedy_write_file(const char *path, const char *text, struct error *err);

#endif
