/* SPDX-License-Identifier: MIT */
/* The ledger says what the file says, and nothing more after a write that failed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/program.h"
#include "remediate/ledger.h"
#include "tests/support/given_run.h"
#include "tests/support/journal_lines.h"
#include "tests/support/recording_writer.h"

/* Everything that a journal says of its runs and refusals. */
static void describe(const struct journal *journal, struct text *out)
{
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_run *run = &journal->runs[i];

        text_addf(out, "%s %lld %s|%s|%s|%s %x %x %x %s %lld '%s' %d\n", run->id,
                  (long long)run->time_s, run->boot, run->user, run->command, run->undoes,
                  run->started, run->done, run->back, run_outcome_names[run->outcome],
                  (long long)run->end_s, run->message, run->undone);
        for (size_t n = 0; n < run->change_count; n++)
            text_addf(out, " %s: %s -> %s\n", run->changes[n].place,
                      run->changes[n].from ? run->changes[n].from : "(absent)",
                      run->changes[n].to ? run->changes[n].to : "(absent)");
    }
    text_addf(out, "audits %u %lld %lld %s in %s at %zu\n", journal->audits.count,
              (long long)journal->audits.first_s, (long long)journal->audits.last_s,
              journal->audits.reason, journal->audits.boot, journal->audits.offset);
    if (journal->audits.boot[0])
        text_addf(out, " %lld\n", (long long)journal->audits.uptime_s);
    text_addf(out, "refused %u %lld %lld %s at %zu\n", journal->refusals.count,
              (long long)journal->refusals.first_s, (long long)journal->refusals.last_s,
              journal->refusals.reason, journal->refusals.offset);
}

/* Our copy is what another process reads. */
static void expect_same_as_the_file(const struct given_run *given)
{
    struct journal file = { 0 };
    struct text wanted = { 0 };
    struct text kept = { 0 };

    given_journal(given, &file);
    describe(&file, &wanted);
    describe(&given->ledger.journal, &kept);
    assert_string_equal(text_string(&kept), text_string(&wanted));
    assert_int_equal(given->ledger.length,
                     given->machine.journal.length - file.torn_bytes);
    journal_clear(&file);
    text_clear(&wanted);
    text_clear(&kept);
}

static void begin(struct given_run *given)
{
    struct error err = { 0 };

    if (!ledger_begin(&given->ledger, &given->run, &err))
        fail_msg("%s", err.message);
}

static void step(struct given_run *given, enum journal_record_kind kind)
{
    struct error err = { 0 };

    if (!ledger_step(&given->ledger, kind, 0, &err))
        fail_msg("%s", err.message);
}

/* The end of the given run, as it would be recorded. */
static bool end(struct given_run *given, enum run_outcome outcome, struct error *err)
{
    given->run.outcome = outcome;
    given->run.end_s = LINES_TIME_S;
    return ledger_end(&given->ledger, &given->run, err);
}

static void test_ledger_load_of_no_journal_is_empty(void **state)
{
    struct given_run *given = *state;

    assert_int_equal(given->ledger.journal.count, 0);
    assert_int_equal(given->ledger.length, 0);
    assert_true(given->ledger.locked);
}

static void test_ledger_load_leaves_a_torn_end_behind_its_length(void **state)
{
    struct given_run *given = *state;
    begin(given);
    size_t whole = given->machine.journal.length;
    text_add(&given->machine.journal, "1234abcd {\"rec");

    given_restart(given);

    assert_int_equal(given->ledger.length, whole);
    assert_int_equal(given->ledger.journal.count, 1);
}

static void test_ledger_load_refuses_a_damaged_journal(void **state)
{
    struct given_run *given = *state;
    struct ledger ledger = { .store = recording_writer_store(&given->machine) };
    struct error err = { 0 };
    text_add(&given->machine.journal, "00000000 {}\n00000000 {}\n");

    assert_false(ledger_load(&ledger, &err));

    assert_string_equal(err.message,
                        "the journal is damaged, so nothing was changed: "
                        "line 1: the checksum is wrong: the line was changed");
    assert_int_equal(err.code, ERR_MALFORMED);
    assert_int_equal(ledger.length, 0);
    ledger_close(&ledger);
}

