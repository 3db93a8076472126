/* SPDX-License-Identifier: MIT */
/* A stage is what its lines say, and never better than its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/kit_result.h"

static struct kit_result result_of(const char *output)
{
    struct kit_result result = { 0 };
    struct error err = { 0 };

    assert_true(kit_result_parse(output, &result, &err));
    return result;
}

static void test_kit_result_parse_reads_each_kind_of_line(void **state)
{
    static const enum kit_line_kind kinds[] = { KIT_LINE_OK,   KIT_LINE_NOT_OK,
                                                KIT_LINE_SKIP, KIT_LINE_ANSWER,
                                                KIT_LINE_NOTE, KIT_LINE_OTHER };
    static const char *const words[] = { "a",       "b: 1, expected 2", "c: no way",
                                         "W2: yes", "something",        "chatter" };
    struct kit_result result =
        result_of("ok a\r\nnot ok b: 1, expected 2\nskip c: no way\nanswer W2: yes\n"
                  "note something\nchatter\n1 passed, 1 failed, 1 skipped\n"
                  "kit: exit 1, 7 s\n");
    (void)state;

    assert_int_equal(result.count, 6);
    for (size_t i = 0; i < result.count; i++) {
        assert_int_equal(result.lines[i].kind, kinds[i]);
        assert_string_equal(result.lines[i].words, words[i]);
    }
    assert_int_equal(result.counted.passed, 1);
    assert_int_equal(result.seconds, 7);
    assert_string_equal(result.why, "");
    kit_result_clear(&result);
}

static void test_kit_result_parse_of_nothing_is_a_stage_that_nobody_ran(void **state)
{
    struct kit_result result = result_of("");
    (void)state;

    assert_false(result.ran || result.skipped || result.why[0]);
    kit_result_clear(&result);
}

static void test_kit_result_parse_takes_a_stage_that_was_skipped(void **state)
{
    struct kit_result result = result_of("kit: skipped: no way\n");
    (void)state;

    assert_true(result.skipped);
    assert_string_equal(result.why, "no way");
    kit_result_clear(&result);
}

static void test_kit_result_parse_finds_each_wrong_end(void **state)
{
    static const struct {
        const char *output;
        const char *why;
    } rows[] = {
        { "ok a\n1 passed, 0 failed, 0 skipped\n", "did not come to its end" },
        { "ok a\n1 passed, 0 failed, 0 skipped\nkit: did not end within its limit\n",
          "did not end within its limit" },
        { "ok a\n1 passed, 0 failed, 0 skipped\nkit: exit 3, 0 s\n",
          "ended with code 3 (0x3)" },
        { "ok a\nkit: exit 0, 0 s\n", "said no counts" },
        { "1 passed, 0 failed, 0 skipped\nok a\nkit: exit 0, 0 s\n", "said no counts" },
        { "ok a\n1 passed, 0 failed, 0 skipped.\nkit: exit 0, 0 s\n", "said no counts" },
        { "ok a\n2 passed, 0 failed, 0 skipped\nkit: exit 0, 0 s\n",
          "says 2 passed, 0 failed, 0 skipped; its lines are 1, 0, 0" },
        { "0 passed, 0 failed, 0 skipped\nkit: exit 0, 0 s\n", KIT_WHY_NOTHING },
        { "0 passed, 0 failed, 0 skipped\nkit: exit 1, 0 s\n", KIT_WHY_NOTHING },
        { "not ok a\n0 passed, 1 failed, 0 skipped\nkit: exit 0, 0 s\n",
          "ended with code 0, 1 failed" },
        { "ok a\n1 passed, 0 failed, 0 skipped\nkit: exit 1, 0 s\n",
          "ended with code 1, 0 failed" },
        { "ok a\n1 passed, 0 failed, 0 skipped\nkit: exit 0, 0 s\n"
          "kit: not restored: range\n",
          "not restored: range" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct kit_result result = result_of(rows[i].output);

        assert_string_equal(result.why, rows[i].why);
        assert_true(result.ran && !result.skipped);
        kit_result_clear(&result);
    }
}

static void test_kit_result_parse_keeps_many_lines(void **state)
{
    char output[8192] = "";
    struct kit_result result;
    (void)state;

    for (int i = 0; i < 1000; i++)
        (void)strcat(output, "ok a\n");
    (void)strcat(output, "1000 passed, 0 failed, 0 skipped\nkit: exit 0, 0 s\n");
    result = result_of(output);

    assert_int_equal(result.count, 1000);
    assert_string_equal(result.lines[999].words, "a");
    assert_string_equal(result.why, "");
    kit_result_clear(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kit_result_parse_reads_each_kind_of_line),
        cmocka_unit_test(test_kit_result_parse_of_nothing_is_a_stage_that_nobody_ran),
        cmocka_unit_test(test_kit_result_parse_takes_a_stage_that_was_skipped),
        cmocka_unit_test(test_kit_result_parse_finds_each_wrong_end),
        cmocka_unit_test(test_kit_result_parse_keeps_many_lines),
    };

    return cmocka_run_group_tests_name("windows-kit/kit_result", tests, NULL, NULL);
}
