/* SPDX-License-Identifier: MIT */
/* A plan, a history or a status that lies is noticed, whether the product lies or
 * Windows' own tools say something else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/remedy_judge.h"

#define KEY "SYSTEM\\\\CurrentControlSet\\\\Services\\\\Tcpip\\\\Parameters\\\\"

#define DELAY                                                                            \
    "{\"place\":\"" KEY "TcpTimedWaitDelay\",\"from\":null,\"to\":30,\"reboot\":true}"
#define STRICT                                                                           \
    "{\"place\":\"" KEY "StrictTimeWaitSeqCheck\",\"from\":null,\"to\":1,\"reboot\":"    \
    "true}"
#define RANGE                                                                            \
    "{\"place\":\"tcp/"                                                                  \
    "ipv4\",\"from\":\"49152-65535\",\"to\":\"32768-65535\",\"reboot\":false}"
#define CHANGES "\"changes\":[" DELAY "," STRICT "," RANGE "]"
#define PLAN    "{" CHANGES "}"
#define ID      "20261130T120432Z-668"

/* A stock Windows, as reg.exe and netsh tell it. */
static struct remedy_values stock(void)
{
    return (struct remedy_values){ { "absent", "absent", "absent", "49152-65535",
                                     "49152-65535", "49152-65535", "49152-65535" } };
}

static struct remedy_plan given_plan(void)
{
    const struct remedy_values before = stock();
    struct remedy_plan plan = { 0 };
    struct error err = { 0 };

    assert_true(remedy_judge_plan(PLAN, &before, &plan, &err));
    return plan;
}

static void test_an_honest_plan_tells_what_comes(void **state)
{
    const struct remedy_plan plan = given_plan();
    (void)state;

    assert_int_equal(plan.changes, 3);
    assert_int_equal(plan.reboots, 2);
    assert_string_equal(plan.after.of[0], "30");
    assert_string_equal(plan.after.of[1], "1");
    assert_string_equal(plan.after.of[2], "absent");
    assert_string_equal(plan.after.of[3], "32768-65535");
    assert_string_equal(plan.after.of[4], "49152-65535");
}

static void refuse_plan(const char *json, const struct remedy_values *before,
                        const char *wanted)
{
    struct remedy_plan plan = { 0 };
    struct error err = { 0 };

    assert_false(remedy_judge_plan(json, before, &plan, &err));
    assert_non_null(strstr(err.message, wanted));
}

static void test_a_tool_that_says_another_value_is_noticed(void **state)
{
    struct remedy_values before = stock();
    (void)state;

    (void)snprintf(before.of[0], REMEDY_VALUE_SIZE, "120");
    refuse_plan(PLAN, &before, "said to be absent, Windows' own tool says 120");
    before = stock();
    (void)snprintf(before.of[3], REMEDY_VALUE_SIZE, "1025-65535");
    refuse_plan(PLAN, &before,
                "said to be 49152-65535, Windows' own tool says 1025-65535");
    before = stock();
    (void)snprintf(before.of[3], REMEDY_VALUE_SIZE, "49152-65535, then 1025-65535");
    refuse_plan(PLAN, &before, "then 1025-65535");
    before = stock();
    (void)snprintf(before.of[1], REMEDY_VALUE_SIZE, "REG_SZ 1");
    refuse_plan(PLAN, &before, "Windows' own tool says REG_SZ 1");
}

static void test_a_plan_that_lies_is_noticed(void **state)
{
    const struct remedy_values before = stock();
    (void)state;

    refuse_plan("", &before, "the plan is no JSON");
    refuse_plan("{}", &before, "no list of changes");
    refuse_plan("{\"changes\":[" DELAY "," DELAY "]}", &before, "changed twice");
    refuse_plan("{\"changes\":[{\"place\":\"tcp/"
                "ipv4\",\"from\":\"49152-65535\",\"to\":\"49152-65535\"}]}",
                &before, "a change from 49152-65535 to 49152-65535");
    refuse_plan("{\"changes\":[{\"place\":\"" KEY
                "EnableICMPRedirect\",\"from\":1,\"to\":0}]}",
                &before, "the site's policy asks for a change of 'SYSTEM");
}

