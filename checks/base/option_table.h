/* SPDX-License-Identifier: MIT */
/* Command-line options as rows of a table; the parser and --help read the same rows. */
#ifndef CHECKS_BASE_OPTION_TABLE_H
#define CHECKS_BASE_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

struct option_row {
    char letter;      /* '\0' = no short form */
    const char *name; /* long form without "--"; never NULL; static */
    /* Word for the argument in the help text; NULL = takes none; "[N]" = may be empty. */
    const char *argument;
    const char *help; /* one or more lines separated by '\n', each <= 50 columns */
    /*
     * Stores one occurrence. `argument` is NULL for an option that takes none; `target`
     * is option_table_parse's. False with *err filled for a bad argument (the table adds
     * the option's name in front of the message).
     */
    bool (*store)(void *target, const char *argument, struct error *err);
};

/* What a program adds to the message when its command line is wrong. */
#define OPTION_TABLE_HINT "; see --help"

/* No program has more rows than this. */
enum { OPTION_ROWS_MAX = 48 };

/*
 * Reads argv[1..argc), NULL after it, over getopt_long; long names exact, never
 * shortened. Operands (words that belong to no option) and empty arguments are an error.
 * An error is ERR_MALFORMED (from `store`: what it gave), one line that quotes the
 * culprit, e.g. "unknown option '--foo'", "option '-w' needs an argument", "-w: the
 * argument is empty", "option '--version' does not take an argument", "unexpected
 * argument 'x'",
 * "-t: 'abc' is not a whole number". Not for two threads at once (getopt's globals).
 */
MUST_CHECK bool option_table_parse(const struct option_row *rows, size_t count, int argc,
                                   char *const *argv, void *target, struct error *err);

/*
 * For errors in the format that was asked for: the next argument of the row's -LETTER or
 * --NAME in argv[*at..argc), in any of its spellings, however broken the rest of the
 * command line is. *at is where to look, first 1, and is moved on; NULL when there is
 * none any more.
 */
const char *option_table_next_argument(const struct option_row *rows, size_t count,
                                       const char *name, int argc, char *const *argv,
                                       int *at);

/* Adds the option list for --help; no line is longer than 80 columns. */
void option_table_help(const struct option_row *rows, size_t count, struct text *out);

#endif
