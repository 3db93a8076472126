/* SPDX-License-Identifier: MIT */
/* getopt_long behind a table; the same messages over glibc's and mingw-w64's (BSD's) one.
 */
#include "checks/base/option_table.h"

#include <assert.h>
#include <getopt.h>
#include <stdint.h>
#include <string.h>

enum {
    LONG_BASE = 256, /* values of long options: above every letter */
    HELP_COLUMN = 28 /* where the help of an option begins */
};

/* The table in getopt_long's own form; zeroes end both lists. */
struct getopt_form {
    char letters[2 * OPTION_ROWS_MAX + 2];
    struct option names[OPTION_ROWS_MAX + 1];
};

static void translate(const struct option_row *rows, size_t count,
                      struct getopt_form *form)
{
    char *letter = form->letters;

    assert(count <= OPTION_ROWS_MAX);
    *letter++ = '+'; /* stop at the first operand: argv is not reordered */
    for (size_t i = 0; i < count; i++) {
        int has_argument = rows[i].argument ? required_argument : no_argument;

        form->names[i] = (struct option){ .name = rows[i].name,
                                          .has_arg = has_argument,
                                          .val = LONG_BASE + (int)i };
        if (rows[i].letter == '\0')
            continue;
        *letter++ = rows[i].letter;
        if (rows[i].argument)
            *letter++ = ':';
    }
}

/* The row of a value that getopt_long returned or left in optopt; NULL = none. */
static const struct option_row *row_of(const struct option_row *rows, size_t count,
                                       int value)
{
    if (value >= LONG_BASE)
        return &rows[value - LONG_BASE];
    for (size_t i = 0; i < count; i++)
        if (value != 0 && rows[i].letter == value)
            return &rows[i];
    return NULL;
}

/* Whether `word` is "--name" or "--name=...": getopt_long would take "--na" too, and
 * BSD's even "-v-name". */
static bool is_exact_name(const char *word, const char *name)
{
    size_t length = strlen(name);

    return strncmp(word, "--", 2) == 0 && strncmp(word + 2, name, length) == 0 &&
           (word[2 + length] == '\0' || word[2 + length] == '=');
}

static bool unknown_option(const char *word, int letter, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];

    (void)error_quote(word, quoted);
    if (strncmp(word, "--", 2) == 0)
        quoted[strcspn(quoted, "=")] = '\0';
    else if (letter > ' ' && letter < 0x7F && letter != '-')
        return error_set(err, ERR_MALFORMED, "unknown option '-%c'", letter);
    return error_set(err, ERR_MALFORMED, "unknown option '%s'", quoted);
}

/* The option as it was given: "-w" or "--warning". */
struct option_spelling {
    char text[ERR_QUOTE_SIZE + 2];
};

static struct option_spelling spelling_of(const struct option_row *row, int value)
{
    struct option_spelling spelling = { { '-', (char)value, '\0' } };

    if (value >= LONG_BASE) {
        spelling.text[1] = '-';
        (void)error_quote(row->name, spelling.text + 2);
    }
    return spelling;
}

/* Acts on what getopt_long said about `word`; a '?' for a known option is about its
 * argument, too few or too many. */
static bool act(const struct option_row *row, int said, const char *word, void *target,
                struct error *err)
{
    int value = said == '?' ? optopt : said;
    struct option_spelling given;

    if (!row || (value >= LONG_BASE && !is_exact_name(word, row->name)))
        return unknown_option(word, value, err);
    given = spelling_of(row, value);
    if (said == '?')
        return error_set(err, ERR_MALFORMED,
                         row->argument ? "option '%s' needs an argument"
                                       : "option '%s' does not take an argument",
                         given.text);
    if (row->argument && row->argument[0] != '[' && *optarg == '\0')
        return error_set(err, ERR_MALFORMED, "%s: the argument is empty", given.text);
    if (!row->store(target, row->argument ? optarg : NULL, err))
        return error_prefix(err, "%s", given.text);
    return true;
}