static void test_ledger_lock_tells_another_run_from_other_failures(void **state)
{
    struct given_run *given = *state;
    struct ledger ledger = { .store = recording_writer_store(&given->machine) };
    struct error err = { 0 };
    given->machine.lock_failure = ERR_IO;

    assert_false(ledger_lock(&ledger, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_false(ledger.contended);
    assert_false(ledger.locked);

    given->machine.lock_failure = ERR_LIMIT;
    error_clear(&err);
    assert_false(ledger_lock(&ledger, &err));
    assert_string_equal(err.message, "no lock");
    assert_true(ledger.contended);
    ledger_close(&ledger);
}

static void test_ledger_keeps_what_it_wrote_and_reads_nothing_back(void **state)
{
    struct given_run *given = *state;

    begin(given);
    expect_same_as_the_file(given);
    step(given, RECORD_START);
    expect_same_as_the_file(given);
    step(given, RECORD_DONE);
    expect_same_as_the_file(given);
    step(given, RECORD_BACK);
    expect_same_as_the_file(given);
    assert_true(end(given, RUN_RESTORED, NULL));
    expect_same_as_the_file(given);
    assert_true(ledger_refuse(&given->ledger, "cool-down"));
    expect_same_as_the_file(given);

    assert_int_equal(given->machine.loads, 1);
}

static void test_ledger_of_a_whole_run_is_loaded_once(void **state)
{
    struct given_run *given = *state;

    assert_true(given_apply(given));

    expect_same_as_the_file(given);
    assert_int_equal(given->machine.loads, 1);
}

static void test_ledger_end_of_an_undo_marks_the_other_run(void **state)
{
    struct given_run *given = *state;
    const struct run_site site = given_site(given);
    const struct run_terms terms = given_terms(given);
    struct journal_run undo = { 0 };
    struct run_report report = { 0 };
    assert_true(given_apply(given));
    assert_true(run_make_undo(&given->run, 0, &undo, NULL));
    memcpy(undo.id, "u-2", sizeof "u-2");

    assert_true(run_apply(&site, &terms, &undo, &report));

    assert_true(given->ledger.journal.runs[0].undone);
    expect_same_as_the_file(given);
    run_report_clear(&report);
    journal_run_clear(&undo);
}

/* The begin fails in each way that it can: nothing is taken, and nothing may follow. */
static void test_ledger_after_a_failed_begin_refuses_everything(void **state)
{
    (void)state;

    for (int fault = APPEND_ADDS_NOTHING; fault < APPEND_FAULT_COUNT; fault++) {
        struct given_run given;
        struct error err = { 0 };

        given_run(&given);
        given.machine.append_faults[0] = (enum append_fault)fault;
        assert_false(ledger_begin(&given.ledger, &given.run, NULL));

        assert_true(given.ledger.stale);
        assert_int_equal(given.ledger.journal.count, 0);
        assert_int_equal(given.ledger.length, 0);
        assert_false(ledger_begin(&given.ledger, &given.run, &err));
        assert_string_equal(err.message,
                            "nothing is added to the journal after a write to it failed");
        assert_int_equal(err.code, ERR_IO);
        (void)ledger_refuse(&given.ledger, "cool-down");
        assert_int_equal(given.ledger.journal.refusals.count, 0);
        assert_int_equal(given.machine.appends, 1);
        given_run_clear(&given);
    }
}

/* Of an open run only what puts it back may follow; that cuts off what was left. */
static void test_ledger_after_a_failed_step_takes_only_what_puts_back(void **state)
{
    (void)state;

    for (int fault = APPEND_ADDS_NOTHING; fault < APPEND_FAULT_COUNT; fault++) {
        struct given_run given;

        given_run(&given);
        begin(&given);
        step(&given, RECORD_START);
        given.machine.append_faults[2] = (enum append_fault)fault;
        assert_false(ledger_step(&given.ledger, RECORD_DONE, 0, NULL));

        assert_true(given.ledger.stale);
        assert_int_equal(given.ledger.journal.runs[0].done, 0);
        assert_false(ledger_step(&given.ledger, RECORD_DONE, 0, NULL));
        assert_false(ledger_step(&given.ledger, RECORD_START, 1, NULL));
        assert_false(end(&given, RUN_APPLIED, NULL));
        assert_int_equal(given.machine.appends, 3);
        step(&given, RECORD_BACK);
        assert_false(given.ledger.stale);
        expect_same_as_the_file(&given);
        assert_true(end(&given, RUN_RESTORED, NULL));
        expect_same_as_the_file(&given);
        given_run_clear(&given);
    }
}

/* The end is on the disk, or not, and nobody knows: the run is not told as applied. */
static void test_ledger_after_a_failed_end_has_an_open_run(void **state)
{
    (void)state;

    for (int fault = APPEND_ADDS_NOTHING; fault < APPEND_FAULT_COUNT; fault++) {
        struct given_run given;

        given_run(&given);
        begin(&given);
        given.machine.append_faults[1] = (enum append_fault)fault;
        assert_false(end(&given, RUN_APPLIED, NULL));

        assert_non_null(journal_open_run(&given.ledger.journal));
        assert_null(journal_last_applied_in(&given.ledger.journal, NULL, NULL));
        assert_false(ledger_refuse(&given.ledger, "cool-down"));
        assert_true(end(&given, RUN_RESTORED, NULL));
        expect_same_as_the_file(&given);
        given_run_clear(&given);
    }
}

static void test_ledger_never_writes_what_its_reader_would_refuse(void **state)
{
    struct given_run *given = *state;
    struct error err = { 0 };
    char *large = malloc(CHANGE_VALUE_MAX + 2);
    assert_non_null(large);
    memset(large, 'x', CHANGE_VALUE_MAX + 1);
    large[CHANGE_VALUE_MAX + 1] = '\0';
    free(given->run.changes[1].to);
    given->run.changes[1].to = large;

    assert_false(ledger_begin(&given->ledger, &given->run, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_int_equal(given->machine.appends, 0);
    assert_false(given->ledger.stale);
}

static void test_ledger_refuse_counts_in_one_record(void **state)
{
    struct given_run *given = *state;
    size_t length;

    assert_true(ledger_refuse(&given->ledger, "SOFT state"));
    length = given->ledger.length;
    for (int i = 0; i < 5; i++)
        assert_false(ledger_refuse(&given->ledger, "SOFT state"));

    assert_int_equal(given->ledger.journal.refusals.count, 6);
    assert_int_equal(given->ledger.length, length);
    expect_same_as_the_file(given);
    begin(given);
    assert_int_equal(given->ledger.journal.refusals.count, 0);
    assert_false(ledger_refuse(&given->ledger, "in a run"));
    expect_same_as_the_file(given);
}

static void test_ledger_refuse_that_cannot_be_written_is_not_counted(void **state)
{
    struct given_run *given = *state;
    given->machine.append_faults[0] = APPEND_ADDS_A_PART;

    assert_true(ledger_refuse(&given->ledger, "SOFT state"));

    assert_int_equal(given->ledger.journal.refusals.count, 0);
    assert_true(given->ledger.stale);
}

/* An audit at that moment of a boot, whose cool-down lasts an hour. */
static bool audit(struct given_run *given, const char *boot, int64_t uptime_s,
                  int64_t time_s)
{
    const struct ledger_cool_down cool_down = {
        3600, { .boot = boot, .uptime_s = uptime_s, .time_s = time_s }
    };

    return ledger_audit(&given->ledger, "would make 3 changes", &cool_down);
}

/* One in an unknown boot, now. */
static bool audit_now(struct given_run *given, const char *reason, uint32_t period_s)
{
    const struct ledger_cool_down cool_down = {
        period_s, { .boot = "", .uptime_s = -1, .time_s = program_time_s() }
    };

    return ledger_audit(&given->ledger, reason, &cool_down);
}

static void test_ledger_audit_counts_the_alerts_of_one_cool_down(void **state)
{
    struct given_run *given = *state;
    size_t length;

    assert_true(audit_now(given, "would make 3 changes", 3600));
    length = given->ledger.length;
    assert_false(audit_now(given, "would make 3 changes", 3600));
    assert_int_equal(given->ledger.journal.audits.count, 2);
    assert_int_equal(given->ledger.length, length);
    expect_same_as_the_file(given);

    given->ledger.journal.audits.first_s -= 3600; /* it is over */
    assert_true(audit_now(given, "would make 2 changes", 3600));
    assert_int_equal(given->ledger.journal.audits.count, 1);
    assert_string_equal(given->ledger.journal.audits.reason, "would make 2 changes");
    expect_same_as_the_file(given);

    given->ledger.journal.audits.first_s += 1800; /* the clock went back */
    assert_true(audit_now(given, "would make 2 changes", 3600));
    assert_true(audit_now(given, "would make 2 changes", 0));
    begin(given);
    assert_int_equal(given->ledger.journal.audits.count, 0);
    assert_false(audit_now(given, "in a run", 3600));
    expect_same_as_the_file(given);
}

/* Whatever becomes of the clock on the wall, which is set by others. */
static void test_ledger_audit_believes_the_clock_of_its_boot(void **state)
{
    struct given_run *given = *state;
    const int64_t now_s = program_time_s();

    assert_true(audit(given, "B1", 1000, now_s));
    expect_same_as_the_file(given);
    assert_false(audit(given, "B1", 1100, now_s - 86400));
    assert_false(audit(given, "B1", 4599, now_s + 86400));
    assert_int_equal(given->ledger.journal.audits.count, 3);
    expect_same_as_the_file(given);

    assert_true(audit(given, "B1", 4600, now_s));
    assert_int_equal(given->ledger.journal.audits.count, 1);
}

/* An audit of an earlier boot is at least as old as this one. */
static void test_ledger_audit_of_an_earlier_boot_is_as_old_as_this_one(void **state)
{
    struct given_run *given = *state;
    const int64_t now_s = program_time_s();

    assert_true(audit(given, "B1", 1000, now_s));
    assert_false(audit(given, "B2", 60, now_s + 60));
    assert_true(audit(given, "B2", 3600, now_s + 60));
    expect_same_as_the_file(given);
}

/* Whichever record stands last: neither cuts the other one off. */
static void test_ledger_counts_audits_and_refusals_beside_each_other(void **state)
{
    struct given_run *given = *state;
    size_t length = 0;

    for (unsigned int i = 1; i <= 9; i++) {
        (void)audit_now(given, "would make 3 changes", 3600);
        expect_same_as_the_file(given);
        (void)ledger_refuse(&given->ledger, "SOFT state");
        expect_same_as_the_file(given);
        (void)ledger_refuse(&given->ledger, "SOFT state");
        expect_same_as_the_file(given);
        assert_int_equal(given->ledger.journal.audits.count, i);
        assert_int_equal(given->ledger.journal.refusals.count, 2 * i);
        length = length > 0 ? length : given->ledger.length;
        assert_true(given->ledger.length <= length + 1); /* "18" refusals */
    }
}

static void test_ledger_audit_that_cannot_be_written_is_not_counted(void **state)
{
    struct given_run *given = *state;
    assert_true(audit_now(given, "would make 3 changes", 3600));
    assert_true(ledger_refuse(&given->ledger, "SOFT state"));
    given->machine.append_faults[2] = APPEND_ADDS_A_PART; /* the refusals, anew */

    assert_false(audit_now(given, "would make 3 changes", 3600));

    assert_int_equal(given->ledger.journal.audits.count, 1);
    assert_true(given->ledger.stale);
    assert_int_equal(given->machine.appends, 3);
}

static void test_ledger_name_gives_no_id_twice(void **state)
{
    struct given_run *given = *state;
    char first[JOURNAL_ID_SIZE];
    char wanted[JOURNAL_ID_SIZE + 2];
    begin(given);
    ledger_name(&given->ledger, &given->run);
    memcpy(first, given->run.id, sizeof first);
    assert_true(journal_is_id(first));
    memcpy(given->ledger.journal.runs[0].id, first, sizeof first);

    ledger_name(&given->ledger, &given->run);

    (void)snprintf(wanted, sizeof wanted, "%s-2", first);
    /* The second may have passed in between. */
    if (strncmp(given->run.id, first, strlen("20261121T040000Z")) == 0)
        assert_string_equal(given->run.id, wanted);
    else
        assert_string_not_equal(given->run.id, first);
}

#define WITH_THREE_CHANGES(test)                                                         \
    cmocka_unit_test_setup_teardown(test, given_run_setup, given_run_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_THREE_CHANGES(test_ledger_load_of_no_journal_is_empty),
        WITH_THREE_CHANGES(test_ledger_load_leaves_a_torn_end_behind_its_length),
        WITH_THREE_CHANGES(test_ledger_load_refuses_a_damaged_journal),
        WITH_THREE_CHANGES(test_ledger_lock_tells_another_run_from_other_failures),
        WITH_THREE_CHANGES(test_ledger_keeps_what_it_wrote_and_reads_nothing_back),
        WITH_THREE_CHANGES(test_ledger_of_a_whole_run_is_loaded_once),
        WITH_THREE_CHANGES(test_ledger_end_of_an_undo_marks_the_other_run),
        cmocka_unit_test(test_ledger_after_a_failed_begin_refuses_everything),
        cmocka_unit_test(test_ledger_after_a_failed_step_takes_only_what_puts_back),
        cmocka_unit_test(test_ledger_after_a_failed_end_has_an_open_run),
        WITH_THREE_CHANGES(test_ledger_never_writes_what_its_reader_would_refuse),
        WITH_THREE_CHANGES(test_ledger_refuse_counts_in_one_record),
        WITH_THREE_CHANGES(test_ledger_refuse_that_cannot_be_written_is_not_counted),
        WITH_THREE_CHANGES(test_ledger_audit_counts_the_alerts_of_one_cool_down),
        WITH_THREE_CHANGES(test_ledger_audit_believes_the_clock_of_its_boot),
        WITH_THREE_CHANGES(test_ledger_audit_of_an_earlier_boot_is_as_old_as_this_one),
        WITH_THREE_CHANGES(test_ledger_counts_audits_and_refusals_beside_each_other),
        WITH_THREE_CHANGES(test_ledger_audit_that_cannot_be_written_is_not_counted),
        WITH_THREE_CHANGES(test_ledger_name_gives_no_id_twice),
    };

    return cmocka_run_group_tests_name("remediate/ledger", tests, NULL, NULL);
}
