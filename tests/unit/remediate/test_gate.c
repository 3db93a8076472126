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

enum { NOW_S = GIVEN_TIME_S, COOL_DOWN_S = 3600 };

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
    int64_t last_s;
    enum gate_answer answer;
    const char *reason;
};

/* clang-format off */
#define CRITICAL_HARD { CHECK_CRITICAL, true, 3, 0 }
/* clang-format on */

static const struct gate_case cases[] = {
    { "critical", &on_critical, CRITICAL_HARD, 0, GATE_ACT, "" },
    { "first attempt", &on_critical, { CHECK_CRITICAL, true, 1, 0 }, 0, GATE_ACT, "" },
    { "warning where warning acts",
      &on_warning,
      { CHECK_WARNING, true, 3, 0 },
      0,
      GATE_ACT,
      "" },
    { "critical where warning acts", &on_warning, CRITICAL_HARD, 0, GATE_ACT, "" },
    { "recovery",
      &on_critical,
      { CHECK_OK, true, 1, 0 },
      0,
      GATE_NOTHING,
      "OK state: no problem, nothing to do" },
    { "recovery is never refused",
      &on_critical,
      { CHECK_OK, false, 1, 1 },
      NOW_S,
      GATE_NOTHING,
      "OK state: no problem, nothing to do" },
    { "warning",
      &on_critical,
      { CHECK_WARNING, true, 3, 0 },
      0,
      GATE_REFUSE,
      "WARNING state: acts only on CRITICAL" },
    { "unknown",
      &on_critical,
      { CHECK_UNKNOWN, true, 3, 0 },
      0,
      GATE_REFUSE,
      "UNKNOWN state: acts only on CRITICAL" },
    { "unknown where warning acts",
      &on_warning,
      { CHECK_UNKNOWN, true, 3, 0 },
      0,
      GATE_REFUSE,
      "UNKNOWN state: acts only on WARNING or CRITICAL" },
    { "soft",
      &on_critical,
      { CHECK_CRITICAL, false, 2, 0 },
      0,
      GATE_REFUSE,
      "SOFT state: acts only on HARD" },
    { "downtime",
      &on_critical,
      { CHECK_CRITICAL, true, 3, 2 },
      0,
      GATE_REFUSE,
      "in downtime (depth 2)" },
    { "a second too early", &on_critical, CRITICAL_HARD, NOW_S - COOL_DOWN_S + 1,
      GATE_REFUSE, "cool-down of 3600 s since the last run: 1 s left" },
    { "the same second", &on_critical, CRITICAL_HARD, NOW_S, GATE_REFUSE,
      "cool-down of 3600 s since the last run: 3600 s left" },
    { "cool-down just over", &on_critical, CRITICAL_HARD, NOW_S - COOL_DOWN_S, GATE_ACT,
      "" },
    { "no cool-down", &no_cool_down, CRITICAL_HARD, NOW_S, GATE_ACT, "" },
    { "no cool-down, clock backwards", &no_cool_down, CRITICAL_HARD, NOW_S + 1, GATE_ACT,
      "" },
    { "clock backwards", &on_critical, CRITICAL_HARD, NOW_S + 500, GATE_REFUSE,
      "the clock went backwards: the last run is 500 s in the future; correct the clock, "
      "or run apply manually" },
    { "end of time", &on_critical, CRITICAL_HARD, INT64_MAX, GATE_REFUSE,
      "the clock went backwards: the last run is 9223372035094775807 s in the future; "
      "correct the clock, or run apply manually" },
    { "beginning of time", &on_critical, CRITICAL_HARD, INT64_MIN, GATE_ACT, "" },
    { "the state is told first",
      &on_critical,
      { CHECK_WARNING, false, 1, 1 },
      NOW_S,
      GATE_REFUSE,
      "WARNING state: acts only on CRITICAL" },
    { "the type is told second",
      &on_critical,
      { CHECK_CRITICAL, false, 1, 1 },
      NOW_S,
      GATE_REFUSE,
      "SOFT state: acts only on HARD" },
    { "the downtime is told third",
      &on_critical,
      { CHECK_CRITICAL, true, 1, 1 },
      NOW_S,
      GATE_REFUSE,
      "in downtime (depth 1)" },
};

