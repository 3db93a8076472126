/* SPDX-License-Identifier: MIT */
/* Which settings wait for a reboot, as the journal tells it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "checks/model/journal.h"
#include "tests/support/journal_lines.h"

static struct change delay = { .kind = CHANGE_REGISTRY,
                               .setting = "TcpTimedWaitDelay",
                               .place = "SYSTEM\\X\\TcpTimedWaitDelay",
                               .to = "30",
                               .reboot = true };

static void expect_waiting(const struct text *bytes, const char *boot, int64_t since_s)
{
    const struct journal_now now = { .boot = boot, .machine = "" };
    struct journal journal = { 0 };

    lines_decode(bytes, &journal);
    assert_int_equal(journal_waiting_since_s(&journal, &now, "TcpTimedWaitDelay"),
                     since_s);
    assert_int_equal(journal_waiting_since_s(&journal, &now, "MaxUserPort"), 0);
    journal_clear(&journal);
}

static void test_journal_waiting_since_the_run_of_this_boot(void **state)
{
    struct text bytes = { 0 };
    (void)state;

    lines_applied(&bytes, &(struct lines_run){ "a-1", "apply", "", "B1", LINES_TIME_S },
                  &delay);

    expect_waiting(&bytes, "B1", LINES_TIME_S);
    text_clear(&bytes);
}

static void test_journal_waiting_is_over_after_the_reboot(void **state)
{
    struct text bytes = { 0 };
    (void)state;

    lines_applied(&bytes, &(struct lines_run){ "a-1", "apply", "", "B1", LINES_TIME_S },
                  &delay);

    expect_waiting(&bytes, "B2", 0);
    text_clear(&bytes);
}

static void test_journal_waiting_lasts_while_the_mark_of_its_boot_is_there(void **state)
{
    struct text bytes = { 0 };
    (void)state;

    lines_applied(
        &bytes,
        &(struct lines_run){ "a-1", "apply", "", "boot 7; mark a-1", LINES_TIME_S },
        &delay);

    expect_waiting(&bytes, "boot 8; mark a-1", LINES_TIME_S);
    expect_waiting(&bytes, "boot 7", 0);
    expect_waiting(&bytes, "boot 7; mark b-2", 0);
    text_clear(&bytes);
}

static void test_journal_waiting_of_a_run_without_mark_is_by_the_counter(void **state)
{
    struct text bytes = { 0 };
    (void)state;

    lines_applied(&bytes,
                  &(struct lines_run){ "a-1", "apply", "", "boot 7", LINES_TIME_S },
                  &delay);

    expect_waiting(&bytes, "boot 7; mark b-2", LINES_TIME_S);
    expect_waiting(&bytes, "boot 8; mark b-2", 0);
    text_clear(&bytes);
}

static void test_journal_waiting_of_an_unknown_boot_is_none(void **state)
{
    struct text bytes = { 0 };
    (void)state;

    lines_applied(&bytes, &(struct lines_run){ "a-1", "apply", "", "", LINES_TIME_S },
                  &delay);

    expect_waiting(&bytes, "", 0);
    text_clear(&bytes);
}

static void test_journal_waiting_is_over_when_undone_before_the_reboot(void **state)
{
    struct change back = delay;
    struct text bytes = { 0 };
    (void)state;
    back.from = delay.to;
    back.to = NULL;

    lines_applied(&bytes, &(struct lines_run){ "a-1", "apply", "", "B1", LINES_TIME_S },
                  &delay);
    lines_applied(&bytes,
                  &(struct lines_run){ "u-2", "undo", "a-1", "B1", LINES_TIME_S + 5 },
                  &back);
    expect_waiting(&bytes, "B1", 0);

    lines_applied(&bytes,
                  &(struct lines_run){ "a-3", "apply", "", "B1", LINES_TIME_S + 9 },
                  &delay);
    expect_waiting(&bytes, "B1", LINES_TIME_S + 9);
    text_clear(&bytes);
}

static void test_journal_waiting_when_undone_after_the_reboot(void **state)
{
    struct change back = delay;
    struct text bytes = { 0 };
    (void)state;
    back.from = delay.to;
    back.to = NULL;

    lines_applied(&bytes, &(struct lines_run){ "a-1", "apply", "", "B1", LINES_TIME_S },
                  &delay);
    lines_applied(&bytes,
                  &(struct lines_run){ "u-2", "undo", "a-1", "B2", LINES_TIME_S + 5 },
                  &back);

    expect_waiting(&bytes, "B2", LINES_TIME_S + 5);
    text_clear(&bytes);
}

static void test_journal_waiting_counts_from_the_first_of_two_runs(void **state)
{
    struct change more = delay;
    struct text bytes = { 0 };
    (void)state;
    more.from = delay.to;
    more.to = "60";

    lines_applied(&bytes, &(struct lines_run){ "a-1", "apply", "", "B1", LINES_TIME_S },
                  &delay);
    lines_applied(
        &bytes, &(struct lines_run){ "a-2", "apply", "", "B1", LINES_TIME_S + 5 }, &more);

    expect_waiting(&bytes, "B1", LINES_TIME_S);
    text_clear(&bytes);
}

static void test_journal_waiting_ignores_changes_that_need_no_reboot(void **state)
{
    struct change now = delay;
    struct text bytes = { 0 };
    (void)state;
    now.reboot = false;

    lines_applied(&bytes, &(struct lines_run){ "a-1", "apply", "", "B1", LINES_TIME_S },
                  &now);

    expect_waiting(&bytes, "B1", 0);
    text_clear(&bytes);
}

static void test_journal_waiting_ignores_what_was_put_back(void **state)
{
    struct text bytes = { 0 };
    (void)state;

    lines_begin(&bytes, &(struct lines_run){ "a-1", "apply", "", "B1", LINES_TIME_S },
                &delay, 1);
    lines_step(&bytes, "start", "a-1", 0);
    expect_waiting(&bytes, "B1", LINES_TIME_S);

    lines_step(&bytes, "back", "a-1", 0);
    expect_waiting(&bytes, "B1", 0);

    lines_end(&bytes, "a-1", RUN_RESTORED, LINES_TIME_S, "");
    expect_waiting(&bytes, "B1", 0);
    text_clear(&bytes);
}

static void test_journal_waiting_ignores_a_restored_run_without_back_records(void **state)
{
    struct text bytes = { 0 };
    (void)state;

    lines_begin(&bytes, &(struct lines_run){ "a-1", "apply", "", "B1", LINES_TIME_S },
                &delay, 1);
    lines_step(&bytes, "start", "a-1", 0);
    lines_end(&bytes, "a-1", RUN_RESTORED, LINES_TIME_S, "");

    expect_waiting(&bytes, "B1", 0);
    text_clear(&bytes);
}

static void test_journal_waiting_counts_what_could_not_be_put_back(void **state)
{
    struct text bytes = { 0 };
    (void)state;

    lines_begin(&bytes, &(struct lines_run){ "a-1", "apply", "", "B1", LINES_TIME_S },
                &delay, 1);
    lines_step(&bytes, "start", "a-1", 0);
    lines_end(&bytes, "a-1", RUN_INCOMPLETE, LINES_TIME_S + 1, "x");

    expect_waiting(&bytes, "B1", LINES_TIME_S);
    text_clear(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            test_journal_waiting_ignores_a_restored_run_without_back_records),
        cmocka_unit_test(test_journal_waiting_since_the_run_of_this_boot),
        cmocka_unit_test(test_journal_waiting_is_over_after_the_reboot),
        cmocka_unit_test(test_journal_waiting_lasts_while_the_mark_of_its_boot_is_there),
        cmocka_unit_test(test_journal_waiting_of_a_run_without_mark_is_by_the_counter),
        cmocka_unit_test(test_journal_waiting_of_an_unknown_boot_is_none),
        cmocka_unit_test(test_journal_waiting_is_over_when_undone_before_the_reboot),
        cmocka_unit_test(test_journal_waiting_when_undone_after_the_reboot),
        cmocka_unit_test(test_journal_waiting_counts_from_the_first_of_two_runs),
        cmocka_unit_test(test_journal_waiting_ignores_changes_that_need_no_reboot),
        cmocka_unit_test(test_journal_waiting_ignores_what_was_put_back),
        cmocka_unit_test(test_journal_waiting_counts_what_could_not_be_put_back),
    };

    return cmocka_run_group_tests_name("model/journal_waiting", tests, NULL, NULL);
}
