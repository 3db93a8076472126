/* SPDX-License-Identifier: MIT */
/* What schema 2 brought: machine, uptime, live_only, trial_until, confirms, "foreign";
 * and a journal of a version that is newer still. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "checks/model/journal.h"
#include "tests/support/journal_lines.h"

/* A run of schema 1: nothing of schema 2 is known of it. */
static struct journal_run given_run(const char *id)
{
    struct journal_run run = { .time_s = LINES_TIME_S,
                               .boot = "B1",
                               .uptime_s = -1,
                               .command = "apply",
                               .changes = &given_reuse,
                               .change_count = 1 };

    (void)snprintf(run.id, sizeof run.id, "%s", id);
    return run;
}

static struct journal_run given_trial(const char *id)
{
    struct journal_run run = given_run(id);

    run.live_only = true;
    run.uptime_s = 500;
    run.trial_until_s = 2300;
    return run;
}

static void begin(struct text *out, const struct journal_run *run)
{
    struct error err = { 0 };

    if (!journal_encode_begin(run, out, &err))
        fail_msg("%s", err.message);
}

static void end_as(struct text *out, const struct journal_run *run,
                   enum run_outcome outcome)
{
    begin(out, run);
    lines_end(out, run->id, outcome, LINES_TIME_S + 1, "");
}

static void confirm(struct text *out, const char *id, const char *trial,
                    enum run_outcome outcome)
{
    struct journal_run run = given_run(id);

    run.command = "confirm";
    run.confirms = (char *)trial;
    end_as(out, &run, outcome);
}

