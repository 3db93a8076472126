/* SPDX-License-Identifier: MIT */
/* Every way in which an alert may not change a host, and the few in which it may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/gate.h"
#include "tests/support/given.h"

enum { NOW_S = GIVEN_TIME_S, UP_S = 100000, COOL_DOWN_S = 3600, NEVER = -1 };

#define THIS_BOOT "boot 2"

static const struct policy_gate on_critical = { .act_on = "CRITICAL",
                                                .cool_down_s = COOL_DOWN_S,
                                                .confirm = true };
static const struct policy_gate on_warning = { .act_on = "WARNING",
                                               .cool_down_s = COOL_DOWN_S,
                                               .confirm = true };
static const struct policy_gate no_cool_down = { .act_on = "CRITICAL", .confirm = true };

struct gate_case {
    const char *name; /* printed on failure */
    const struct policy_gate *rules;
    struct alert alert;
    int64_t ago_s; /* when an alert's run ended, or NEVER */
    enum gate_answer answer;
    const char *reason;
};

/* clang-format off */
#define CRITICAL_HARD { CHECK_CRITICAL, true, 3, 0 }
/* clang-format on */

static const struct gate_case cases[] = {
    { "critical", &on_critical, CRITICAL_HARD, NEVER, GATE_ACT, "" },
    { "first attempt",
      &on_critical,
      { CHECK_CRITICAL, true, 1, 0 },
      NEVER,
      GATE_ACT,
      "" },
    { "warning where warning acts",
      &on_warning,
      { CHECK_WARNING, true, 3, 0 },
      NEVER,
      GATE_ACT,
      "" },
    { "critical where warning acts", &on_warning, CRITICAL_HARD, NEVER, GATE_ACT, "" },
    { "recovery",
      &on_critical,
      { CHECK_OK, true, 1, 0 },
      NEVER,
      GATE_NOTHING,
      "OK state: no problem, nothing to do" },
    { "recovery is never refused",
      &on_critical,
      { CHECK_OK, false, 1, 1 },
      0,
      GATE_NOTHING,
      "OK state: no problem, nothing to do" },
    { "warning",
      &on_critical,
      { CHECK_WARNING, true, 3, 0 },
      NEVER,
      GATE_REFUSE,
      "WARNING state: acts only on CRITICAL" },
    { "unknown",
      &on_critical,
      { CHECK_UNKNOWN, true, 3, 0 },
      NEVER,
      GATE_REFUSE,
      "UNKNOWN state: acts only on CRITICAL" },
    { "unknown where warning acts",
      &on_warning,
      { CHECK_UNKNOWN, true, 3, 0 },
      NEVER,
      GATE_REFUSE,
      "UNKNOWN state: acts only on WARNING or CRITICAL" },
    { "soft",
      &on_critical,
      { CHECK_CRITICAL, false, 2, 0 },
      NEVER,
      GATE_REFUSE,
      "SOFT state: acts only on HARD" },
    { "downtime",
      &on_critical,
      { CHECK_CRITICAL, true, 3, 2 },
      NEVER,
      GATE_REFUSE,
      "in downtime (depth 2)" },
    { "a second too early", &on_critical, CRITICAL_HARD, COOL_DOWN_S - 1, GATE_REFUSE,
      "cool-down of 3600 s since the last run by an alert: 1 s left" },
    { "the same second", &on_critical, CRITICAL_HARD, 0, GATE_REFUSE,
      "cool-down of 3600 s since the last run by an alert: 3600 s left" },
    { "cool-down just over", &on_critical, CRITICAL_HARD, COOL_DOWN_S, GATE_ACT, "" },
    { "no cool-down", &no_cool_down, CRITICAL_HARD, 0, GATE_ACT, "" },
    { "the state is told first",
      &on_critical,
      { CHECK_WARNING, false, 1, 1 },
      0,
      GATE_REFUSE,
      "WARNING state: acts only on CRITICAL" },
    { "the type is told second",
      &on_critical,
      { CHECK_CRITICAL, false, 1, 1 },
      0,
      GATE_REFUSE,
      "SOFT state: acts only on HARD" },
    { "the downtime is told third",
      &on_critical,
      { CHECK_CRITICAL, true, 1, 1 },
      0,
      GATE_REFUSE,
      "in downtime (depth 1)" },
};

/* A run that ended `ago_s` ago. */
static struct journal_run a_run(const char *command, int64_t ago_s)
{
    return (struct journal_run){
        .id = "20251009T085320Z-1",
        .time_s = NOW_S - ago_s - 1,
        .uptime_s = UP_S - ago_s - 1,
        .end_s = NOW_S - ago_s,
        .end_uptime_s = UP_S - ago_s,
        .boot = (char *)THIS_BOOT,
        .command = (char *)command,
        .outcome = RUN_APPLIED,
    };
}

