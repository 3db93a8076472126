/* SPDX-License-Identifier: MIT */
/* Statements of several files of sysctl.d about the same keys: the one that wins is the
 * one that man 5 sysctl.d says. A line is a digit and a key or pattern with slashes; an
 * empty line begins the next file. Native only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/compiler.h"
#include "checks/decode/sysctl_conf.h"
#include "checks/host/linux/sysctl_rules.h"
#include "tests/fuzz/lib/fuzz.h"
#include "tests/fuzz/lib/sysctl_tree.h"

enum { STATEMENTS_MAX = 600, KEYS = SYSCTL_TREE_KEYS };

/* How a line is written for each digit in front of its key. */
struct form {
    int value; /* -1: "-key" */
    bool dash; /* "-key = value" */
    bool dotted;
};

static const struct form forms[] = {
    { .value = 0 },
    { .value = 1 },
    { .value = 2 },
    { .value = -1, .dash = true },
    { .value = 1, .dash = true },
    { .value = 0, .dotted = true },
    { .value = 1, .dotted = true },
    { .value = 2, .dotted = true },
    { .value = -1, .dash = true, .dotted = true },
    { .value = 2, .dash = true, .dotted = true },
};

/* What a line states. */
struct statement {
    struct form form;
    const char *key; /* with slashes; of the input */
    char file[16];
    uint32_t line;    /* of its file */
    bool holds[KEYS]; /* it is about this key, or a pattern that matches it */
};

static struct statement statements[STATEMENTS_MAX];
static size_t count;

/* What a key can be written with, so that its text means the same everywhere. */
static bool is_plain(const char *key)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_0123456789*?[]!^-/";
    const size_t length = strlen(key);

    return length > 0 && length < 200 && strspn(key, letters) == length &&
           !strchr("-/", key[0]) && key[length - 1] != '/' && !strstr(key, "//");
}

static bool is_pattern(const struct statement *statement)
{
    return strpbrk(statement->key, "*?[") != NULL;
}

static void add_statement(const char *line, unsigned int file, uint32_t number)
{
    struct statement *statement = &statements[count++];

    *statement = (struct statement){ .form = forms[line[0] - '0'],
                                     .key = line + 1,
                                     .line = number };
    (void)snprintf(statement->file, sizeof statement->file, "/f/%u.conf", file);
    if (is_pattern(statement))
        sysctl_tree_match(statement->key, statement->holds);
    else
        for (size_t i = 0; i < KEYS; i++)
            statement->holds[i] = strcmp(statement->key, sysctl_tree_keys[i]) == 0;
}

static void take_statements(char *const *lines, size_t line_count)
{
    unsigned int file = 0;
    uint32_t number = 0;

    count = 0;
    for (size_t i = 0; i < line_count && count < STATEMENTS_MAX; i++) {
        if (lines[i][0] == '\0') {
            file++;
            number = 0;
        } else if (lines[i][0] >= '0' && lines[i][0] <= '9' && is_plain(lines[i] + 1)) {
            add_statement(lines[i], file, ++number);
        }
    }
}

static bool is_same(const struct statement *a, const struct statement *b)
{
    return strcmp(a->key, b->key) == 0;
}

static bool is_replaced(size_t at)
{
    for (size_t i = at + 1; i < count; i++)
        if (is_same(&statements[i], &statements[at]))
            return true;
    return false;
}

/* Since which statement its pattern has had this value. */
static size_t since(size_t at)
{
    size_t first = at;

    for (size_t i = at; i > 0; i--)
        if (is_same(&statements[i - 1], &statements[at])) {
            if (statements[i - 1].form.value != statements[at].form.value)
                break;
            first = i - 1;
        }
    return first;
}

/* Statements about the key itself come before patterns, "-key" among them. With systemd
 * the last one about it holds; procps carries out each. */
static const struct statement *winner_of(size_t key, bool every)
{
    const struct statement *won = NULL;
    bool own = false;
    size_t latest = 0;

    for (size_t i = 0; i < count; i++)
        own = own || strcmp(statements[i].key, sysctl_tree_keys[key]) == 0;
    for (size_t i = 0; i < count; i++) {
        const size_t order = every ? i : since(i);

        if (!statements[i].holds[key] || is_pattern(&statements[i]) == own ||
            statements[i].form.value < 0 || (!every && is_replaced(i)) ||
            (won && order < latest))
            continue;
        won = &statements[i];
        latest = order;
    }
    return won;
}

static void write_line(const struct statement *statement, struct text *out)
{
    const struct form *form = &statement->form;
    const size_t begin = out->length;

    text_addf(out, "%s%s", form->dash ? "-" : "", statement->key);
    for (size_t i = begin; form->dotted && i < out->length; i++)
        if (out->data[i] == '/')
            out->data[i] = '.';
    if (form->value >= 0)
        text_addf(out, " = %d", form->value);
    text_add(out, "\n");
}

/* One file after the other; false when there are too many. */
static bool read_files(struct sysctl_rules *rules)
{
    bool ok = true;

    for (size_t at = 0; ok && at < count;) {
        struct text file = { 0 };
        struct error err = { 0 };

        rules->file = statements[at].file;
        for (; at < count && strcmp(rules->file, statements[at].file) == 0; at++)
            write_line(&statements[at], &file);
        ok = sysctl_conf_read(file.data, file.length, sysctl_rules_add, rules, &err);
        (void)fuzz_outcome(ok, &err);
        text_clear(&file);
    }
    FUZZ_MUST(ok || (rules->too_many && count > SYSCTL_RULES_MAX));
    return ok;
}

static void compare(const struct sysctl_writes *writes, bool every)
{
    for (size_t key = 0; key < KEYS; key++) {
        const struct statement *expected = winner_of(key, every);
        const struct sysctl_write *write = sysctl_writes_last(writes, key, SYSCTL_BOOT);

        FUZZ_MUST((expected != NULL) == (write != NULL));
        if (!expected)
            continue;
        FUZZ_MUST(write->value[0] - '0' == expected->form.value && !write->value[1]);
        FUZZ_MUST(strcmp(write->file, expected->file) == 0);
        FUZZ_MUST(write->line == expected->line);
    }
}

static void play(bool every)
{
    static struct sysctl_rules rules;
    struct sysctl_writes writes = { 0 };

    rules = (struct sysctl_rules){ .keys = sysctl_tree_keys,
                                   .key_count = KEYS,
                                   .every = every };
    if (read_files(&rules)) {
        FUZZ_MUST(sysctl_rules_carry_out(&rules, SYSCTL_BOOT, &writes, NULL));
        compare(&writes, every);
    }
    sysctl_writes_clear(&writes);
    sysctl_rules_clear(&rules);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char *lines[STATEMENTS_MAX + 1];
    const size_t line_count = fuzz_words(data, size, lines, STATEMENTS_MAX);

    take_statements(lines, line_count);
    play(false);
    play(true);
    if (line_count > 0)
        free(lines[0]);
    return 0;
}