static enum gate_answer ask(const struct policy_gate *rules, const struct alert *alert,
                            int64_t last_s, char reason[GATE_REASON_SIZE])
{
    const struct gate_question question = {
        .alert = *alert, .rules = rules, .now_s = NOW_S, .last_action_s = last_s
    };

    return gate_ask(&question, reason);
}

static void test_gate_ask_tells_the_first_reason(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char reason[GATE_REASON_SIZE] = "untouched";
        enum gate_answer answer =
            ask(cases[i].rules, &cases[i].alert, cases[i].last_s, reason);

        if (answer != cases[i].answer || strcmp(reason, cases[i].reason) != 0)
            fail_msg("%s: answer %d, \"%s\"", cases[i].name, answer, reason);
    }
}

/* One combination of everything that the gate looks at. */
struct combination {
    const struct policy_gate *rules;
    struct alert alert;
    int64_t last_s;
};

/* The rules once more, as a sentence. */
static enum gate_answer expected_answer(const struct combination *c)
{
    bool reached = c->alert.state == CHECK_CRITICAL ||
                   (c->alert.state == CHECK_WARNING && c->rules == &on_warning);
    bool cool =
        c->rules->cool_down_s == 0 || c->last_s == 0 || c->last_s <= NOW_S - COOL_DOWN_S;

    if (c->alert.state == CHECK_OK)
        return GATE_NOTHING;
    return reached && c->alert.hard && c->alert.downtime_depth == 0 && cool ? GATE_ACT
                                                                            : GATE_REFUSE;
}

static const struct policy_gate *const all_rules[] = { &on_critical, &on_warning,
                                                       &no_cool_down };
static const uint32_t all_attempts[] = { 1, 2, UINT32_MAX };
static const int64_t all_lasts[] = {
    0,        NOW_S - COOL_DOWN_S, NOW_S - COOL_DOWN_S + 1, NOW_S - 1, NOW_S, NOW_S + 1,
    INT64_MAX
};

/* The n-th combination; every n below the product is another one. */
static struct combination combine(size_t n)
{
    struct combination c = { 0 };

    c.rules = all_rules[n % ARRAY_COUNT(all_rules)];
    n /= ARRAY_COUNT(all_rules);
    c.last_s = all_lasts[n % ARRAY_COUNT(all_lasts)];
    n /= ARRAY_COUNT(all_lasts);
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
    const size_t count = ARRAY_COUNT(all_rules) * ARRAY_COUNT(all_lasts) *
                         ARRAY_COUNT(all_attempts) * 4 * 2 * 3;
    (void)state;

    for (size_t n = 0; n < count; n++) {
        struct combination c = combine(n);
        char reason[GATE_REASON_SIZE] = "untouched";
        enum gate_answer answer = ask(c.rules, &c.alert, c.last_s, reason);

        if (answer != expected_answer(&c) || (answer == GATE_ACT) != (reason[0] == '\0'))
            fail_msg("act on %s, %s hard %d attempt %u downtime %u last %lld: answer %d, "
                     "\"%s\"",
                     c.rules->act_on, check_state_name(c.alert.state), c.alert.hard,
                     c.alert.attempt, c.alert.downtime_depth, (long long)c.last_s, answer,
                     reason);
    }
}

static struct observation seen;
static struct policy policy;
static struct verdict verdict;

static const struct verdict *judged(uint32_t metrics)
{
    policy_init(&policy);
    judge(&seen, &policy, policy.limits[seen.os.kind], metrics, &verdict);
    return &verdict;
}

static void test_gate_confirm_refuses_an_idle_host(void **state)
{
    char reason[GATE_REASON_SIZE];
    (void)state;

    given_linux(&seen);
    (void)judged(METRICS_ALL);

    assert_int_equal(gate_confirm(&on_critical, &verdict, reason), GATE_REFUSE);

    assert_string_equal(
        reason, "the host does not confirm the alert: no usage is WARNING or worse "
                "(port_usage 0 %, destination_usage 0 %, "
                "udp_port_usage 0 %)");
}

