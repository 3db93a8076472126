/* SPDX-License-Identifier: MIT */
/* Command-line options as rows of a table; the parser and --help read the same rows. */
#ifndef CHECKS_BASE_OPTION_TABLE_H
#define CHECKS_BASE_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

enum option_kind {
    OPTION_FLAG = 0, /* bool: set to true */
    OPTION_TEXT,     /* const char *: the argument, borrowed from argv */
    OPTION_NUMBER    /* uint32_t or enum: see struct option_row */
};

/* The words that an argument may be; each stands for its place. */
struct option_words {
    const char *what;     /* "format" */
    bool or_number;       /* also in other letters, or as the number of its place */
    const char *words[8]; /* NULL behind the last */
};

struct option_row {
    char letter;      /* '\0' = no short form */
    const char *name; /* long form without "--"; never NULL; static */
    /* Word for the argument in the help text; NULL = takes none; "[N]" = may be empty. */
    const char *argument;
    const char *help; /* one or more lines separated by '\n', each <= 50 columns */
    enum option_kind kind;
    size_t offset; /* of the member that it fills; kind and offset: OPTION_FILLS */
    /* OPTION_NUMBER: the place of the argument in `words`; without them its value,
     * least..most; of an option that takes none: one more each time, up to `most`. */
    const struct option_words *words;
    uint32_t least;
    uint32_t most;
    uint32_t commands; /* bits of the commands that take it; 0 = all */
    /*
     * For what no kind does: stores one occurrence into the member at `offset`. False
     * with *err filled for a bad argument (the table adds the option's name in front of
     * the message).
     */
    bool (*store)(const char *argument, void *member, struct error *err);
};

/* Kind and offset of a row from the member's type; a type that no kind has does not
 * compile. */
#define OPTION_FILLS(type, member)                                                       \
    .kind = _Generic(((type *)NULL)->member, bool                                        \
                     : OPTION_FLAG, const char *                                         \
                     : OPTION_TEXT, uint32_t                                             \
                     : OPTION_NUMBER),                                                   \
    .offset = offsetof(type, member)

/* The options of a program or, with a command, those of one that are rows of it. */
struct option_table {
    const struct option_row *rows;
    size_t count;
    const char *command; /* its name in messages; not read if it takes every row */
    uint32_t command_bit;
};

/* What a program adds to the message when its command line is wrong. */
#define OPTION_TABLE_HINT "; see --help"

/*
 * Reads argv[1..argc), NULL after it, into *target; long names exact, never shortened;
 * argv is not reordered. Operands (words that belong to no option), empty arguments and
 * options that the command does not take are an error. An error is ERR_MALFORMED (from
 * `store`: what it gave), one line that quotes the culprit, e.g. "unknown option
 * '--foo'", "option '-w' needs an argument", "-w: the argument is empty", "option
 * '--version' does not take an argument", "unexpected argument 'x'", "-t: 'abc' is not a
 * whole number", "plan does not accept --for".
 */
MUST_CHECK bool option_table_parse(const struct option_table *table, int argc,
                                   char *const *argv, void *target, struct error *err);

/*
 * For errors in the format that was asked for: stores each good argument of the row's
 * -LETTER or --NAME in argv[1..argc), in any of its spellings, however broken the rest of
 * the command line is.
 */
void option_table_peek(const struct option_table *table, const char *name, int argc,
                       char *const *argv, void *target);

/* Adds the option list for --help; no line is longer than 80 columns. */
void option_table_help(const struct option_table *table, struct text *out);

#endif
