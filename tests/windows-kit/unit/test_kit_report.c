/* SPDX-License-Identifier: MIT */
/* The report says what the stages said, and does not call a failure by another name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/kit_report.h"

enum { STAGES = 2 };

static struct kit_known known;
static struct kit_entry entries[STAGES];

/* The stages "units" and "cases" with these outputs. */
static struct kit_report given(const char *first, const char *second, const char *rows)
{
    const char *const outputs[STAGES] = { first, second };
    struct error err = { 0 };

    for (size_t i = 0; i < STAGES; i++) {
        kit_result_clear(&entries[i].result);
        entries[i].stage = &kit_stages[i];
        assert_true(kit_result_parse(outputs[i], &entries[i].result, &err));
    }
    assert_true(kit_known_parse(rows, &known, &err));
    return (struct kit_report){ .version = "1.2.3",
                                .windows = "10.0.1 x64",
                                .began = "2026-11-30T12:00:00Z",
                                .directory = "C:\\kit",
                                .left = "",
                                .entries = entries,
                                .count = STAGES,
                                .known = &known };
}

static int clean_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < STAGES; i++)
        kit_result_clear(&entries[i].result);
    return 0;
}

#define PASSED                                                                           \
    "ok a\nanswer W1: with 10055\n1 passed, 0 failed, 0 skipped\nkit: exit 0, 2 s\n"
#define FAILED                                                                           \
    "not ok b: 1, expected 2\n0 passed, 1 failed, 0 skipped\nkit: exit 1, 2 s\n"

static void summary_is(const struct kit_report *report, const char *wanted)
{
    struct text summary = { 0 };

    kit_report_summary(report, &summary);
    assert_string_equal(text_string(&summary), wanted);
    text_clear(&summary);
}

static void test_kit_report_summary_of_a_clean_run(void **state)
{
    const struct kit_report report = given(PASSED, "kit: skipped: no way\n", "");
    (void)state;

    summary_is(&report,
               "Counted: 1 passed, 0 failed, 0 skipped in 1 stages; 1 stages skipped: "
               "cases\nAnswered: W1: with 10055\nDiffers: 0. To send: C:\\kit\n");
}

static void test_kit_report_summary_names_what_differs(void **state)
{
    const struct kit_report report = given(FAILED, "ok a\nkit: was stopped\n", "");
    const struct kit_totals totals = kit_report_count(&report);
    (void)state;

    assert_int_equal(totals.differs, 2);
    assert_int_equal(totals.known, 0);
    summary_is(&report, "Counted: 1 passed, 1 failed, 0 skipped in 2 stages; 0 stages "
                        "skipped\nAnswered: nothing\nDiffers: 2: units 'b'; cases (was "
                        "stopped). To send: C:\\kit\n");
}

static void test_kit_report_summary_names_the_first_of_many(void **state)
{
    const struct kit_report report = given(
        "not ok a: 1, expected 2\nnot ok b: 1, expected 2\nnot ok c: 1, expected 2\n"
        "not ok d: 1, expected 2\nnot ok e: 1, expected 2\nnot ok f: 1, expected 2\n"
        "0 passed, 6 failed, 0 skipped\nkit: exit 1, 2 s\n",
        PASSED, "units a | why\n");
    (void)state;

    summary_is(&report, "Counted: 1 passed, 6 failed, 0 skipped in 2 stages; 0 stages "
                        "skipped\nAnswered: W1: with 10055\nDiffers: 6, 1 of them known: "
                        "units 'b'; units 'c'; units 'd'; units 'e'; and 1 more in the "
                        "report. To send: C:\\kit\n");
}

static void test_kit_report_count_knows_what_is_known(void **state)
{
    const struct kit_report report = given(FAILED, "ok a\nkit: was stopped\n",
                                           "units b | why\ncases (stage) | slow\n");
    const struct kit_totals totals = kit_report_count(&report);
    (void)state;

    assert_int_equal(totals.differs, 2);
    assert_int_equal(totals.known, 2);
    assert_false(kit_report_is_gone(&report, &known.rows[0]));
}

static void test_kit_report_is_gone_only_after_a_whole_stage(void **state)
{
    struct kit_report report = given(PASSED, PASSED, "units b | why\n");
    (void)state;

    (void)kit_report_count(&report);
    assert_true(kit_report_is_gone(&report, &known.rows[0]));
    report = given("skip b: no way\n0 passed, 0 failed, 1 skipped\nkit: exit 0, 1 s\n",
                   PASSED, "units b | why\n");
    (void)kit_report_count(&report);
    assert_false(kit_report_is_gone(&report, &known.rows[0]));
    report = given("ok a\nkit: was stopped\n", PASSED, "units b | why\n");
    (void)kit_report_count(&report);
    assert_false(kit_report_is_gone(&report, &known.rows[0]));
    report = given("", PASSED, "units b | why\n");
    (void)kit_report_count(&report);
    assert_false(kit_report_is_gone(&report, &known.rows[0]));
}

static void test_kit_report_text_shows_all_but_what_passed(void **state)
{
    struct kit_report report = given(FAILED, PASSED, "units b | why\n");
    struct text text = { 0 };
    (void)state;

    report.left = "the range";
    kit_report_text(&report, &text);

    assert_non_null(strstr(text_string(&text), "NOT RESTORED: the range"));
    assert_non_null(
        strstr(text_string(&text), "    not ok b: 1, expected 2 [known: why]\n"));
    assert_non_null(strstr(text_string(&text), "    answer W1: with 10055\n"));
    assert_null(strstr(text_string(&text), "    ok a"));
    text_clear(&text);
}

static void test_kit_report_json_has_the_same(void **state)
{
    const struct kit_report report = given(FAILED, PASSED, "units b | why\n");
    struct text json = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(kit_report_json(&report, &json, &err));

    assert_non_null(strstr(text_string(&json), "\"known\": \"why\""));
    assert_non_null(strstr(text_string(&json), "\"question\": \"W1\""));
    assert_non_null(strstr(text_string(&json), "\"words\": \"with 10055\""));
    assert_non_null(strstr(text_string(&json), "\"not_restored\": null"));
    text_clear(&json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kit_report_summary_of_a_clean_run),
        cmocka_unit_test(test_kit_report_summary_names_what_differs),
        cmocka_unit_test(test_kit_report_summary_names_the_first_of_many),
        cmocka_unit_test(test_kit_report_count_knows_what_is_known),
        cmocka_unit_test(test_kit_report_is_gone_only_after_a_whole_stage),
        cmocka_unit_test(test_kit_report_text_shows_all_but_what_passed),
        cmocka_unit_test(test_kit_report_json_has_the_same),
    };

    return cmocka_run_group_tests_name("windows-kit/kit_report", tests, NULL, clean_up);
}