static void test_gate_confirm_takes_a_busy_destination(void **state)
{
    char reason[GATE_REASON_SIZE];
    (void)state;

    given_linux(&seen);
    given_destination(&seen, "10.0.0.9", 443, 15000);
    (void)judged(METRICS_ALL);

    assert_int_equal(gate_confirm(&on_critical, &verdict, reason), GATE_ACT);

    assert_string_equal(reason, "");
}

static void test_gate_confirm_takes_udp_ports(void **state)
{
    char reason[GATE_REASON_SIZE];
    (void)state;

    given_linux(&seen);
    given_udp_ports(&seen, 28000);
    (void)judged(METRICS_ALL);

    assert_int_equal(gate_confirm(&on_critical, &verdict, reason), GATE_ACT);
}

static void test_gate_confirm_takes_port_usage_on_windows(void **state)
{
    char reason[GATE_REASON_SIZE];
    (void)state;

    given_windows(&seen);
    given_destination(&seen, "10.0.0.9", 443, 15000);
    (void)judged(METRICS_ALL);

    assert_int_equal(gate_confirm(&on_critical, &verdict, reason), GATE_ACT);
}

static void test_gate_confirm_refuses_misconfigured_settings_alone(void **state)
{
    char reason[GATE_REASON_SIZE];
    (void)state;

    given_windows(&seen);
    given_windows_settings(&seen);
    (void)judged(METRICS_ALL);

    assert_int_equal(verdict.results[METRIC_MISCONFIGURED].state, CHECK_WARNING);
    assert_int_equal(gate_confirm(&on_critical, &verdict, reason), GATE_REFUSE);
}

static void test_gate_confirm_refuses_a_count_of_time_wait_alone(void **state)
{
    char reason[GATE_REASON_SIZE];
    (void)state;

    given_linux(&seen);
    seen.tcp.time_wait = 100000;
    policy_init(&policy);
    policy.limits[OS_LINUX][METRIC_TIME_WAIT].critical =
        (struct threshold){ .set = true, .start = 0, .end = 1000 };
    judge(&seen, &policy, policy.limits[OS_LINUX], METRICS_ALL, &verdict);

    assert_int_equal(verdict.results[METRIC_TIME_WAIT].state, CHECK_CRITICAL);
    assert_int_equal(gate_confirm(&on_critical, &verdict, reason), GATE_REFUSE);
}

static void test_gate_confirm_refuses_what_is_unknown(void **state)
{
    char reason[GATE_REASON_SIZE];
    (void)state;

    given_linux(&seen);
    given_unread(&seen.tcp.reading, "netlink: Permission denied");
    (void)judged(METRICS_ALL);

    assert_int_equal(gate_confirm(&on_critical, &verdict, reason), GATE_REFUSE);

    assert_string_equal(
        reason, "the host does not confirm the alert: no usage is WARNING or worse "
                "(port_usage unknown, destination_usage unknown, "
                "udp_port_usage 0 %)");
}

static void test_gate_confirm_takes_anything_when_the_policy_asks_for_none(void **state)
{
    static const struct policy_gate unconfirmed = { .act_on = "CRITICAL" };
    char reason[GATE_REASON_SIZE];
    (void)state;

    given_linux(&seen);
    (void)judged(METRICS_ALL);

    assert_int_equal(gate_confirm(&unconfirmed, &verdict, reason), GATE_ACT);

    assert_string_equal(reason, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gate_ask_tells_the_first_reason),
        cmocka_unit_test(test_gate_ask_answers_every_combination_and_gives_a_reason),
        cmocka_unit_test(test_gate_confirm_refuses_an_idle_host),
        cmocka_unit_test(test_gate_confirm_takes_a_busy_destination),
        cmocka_unit_test(test_gate_confirm_takes_udp_ports),
        cmocka_unit_test(test_gate_confirm_takes_port_usage_on_windows),
        cmocka_unit_test(test_gate_confirm_refuses_misconfigured_settings_alone),
        cmocka_unit_test(test_gate_confirm_refuses_a_count_of_time_wait_alone),
        cmocka_unit_test(test_gate_confirm_refuses_what_is_unknown),
        cmocka_unit_test(test_gate_confirm_takes_anything_when_the_policy_asks_for_none),
    };

    return cmocka_run_group_tests_name("remediate/gate", tests, NULL, NULL);
}
