/* SPDX-License-Identifier: MIT */
/* Which answers of the system confirm an alert, whatever the usage is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "remediate/confirmation.h"
#include "tests/support/given.h"

static const struct policy_gate on_critical = { .act_on = "CRITICAL", .confirm = true };
static const struct policy_gate on_warning = { .act_on = "WARNING", .confirm = true };

static struct observation seen;
static struct policy policy;
static char reason[GATE_REASON_SIZE];

/* Linux with a range of 100 ports. */
static void given_host(void)
{
    given_linux(&seen);
    given_range(&seen, 20000, 20099, 0);
    policy_init(&policy);
}

static void given_no_limits(void)
{
    for (enum metric_id id = 0; id < METRIC_COUNT; id++)
        policy.limits[seen.os.kind][id] = (struct metric_limits){ 0 };
}

static bool confirms(const struct policy_gate *rules)
{
    static struct verdict verdict;

    reason[0] = '\0';
    judge(&seen, &policy, policy.limits[seen.os.kind], METRICS_ALL, &verdict);
    return confirmation_ask(rules, CHECK_CRITICAL, &seen, &verdict, reason);
}

/* TIME_WAIT of peers without timestamps: nothing stands in the way that a number shows,
 * and no port is free. */
static struct ask *given_none(enum ask_kind kind, const char *remote, uint16_t port)
{
    given_host();
    given_no_limits();
    given_time_wait(&seen, "10.0.0.9", 443, 95, 95);
    given_udp_ports(&seen, 95);
    return given_ask(&seen, kind, remote, port, ASK_NONE);
}

static void test_confirmation_ask_takes_a_destination_without_a_port(void **state)
{
    (void)state;

    (void)given_none(ASK_CONNECT, "10.0.0.9", 443);

    assert_true(confirms(&on_critical));

    assert_string_equal(reason, "a new connection to 10.0.0.9:443 finds no free port");
}

static void test_confirmation_ask_takes_udp(void **state)
{
    (void)state;

    (void)given_none(ASK_UDP_CONNECT, NULL, 0);

    assert_true(confirms(&on_critical));

    assert_string_equal(reason, "a UDP connect() finds no free port");
}

static void test_confirmation_ask_refuses_an_answer_that_was_not_repeated(void **state)
{
    (void)state;

    given_none(ASK_CONNECT, "10.0.0.9", 443)->confirmed = false;

    assert_false(confirms(&on_critical));
}

static void test_confirmation_ask_looks_at_nothing_behind_the_answers(void **state)
{
    (void)state;

    (void)given_none(ASK_CONNECT, "10.0.0.9", 443);
    seen.asked.count = 0;

    assert_false(confirms(&on_critical));
}

static void test_confirmation_ask_refuses_an_answer_that_no_number_explains(void **state)
{
    (void)state;

    given_host();
    given_no_limits();
    given_time_wait(&seen, "10.0.0.9", 443, 89, 89);
    (void)given_ask(&seen, ASK_CONNECT, "10.0.0.9", 443, ASK_NONE);

    assert_false(confirms(&on_critical));
}

static void test_confirmation_ask_takes_a_failing_bind_for_a_warning(void **state)
{
    (void)state;

    (void)given_none(ASK_BIND, NULL, 0);

    assert_false(confirms(&on_critical));
    assert_true(confirms(&on_warning));
    assert_string_equal(reason, "bind() to port 0 finds no free port");
}

static void test_confirmation_ask_takes_a_failing_bind_on_windows(void **state)
{
    (void)state;

    given_windows(&seen);
    policy_init(&policy);
    given_no_limits();
    given_destination(&seen, "10.0.0.9", 443, 16384);
    (void)given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);

    assert_true(confirms(&on_critical));
}

static void test_confirmation_ask_is_never_refused_by_a_port_that_is_found(void **state)
{
    (void)state;

    given_host();
    given_destination(&seen, "10.0.0.9", 443, 72);
    (void)given_ask(&seen, ASK_CONNECT, "10.0.0.9", 443, ASK_FREE);
    (void)given_ask(&seen, ASK_CONNECT, NULL, 0, ASK_FREE);

    assert_true(confirms(&on_critical));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_confirmation_ask_takes_a_destination_without_a_port),
        cmocka_unit_test(test_confirmation_ask_takes_udp),
        cmocka_unit_test(test_confirmation_ask_refuses_an_answer_that_was_not_repeated),
        cmocka_unit_test(test_confirmation_ask_looks_at_nothing_behind_the_answers),
        cmocka_unit_test(test_confirmation_ask_refuses_an_answer_that_no_number_explains),
        cmocka_unit_test(test_confirmation_ask_takes_a_failing_bind_for_a_warning),
        cmocka_unit_test(test_confirmation_ask_takes_a_failing_bind_on_windows),
        cmocka_unit_test(test_confirmation_ask_is_never_refused_by_a_port_that_is_found),
    };

    return cmocka_run_group_tests_name("remediate/confirmation_asked", tests, NULL, NULL);
}
