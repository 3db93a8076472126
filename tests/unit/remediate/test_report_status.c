/* SPDX-License-Identifier: MIT */
/* status, without a machine: a line for each thing, and a value for each key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "remediate/report.h"
#include "tests/support/given.h"
#include "tests/support/journal_lines.h"
#include "tests/support/planned.h"

static struct outcome outcome;
static struct journal journal;
static struct remediate_status status;
static struct text out;

static int clear(void **state)
{
    (void)state;
    planned_clear(&host);
    outcome_clear(&outcome);
    journal_clear(&journal);
    text_clear(&status.confinement);
    text_clear(&out);
    return 0;
}

/* A Linux with one accepted setting, no file, an empty journal and the built-in policy.
 */
static struct remediate_report given_report(void)
{
    planned_init(&host, OS_LINUX);
    given_setting(&host.seen, "tcp_tw_reuse", 2);
    planned_make(&host);
    (void)outcome_set(&outcome, EXIT_DONE, "x");
    status = (struct remediate_status){ .drop_in_path = PLANNED_DROP_IN,
                                        .journal = &journal,
                                        .policy = &host.policy,
                                        .boot = "boot2",
                                        .uptime_s = 1000,
                                        .now_s = GIVEN_TIME_S };
    return (struct remediate_report){ .command = "status",
                                      .outcome = &outcome,
                                      .plan = &host.plan,
                                      .status = &status,
                                      .policy_source = "built-in" };
}

static void read_history(void)
{
    struct text bytes = { 0 };

    lines_history(&bytes);
    lines_decode(&bytes, &journal);
    text_clear(&bytes);
}

/* Whether the output has the whole line `line`, however its first word is padded. */
static void assert_line(const char *name, const char *rest)
{
    const char *at = text_string(&out);

    while (at && *at) {
        const char *end = strchr(at, '\n');
        const size_t length = end ? (size_t)(end - at) : strlen(at);
        const size_t skipped = strlen(name) + strspn(at + strlen(name), " ");

        if (strncmp(at, name, strlen(name)) == 0 && length == skipped + strlen(rest) &&
            strncmp(at + skipped, rest, strlen(rest)) == 0)
            return;
        at = end ? end + 1 : NULL;
    }
    fail_msg("no '%s %s' in:\n%s", name, rest, text_string(&out));
}

static void test_report_status_has_a_line_for_each_thing(void **state)
{
    struct remediate_report report;
    (void)state;
    report = given_report();
    text_add(&status.confinement, "nothing else can be written");

    remediate_report_text(&report, &out);

    assert_int_equal(strncmp(text_string(&out), "STATUS DONE: x\n\n", 16), 0);
    assert_line("setting", "net.ipv4.tcp_tw_reuse is 2 (accepted); apply sets it to 1");
    assert_line("setting",
                "net.ipv4.tcp_timestamps could not be read: not in the observation");
    assert_line("kept for boot", "none");
    assert_line("waiting", "nothing");
    assert_line("trial", "none");
    assert_line("last run", "none");
    assert_line("refused", "none since the last run (not counted: SOFT, in a downtime, "
                           "a state that the policy does not act on)");
    assert_line("audited", "none since the last run");
    assert_line("mode", "act: an alert acts on CRITICAL, cool-down 3600 s, if the host "
                        "confirms");
    assert_line("policy", "built-in");
    assert_line("confinement", "nothing else can be written");
}

static void test_report_status_tells_what_is_kept_and_what_waits(void **state)
{
    struct remediate_report report;
    (void)state;
    report = given_report();
    host.seen.settings[0].boot = BOOT_SET;
    host.seen.settings[0].boot_value.number = 1;
    host.seen.settings[0].waiting_since_s = GIVEN_TIME_S;
    status.drop_in = "# note\nnet.ipv4.tcp_tw_reuse = 1\nnet.core.somaxconn = 5\n";

    remediate_report_text(&report, &out);

    assert_line("setting",
                "net.ipv4.tcp_tw_reuse is 2 (accepted), at boot 1; apply sets it to 1");
    assert_line("kept for boot", PLANNED_DROP_IN
                " sets net.ipv4.tcp_tw_reuse = 1, net.core.somaxconn = 5");
    assert_line("waiting", "a reboot brings into force: net.ipv4.tcp_tw_reuse (written "
                           "2025-10-09T08:53:20Z)");
}

