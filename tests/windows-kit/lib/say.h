/* SPDX-License-Identifier: MIT */
/* The lines that a program of the kit says on standard output, one a result; kit.exe
 * makes the report of them. Each line is flushed: whoever is stopped has said what it
 * found until then. */
#ifndef TESTS_WINDOWS_KIT_LIB_SAY_H
#define TESTS_WINDOWS_KIT_LIB_SAY_H

#include <stdbool.h>

#include "checks/base/compiler.h"

/* "ok NAME". Line ends in what is given become blanks, in all of these. */
void say_ok(const char *name);

/* "not ok NAME: GOT, expected WANTED". */
void say_not_ok(const char *name, const char *got, const char *wanted);

/* "skip NAME: WHY": what was not tried. Never for what was tried and failed. */
void say_skip(const char *name, const char *why);

/* "ok" where both are the same text, else "not ok". Returns which. */
bool say_same(const char *name, const char *wanted, const char *got);

/* "answer QUESTION: WORDS": what this Windows does where nobody knew, e.g. "W2". Not
 * counted. */
void say_answer(const char *question, const char *format, ...) PRINTF_LIKE(2, 3);

/* "note WORDS": what a reader should know. Not counted. */
void say_note(const char *format, ...) PRINTF_LIKE(1, 2);

/* The last line, "N passed, N failed, N skipped". The exit code: 0, or 1 where something
 * failed or nothing was counted. */
int say_finish(void);

#endif
