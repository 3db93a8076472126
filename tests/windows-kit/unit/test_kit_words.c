/* SPDX-License-Identifier: MIT */
/* The words after kit.cmd. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/kit_words.h"

enum { WORDS_MAX = 6 };

static bool parse(struct kit_words *out, struct error *err, const char *first,
                  const char *second, const char *third)
{
    char *words[WORDS_MAX] = { (char *)(uintptr_t) "kit.exe", (char *)(uintptr_t)first,
                               (char *)(uintptr_t)second, (char *)(uintptr_t)third };
    int count = 1;

    while (count < WORDS_MAX && words[count])
        count++;
    return kit_words_parse(count, words, out, err);
}

static void test_kit_words_parse_takes_each_word(void **state)
{
    struct kit_words words = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(parse(&words, &err, "/CI", "/Stage", "TRUTH"));

    assert_true(words.ci);
    assert_string_equal(words.stage, "TRUTH");
    assert_false(words.user || words.yes || words.restore || words.restart);
}

static void test_kit_words_parse_takes_none(void **state)
{
    struct kit_words words = { .ci = true };
    struct error err = { 0 };
    (void)state;

    assert_true(parse(&words, &err, NULL, NULL, NULL));

    assert_false(words.ci);
}

static void refuses(const char *first, const char *second, const char *third,
                    const char *message)
{
    struct kit_words words = { .yes = true };
    struct error err = { 0 };

    assert_false(parse(&words, &err, first, second, third));

    assert_string_equal(err.message, message);
    assert_true(words.yes);
}

static void test_kit_words_parse_refuses_what_is_none(void **state)
{
    (void)state;

    refuses("/users", NULL, NULL, "unknown word '/users'");
    refuses("user", NULL, NULL, "unknown word 'user'");
    refuses("", NULL, NULL, "unknown word ''");
}

static void test_kit_words_parse_refuses_a_stage_that_is_none(void **state)
{
    (void)state;

    refuses("/stage", NULL, NULL, "/stage needs a name");
    refuses("/stage", "nonsense", NULL, "there is no stage 'nonsense'");
}

static void test_kit_words_parse_refuses_words_that_exclude_each_other(void **state)
{
    (void)state;

    refuses("/restore", "/resume", NULL, "/restore and /resume exclude each other");
    refuses("/restore", "/user", NULL,
            "/restore and /resume take neither /stage nor /user");
    refuses("/restart", "/ci", NULL, "/restart excludes /ci and /user");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kit_words_parse_takes_each_word),
        cmocka_unit_test(test_kit_words_parse_takes_none),
        cmocka_unit_test(test_kit_words_parse_refuses_what_is_none),
        cmocka_unit_test(test_kit_words_parse_refuses_a_stage_that_is_none),
        cmocka_unit_test(test_kit_words_parse_refuses_words_that_exclude_each_other),
    };

    return cmocka_run_group_tests_name("windows-kit/kit_words", tests, NULL, NULL);
}
