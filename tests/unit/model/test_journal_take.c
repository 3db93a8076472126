/* SPDX-License-Identifier: MIT */
/* Records taken one by one, without a file: what may come next, and what it makes of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/journal_lines.h"

/* The first record of some lines, as their reader finds it. */
static void read_first(const struct text *lines, struct journal_record *out)
{
    const char *end = strchr(text_string(lines), '\n');
    struct error err = { 0 };

    assert_non_null(end);
    if (!journal_record_read(lines->data, (size_t)(end - lines->data), out, &err))
        fail_msg("%s", err.message);
}

static void given_begin(const char *id, struct journal_record *out)
{
    struct text line = { 0 };

    lines_begin(&line, &(struct lines_run){ id, "apply", "", "boot", LINES_TIME_S },
                &given_reuse, 1);
    read_first(&line, out);
    text_clear(&line);
}

static void given_step(enum journal_record_kind kind, const char *id,
                       struct journal_record *out)
{
    *out = (struct journal_record){ .kind = kind };
    (void)snprintf(out->run.id, sizeof out->run.id, "%s", id);
}

static void take(struct journal *journal, struct journal_record *record, size_t offset)
{
    struct error err = { 0 };

    if (!journal_prepare(journal, record, &err))
        fail_msg("%s", err.message);
    journal_take(journal, record, offset);
}

static void expect_refused(struct journal *journal, struct journal_record *record,
                           const char *message)
{
    struct error err = { 0 };

    assert_false(journal_prepare(journal, record, &err));
    assert_string_equal(err.message, message);
    assert_int_equal(err.code, ERR_MALFORMED);
    journal_run_clear(&record->run);
}

static void test_journal_take_of_a_begin_moves_the_run(void **state)
{
    struct journal journal = { 0 };
    struct journal_record record;
    const char *place;
    (void)state;
    given_begin("a-1", &record);
    place = record.run.changes[0].place;

    take(&journal, &record, 0);

    assert_int_equal(journal.count, 1);
    assert_ptr_equal(journal.runs[0].changes[0].place, place);
    assert_string_equal(journal.runs[0].message, "");
    assert_null(record.run.changes);
    assert_ptr_equal(journal_open_run(&journal), &journal.runs[0]);
    journal_clear(&journal);
}

static void test_journal_take_of_each_step_sets_its_bit(void **state)
{
    struct journal journal = { 0 };
    struct journal_record record;
    (void)state;
    given_begin("a-1", &record);
    take(&journal, &record, 0);

    given_step(RECORD_START, "a-1", &record);
    take(&journal, &record, 0);
    assert_int_equal(journal.runs[0].started, 1);
    assert_int_equal(journal.runs[0].done, 0);
    given_step(RECORD_DONE, "a-1", &record);
    take(&journal, &record, 0);
    assert_int_equal(journal.runs[0].done, 1);
    assert_int_equal(journal.runs[0].back, 0);
    given_step(RECORD_BACK, "a-1", &record);
    take(&journal, &record, 0);
    assert_int_equal(journal.runs[0].back, 1);
    journal_clear(&journal);
}

static void test_journal_prepare_changes_nothing_that_is_told(void **state)
{
    struct journal journal = { 0 };
    struct journal_record record;
    (void)state;
    given_begin("a-1", &record);

    assert_true(journal_prepare(&journal, &record, NULL));

    assert_int_equal(journal.count, 0);
    assert_null(journal_open_run(&journal));
    journal_run_clear(&record.run);
    journal_clear(&journal);
}

static void test_journal_prepare_refuses_what_may_not_come_next(void **state)
{
    struct journal journal = { 0 };
    struct journal_record record;
    (void)state;
    given_step(RECORD_START, "a-1", &record);
    expect_refused(&journal, &record, "run 'a-1' has no begin record");
    given_begin("a-1", &record);
    take(&journal, &record, 0);

    given_begin("b-2", &record);
    expect_refused(&journal, &record, "run 'b-2' begins before run 'a-1' ended");
    given_step(RECORD_DONE, "a-1", &record);
    expect_refused(&journal, &record, "'done' of change 0 is out of order");
    given_step(RECORD_START, "a-1", &record);
    record.change = 1;
    expect_refused(&journal, &record, "run 'a-1' has no change 1");
    record = (struct journal_record){ .kind = RECORD_REFUSED };
    expect_refused(&journal, &record, "refusals before run 'a-1' ended");
    assert_int_equal(journal.runs[0].started, 0);
    journal_clear(&journal);
}

static void test_journal_take_keeps_the_last_refusals_and_where_they_are(void **state)
{
    struct journal journal = { 0 };
    struct journal_record record = { .kind = RECORD_REFUSED, .refusals.count = 1 };
    (void)state;
    take(&journal, &record, 100);
    record.refusals.count = 2;

    take(&journal, &record, 300);

    assert_int_equal(journal.refusals.count, 2);
    assert_int_equal(journal.refusals.offset, 300);
    given_begin("a-1", &record);
    take(&journal, &record, 300);
    assert_int_equal(journal.refusals.count, 0);
    journal_clear(&journal);
}

static void test_journal_take_grows_with_every_run(void **state)
{
    struct journal journal = { 0 };
    struct journal_record record;
    (void)state;

    for (int i = 0; i < 40; i++) {
        char id[JOURNAL_ID_SIZE];

        (void)snprintf(id, sizeof id, "r-%d", i);
        given_begin(id, &record);
        take(&journal, &record, 0);
        given_step(RECORD_END, id, &record);
        record.run.outcome = RUN_APPLIED;
        record.run.message = text_copy("");
        take(&journal, &record, 0);
    }

    assert_int_equal(journal.count, 40);
    assert_string_equal(journal_last_applied_in(&journal, NULL, NULL)->id, "r-39");
    journal_clear(&journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_journal_take_of_a_begin_moves_the_run),
        cmocka_unit_test(test_journal_take_of_each_step_sets_its_bit),
        cmocka_unit_test(test_journal_prepare_changes_nothing_that_is_told),
        cmocka_unit_test(test_journal_prepare_refuses_what_may_not_come_next),
        cmocka_unit_test(test_journal_take_keeps_the_last_refusals_and_where_they_are),
        cmocka_unit_test(test_journal_take_grows_with_every_run),
    };

    return cmocka_run_group_tests_name("model/journal_take", tests, NULL, NULL);
}
