/* SPDX-License-Identifier: MIT */
/* The records of refused and of audited alerts: one each at the end of the journal,
 * replaced, never in the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/journal_lines.h"

static const struct journal_refusals three = { .count = 3,
                                               .first_s = LINES_TIME_S + 10,
                                               .last_s = LINES_TIME_S + 70,
                                               .reason = "cool-down: 3530 s left" };

static void add_refusals(struct text *out, const struct journal_refusals *refusals)
{
    assert_true(journal_encode_refusals(refusals, out, NULL));
}

static void test_journal_refusals_come_back_as_written(void **state)
{
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    size_t before;
    (void)state;

    lines_applied(&bytes, &(struct lines_run){ "a-1", "apply", "", "boot", LINES_TIME_S },
                  &given_reuse);
    before = bytes.length;
    add_refusals(&bytes, &three);
    lines_decode(&bytes, &journal);

    assert_int_equal(journal.count, 1);
    assert_int_equal(journal.refusals.count, 3);
    assert_int_equal(journal.refusals.first_s, three.first_s);
    assert_int_equal(journal.refusals.last_s, three.last_s);
    assert_string_equal(journal.refusals.reason, three.reason);
    assert_int_equal(journal.refusals.offset, before);
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_refusals_are_no_action(void **state)
{
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    (void)state;

    add_refusals(&bytes, &three);
    lines_decode(&bytes, &journal);

    assert_null(journal_open_run(&journal));
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_refusals_end_with_the_next_run(void **state)
{
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    (void)state;

    add_refusals(&bytes, &three);
    lines_applied(&bytes, &(struct lines_run){ "a-1", "apply", "", "boot", LINES_TIME_S },
                  &given_reuse);
    lines_decode(&bytes, &journal);

    assert_int_equal(journal.count, 1);
    assert_int_equal(journal.refusals.count, 0);
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_refusals_inside_a_run_are_refused(void **state)
{
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    struct error err = { 0 };
    (void)state;

    lines_begin(&bytes, &(struct lines_run){ "a-1", "apply", "", "boot", LINES_TIME_S },
                &given_reuse, 1);
    add_refusals(&bytes, &three);

    assert_false(journal_decode(bytes.data, bytes.length, &journal, &err));
    assert_string_equal(err.message, "line 2: refusals before run 'a-1' ended");
    text_clear(&bytes);
}

static void test_journal_refusals_cut_at_any_byte_are_as_if_not_there(void **state)
{
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    (void)state;

    add_refusals(&bytes, &three);
    for (size_t length = 1; length < bytes.length; length++) {
        assert_true(journal_decode(bytes.data, length, &journal, NULL));
        assert_int_equal(journal.refusals.count, 0);
        assert_int_equal(journal.torn_bytes, length);
        journal_clear(&journal);
    }
    text_clear(&bytes);
}

static void test_journal_refusals_need_every_key(void **state)
{
    static const char *const wrong[] = {
        "{\"record\":\"refused\",\"id\":\"refused\"}",
        "{\"record\":\"refused\",\"id\":\"refused\",\"time\":\"2026-01-31T23:59:59Z\","
        "\"last\":\"2026-01-31T23:59:59Z\",\"count\":-1,\"reason\":\"x\"}",
        "{\"record\":\"refused\",\"id\":\"refused\",\"time\":\"2026-01-31T23:59:59Z\","
        "\"last\":\"2026-01-31T23:59:59Z\",\"count\":1,\"reason\":\"x\",\"more\":1}",
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        struct text bytes = { 0 };
        struct journal journal = { 0 };

        lines_raw(&bytes, wrong[i]);
        if (journal_decode(bytes.data, bytes.length, &journal, NULL))
            fail_msg("accepted: %s", wrong[i]);
        text_clear(&bytes);
    }
}

static void test_journal_audits_are_beside_the_refusals(void **state)
{
    const struct journal_refusals audits = { .count = 2,
                                             .first_s = LINES_TIME_S,
                                             .last_s = LINES_TIME_S + 5,
                                             .reason = "would make 3 changes" };
    const struct journal_refusals refusals = { .count = 7,
                                               .first_s = LINES_TIME_S + 1,
                                               .last_s = LINES_TIME_S + 2,
                                               .reason = "SOFT state" };
    struct journal journal = { 0 };
    struct text bytes = { 0 };
    size_t second;
    (void)state;

    assert_true(journal_encode_audits(&audits, &bytes, NULL));
    second = bytes.length;
    assert_true(journal_encode_refusals(&refusals, &bytes, NULL));
    lines_decode(&bytes, &journal);
    assert_int_equal(journal.audits.count, 2);
    assert_int_equal(journal.audits.first_s, LINES_TIME_S);
    assert_int_equal(journal.audits.last_s, LINES_TIME_S + 5);
    assert_string_equal(journal.audits.reason, "would make 3 changes");
    assert_int_equal(journal.audits.offset, 0);
    assert_int_equal(journal.refusals.count, 7);
    assert_int_equal(journal.refusals.offset, second);
    journal_clear(&journal);

    lines_begin(&bytes, &(struct lines_run){ "a-1", "apply", "", "boot", LINES_TIME_S },
                &given_reuse, 1);
    lines_decode(&bytes, &journal);
    assert_int_equal(journal.audits.count, 0);
    journal_clear(&journal);
    text_clear(&bytes);
}

/* Earlier versions wrote none; they read no such key of a refusal. */
static void test_journal_audits_may_tell_the_clock_of_their_boot(void **state)
{
    struct journal_refusals audits = { .count = 1,
                                       .first_s = LINES_TIME_S,
                                       .last_s = LINES_TIME_S,
                                       .boot = "boot 77",
                                       .uptime_s = 0,
                                       .reason = "x" };
    struct journal journal = { 0 };
    struct text bytes = { 0 };
    (void)state;

    assert_true(journal_encode_audits(&audits, &bytes, NULL));
    lines_decode(&bytes, &journal);
    assert_string_equal(journal.audits.boot, "boot 77");
    assert_int_equal(journal.audits.uptime_s, 0);
    journal_clear(&journal);
    text_cut(&bytes, 0);

    assert_true(journal_encode_refusals(&audits, &bytes, NULL));
    assert_null(strstr(text_string(&bytes), "boot"));
    audits.uptime_s = -1;
    assert_true(journal_encode_audits(&audits, &bytes, NULL));
    assert_null(strstr(text_string(&bytes), "boot"));
    lines_decode(&bytes, &journal);
    assert_string_equal(journal.audits.boot, "");
    assert_int_equal(journal.audits.uptime_s, -1);
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_refusals_tell_no_boot(void **state)
{
    struct journal journal = { 0 };
    struct error err = { 0 };
    struct text bytes = { 0 };
    (void)state;

    lines_raw(
        &bytes,
        "{\"record\":\"refused\",\"id\":\"refused\",\"time\":\"2026-11-21T04:00:00Z\","
        "\"last\":\"2026-11-21T04:00:00Z\",\"count\":1,\"boot\":\"b\",\"reason\":\"x\"}");
    lines_raw(&bytes, "{}");

    assert_false(journal_decode(text_string(&bytes), bytes.length, &journal, &err));
    assert_string_equal(err.message,
                        "line 1: boot: unknown key (record, id, time, last, count, "
                        "reason)");
    text_clear(&bytes);
}

static void test_journal_audits_inside_a_run_are_refused(void **state)
{
    const struct journal_refusals audits = { .count = 1, .reason = "" };
    struct journal journal = { 0 };
    struct text bytes = { 0 };
    struct error err = { 0 };
    (void)state;
    lines_begin(&bytes, &(struct lines_run){ "a-1", "apply", "", "boot", LINES_TIME_S },
                &given_reuse, 1);
    assert_true(journal_encode_audits(&audits, &bytes, NULL));

    assert_false(journal_decode(bytes.data, bytes.length, &journal, &err));

    assert_string_equal(err.message, "line 2: audits before run 'a-1' ended");
    text_clear(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_journal_refusals_come_back_as_written),
        cmocka_unit_test(test_journal_refusals_are_no_action),
        cmocka_unit_test(test_journal_refusals_end_with_the_next_run),
        cmocka_unit_test(test_journal_refusals_inside_a_run_are_refused),
        cmocka_unit_test(test_journal_refusals_cut_at_any_byte_are_as_if_not_there),
        cmocka_unit_test(test_journal_refusals_need_every_key),
        cmocka_unit_test(test_journal_audits_are_beside_the_refusals),
        cmocka_unit_test(test_journal_audits_may_tell_the_clock_of_their_boot),
        cmocka_unit_test(test_journal_refusals_tell_no_boot),
        cmocka_unit_test(test_journal_audits_inside_a_run_are_refused),
    };

    return cmocka_run_group_tests_name("model/journal_refusals", tests, NULL, NULL);
}