static enum gate_answer ask_after(struct journal_run *run, const struct alert *alert,
                                  const struct policy_gate *rules,
                                  char reason[GATE_REASON_SIZE])
{
    const struct journal journal = { .runs = run, .count = run ? 1 : 0 };
    const struct gate_question question = {
        .alert = *alert,
        .rules = rules,
        .journal = &journal,
        .now = { .machine = "",
                 .network = "",
                 .boot = THIS_BOOT,
                 .uptime_s = UP_S,
                 .time_s = NOW_S },
    };

    (void)snprintf(reason, GATE_REASON_SIZE, "untouched");
    return gate_ask(&question, reason);
}

static enum gate_answer ask(const struct policy_gate *rules, const struct alert *alert,
                            int64_t ago_s, char reason[GATE_REASON_SIZE])
{
    struct journal_run run = a_run("on-alert", ago_s);

    return ask_after(ago_s == NEVER ? NULL : &run, alert, rules, reason);
}

static void test_gate_ask_tells_the_first_reason(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char reason[GATE_REASON_SIZE];
        enum gate_answer answer =
            ask(cases[i].rules, &cases[i].alert, cases[i].ago_s, reason);

        if (answer != cases[i].answer || strcmp(reason, cases[i].reason) != 0)
            fail_msg("%s: answer %d, \"%s\"", cases[i].name, answer, reason);
    }
}

/* One combination of everything that the gate looks at. */
struct combination {
    const struct policy_gate *rules;
    struct alert alert;
    int64_t ago_s;
};

/* The rules once more, as a sentence. */
static enum gate_answer expected_answer(const struct combination *c)
{
    bool reached = c->alert.state == CHECK_CRITICAL ||
                   (c->alert.state == CHECK_WARNING && c->rules == &on_warning);
    bool cool =
        c->rules->cool_down_s == 0 || c->ago_s == NEVER || c->ago_s >= COOL_DOWN_S;

    if (c->alert.state == CHECK_OK)
        return GATE_NOTHING;
    return reached && c->alert.hard && c->alert.downtime_depth == 0 && cool ? GATE_ACT
                                                                            : GATE_REFUSE;
}

static const struct policy_gate *const all_rules[] = { &on_critical, &on_warning,
                                                       &no_cool_down };
static const uint32_t all_attempts[] = { 1, 2, UINT32_MAX };
static const int64_t all_ages[] = { NEVER, 0, 1, COOL_DOWN_S - 1, COOL_DOWN_S };

/* The n-th combination; every n below the product is another one. */
static struct combination combine(size_t n)
{
    struct combination c = { 0 };

    c.rules = all_rules[n % ARRAY_COUNT(all_rules)];
    n /= ARRAY_COUNT(all_rules);
    c.ago_s = all_ages[n % ARRAY_COUNT(all_ages)];
    n /= ARRAY_COUNT(all_ages);
    c.alert.attempt = all_attempts[n % ARRAY_COUNT(all_attempts)];
    n /= ARRAY_COUNT(all_attempts);
    c.alert.state = (enum check_state)(n % 4);
    n /= 4;
    c.alert.hard = n % 2;
    n /= 2;
    c.alert.downtime_depth = (uint32_t)(n % 3);
    return c;
}

static void test_gate_ask_answers_every_combination_and_gives_a_reason(void **state)
{
    const size_t count = ARRAY_COUNT(all_rules) * ARRAY_COUNT(all_ages) *
                         ARRAY_COUNT(all_attempts) * 4 * 2 * 3;
    (void)state;

    for (size_t n = 0; n < count; n++) {
        struct combination c = combine(n);
        char reason[GATE_REASON_SIZE];
        enum gate_answer answer = ask(c.rules, &c.alert, c.ago_s, reason);

        if (answer != expected_answer(&c) || (answer == GATE_ACT) != (reason[0] == '\0'))
            fail_msg("act on %s, %s hard %d attempt %u downtime %u ago %d: answer %d, "
                     "\"%s\"",
                     c.rules->act_on, check_state_names[c.alert.state], c.alert.hard,
                     c.alert.attempt, c.alert.downtime_depth, (int)c.ago_s, answer,
                     reason);
    }
}

static const struct alert critical_hard = CRITICAL_HARD;