static void test_a_value_of_another_type_is_compared_by_that(void **state)
{
    struct remedy_values before = stock();
    struct remedy_plan plan = { 0 };
    struct error err = { 0 };
    (void)state;

    (void)snprintf(before.of[0], REMEDY_VALUE_SIZE, "REG_SZ 30");
    assert_true(
        remedy_judge_plan("{\"changes\":[{\"place\":\"" KEY
                          "TcpTimedWaitDelay\",\"from\":\"1:330030000000\",\"to\":30}]}",
                          &before, &plan, &err));
    assert_string_equal(plan.after.of[0], "30");
}

static bool headline(const char *line, bool reboot)
{
    const struct remedy_plan plan = { .changes = 3 };
    char id[REMEDY_RUN_SIZE] = "";
    struct error err = { 0 };
    const bool ok = remedy_judge_headline(line, "APPLY", &plan, reboot, id, &err);

    assert_string_equal(id, ok ? ID : "");
    return ok;
}

static void test_a_headline_must_say_all_of_it(void **state)
{
    (void)state;
    assert_true(
        headline("APPLY DONE: 3 changes made and verified (run " ID ")\r\nmore", false));
    assert_true(headline("APPLY DONE: 3 changes made and verified (run " ID
                         "), waiting for a reboot",
                         true));
    assert_false(headline("APPLY DONE: 3 changes made and verified (run " ID
                          "), waiting for a reboot",
                          false));
    assert_false(headline("APPLY DONE: 3 changes made and verified (run " ID ")", true));
    assert_false(headline("APPLY DONE: 2 changes made and verified (run " ID ")", false));
    assert_false(headline("UNDO DONE: 3 changes made and verified (run " ID ")", false));
    assert_false(headline("APPLY DONE: 3 changes made and verified (run )", false));
    assert_false(headline("APPLY FAILED: netsh", false));
    assert_false(headline("", false));
}

/* The ranges of TCP wider by 16384, those of UDP as they were. */
static bool gains(const char *output)
{
    const struct remedy_values before = stock();
    struct remedy_plan plan = { .after = before };
    struct error err = { 0 };

    (void)snprintf(plan.after.of[3], REMEDY_VALUE_SIZE, "32768-65535");
    (void)snprintf(plan.after.of[4], REMEDY_VALUE_SIZE, "32768-65535");
    return remedy_judge_gain(output, &before, &plan, &err);
}

static void test_a_gain_that_is_none_is_noticed(void **state)
{
    (void)state;
    assert_true(gains("  usable TCP ports  16384 -> 32768  gained 16384\n"
                      "  usable UDP ports  16384 -> 16384  gained none\n"));
    assert_true(gains("  usable TCP ports   16000 -> 32000\n"));
    assert_false(gains("  usable TCP ports  16384 -> 16384              gained none\n"));
    assert_false(gains("  usable TCP ports  32768 -> 16384\n"));
    assert_false(gains("  usable TCP ports  16384 -> 65535\n"));
    assert_false(gains("  usable UDP ports  16384 -> 32768\n"));
    assert_false(gains(""));
}

static void test_where_no_range_is_wider_no_gain_is_wanted(void **state)
{
    const struct remedy_values before = stock();
    const struct remedy_plan plan = given_plan(); /* of one family alone */
    struct error err = { 0 };
    (void)state;

    assert_true(remedy_judge_gain("", &before, &plan, &err));
}

#define RUN(outcome, undone)                                                             \
    "{\"runs\":[{\"id\":\"" ID "\",\"undoes\":null,\"outcome\":\"" outcome               \
    "\",\"undone\":" undone "," CHANGES "}]}"

static const char *open_run(const char *json)
{
    static char id[REMEDY_RUN_SIZE];
    struct error err = { 0 };

    return remedy_judge_open_run(json, id, &err) ? id : "unreadable";
}

