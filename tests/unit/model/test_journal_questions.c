/* SPDX-License-Identifier: MIT */
/* What both programs ask the journal: open, applied, undone, last. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "checks/model/journal.h"
#include "tests/support/journal_lines.h"

static void test_journal_open_run_is_the_last_one_without_end(void **state)
{
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    (void)state;
    lines_history(&bytes);

    lines_decode(&bytes, &journal);

    assert_string_equal(journal_open_run(&journal)->id, "c-4");
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_open_run_is_none_when_the_last_one_ended(void **state)
{
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    (void)state;
    lines_applied(&bytes, &(struct lines_run){ "a-1", "apply", "", "", LINES_TIME_S },
                  &given_reuse);

    lines_decode(&bytes, &journal);

    assert_null(journal_open_run(&journal));
    assert_null(journal_open_run(&(struct journal){ 0 }));
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_last_applied_goes_back_run_by_run(void **state)
{
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    (void)state;

    lines_applied(&bytes, &(struct lines_run){ "a-1", "apply", "", "", LINES_TIME_S },
                  &given_reuse);
    lines_applied(&bytes, &(struct lines_run){ "a-2", "apply", "", "", LINES_TIME_S },
                  &given_drop_in);
    lines_decode(&bytes, &journal);
    assert_string_equal(journal_last_applied_in(&journal, NULL, NULL)->id, "a-2");
    journal_clear(&journal);

    lines_applied(&bytes, &(struct lines_run){ "u-3", "undo", "a-2", "", LINES_TIME_S },
                  &given_drop_in);
    lines_decode(&bytes, &journal);
    assert_string_equal(journal_last_applied_in(&journal, NULL, NULL)->id, "a-1");
    assert_true(journal_find(&journal, "a-2")->undone);
    journal_clear(&journal);

    lines_applied(&bytes, &(struct lines_run){ "u-4", "undo", "a-1", "", LINES_TIME_S },
                  &given_reuse);
    lines_decode(&bytes, &journal);
    assert_null(journal_last_applied_in(&journal, NULL, NULL));
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_last_applied_skips_runs_that_failed(void **state)
{
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    (void)state;
    lines_applied(&bytes, &(struct lines_run){ "a-1", "apply", "", "", LINES_TIME_S },
                  &given_reuse);
    lines_begin(&bytes, &(struct lines_run){ "u-2", "undo", "a-1", "", LINES_TIME_S },
                &given_reuse, 1);
    lines_step(&bytes, "start", "u-2", 0);
    lines_end(&bytes, "u-2", RUN_INCOMPLETE, LINES_TIME_S, "");
    lines_begin(&bytes, &(struct lines_run){ "u-3", "undo", "a-1", "", LINES_TIME_S },
                &given_reuse, 1);
    lines_end(&bytes, "u-3", RUN_RESTORED, LINES_TIME_S, "");

    lines_begin(&bytes, &(struct lines_run){ "b-4", "apply", "", "", LINES_TIME_S },
                &given_reuse, 1);
    lines_end(&bytes, "b-4", RUN_RESTORED, LINES_TIME_S, "");

    lines_decode(&bytes, &journal);

    assert_string_equal(journal_last_applied_in(&journal, NULL, NULL)->id, "a-1");
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_find_knows_every_id(void **state)
{
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    (void)state;
    lines_history(&bytes);

    lines_decode(&bytes, &journal);

    assert_int_equal(journal_find(&journal, "b-3")->time_s, LINES_TIME_S + 20);
    assert_null(journal_find(&journal, "b-"));
    journal_clear(&journal);
    text_clear(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_journal_open_run_is_the_last_one_without_end),
        cmocka_unit_test(test_journal_open_run_is_none_when_the_last_one_ended),
        cmocka_unit_test(test_journal_last_applied_goes_back_run_by_run),
        cmocka_unit_test(test_journal_last_applied_skips_runs_that_failed),
        cmocka_unit_test(test_journal_find_knows_every_id),
    };

    return cmocka_run_group_tests_name("model/journal_questions", tests, NULL, NULL);
}