static void test_report_status_tells_an_edited_file(void **state)
{
    struct remediate_report report;
    (void)state;
    report = given_report();
    status.drop_in = "nonsense\n";

    remediate_report_text(&report, &out);

    assert_non_null(strstr(text_string(&out), PLANNED_DROP_IN " was edited: line 1: "));
}

static void test_report_status_tells_the_last_run_and_alerts(void **state)
{
    struct remediate_report report;
    (void)state;
    report = given_report();
    read_history();
    journal.refusals = (struct journal_refusals){ .count = 1,
                                                  .last_s = GIVEN_TIME_S,
                                                  .reason = "the cool-down" };
    journal.audits =
        (struct journal_refusals){ .count = 2, .last_s = GIVEN_TIME_S, .reason = "y" };
    report.interrupted = journal_open_run(&journal);

    remediate_report_text(&report, &out);

    assert_line("last run", "apply by root (sudo: nagios) at 2023-11-14T22:13:50Z: "
                            "interrupted, 2 changes (run c-4)");
    assert_line("refused", "1 alert since the last run (not counted: SOFT, in a "
                           "downtime, a state that the policy does not act on), the last "
                           "at "
                           "2025-10-09T08:53:20Z: the cool-down");
    assert_line("audited",
                "2 alerts since the last run, the last at 2025-10-09T08:53:20Z: y");
    assert_non_null(strstr(text_string(&out), "The run c-4 was interrupted: "));
}

static void test_report_status_tells_a_trial_and_its_end(void **state)
{
    struct remediate_report report;
    (void)state;
    report = given_report();
    read_history();
    journal.runs[2].outcome = RUN_APPLIED;
    journal.runs[2].trial_until_s = 1600;

    remediate_report_text(&report, &out);

    assert_line("trial", "run b-3 ends in 10m (2025-10-09T09:03:20Z)");
    text_clear(&out);
    status.uptime_s = 1725;
    remediate_report_text(&report, &out);
    assert_line("trial", "run b-3 overdue for 2m 5s");
}

static void test_report_status_tells_the_policy(void **state)
{
    struct remediate_report report;
    (void)state;
    report = given_report();
    host.policy.gate.mode = POLICY_AUDIT;
    host.policy.gate.confirm = false;
    host.policy.gate.cool_down_s = 0;
    host.policy.origin.summed = true;
    host.policy.origin.crc32 = 0xABC;
    report.policy_source = "/etc/p.json";

    remediate_report_text(&report, &out);

    assert_line("mode", "audit: an alert changes nothing; it would act on CRITICAL, "
                        "cool-down 0 s, unconfirmed");
    assert_line("policy", "/etc/p.json, CRC-32 00000abc");
}

static void test_report_status_tells_the_rest_of_what_it_cannot_read(void **state)
{
    struct remediate_report report;
    (void)state;
    report = given_report();
    status.journal = NULL;
    report.plan = NULL;

    remediate_report_text(&report, &out);

    assert_line("journal", "could not be read");
    assert_line("policy", "built-in");
    assert_null(strstr(text_string(&out), "setting"));
}

static json_t *new_status(const struct remediate_report *report)
{
    struct error err = { 0 };
    json_t *root;
    json_t *object;

    assert_true(remediate_report_json(report, &out, &err));
    root = json_loads(text_string(&out), JSON_REJECT_DUPLICATES, NULL);
    object = json_incref(json_object_get(root, "status"));
    assert_non_null(object);
    json_decref(root);
    return object;
}