static void test_a_run_of_the_user_is_found(void **state)
{
    (void)state;
    assert_string_equal(open_run("{\"runs\":[]}"), "");
    assert_string_equal(open_run(RUN("applied", "false")), ID);
    assert_string_equal(open_run(RUN("open", "false")), ID);
    assert_string_equal(open_run(RUN("incomplete", "false")), ID);
    assert_string_equal(open_run(RUN("applied", "true")), "");
    assert_string_equal(open_run(RUN("restored", "false")), "");
    assert_string_equal(
        open_run("{\"runs\":[{\"id\":\"2\",\"undoes\":\"1\",\"outcome\":\"applied\"}]}"),
        "");
    assert_string_equal(open_run("{}"), "unreadable");
    assert_string_equal(open_run("HISTORY ERROR"), "unreadable");
}

static bool history(const char *json, bool undone)
{
    const struct remedy_values before = stock();
    const struct remedy_plan plan = given_plan();
    struct error err = { 0 };

    return remedy_judge_history(json, ID, undone, &before, &plan, &err);
}

static void test_a_history_must_say_what_was_done(void **state)
{
    (void)state;
    assert_true(history(RUN("applied", "false"), false));
    assert_true(history(RUN("applied", "true"), true));
    assert_false(history(RUN("applied", "false"), true));
    assert_false(history(RUN("applied", "true"), false));
    assert_false(history(RUN("restored", "false"), false));
    assert_false(history("{\"runs\":[]}", false));
    assert_false(history("{\"runs\":[{\"id\":\"" ID
                         "\",\"outcome\":\"applied\",\"undone\":false,\"changes\":[" DELAY
                         "," RANGE "]}]}",
                         false));
}

static void test_the_run_of_before_the_boot_is_the_plan(void **state)
{
    const struct remedy_values before = stock();
    const struct remedy_plan wanted = given_plan();
    struct remedy_plan got = { 0 };
    struct text differ = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(remedy_judge_run(RUN("applied", "false"), ID, &before, &got, &err));
    assert_int_equal(got.reboots, wanted.reboots);
    assert_true(remedy_values_same(&wanted.after, &got.after, &differ));
    assert_false(
        remedy_judge_run(RUN("applied", "false"), "another", &before, &got, &err));
}

#define SINCE(name, since) "{\"name\":\"" name "\",\"waiting_since\":" since "}"
#define WHEN               "\"2026-11-30T12:04:32Z\""

static bool waits(const char *json, bool waiting)
{
    const struct remedy_values before = stock();
    const struct remedy_plan plan = given_plan();
    struct error err = { 0 };

    return remedy_judge_waiting(json, waiting, &before, &plan, &err);
}

static void test_what_waits_is_what_was_written(void **state)
{
    static const char both[] =
        "{\"settings\":[" SINCE("TcpTimedWaitDelay", WHEN) "," SINCE(
            "StrictTimeWaitSeqCheck", WHEN) "," SINCE("MaxUserPort", "null") "]}";
    static const char none[] = "{\"settings\":[" SINCE("TcpTimedWaitDelay", "null") "]}";
    (void)state;

    assert_true(waits(both, true));
    assert_false(waits(both, false));
    assert_true(waits(none, false));
    assert_false(waits(none, true));
    assert_false(waits("{\"settings\":[" SINCE("TcpTimedWaitDelay", WHEN) "]}", true));
    assert_false(waits("{\"settings\":[" SINCE("TcpTimedWaitDelay",
                                               WHEN) "," SINCE("MaxUserPort", WHEN) "]}",
                       true));
    assert_false(waits("{}", false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_honest_plan_tells_what_comes),
        cmocka_unit_test(test_a_tool_that_says_another_value_is_noticed),
        cmocka_unit_test(test_a_plan_that_lies_is_noticed),
        cmocka_unit_test(test_a_value_of_another_type_is_compared_by_that),
        cmocka_unit_test(test_a_headline_must_say_all_of_it),
        cmocka_unit_test(test_a_gain_that_is_none_is_noticed),
        cmocka_unit_test(test_where_no_range_is_wider_no_gain_is_wanted),
        cmocka_unit_test(test_a_run_of_the_user_is_found),
        cmocka_unit_test(test_a_history_must_say_what_was_done),
        cmocka_unit_test(test_the_run_of_before_the_boot_is_the_plan),
        cmocka_unit_test(test_what_waits_is_what_was_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