static void test_journal_keeps_what_is_known(void **state)
{
    struct journal_run given = given_trial("t-1");
    struct journal_run end = { .id = "t-1", .outcome = RUN_APPLIED, .end_uptime_s = 0 };
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    (void)state;
    memcpy(given.machine, "fc27ca6c", sizeof "fc27ca6c");

    begin(&bytes, &given);
    assert_true(journal_encode_end(&end, &bytes, NULL));
    confirm(&bytes, "c-2", "t-1", RUN_APPLIED);
    lines_decode(&bytes, &journal);

    assert_string_equal(journal.runs[0].machine, "fc27ca6c");
    assert_int_equal(journal.runs[0].uptime_s, 500);
    assert_int_equal(journal.runs[0].end_uptime_s, 0);
    assert_true(journal.runs[0].live_only);
    assert_int_equal(journal.runs[0].trial_until_s, 2300);
    assert_string_equal(journal.runs[0].confirms, "");
    assert_string_equal(journal.runs[1].confirms, "t-1");
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_of_schema_1_knows_nothing_of_it(void **state)
{
    struct journal_run given = given_run("a-1");
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    (void)state;

    begin(&bytes, &given);
    assert_non_null(strstr(text_string(&bytes), "\"schema\":1,"));
    lines_decode(&bytes, &journal);

    assert_string_equal(journal.runs[0].machine, "");
    assert_int_equal(journal.runs[0].uptime_s, -1);
    assert_int_equal(journal.runs[0].end_uptime_s, -1);
    assert_false(journal.runs[0].live_only);
    assert_int_equal(journal.runs[0].trial_until_s, 0);
    assert_string_equal(journal.runs[0].confirms, "");
    journal_clear(&journal);
    text_clear(&bytes);
}

/* The line of a begin record in which one thing is known. */
static void expect_schema_2(const struct journal_run *run, const char *member)
{
    struct text bytes = { 0 };

    begin(&bytes, run);
    if (!strstr(text_string(&bytes), "\"schema\":2,") ||
        !strstr(text_string(&bytes), member))
        fail_msg("%s: %s", member, text_string(&bytes));
    text_clear(&bytes);
}

static void test_journal_says_schema_2_when_one_thing_of_it_is_known(void **state)
{
    struct journal_run run = given_run("a-1");
    (void)state;

    memcpy(run.machine, "fc27ca6c", sizeof "fc27ca6c");
    expect_schema_2(&run, "\"machine\":\"fc27ca6c\"");
    run = given_run("a-1");
    memcpy(run.network, "cookie 7", sizeof "cookie 7");
    expect_schema_2(&run, "\"network\":\"cookie 7\"");
    run = given_run("a-1");
    run.uptime_s = 0;
    expect_schema_2(&run, "\"uptime\":0");
    run = given_run("a-1");
    run.live_only = true;
    expect_schema_2(&run, "\"live_only\":true");
    run = given_run("a-1");
    run.trial_until_s = 1;
    expect_schema_2(&run, "\"trial_until\":1");
    run = given_run("a-1");
    run.confirms = "t-1";
    expect_schema_2(&run, "\"confirms\":\"t-1\"");
}

static void test_journal_encode_refuses_a_machine_that_is_no_digest(void **state)
{
    struct journal_run run = given_run("a-1");
    struct text bytes = { 0 };
    struct error err = { 0 };
    (void)state;
    memcpy(run.machine, "fc27CA6C", sizeof "fc27CA6C");

    assert_false(journal_encode_begin(&run, &bytes, &err));

    assert_string_equal(err.message, "'fc27CA6C' cannot be the digest of a machine");
    assert_int_equal(bytes.length, 0);
}

/* A begin record with one more member. */
#define BEGIN(schema, more)                                                              \
    "{\"record\":\"begin\",\"id\":\"b-2\",\"schema\":" schema                            \
    ",\"time\":\"2026-01-31T23:59:59Z\",\"boot\":\"\",\"user\":\"\",\"command\":\"\","   \
    "\"undoes\":\"\",\"policy\":\"\",\"version\":\"\",\"changes\":[]" more "}"

static void test_journal_decode_refuses_what_is_out_of_bounds(void **state)
{
    static const struct {
        const char *json;
        const char *message;
    } rows[] = {
        { BEGIN("2", ",\"machine\":\"\""), "line 1: machine: expected 8 hex digits" },
        { BEGIN("2", ",\"machine\":\"fc27ca6\""),
          "line 1: machine: expected 8 hex digits" },
        { BEGIN("2", ",\"machine\":7"),
          "line 1: machine: expected a string, not a number" },
        { BEGIN("2", ",\"uptime\":-1"), "line 1: uptime: expected an integer 0 or more" },
        { BEGIN("2", ",\"trial_until\":0"),
          "line 1: trial_until: expected an integer 1 or more" },
        { BEGIN("2", ",\"live_only\":1"),
          "line 1: live_only: expected true or false, not a number" },
        { BEGIN("2", ",\"confirms\":\"a\\n\""),
          "line 1: confirms: control characters are not allowed" },
        { BEGIN("2", ",\"confirms\":\"t-9\""),
          "line 1: run 'b-2' confirms 't-9', which is no trial" },
        { BEGIN("2", ",\"later\":1"),
          "line 1: later: unknown key (record, id, schema, time, boot, machine, network, "
          "uptime, user, command, undoes, confirms, policy, version, changes, live_only, "
          "trial_until, lasting)" },
        { BEGIN("2", ",\"lasting\":7"),
          "line 1: lasting: expected an object, not a number" },
        { BEGIN("2", ",\"lasting\":{\"kind\":\"file\"}"),
          "line 1: lasting.setting: missing" },
        { BEGIN("2", ",\"network\":\"\\t\""),
          "line 1: network: control characters are not allowed" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct journal journal = { 0 };
        struct error err = { 0 };
        struct text bytes = { 0 };

        lines_raw(&bytes, rows[i].json);
        assert_false(journal_decode(bytes.data, bytes.length, &journal, &err));
        if (strcmp(err.message, rows[i].message) != 0)
            fail_msg("%s: %s", rows[i].json, err.message);
        text_clear(&bytes);
    }
}

static void test_journal_decode_refuses_the_confirmation_of_what_is_no_trial(void **state)
{
    struct journal_run run = given_run("a-1");
    struct journal journal = { 0 };
    struct text bytes = { 0 };
    struct error err = { 0 };
    (void)state;
    end_as(&bytes, &run, RUN_APPLIED);
    run = given_run("c-2");
    run.confirms = "a-1";
    begin(&bytes, &run);

    assert_false(journal_decode(bytes.data, bytes.length, &journal, &err));

    assert_string_equal(err.message,
                        "line 3: run 'c-2' confirms 'a-1', which is no trial");
    text_clear(&bytes);
}

static void test_journal_confirmed_when_an_applied_run_confirms_it(void **state)
{
    struct journal_run first = given_trial("t-1");
    struct journal_run second = given_trial("t-2");
    struct journal journal = { 0 };
    struct text bytes = { 0 };
    (void)state;

    end_as(&bytes, &first, RUN_APPLIED);
    end_as(&bytes, &second, RUN_APPLIED);
    confirm(&bytes, "c-3", "t-1", RUN_RESTORED);
    lines_decode(&bytes, &journal);
    assert_false(journal_find(&journal, "t-1")->confirmed);
    journal_clear(&journal);

    confirm(&bytes, "c-4", "t-1", RUN_APPLIED);
    lines_decode(&bytes, &journal);

    assert_true(journal_find(&journal, "t-1")->confirmed);
    assert_false(journal_find(&journal, "t-1")->undone);
    assert_false(journal_find(&journal, "t-2")->confirmed);
    assert_false(journal_find(&journal, "c-4")->confirmed);
    journal_clear(&journal);
    text_clear(&bytes);
}

/* The id of the trial in that boot, "" when there is none. */
static void expect_trial(const struct text *bytes, const char *boot, const char *id)
{
    const struct journal_run *trial;
    struct journal journal = { 0 };

    lines_decode(bytes, &journal);
    trial = journal_trial(&journal, boot);
    assert_string_equal(trial ? trial->id : "", id);
    journal_clear(&journal);
}

static void test_journal_trial_is_applied_and_of_this_boot(void **state)
{
    struct journal_run run = given_run("a-1");
    struct text bytes = { 0 };
    (void)state;

    expect_trial(&bytes, "B1", "");
    end_as(&bytes, &run, RUN_APPLIED); /* no trial */
    expect_trial(&bytes, "B1", "");
    run = given_trial("t-2");
    end_as(&bytes, &run, RUN_RESTORED); /* it failed */
    expect_trial(&bytes, "B1", "");
    run = given_trial("t-3");
    begin(&bytes, &run); /* under way */
    expect_trial(&bytes, "B1", "");
    lines_end(&bytes, "t-3", RUN_APPLIED, LINES_TIME_S + 1, "");
    expect_trial(&bytes, "B1", "t-3");
    expect_trial(&bytes, "B2", ""); /* ended by a reboot */
    expect_trial(&bytes, "", "");
    text_clear(&bytes);
}

static void test_journal_trial_of_an_unknown_boot_is_none(void **state)
{
    struct journal_run run = given_trial("t-1");
    struct text bytes = { 0 };
    (void)state;
    run.boot = "";
    end_as(&bytes, &run, RUN_APPLIED);

    expect_trial(&bytes, "", "");
    expect_trial(&bytes, "B1", "");
    text_clear(&bytes);
}

static void test_journal_trial_ends_when_it_is_confirmed(void **state)
{
    struct journal_run trial = given_trial("t-1");
    struct text bytes = { 0 };
    (void)state;

    end_as(&bytes, &trial, RUN_APPLIED);
    confirm(&bytes, "c-2", "t-1", RUN_RESTORED);
    expect_trial(&bytes, "B1", "t-1");
    confirm(&bytes, "c-3", "t-1", RUN_APPLIED);
    expect_trial(&bytes, "B1", "");
    text_clear(&bytes);
}

static void test_journal_trial_ends_when_it_is_undone(void **state)
{
    struct journal_run trial = given_trial("t-1");
    struct journal_run expire = given_run("e-2");
    struct text bytes = { 0 };
    (void)state;
    expire.command = "expire";
    expire.undoes = "t-1";

    end_as(&bytes, &trial, RUN_APPLIED);
    end_as(&bytes, &expire, RUN_APPLIED);

    expect_trial(&bytes, "B1", "");
    text_clear(&bytes);
}

static void test_journal_run_is_foreign(void **state)
{
    struct journal_run run = given_run("a-1");
    (void)state;

    assert_false(journal_run_is_foreign(&run, "fc27ca6c"));
    memcpy(run.machine, "652e9bd6", sizeof "652e9bd6");
    assert_true(journal_run_is_foreign(&run, "fc27ca6c"));
    assert_false(journal_run_is_foreign(&run, "652e9bd6"));
    assert_false(journal_run_is_foreign(&run, ""));
}

static void test_journal_foreign_run_is_closed_and_never_undone(void **state)
{
    struct journal_run run = given_run("a-1");
    struct journal journal = { 0 };
    struct text bytes = { 0 };
    (void)state;
    end_as(&bytes, &run, RUN_FOREIGN);

    lines_decode(&bytes, &journal);

    assert_null(journal_open_run(&journal));
    assert_null(journal_last_applied_in(&journal, NULL, NULL));
    assert_string_equal(run_outcome_names[journal.runs[0].outcome], "foreign");
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_last_applied_in_a_network(void **state)
{
    struct journal_run host = given_run("a-1");
    struct journal_run other = given_run("b-2");
    struct journal journal = { 0 };
    struct text bytes = { 0 };
    (void)state;
    memcpy(other.network, "cookie 7", sizeof "cookie 7");
    end_as(&bytes, &host, RUN_APPLIED);
    end_as(&bytes, &other, RUN_APPLIED);
    lines_decode(&bytes, &journal);

    assert_string_equal(journal_last_applied_in(&journal, NULL, NULL)->id, "b-2");
    assert_string_equal(journal_last_applied_in(&journal, "", "b1")->id, "a-1");
    assert_string_equal(journal_last_applied_in(&journal, "cookie 7", "b1")->id, "b-2");
    assert_null(journal_last_applied_in(&journal, "cookie 8", "b1"));
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_waiting_is_of_this_machine(void **state)
{
    struct change delay = { .kind = CHANGE_REGISTRY,
                            .setting = "TcpTimedWaitDelay",
                            .place = "X\\TcpTimedWaitDelay",
                            .to = "30",
                            .reboot = true };
    struct journal_now now = { .boot = "B1", .machine = "fc27ca6c" };
    struct journal_run run = given_run("a-1");
    struct journal journal = { 0 };
    struct text bytes = { 0 };
    (void)state;
    run.changes = &delay;
    memcpy(run.machine, "652e9bd6", sizeof "652e9bd6");
    end_as(&bytes, &run, RUN_APPLIED);
    lines_decode(&bytes, &journal);

    assert_int_equal(journal_waiting_since_s(&journal, &now, "TcpTimedWaitDelay"), 0);
    now.machine = "652e9bd6";
    assert_int_equal(journal_waiting_since_s(&journal, &now, "TcpTimedWaitDelay"),
                     LINES_TIME_S);
    now.machine = "";
    assert_int_equal(journal_waiting_since_s(&journal, &now, "TcpTimedWaitDelay"),
                     LINES_TIME_S);
    journal_clear(&journal);
    text_clear(&bytes);
}

static void test_journal_waiting_is_not_for_what_was_closed_as_foreign(void **state)
{
    struct change delay = { .kind = CHANGE_REGISTRY,
                            .setting = "TcpTimedWaitDelay",
                            .place = "X\\TcpTimedWaitDelay",
                            .to = "30",
                            .reboot = true };
    const struct journal_now now = { .boot = "B1", .machine = "" };
    struct journal_run run = given_run("a-1");
    struct journal journal = { 0 };
    struct text bytes = { 0 };
    (void)state;
    run.changes = &delay;
    begin(&bytes, &run);
    lines_step(&bytes, "start", "a-1", 0);
    lines_end(&bytes, "a-1", RUN_FOREIGN, LINES_TIME_S + 1, "");
    lines_decode(&bytes, &journal);

    assert_int_equal(journal_waiting_since_s(&journal, &now, "TcpTimedWaitDelay"), 0);
    journal_clear(&journal);
    text_clear(&bytes);
}

#define NEWER "the journal was written by a newer version of port-exhaustion "
#define CURE  ": install that version, or move the journal away"

static void test_journal_decode_names_a_newer_version(void **state)
{
    static const struct {
        const char *json;
        const char *message;
    } rows[] = {
        { BEGIN("3", ",\"later\":1"), NEWER "(schema 3, this one reads up to 2)" CURE },
        { BEGIN("9223372036854775807", ""),
          NEWER "(schema 9223372036854775807, this one reads up to 2)" CURE },
        { "{\"record\":\"pause\",\"id\":\"a-1\"}",
          NEWER "(record 'pause', unknown to this one)" CURE },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct journal journal = { .torn_bytes = 77 };
        struct journal_run run = given_run("a-1");
        struct error err = { 0 };
        struct text bytes = { 0 };

        end_as(&bytes, &run, RUN_APPLIED);
        lines_raw(&bytes, rows[i].json);
        assert_false(journal_decode(bytes.data, bytes.length, &journal, &err));
        assert_string_equal(err.message, rows[i].message);
        assert_int_equal(err.code, ERR_UNSUPPORTED);
        assert_int_equal(journal.torn_bytes, 77);
        text_clear(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_journal_keeps_what_is_known),
        cmocka_unit_test(test_journal_of_schema_1_knows_nothing_of_it),
        cmocka_unit_test(test_journal_says_schema_2_when_one_thing_of_it_is_known),
        cmocka_unit_test(test_journal_encode_refuses_a_machine_that_is_no_digest),
        cmocka_unit_test(test_journal_decode_refuses_what_is_out_of_bounds),
        cmocka_unit_test(
            test_journal_decode_refuses_the_confirmation_of_what_is_no_trial),
        cmocka_unit_test(test_journal_confirmed_when_an_applied_run_confirms_it),
        cmocka_unit_test(test_journal_trial_is_applied_and_of_this_boot),
        cmocka_unit_test(test_journal_trial_of_an_unknown_boot_is_none),
        cmocka_unit_test(test_journal_trial_ends_when_it_is_confirmed),
        cmocka_unit_test(test_journal_trial_ends_when_it_is_undone),
        cmocka_unit_test(test_journal_run_is_foreign),
        cmocka_unit_test(test_journal_foreign_run_is_closed_and_never_undone),
        cmocka_unit_test(test_journal_last_applied_in_a_network),
        cmocka_unit_test(test_journal_waiting_is_of_this_machine),
        cmocka_unit_test(test_journal_waiting_is_not_for_what_was_closed_as_foreign),
        cmocka_unit_test(test_journal_decode_names_a_newer_version),
    };

    return cmocka_run_group_tests_name("model/journal_optional", tests, NULL, NULL);
}
