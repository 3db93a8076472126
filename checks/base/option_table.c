/* SPDX-License-Identifier: MIT */
/* The words of a command line against the rows of a table. */
#include "checks/base/option_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/ascii.h"
#include "checks/base/number.h"

enum { HELP_COLUMN = 28 /* where the help of an option begins */ };

/* An option as it stands in a word of the command line. */
struct occurrence {
    const struct option_row *row; /* NULL = there is no such option */
    char letter;                  /* '\0' = it is given by its name */
    const char *argument;         /* in the same word or the next; NULL = none */
};

/* `letter` is not '\0'. */
static const struct option_row *row_of_letter(const struct option_table *table,
                                              char letter)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].letter == letter)
            return &table->rows[i];
    return NULL;
}

static const struct option_row *row_of_name(const struct option_table *table,
                                            const char *name, size_t length)
{
    for (size_t i = 0; i < table->count; i++)
        if (strncmp(table->rows[i].name, name, length) == 0 &&
            table->rows[i].name[length] == '\0')
            return &table->rows[i];
    return NULL;
}

/* The option at *place in the word, which is behind its first dash or at one of the
 * letters of "-abc". *place moves to the next letter; NULL = the word has no more. */
static struct occurrence find(const struct option_table *table, char *const *word,
                              const char **place)
{
    const char *here = *place;
    const bool by_name = *here == '-' && here == *word + 1;
    const char *behind = here + (by_name ? strcspn(here, "=") : 1);
    struct occurrence found = { 0 };
    bool takes_one;

    if (!by_name)
        found.letter = *here;
    found.row = by_name ? row_of_name(table, here + 1, (size_t)(behind - here - 1))
                        : row_of_letter(table, *here);
    takes_one = found.row && found.row->argument;
    if (*behind == '\0')
        found.argument = takes_one ? word[1] : NULL;
    else if (by_name)
        found.argument = behind + 1;
    else if (takes_one)
        found.argument = behind;
    *place = by_name || takes_one || !found.row || *behind == '\0' ? NULL : behind;
    return found;
}

static bool is_word(const struct option_words *words, size_t place, const char *argument)
{
    const char digit[] = { (char)('0' + place), '\0' };

    if (strcmp(argument, words->words[place]) == 0)
        return true;
    return words->or_number &&
           (ascii_same(argument, words->words[place]) || strcmp(argument, digit) == 0);
}

static bool store_word(const struct option_words *words, const char *argument,
                       uint32_t *member, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];
    struct text list = { 0 };
    uint32_t count = 0;

    for (; words->words[count]; count++) {
        if (is_word(words, count, argument)) {
            text_clear(&list);
            *member = count;
            return true;
        }
        text_addf(&list, "%s%s", count > 0 ? ", " : "", words->words[count]);
    }
    if (words->or_number)
        text_addf(&list, ", or 0-%" PRIu32, count - 1);
    (void)error_set(err, ERR_MALFORMED, "unknown %s '%s' (one of %s)", words->what,
                    error_quote(argument, quoted), text_string(&list));
    text_clear(&list);
    return false;
}

static bool store_number(const struct option_row *row, const char *argument,
                         uint32_t *member, struct error *err)
{
    uint32_t value;

    if (!argument) {
        *member += *member < row->most;
        return true;
    }
    if (row->words)
        return store_word(row->words, argument, member, err);
    if (!number_parse_u32(argument, row->most, &value, err))
        return false;
    if (value < row->least)
        return error_set(err, ERR_LIMIT, "'%s' is below %" PRIu32, argument, row->least);
    *member = value;
    return true;
}

static bool store(const struct option_row *row, const char *argument, void *target,
                  struct error *err)
{
    void *member = (char *)target + row->offset;

    if (row->store)
        return row->store(argument, member, err);
    if (row->kind == OPTION_NUMBER)
        return store_number(row, argument, member, err);
    if (row->kind == OPTION_TEXT)
        *(const char **)member = argument;
    else
        *(bool *)member = true;
    return true;
}

static bool unknown_option(const char *word, char letter, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];

    (void)error_quote(word, quoted);
    if (letter == '\0')
        quoted[strcspn(quoted, "=")] = '\0';
    else if (letter > ' ' && letter < 0x7F && letter != '-')
        return error_set(err, ERR_MALFORMED, "unknown option '-%c'", letter);
    return error_set(err, ERR_MALFORMED, "unknown option '%s'", quoted);
}

static bool accept(const struct occurrence *found, const char *word, void *target,
                   struct error *err)
{
    const struct option_row *row = found->row;
    char given[ERR_QUOTE_SIZE] = { '-', found->letter, '\0' };

    if (!row)
        return unknown_option(word, found->letter, err);
    if (found->letter == '\0')
        (void)snprintf(given, sizeof given, "--%s", row->name);
    if (row->argument && !found->argument)
        return error_set(err, ERR_MALFORMED, "option '%s' needs an argument", given);
    if (!row->argument && found->argument)
        return error_set(err, ERR_MALFORMED, "option '%s' does not take an argument",
                         given);
    if (row->argument && row->argument[0] != '[' && *found->argument == '\0')
        return error_set(err, ERR_MALFORMED, "%s: the argument is empty", given);
    if (!store(row, found->argument, target, err))
        return error_prefix(err, "%s", given);
    return true;
}

static bool is_taken(const struct option_table *table, const struct option_row *row)
{
    return row->commands == 0 || (row->commands & table->command_bit);
}

bool option_table_parse(const struct option_table *table, int argc, char *const *argv,
                        void *target, struct error *err)
{
    const struct option_row *refused = NULL; /* the first of the table */
    char quoted[ERR_QUOTE_SIZE];
    int at = 1;

    while (at < argc && argv[at][0] == '-' && argv[at][1] != '\0') {
        char *const *word = &argv[at++];
        const char *place = *word + 1;

        if (strcmp(*word, "--") == 0)
            break;
        while (place) {
            const struct occurrence found = find(table, word, &place);

            if (!accept(&found, *word, target, err))
                return false;
            at += found.argument && found.argument == word[1];
            if (!is_taken(table, found.row) && (!refused || found.row < refused))
                refused = found.row;
        }
    }
    if (at < argc)
        return error_set(err, ERR_MALFORMED, "unexpected argument '%s'",
                         error_quote(argv[at], quoted));
    if (refused)
        return error_set(err, ERR_MALFORMED, "%s does not accept --%s", table->command,
                         refused->name);
    return true;
}

void option_table_peek(const struct option_table *table, const char *name, int argc,
                       char *const *argv, void *target)
{
    const struct option_row *wanted = row_of_name(table, name, strlen(name));

    if (!wanted || !is_taken(table, wanted))
        return;
    for (int at = 1; at < argc && argv[at]; at++) {
        const char *place = argv[at][0] == '-' && argv[at][1] ? argv[at] + 1 : NULL;

        while (place) {
            const struct occurrence found = find(table, &argv[at], &place);

            if (found.row == wanted && found.argument)
                (void)store(wanted, found.argument, target, NULL);
        }
    }
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

void option_table_help(const struct option_table *table, struct text *out)
{
    for (size_t i = 0; i < table->count; i++)
        add_row(&table->rows[i], out);
}
