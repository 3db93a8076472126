/* SPDX-License-Identifier: MIT */
/* How the option table reads a command line, and what each kind of a row stores. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/option_table.h"

struct target {
    uint32_t timeout_s;
    uint32_t verbose;
    const char *name;
    uint32_t shape;
    uint32_t size;
    bool quick;
    char kept[8];
};

static bool store_kept(const char *argument, void *member, struct error *err)
{
    if (strlen(argument) >= sizeof((struct target *)NULL)->kept)
        return error_set(err, ERR_LIMIT, "'%s' is too long", argument);
    memcpy(member, argument, strlen(argument) + 1);
    return true;
}

static const struct option_words shapes = { "shape", .words = { "round", "square" } };
static const struct option_words sizes = { "size", true, { "small", "large", "huge" } };

#define FILLS(member) OPTION_FILLS(struct target, member)

static const struct option_row rows[] = {
    { 't', "timeout", "SECONDS", "give up after that time\n(default: 10)",
      FILLS(timeout_s), .most = 60 },
    { 'v', "verbose", NULL, "say more", FILLS(verbose), .most = 4 },
    { '\0', "name", "WORD", "a long one only", FILLS(name) },
    { '\0', "name-of-the-first-thing", "SOMETHING", "too long a head", FILLS(name) },
};

static const struct option_table table = { .rows = rows, .count = ARRAY_COUNT(rows) };

enum { WORDS_MAX = 6 };

/* A program's command line: `words` behind its name, NULL after them. */
static bool parse(char *const words[WORDS_MAX], struct target *target, struct error *err)
{
    char *argv[WORDS_MAX + 2] = { (char[]){ "program" } };
    int argc = 1;

    for (size_t i = 0; i < WORDS_MAX && words[i]; i++)
        argv[argc++] = words[i];
    return option_table_parse(&table, argc, argv, target, err);
}

struct good_row {
    const char *name;
    char *words[WORDS_MAX];
    uint32_t timeout_s;
    unsigned int verbose;
    const char *word;
};