static void assert_key(const json_t *object, const char *key, const char *expected)
{
    char *text = json_dumps(json_object_get(object, key), JSON_COMPACT | JSON_ENCODE_ANY);

    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void test_report_status_json_has_null_for_what_is_not_there(void **state)
{
    struct remediate_report report;
    json_t *object;
    (void)state;
    report = given_report();
    status.journal = NULL;

    object = new_status(&report);

    assert_key(object, "drop_in", "null");
    assert_key(object, "trial", "null");
    assert_key(object, "last_run", "null");
    assert_key(object, "refused", "null");
    assert_key(object, "audited", "null");
    assert_key(object, "confinement", "null");
    assert_key(object, "policy",
               "{\"source\":\"built-in\",\"crc32\":null,\"mode\":\"act\",\"act_on\":"
               "\"CRITICAL\",\"cool_down\":3600,\"confirm\":true}");
    json_decref(object);
}

static void test_report_status_json_tells_a_trial_and_the_file(void **state)
{
    struct remediate_report report;
    json_t *object;
    (void)state;
    report = given_report();
    read_history();
    /* The restored run becomes one that is on trial, as the newest one. */
    journal.runs[2].outcome = RUN_APPLIED;
    journal.runs[2].trial_until_s = 1600;
    status.drop_in = "a = 1\nnet.ipv4.ip_local_port_range = 10000 65535\nb = 1 2\n";

    object = new_status(&report);

    assert_key(object, "drop_in",
               "{\"path\":\"" PLANNED_DROP_IN "\",\"keys\":{\"a\":1,"
               "\"net.ipv4.ip_local_port_range\":\"10000-65535\",\"b\":\"1 2\"}}");
    assert_key(object, "trial",
               "{\"run\":\"b-3\",\"state\":\"trial\",\"until\":1600,\"left\":600,"
               "\"overdue\":false}");
    json_decref(object);
    text_clear(&out);
    status.uptime_s = 1600;
    object = new_status(&report);
    assert_key(object, "trial",
               "{\"run\":\"b-3\",\"state\":\"trial\",\"until\":1600,\"left\":0,"
               "\"overdue\":true}");
    json_decref(object);
}

/* A policy that could not be read: no plan, no mode, all else. */
static void test_report_status_without_a_policy(void **state)
{
    struct remediate_report report = given_report();
    json_t *root;
    (void)state;
    read_history();
    report.plan = NULL;
    report.policy_source = "/etc/port-exhaustion/policy.json";
    status.policy = NULL;
    status.drop_in = "net.ipv4.tcp_tw_reuse = 1\n";
    (void)outcome_set(&outcome, EXIT_ERROR, "x");

    remediate_report_text(&report, &out);

    assert_line("kept for boot", PLANNED_DROP_IN " sets net.ipv4.tcp_tw_reuse = 1");
    assert_line("policy", "/etc/port-exhaustion/policy.json: has no effect; until it is "
                          "right, only status and history work");
    assert_non_null(strstr(text_string(&out), "\nlast run "));
    assert_null(strstr(text_string(&out), "\nmode "));
    assert_null(strstr(text_string(&out), "\nsetting "));
    assert_null(strstr(text_string(&out), "\nwaiting "));
    text_cut(&out, 0);
    assert_true(remediate_report_json(&report, &out, NULL));
    root = json_loads(text_string(&out), 0, NULL);
    assert_non_null(root);
    assert_true(json_is_null(json_object_get(json_object_get(root, "status"), "policy")));
    assert_true(
        json_is_object(json_object_get(json_object_get(root, "status"), "last_run")));
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_report_status_has_a_line_for_each_thing, clear),
        cmocka_unit_test_teardown(test_report_status_tells_what_is_kept_and_what_waits,
                                  clear),
        cmocka_unit_test_teardown(test_report_status_tells_an_edited_file, clear),
        cmocka_unit_test_teardown(test_report_status_tells_the_last_run_and_alerts,
                                  clear),
        cmocka_unit_test_teardown(test_report_status_tells_a_trial_and_its_end, clear),
        cmocka_unit_test_teardown(test_report_status_tells_the_policy, clear),
        cmocka_unit_test_teardown(test_report_status_without_a_policy, clear),
        cmocka_unit_test_teardown(
            test_report_status_tells_the_rest_of_what_it_cannot_read, clear),
        cmocka_unit_test_teardown(test_report_status_json_has_null_for_what_is_not_there,
                                  clear),
        cmocka_unit_test_teardown(test_report_status_json_tells_a_trial_and_the_file,
                                  clear),
    };

    return cmocka_run_group_tests_name("remediate/report_status", tests, NULL, NULL);
}