static void test_gate_ask_of_the_alert_alone_needs_no_journal(void **state)
{
    struct gate_question question = { .alert = CRITICAL_HARD, .rules = &on_critical };
    char reason[GATE_REASON_SIZE] = "untouched";
    (void)state;

    assert_int_equal(gate_ask(&question, reason), GATE_ACT);
    assert_string_equal(reason, "");
    question.alert.hard = false;
    assert_int_equal(gate_ask(&question, reason), GATE_REFUSE);
}

static void test_gate_ask_leaves_the_host_to_who_is_at_work(void **state)
{
    struct journal_run run = a_run("undo", 42);
    char reason[GATE_REASON_SIZE];
    (void)state;

    assert_int_equal(ask_after(&run, &critical_hard, &on_critical, reason), GATE_REFUSE);
    assert_string_equal(reason, "someone is at work on this host (undo 42 s ago): alerts "
                                "may act again in 258 s");

    run = a_run("undo", 300);
    assert_int_equal(ask_after(&run, &critical_hard, &on_critical, reason), GATE_ACT);
}

/* --- A trial
 * ---------------------------------------------------------------------------- */

/* Begun an hour ago, its end in `left_s`. */
static struct journal_run a_trial(int64_t left_s)
{
    struct journal_run run = a_run("apply", 3600);

    run.trial_until_s = UP_S + left_s;
    return run;
}

static void test_gate_ask_waits_for_the_end_of_a_trial(void **state)
{
    struct journal_run trial = a_trial(1);
    char reason[GATE_REASON_SIZE];
    (void)state;

    assert_int_equal(ask_after(&trial, &critical_hard, &no_cool_down, reason),
                     GATE_REFUSE);
    assert_string_equal(reason, "a trial is on until 2025-10-09T08:53:21Z (run "
                                "20251009T085320Z-1): confirm or undo it first");
    trial = a_trial(INT64_MAX - UP_S);
    assert_int_equal(ask_after(&trial, &critical_hard, &no_cool_down, reason),
                     GATE_REFUSE);
    assert_non_null(strstr(reason, "until 9999-12-31T23:59:59Z "));
}

static void test_gate_ask_does_not_wait_for_a_trial_that_is_over(void **state)
{
    struct journal_run trial = a_trial(0);
    char reason[GATE_REASON_SIZE];
    (void)state;

    assert_int_equal(ask_after(&trial, &critical_hard, &on_critical, reason), GATE_ACT);
    trial = a_trial(10);
    trial.confirmed = true;
    assert_int_equal(ask_after(&trial, &critical_hard, &on_critical, reason), GATE_ACT);
    trial = a_trial(10);
    trial.undone = true;
    assert_int_equal(ask_after(&trial, &critical_hard, &on_critical, reason), GATE_ACT);
    trial = a_trial(10);
    trial.boot = (char *)"boot 1";
    assert_int_equal(ask_after(&trial, &critical_hard, &on_critical, reason), GATE_ACT);
}

static void test_gate_ask_tells_of_a_trial_where_no_uptime_is_known(void **state)
{
    struct journal_run trial = a_trial(10);
    const struct journal journal = { .runs = &trial, .count = 1 };
    struct gate_question question = {
        .alert = CRITICAL_HARD,
        .rules = &on_critical,
        .journal = &journal,
        .now = { .machine = "",
                 .network = "",
                 .boot = THIS_BOOT,
                 .uptime_s = -1,
                 .time_s = 0 },
    };
    char reason[GATE_REASON_SIZE];
    (void)state;

    assert_int_equal(gate_ask(&question, reason), GATE_REFUSE);
    assert_non_null(strstr(reason, "until 2025-10-09T08:53:30Z "));
    trial.uptime_s = -1;
    assert_int_equal(gate_ask(&question, reason), GATE_REFUSE);
    assert_non_null(strstr(reason, "until 2025-10-09T07:53:19Z "));
    question.now.uptime_s = 0;
    trial.trial_until_s = 10;
    assert_int_equal(gate_ask(&question, reason), GATE_REFUSE);
    assert_non_null(strstr(reason, "until 1970-01-01T00:00:10Z "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gate_ask_tells_the_first_reason),
        cmocka_unit_test(test_gate_ask_answers_every_combination_and_gives_a_reason),
        cmocka_unit_test(test_gate_ask_of_the_alert_alone_needs_no_journal),
        cmocka_unit_test(test_gate_ask_leaves_the_host_to_who_is_at_work),
        cmocka_unit_test(test_gate_ask_waits_for_the_end_of_a_trial),
        cmocka_unit_test(test_gate_ask_does_not_wait_for_a_trial_that_is_over),
        cmocka_unit_test(test_gate_ask_tells_of_a_trial_where_no_uptime_is_known),
    };

    return cmocka_run_group_tests_name("remediate/gate", tests, NULL, NULL);
}