static void test_option_table_parse_accepts_every_spelling(void **state)
{
    const struct good_row good[] = {
        { "nothing", { NULL }, 0, 0, "" },
        { "short with its argument apart", { "-t", "7" }, 7, 0, "" },
        { "short with its argument attached", { "-t7" }, 7, 0, "" },
        { "long with its argument apart", { "--timeout", "7" }, 7, 0, "" },
        { "long with its argument attached", { "--timeout=7" }, 7, 0, "" },
        { "grouped", { "-vvv" }, 0, 3, "" },
        { "grouped before an argument", { "-vvt7", "-v" }, 7, 3, "" },
        { "grouped before an argument apart", { "-vt", "7" }, 7, 1, "" },
        { "repeated", { "-v", "--verbose", "-v" }, 0, 3, "" },
        { "the last one wins", { "-t", "7", "--timeout=8" }, 8, 0, "" },
        { "long form only", { "--name", "x" }, 0, 0, "x" },
        { "argument like an option", { "--name", "-v" }, 0, 0, "-v" },
        { "argument with an equals sign", { "--name=a=b" }, 0, 0, "a=b" },
        { "a name that begins like another",
          { "--name-of-the-first-thing", "y" },
          0,
          0,
          "y" },
        { "argument - alone", { "--name", "-" }, 0, 0, "-" },
        { "end of options", { "-v", "--" }, 0, 1, "" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        struct target target = { .name = "" };
        struct error err = { 0 };

        if (!parse(good[i].words, &target, &err))
            fail_msg("%s: %s", good[i].name, err.message);
        if (target.timeout_s != good[i].timeout_s || target.verbose != good[i].verbose ||
            strcmp(target.name, good[i].word) != 0)
            fail_msg("%s: %u %u '%s'", good[i].name, (unsigned int)target.timeout_s,
                     target.verbose, target.name);
    }
}

struct bad_row {
    const char *name;
    char *words[WORDS_MAX];
    const char *message;
};

static void test_option_table_parse_refuses_with_one_line(void **state)
{
    const struct bad_row bad[] = {
        { "unknown letter", { "-x" }, "unknown option '-x'" },
        { "unknown letter in a group", { "-vx" }, "unknown option '-x'" },
        { "unknown letter before others", { "-xv" }, "unknown option '-x'" },
        { "question mark", { "-?" }, "unknown option '-?'" },
        { "colon", { "-:" }, "unknown option '-:'" },
        { "plus", { "-+" }, "unknown option '-+'" },
        { "semicolon", { "-;" }, "unknown option '-;'" },
        { "letter beyond ASCII", { "-\xC3\xA9" }, "unknown option '-\xC3\xA9'" },
        { "control character", { "-\x7F" }, "unknown option '- '" },
        { "dash in a group", { "-v-" }, "unknown option '-v-'" },
        { "long name in a group", { "-v-verbose" }, "unknown option '-v-verbose'" },
        { "unknown name", { "--foo" }, "unknown option '--foo'" },
        { "unknown name with argument", { "--foo=bar" }, "unknown option '--foo'" },
        { "unknown name, more words",
          { "--foo", "bar", "-v" },
          "unknown option '--foo'" },
        { "shortened name", { "--time", "7" }, "unknown option '--time'" },
        { "shortened name with argument", { "--time=7" }, "unknown option '--time'" },
        { "shortened name without argument", { "--time" }, "unknown option '--time'" },
        { "shortened flag", { "--verb" }, "unknown option '--verb'" },
        { "ambiguous name", { "--na", "x" }, "unknown option '--na'" },
        { "longer name", { "--verbosely" }, "unknown option '--verbosely'" },
        { "other case", { "--Verbose" }, "unknown option '--Verbose'" },
        { "empty name", { "--=x" }, "unknown option '--'" },
        { "long name with one dash",
          { "-timeout=7" },
          "-t: 'imeout=7' is not a whole number" },
        { "short without argument", { "-v", "-t" }, "option '-t' needs an argument" },
        { "grouped without argument", { "-vt" }, "option '-t' needs an argument" },
        { "long without argument",
          { "--timeout" },
          "option '--timeout' needs an argument" },
        { "flag with argument",
          { "--verbose=3" },
          "option '--verbose' does not take an argument" },
        { "flag with empty argument",
          { "--verbose=" },
          "option '--verbose' does not take an argument" },
        { "short with empty argument", { "-t", "" }, "-t: the argument is empty" },
        { "long with empty argument",
          { "--timeout", "" },
          "--timeout: the argument is empty" },
        { "long with nothing after =",
          { "--timeout=" },
          "--timeout: the argument is empty" },
        { "bad argument of a short one",
          { "-t", "abc" },
          "-t: 'abc' is not a whole number" },
        { "bad argument of a long one",
          { "--timeout=abc" },
          "--timeout: 'abc' is not a whole number" },
        { "operand", { "x" }, "unexpected argument 'x'" },
        { "operand before an option", { "x", "-v" }, "unexpected argument 'x'" },
        { "operand after an option", { "-v", "x" }, "unexpected argument 'x'" },
        { "dash alone", { "-" }, "unexpected argument '-'" },
        { "empty operand", { "" }, "unexpected argument ''" },
        { "option after the end of options", { "--", "-v" }, "unexpected argument '-v'" },
        { "newline in an operand", { "a\nb" }, "unexpected argument 'a b'" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        struct target target = { 0 };
        struct error err = { 0 };

        if (parse(bad[i].words, &target, &err))
            fail_msg("%s: accepted", bad[i].name);
        if (err.code != ERR_MALFORMED || strcmp(err.message, bad[i].message) != 0)
            fail_msg("%s: %d %s", bad[i].name, (int)err.code, err.message);
    }
}

static void test_option_table_parse_keeps_the_code_of_a_bad_argument(void **state)
{
    struct target target = { 0 };
    struct error err = { 0 };
    char *const words[WORDS_MAX] = { "-t", "61" };
    (void)state;

    assert_false(parse(words, &target, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message, "-t: '61' is above 60");
}

static void test_option_table_parse_quotes_a_long_word_shortened(void **state)
{
    struct target target = { 0 };
    struct error err = { 0 };
    char word[1000];
    char *const words[WORDS_MAX] = { word };
    (void)state;
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';

    assert_false(parse(words, &target, &err));

    assert_string_equal(err.message, "unexpected argument '"
                                     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'");
}

static void test_option_table_parse_starts_afresh_after_a_failure(void **state)
{
    struct target target = { 0 };
    struct error err = { 0 };
    char *const failing[WORDS_MAX] = { "-v", "-xvv", "-v" };
    char *const good[WORDS_MAX] = { "-v", "-t", "9" };
    (void)state;
    assert_false(parse(failing, &target, &err));
    target = (struct target){ 0 };

    assert_true(parse(good, &target, NULL));

    assert_int_equal(target.verbose, 1);
    assert_int_equal(target.timeout_s, 9);
}

static void test_option_table_parse_leaves_the_order_of_argv_alone(void **state)
{
    char *argv[] = { "program", "x", "-v", NULL };
    struct target target = { 0 };
    (void)state;

    assert_false(option_table_parse(&table, 3, argv, &target, NULL));

    assert_string_equal(argv[1], "x");
    assert_int_equal(target.verbose, 0);
}

static void test_option_table_parse_accepts_an_empty_argv(void **state)
{
    char *argv[] = { NULL };
    struct target target = { 0 };
    (void)state;

    assert_true(option_table_parse(&table, 0, argv, &target, NULL));
}

/* Rows of each kind; --timeout is for the first of two commands, --shape for the second.
 */
static const struct option_row kinds[] = {
    { '\0', "timeout", "SECONDS", "", FILLS(timeout_s), .least = 2, .most = 60,
      .commands = 1 << 0 },
    { 'v', "verbose", NULL, "", FILLS(verbose), .most = 4 },
    { '\0', "name", "[WORD]", "", FILLS(name) },
    { 's', "shape", "SHAPE", "", FILLS(shape), .words = &shapes, .commands = 1 << 1 },
    { '\0', "size", "SIZE", "", FILLS(size), .words = &sizes },
    { 'q', "quick", NULL, "", FILLS(quick) },
    { '\0', "kept", "WORD", "", .offset = offsetof(struct target, kept),
      .store = store_kept },
};

/* The first command, the second, or with 3 one that takes every row. */
static bool parse_kinds(char *const words[WORDS_MAX], uint32_t bits,
                        struct target *target, struct error *err)
{
    const struct option_table of = {
        .rows = kinds, .count = ARRAY_COUNT(kinds), .command = "go", .command_bit = bits
    };
    char *argv[WORDS_MAX + 2] = { (char[]){ "program" } };
    int argc = 1;

    for (size_t i = 0; i < WORDS_MAX && words[i]; i++)
        argv[argc++] = words[i];
    return option_table_parse(&of, argc, argv, target, err);
}

static struct target stored(char *const words[WORDS_MAX])
{
    struct target target = { .shape = 77, .size = 77 };
    struct error err = { 0 };

    if (!parse_kinds(words, 3, &target, &err))
        fail_msg("%s: %s", words[0], err.message);
    return target;
}

static void test_option_table_parse_stores_each_kind(void **state)
{
    (void)state;

    assert_true(stored((char *[WORDS_MAX]){ "--quick" }).quick);
    assert_false(stored((char *[WORDS_MAX]){ "-v" }).quick);
    assert_int_equal(stored((char *[WORDS_MAX]){ "-vvvv" }).verbose, 4);
    assert_int_equal(stored((char *[WORDS_MAX]){ "-vvvvvv" }).verbose, 4);
    assert_int_equal(stored((char *[WORDS_MAX]){ "--timeout=2" }).timeout_s, 2);
    assert_int_equal(stored((char *[WORDS_MAX]){ "--timeout=60" }).timeout_s, 60);
    assert_string_equal(stored((char *[WORDS_MAX]){ "--name", "x" }).name, "x");
    assert_string_equal(stored((char *[WORDS_MAX]){ "--name=" }).name, "");
    assert_int_equal(stored((char *[WORDS_MAX]){ "-sround" }).shape, 0);
    assert_int_equal(stored((char *[WORDS_MAX]){ "-s", "square" }).shape, 1);
    assert_int_equal(stored((char *[WORDS_MAX]){ "--size", "large" }).size, 1);
    assert_int_equal(stored((char *[WORDS_MAX]){ "--size", "HUGE" }).size, 2);
    assert_int_equal(stored((char *[WORDS_MAX]){ "--size=0" }).size, 0);
    assert_int_equal(stored((char *[WORDS_MAX]){ "--size=2" }).size, 2);
    assert_string_equal(stored((char *[WORDS_MAX]){ "--kept=a", "--kept=b" }).kept, "b");
}

struct bad_kind {
    char *words[WORDS_MAX];
    uint32_t bits; /* of the command */
    enum error_code code;
    const char *message;
};

static void test_option_table_parse_refuses_what_no_kind_takes(void **state)
{
    const struct bad_kind bad[] = {
        { { "--timeout=1" }, 3, ERR_LIMIT, "--timeout: '1' is below 2" },
        { { "--timeout=61" }, 3, ERR_LIMIT, "--timeout: '61' is above 60" },
        { { "--shape=oval" },
          3,
          ERR_MALFORMED,
          "--shape: unknown shape 'oval' (one of round, square)" },
        { { "-s", "Round" },
          3,
          ERR_MALFORMED,
          "-s: unknown shape 'Round' (one of round, square)" },
        { { "-s0" }, 3, ERR_MALFORMED, "-s: unknown shape '0' (one of round, square)" },
        { { "--size=3" },
          3,
          ERR_MALFORMED,
          "--size: unknown size '3' (one of small, large, huge, or 0-2)" },
        { { "--size=10" },
          3,
          ERR_MALFORMED,
          "--size: unknown size '10' (one of small, large, huge, or 0-2)" },
        { { "--kept=12345678" }, 3, ERR_LIMIT, "--kept: '12345678' is too long" },
        { { "-sround" }, 1, ERR_MALFORMED, "go does not accept --shape" },
        { { "--timeout=9", "-v" }, 2, ERR_MALFORMED, "go does not accept --timeout" },
        /* Of several the first of the table, and after everything else. */
        { { "-sround", "--timeout=9" },
          4,
          ERR_MALFORMED,
          "go does not accept --timeout" },
        { { "--timeout=9", "-sround" },
          4,
          ERR_MALFORMED,
          "go does not accept --timeout" },
        { { "-sround", "--foo" }, 1, ERR_MALFORMED, "unknown option '--foo'" },
        { { "-sround", "x" }, 1, ERR_MALFORMED, "unexpected argument 'x'" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        struct target target = { 0 };
        struct error err = { 0 };

        if (parse_kinds(bad[i].words, bad[i].bits, &target, &err))
            fail_msg("%s: accepted", bad[i].message);
        assert_string_equal(err.message, bad[i].message);
        assert_int_equal(err.code, bad[i].code);
    }
}

struct peeked_row {
    char *words[WORDS_MAX];
    uint32_t bits;
    uint32_t shape;
};

static void test_option_table_peek_finds_the_last_good_argument(void **state)
{
    const struct peeked_row peeked[] = {
        { { NULL }, 2, 77 },
        { { "x", "--foo", "-ssquare", "-w" }, 2, 1 },
        { { "--shape", "round" }, 2, 0 },
        { { "--", "--shape=square" }, 2, 1 },
        { { "-ssquare", "-s", "oval" }, 2, 1 },
        { { "-ssquare", "-s", "round" }, 2, 0 },
        { { "-vqs", "square" }, 2, 1 },
        { { "-vqssquare" }, 2, 1 },
        { { "-xssquare" }, 2, 77 },    /* nobody knows what follows */
        { { "--sha=square" }, 2, 77 }, /* no name */
        { { "--shapes", "square" }, 2, 77 },
        { { "-", "square" }, 2, 77 },
        { { "xssquare" }, 2, 77 },
        { { "-s" }, 2, 77 },
        { { "-s", "" }, 2, 77 },
        { { "--kept", "-ssquare" }, 2, 1 }, /* it may have lacked its argument */
        { { "-ssquare" }, 1, 77 },          /* the command does not take it */
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(peeked); i++) {
        const struct option_table of = { .rows = kinds,
                                         .count = ARRAY_COUNT(kinds),
                                         .command = "go",
                                         .command_bit = peeked[i].bits };
        struct target target = { .shape = 77 };
        char *argv[WORDS_MAX + 2] = { (char[]){ "program" } };
        int argc = 1;

        while (argc <= WORDS_MAX && peeked[i].words[argc - 1]) {
            argv[argc] = peeked[i].words[argc - 1];
            argc++;
        }
        option_table_peek(&of, "shape", argc, argv, &target);
        if (target.shape != peeked[i].shape)
            fail_msg("row %u: %u", (unsigned int)i, (unsigned int)target.shape);
        assert_null(target.name);
        assert_string_equal(target.kept, "");
    }
}

static void test_option_table_help_keeps_two_blanks_behind_a_head(void **state)
{
    static const struct option_row heads[] = {
        { '\0', "just-wide-enough", "N", "same line", FILLS(name) },
        { '\0', "one-byte-too-wide", "N", "next line", FILLS(name) },
    };
    const struct option_table two = { .rows = heads, .count = ARRAY_COUNT(heads) };
    struct text out = { 0 };
    (void)state;

    option_table_help(&two, &out);

    assert_string_equal(text_string(&out), "      --just-wide-enough N  same line\n"
                                           "      --one-byte-too-wide N\n"
                                           "                            next line\n");
    text_clear(&out);
}

static void test_option_table_help_lines_up_the_rows(void **state)
{
    struct text out = { 0 };
    (void)state;

    option_table_help(&table, &out);

    assert_string_equal(text_string(&out),
                        "  -t, --timeout SECONDS     give up after that time\n"
                        "                            (default: 10)\n"
                        "  -v, --verbose             say more\n"
                        "      --name WORD           a long one only\n"
                        "      --name-of-the-first-thing SOMETHING\n"
                        "                            too long a head\n");
    text_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_option_table_parse_accepts_every_spelling),
        cmocka_unit_test(test_option_table_parse_refuses_with_one_line),
        cmocka_unit_test(test_option_table_parse_keeps_the_code_of_a_bad_argument),
        cmocka_unit_test(test_option_table_parse_quotes_a_long_word_shortened),
        cmocka_unit_test(test_option_table_parse_starts_afresh_after_a_failure),
        cmocka_unit_test(test_option_table_parse_leaves_the_order_of_argv_alone),
        cmocka_unit_test(test_option_table_parse_accepts_an_empty_argv),
        cmocka_unit_test(test_option_table_parse_stores_each_kind),
        cmocka_unit_test(test_option_table_parse_refuses_what_no_kind_takes),
        cmocka_unit_test(test_option_table_peek_finds_the_last_good_argument),
        cmocka_unit_test(test_option_table_help_lines_up_the_rows),
        cmocka_unit_test(test_option_table_help_keeps_two_blanks_behind_a_head),
    };

    return cmocka_run_group_tests_name("base/option_table", tests, NULL, NULL);
}