bool option_table_parse(const struct option_row *rows, size_t count, int argc,
                        char *const *argv, void *target, struct error *err)
{
    struct getopt_form form = { 0 };
    char quoted[ERR_QUOTE_SIZE];

    translate(rows, count, &form);
    opterr = 0;
    optind = 0; /* a fresh start for both kinds of getopt */
    for (;;) {
        int at = optind > 0 ? optind : 1; /* the word it is about to look into */
        int said = getopt_long(argc, argv, form.letters, form.names, NULL);
        int value = said == '?' ? optopt : said;

        if (said == -1)
            break;
        if (!act(row_of(rows, count, value), said, argv[at], target, err))
            return false;
    }
    if (optind < argc)
        return error_set(err, ERR_MALFORMED, "unexpected argument '%s'",
                         error_quote(argv[optind], quoted));
    return true;
}

/* Adds one row: its head, then its help lines in their column. */
static void add_row(const struct option_row *row, struct text *out)
{
    const char *line = row->help;
    size_t begin = out->length;

    if (row->letter)
        text_addf(out, "  -%c, --%s", row->letter, row->name);
    else
        text_addf(out, "      --%s", row->name);
    if (row->argument)
        text_addf(out, " %s", row->argument);
    if (out->length - begin > HELP_COLUMN - 2) {
        text_add(out, "\n");
        begin = out->length;
    }
    for (;;) {
        size_t length = strcspn(line, "\n");

        text_addf(out, "%*s", (int)(HELP_COLUMN - (out->length - begin)), "");
        text_add_bytes(out, line, length);
        text_add(out, "\n");
        if (line[length] == '\0')
            return;
        line += length + 1;
        begin = out->length;
    }
}

void option_table_help(const struct option_row *rows, size_t count, struct text *out)
{
    for (size_t i = 0; i < count; i++)
        add_row(&rows[i], out);
}

static const struct option_row *row_of_letter(const struct option_row *rows, size_t count,
                                              char letter)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].letter != '\0' && rows[i].letter == letter)
            return &rows[i];
    return NULL;
}

/* The place in "-vo..." behind the row's letter; NULL when it is not in there. */
static const char *behind_letter(const struct option_row *rows, size_t count,
                                 const char *word, const struct option_row *wanted)
{
    for (const char *c = word + 1; *c; c++) {
        const struct option_row *row = row_of_letter(rows, count, *c);

        if (row == wanted)
            return c + 1;
        if (!row || row->argument)
            return NULL; /* what follows is an argument, or nobody knows */
    }
    return NULL;
}

static const char *behind_name(const char *word, const char *name)
{
    size_t length = strlen(name);

    return strncmp(word + 2, name, length) == 0 ? word + 2 + length : NULL;
}

/* The argument that belongs to `word` where that is the option; NULL when it is none. */
static const char *argument_of(const struct option_row *rows, size_t count,
                               const struct option_row *wanted, const char *word,
                               const char *next)
{
    const char *rest;

    if (word[0] != '-' || word[1] == '\0')
        return NULL;
    if (word[1] != '-') {
        rest = behind_letter(rows, count, word, wanted);
        return rest && *rest ? rest : rest ? next : NULL;
    }
    rest = behind_name(word, wanted->name);
    if (!rest || (*rest != '\0' && *rest != '='))
        return NULL;
    return *rest == '=' ? rest + 1 : next;
}

const char *option_table_next_argument(const struct option_row *rows, size_t count,
                                       const char *name, int argc, char *const *argv,
                                       int *at)
{
    const struct option_row *wanted = rows;

    while (strcmp(wanted->name, name) != 0)
        wanted++;
    while (*at < argc && argv[*at]) {
        int now = (*at)++;
        const char *argument = argument_of(rows, count, wanted, argv[now], argv[now + 1]);

        if (argument)
            return argument;
    }
    return NULL;
}
