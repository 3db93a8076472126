/* SPDX-License-Identifier: MIT */
/* One behaviour of the option table over two kinds of getopt_long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/number.h"
#include "checks/base/option_table.h"

struct target {
    uint32_t timeout_s;
    unsigned int verbose;
    const char *name;
};

static bool store_timeout(void *target, const char *argument, struct error *err)
{
    return number_parse_u32(argument, 60, &((struct target *)target)->timeout_s, err);
}

static bool store_verbose(void *target, const char *argument, struct error *err)
{
    (void)err;
    assert_null(argument);
    ((struct target *)target)->verbose++;
    return true;
}

static bool store_name(void *target, const char *argument, struct error *err)
{
    (void)err;
    ((struct target *)target)->name = argument;
    return true;
}

static const struct option_row rows[] = {
    { 't', "timeout", "SECONDS", "give up after that time\n(default: 10)",
      store_timeout },
    { 'v', "verbose", NULL, "say more", store_verbose },
    { '\0', "name", "WORD", "a long one only", store_name },
    { '\0', "name-of-the-first-thing", "SOMETHING", "too long a head", store_name },
};

enum { WORDS_MAX = 6 };

/* A program's command line: `words` behind its name, NULL after them. */
static bool parse(char *const words[WORDS_MAX], struct target *target, struct error *err)
{
    char *argv[WORDS_MAX + 2] = { (char[]){ "program" } };
    int argc = 1;

    for (size_t i = 0; i < WORDS_MAX && words[i]; i++)
        argv[argc++] = words[i];
    return option_table_parse(rows, ARRAY_COUNT(rows), argc, argv, target, err);
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

    assert_false(option_table_parse(rows, ARRAY_COUNT(rows), 3, argv, &target, NULL));

    assert_string_equal(argv[1], "x");
    assert_int_equal(target.verbose, 0);
}

static void test_option_table_parse_accepts_an_empty_argv(void **state)
{
    char *argv[] = { NULL };
    struct target target = { 0 };
    (void)state;

    assert_true(option_table_parse(rows, ARRAY_COUNT(rows), 0, argv, &target, NULL));
}

static void test_option_table_help_keeps_two_blanks_behind_a_head(void **state)
{
    static const struct option_row heads[] = {
        { '\0', "just-wide-enough", "N", "same line", store_name },
        { '\0', "one-byte-too-wide", "N", "next line", store_name },
    };
    struct text out = { 0 };
    (void)state;

    option_table_help(heads, ARRAY_COUNT(heads), &out);

    assert_string_equal(text_string(&out), "      --just-wide-enough N  same line\n"
                                           "      --one-byte-too-wide N\n"
                                           "                            next line\n");
    text_clear(&out);
}

static void test_option_table_help_lines_up_the_rows(void **state)
{
    struct text out = { 0 };
    (void)state;

    option_table_help(rows, ARRAY_COUNT(rows), &out);

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
        cmocka_unit_test(test_option_table_help_lines_up_the_rows),
        cmocka_unit_test(test_option_table_help_keeps_two_blanks_behind_a_head),
    };

    return cmocka_run_group_tests_name("base/option_table", tests, NULL, NULL);
}
