/* SPDX-License-Identifier: MIT */
/* What of a host confirms an alert, to the last port, and what a refusal says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/confirmation.h"
#include "tests/support/given.h"

static const struct policy_gate on_critical = { .act_on = "CRITICAL", .confirm = true };
static const struct policy_gate on_warning = { .act_on = "WARNING", .confirm = true };

enum {
    USAGES = 1 << METRIC_PORT_USAGE | 1 << METRIC_DESTINATION_USAGE |
             1 << METRIC_UDP_PORT_USAGE
};

static struct observation seen;
static struct policy policy;
static struct verdict verdict;
static char reason[GATE_REASON_SIZE];

/* Linux with a range of `ports`, none in use. */
static void given_host(uint16_t ports)
{
    given_linux(&seen);
    given_range(&seen, 20000, (uint16_t)(20000 + ports - 1), 0);
    policy_init(&policy);
}

static struct metric_limits *limits_of(enum metric_id metric)
{
    return &policy.limits[seen.os.kind][metric];
}

static void given_limit(struct threshold *limit, const char *range)
{
    *limit = (struct threshold){ 0 };
    if (range)
        assert_true(threshold_parse(range, limit, NULL));
}

/* No limit for any usage. */
static void given_no_limits(void)
{
    *limits_of(METRIC_PORT_USAGE) = (struct metric_limits){ 0 };
    *limits_of(METRIC_DESTINATION_USAGE) = (struct metric_limits){ 0 };
    *limits_of(METRIC_UDP_PORT_USAGE) = (struct metric_limits){ 0 };
}

static bool confirms(const struct policy_gate *rules, enum check_state state)
{
    (void)snprintf(reason, sizeof reason, "untouched");
    judge(&seen, &policy, policy.limits[seen.os.kind], USAGES, &verdict);
    return confirmation_ask(rules, state, &seen, &verdict, reason);
}

/* --- Nine tenths ---------------------------------------------------------------------
 */

struct usage_case {
    const char *name; /* printed on failure */
    const char *warning;
    const char *critical;
    const struct policy_gate *rules;
    uint16_t ports; /* of the range */
    uint16_t used;
    bool confirms;
};

static const struct usage_case usage_cases[] = {
    { "nine tenths", "50", "80", &on_critical, 100, 72, true },
    { "a port less", "50", "80", &on_critical, 100, 71, false },
    { "over the limit", "50", "80", &on_critical, 100, 81, true },
    { "a warning of the host", "50", "80", &on_critical, 100, 51, false },
    { "nine tenths of the warning limit", "50", "80", &on_warning, 100, 45, true },
    { "a port less than those", "50", "80", &on_warning, 100, 44, false },
    { "no warning limit", NULL, "80", &on_warning, 100, 72, true },
    { "a port less, no warning limit", NULL, "80", &on_warning, 100, 71, false },
    { "no critical limit", "50", NULL, &on_critical, 100, 100, false },
    { "no limit at all", NULL, NULL, &on_warning, 100, 100, false },
    { "a part of a percent, reached", NULL, "61.7", &on_critical, 10000, 5553, true },
    { "a part of a percent, missed", NULL, "61.7", &on_critical, 10000, 5552, false },
    { "a third, reached", NULL, "33.3", &on_critical, 1000, 300, true },
    { "a third, missed", NULL, "33.3", &on_critical, 1000, 299, false },
    { "of 28232, reached", NULL, "80", &on_critical, 28232, 20328, true },
    { "of 28232, missed", NULL, "80", &on_critical, 28232, 20327, false },
    { "a limit of 100, reached", NULL, "100", &on_critical, 100, 90, true },
    { "a limit of 100, missed", NULL, "100", &on_critical, 100, 89, false },
    { "a limit that nothing reaches", NULL, "150", &on_critical, 100, 100, false },
    { "a limit of 0, idle", NULL, "0", &on_critical, 100, 0, false },
    { "a limit of 0, one port", NULL, "0", &on_critical, 100, 1, true },
    { "two ends: the upper one", NULL, "10:80", &on_critical, 100, 72, true },
    { "two ends: below it", NULL, "10:80", &on_critical, 100, 71, false },
    { "two ends: below the lower one", NULL, "10:80", &on_critical, 100, 5, false },
    { "any start", NULL, "~:80", &on_critical, 100, 72, true },
    { "only a lower end", NULL, "80:", &on_critical, 100, 100, false },
    { "only a lower end, idle", NULL, "80:", &on_critical, 100, 0, false },
    { "inside: from its start on", NULL, "@80:100", &on_critical, 100, 72, true },
    { "inside: below its start", NULL, "@80:100", &on_critical, 100, 71, false },
    { "inside without an end", NULL, "@80:", &on_critical, 100, 72, true },
    { "inside from half a percent on", NULL, "@0.5:", &on_critical, 1000, 5, true },
    { "inside below half a percent", NULL, "@0.5:", &on_critical, 1000, 4, false },
    { "inside from nothing on", NULL, "@0:80", &on_critical, 100, 80, false },
    { "inside from below nothing on", NULL, "@~:80", &on_critical, 100, 80, false },
    { "below nothing", NULL, "~:-1", &on_critical, 100, 100, false },
};

static void test_confirmation_ask_takes_nine_tenths_of_the_limit(void **state)
{
    static const enum metric_id metrics[] = { METRIC_PORT_USAGE, METRIC_DESTINATION_USAGE,
                                              METRIC_UDP_PORT_USAGE };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(usage_cases); i++)
        for (size_t m = 0; m < ARRAY_COUNT(metrics); m++) {
            const struct usage_case *c = &usage_cases[i];

            given_host(c->ports);
            given_no_limits();
            given_limit(&limits_of(metrics[m])->warning, c->warning);
            given_limit(&limits_of(metrics[m])->critical, c->critical);
            if (metrics[m] == METRIC_UDP_PORT_USAGE)
                given_udp_ports(&seen, c->used);
            else if (c->used > 0)
                (void)given_destination(&seen, "10.0.0.9", 443, c->used);
            if (confirms(c->rules, CHECK_CRITICAL) != c->confirms)
                fail_msg("%s, %s: \"%s\"", c->name, metric_names[metrics[m]], reason);
        }
}

/* Against whole numbers alone, for every number of ports in use. */
static void test_confirmation_ask_is_exact_for_every_usage(void **state)
{
    static const uint16_t ranges[] = { 1, 3, 7, 99, 101, 997, 28232 };
    static const uint32_t limits[] = { 1, 33, 50, 77, 80, 99, 100 };
    (void)state;

    for (size_t r = 0; r < ARRAY_COUNT(ranges); r++)
        for (size_t l = 0; l < ARRAY_COUNT(limits); l++) {
            const uint64_t ports = ranges[r];
            const uint64_t least = (9 * limits[l] * ports + 999) / 1000;
            char range[8];

            (void)snprintf(range, sizeof range, "%u", (unsigned)limits[l]);
            for (uint64_t used = least - 1; used <= least; used++) {
                given_host(ranges[r]);
                given_no_limits();
                given_limit(&limits_of(METRIC_UDP_PORT_USAGE)->critical, range);
                given_udp_ports(&seen, (uint16_t)used);
                if (confirms(&on_critical, CHECK_CRITICAL) != (used >= least))
                    fail_msg("%u of %u, limit %s: \"%s\"", (unsigned)used,
                             (unsigned)ports, range, reason);
            }
        }
}

static void test_confirmation_ask_tells_what_confirms(void **state)
{
    (void)state;

    given_host(100);
    given_destination(&seen, "10.0.0.9", 443, 75);

    assert_true(confirms(&on_critical, CHECK_CRITICAL));

    assert_string_equal(reason, "this host measures destination_usage 75 %, its policy's "
                                "limit is 80");
}

static void test_confirmation_ask_takes_all_where_nothing_is_usable(void **state)
{
    (void)state;

    given_host(100);
    given_range(&seen, 40000, 40099, 100);
    given_no_limits();
    given_limit(&limits_of(METRIC_PORT_USAGE)->critical, "100");

    assert_true(confirms(&on_critical, CHECK_CRITICAL));

    given_limit(&limits_of(METRIC_PORT_USAGE)->critical, "150");
    assert_false(confirms(&on_critical, CHECK_CRITICAL));
    assert_non_null(strstr(reason, "this host measures port_usage 100 %, its policy's "
                                   "limit is 150; destination_usage 100 %, no limit"));
}

static void test_confirmation_ask_takes_port_usage_on_windows(void **state)
{
    (void)state;

    given_windows(&seen);
    policy_init(&policy);
    given_destination(&seen, "10.0.0.9", 443, 11797);

    assert_true(confirms(&on_critical, CHECK_CRITICAL));

    assert_string_equal(reason,
                        "this host measures port_usage 72 %, its policy's limit is 80");
}

/* --- What is no confirmation ---------------------------------------------------------
 */

static void test_confirmation_ask_names_both_sides(void **state)
{
    (void)state;

    given_host(100);
    given_destination(&seen, "10.0.0.9", 443, 65);

    assert_false(confirms(&on_critical, CHECK_CRITICAL));

    assert_string_equal(reason,
                        "the alert says CRITICAL; this host measures destination_usage "
                        "65 %, its policy's limit is 80; udp_port_usage 0 %, limit 90; "
                        "port_usage 65 %, no limit");
}

static void test_confirmation_ask_tells_the_nearest_to_its_limit_first(void **state)
{
    (void)state;

    given_host(100);
    given_destination(&seen, "10.0.0.9", 443, 20);
    given_udp_ports(&seen, 44);
    given_limit(&limits_of(METRIC_DESTINATION_USAGE)->warning, "50");

    assert_false(confirms(&on_warning, CHECK_WARNING));

    assert_string_equal(reason,
                        "the alert says WARNING; this host measures udp_port_usage 44 %, "
                        "its policy's limit is 80; destination_usage 20 %, limit 50; "
                        "port_usage 20 %, limit 80");
}

static void test_confirmation_ask_weighs_small_limits_too(void **state)
{
    (void)state;

    given_host(1000);
    given_udp_ports(&seen, 100);
    given_limit(&limits_of(METRIC_DESTINATION_USAGE)->critical, "0");
    assert_false(confirms(&on_critical, CHECK_CRITICAL));
    assert_non_null(strstr(reason, "this host measures udp_port_usage 10 %, "));

    given_udp_ports(&seen, 350);
    given_destination(&seen, "10.0.0.9", 443, 1);
    given_limit(&limits_of(METRIC_DESTINATION_USAGE)->critical, "0.5");
    assert_false(confirms(&on_critical, CHECK_CRITICAL));
    assert_non_null(strstr(reason, "this host measures udp_port_usage 35 %, "));
}

static void test_confirmation_ask_says_which_limit_cannot_confirm(void **state)
{
    (void)state;

    given_host(100);
    given_destination(&seen, "10.0.0.9", 443, 95);
    given_no_limits();
    given_limit(&limits_of(METRIC_DESTINATION_USAGE)->critical, "@0:80");
    given_limit(&limits_of(METRIC_PORT_USAGE)->critical, "80:");

    assert_false(confirms(&on_critical, CHECK_CRITICAL));

    assert_string_equal(reason,
                        "the alert says CRITICAL; this host measures destination_usage "
                        "95 %, its policy's limit is @80, which cannot confirm; "
                        "port_usage 95 %, limit 80: cannot confirm; udp_port_usage 0 %, "
                        "no limit");
}

static void test_confirmation_ask_says_that_there_is_no_limit(void **state)
{
    (void)state;

    given_host(100);
    given_no_limits();
    given_limit(&limits_of(METRIC_PORT_USAGE)->warning, "80");

    assert_false(confirms(&on_critical, CHECK_CRITICAL));
    assert_non_null(strstr(reason, "this host measures destination_usage 0 %, its policy "
                                   "has no critical limit for it; port_usage"));

    given_no_limits();
    assert_false(confirms(&on_warning, CHECK_CRITICAL));
    assert_non_null(strstr(reason, ", its policy has no limit for it; "));
}

static void test_confirmation_ask_refuses_what_is_unknown(void **state)
{
    (void)state;

    given_host(100);
    given_unread(&seen.tcp.reading, "netlink: Permission denied");

    assert_false(confirms(&on_critical, CHECK_CRITICAL));
    assert_string_equal(reason,
                        "the alert says CRITICAL; this host measures udp_port_usage 0 %, "
                        "its policy's limit is 90; destination_usage unknown; port_usage "
                        "unknown");

    given_no_limits();
    assert_false(confirms(&on_critical, CHECK_CRITICAL));
    assert_non_null(strstr(reason, "this host measures udp_port_usage 0 %, "));

    given_unread(&seen.udp.reading, "netlink: Permission denied");
    assert_false(confirms(&on_critical, CHECK_CRITICAL));
    assert_string_equal(reason,
                        "the alert says CRITICAL; this host cannot measure "
                        "destination_usage; port_usage unknown; udp_port_usage unknown");
}

static void test_confirmation_ask_takes_a_lower_bound_for_what_it_is(void **state)
{
    (void)state;

    given_host(100);
    given_destination(&seen, "10.0.0.9", 443, 71);
    seen.tcp.bound_possible = 29;

    assert_false(confirms(&on_critical, CHECK_CRITICAL));
    assert_non_null(
        strstr(reason, "destination_usage at least 71 %, its policy's limit"));

    given_host(100);
    given_destination(&seen, "10.0.0.9", 443, 72);
    seen.tcp.bound_possible = 28;
    assert_true(confirms(&on_critical, CHECK_CRITICAL));
    assert_non_null(
        strstr(reason, "destination_usage at least 72 %, its policy's limit"));
}

static void test_confirmation_ask_refuses_misconfigured_settings_alone(void **state)
{
    (void)state;

    given_windows(&seen);
    given_windows_settings(&seen);
    policy_init(&policy);
    judge(&seen, &policy, policy.limits[OS_WINDOWS], METRICS_ALL, &verdict);

    assert_int_equal(verdict.results[METRIC_MISCONFIGURED].state, CHECK_WARNING);
    assert_false(confirmation_ask(&on_warning, CHECK_CRITICAL, &seen, &verdict, reason));
}

static void test_confirmation_ask_refuses_a_count_of_time_wait_alone(void **state)
{
    (void)state;

    given_host(100);
    seen.tcp.time_wait = 100000;
    given_limit(&limits_of(METRIC_TIME_WAIT)->critical, "1000");
    judge(&seen, &policy, policy.limits[OS_LINUX], METRICS_ALL, &verdict);

    assert_int_equal(verdict.results[METRIC_TIME_WAIT].state, CHECK_CRITICAL);
    assert_false(confirmation_ask(&on_critical, CHECK_CRITICAL, &seen, &verdict, reason));
}

/* bind() is slow from 95 % of the ports that it tries first on: a WARNING, not a usage.
 */
static void test_confirmation_ask_refuses_a_state_that_no_usage_has(void **state)
{
    (void)state;

    given_host(100);
    seen.tcp.odd_usable = 50;
    seen.tcp.odd_used = 50;

    assert_false(confirms(&on_warning, CHECK_WARNING));
    assert_int_equal(verdict.results[METRIC_PORT_USAGE].state, CHECK_WARNING);
}

/* The longest of all fits. */
static void test_confirmation_ask_is_never_cut(void **state)
{
    (void)state;

    given_host(10007);
    given_destination(&seen, "10.0.0.9", 443, 4444);
    given_udp_ports(&seen, 3333);
    seen.tcp.bound_possible = 3000;
    given_limit(&limits_of(METRIC_PORT_USAGE)->critical, "@0.25:79.75");
    given_limit(&limits_of(METRIC_DESTINATION_USAGE)->critical, "@0:79.75");
    given_limit(&limits_of(METRIC_UDP_PORT_USAGE)->critical, "79.75:");
    limits_of(METRIC_PORT_USAGE)->critical.start = 0;

    assert_false(confirms(&on_critical, CHECK_CRITICAL));

    assert_string_equal(
        reason,
        "the alert says CRITICAL; this host measures destination_usage at least 44.4 %, "
        "its policy's limit is @79.75, which cannot confirm; port_usage at least "
        "44.4 %, limit @79.75 cannot confirm; udp_port_usage 33.3 %, limit 79.75: "
        "cannot confirm");
}

/* --- What Windows said ---------------------------------------------------------------
 */

static bool confirms_by_event(uint32_t id, int64_t age_s)
{
    given_windows(&seen);
    policy_init(&policy);
    seen.events = (struct observed_events){ .reading.known = true,
                                            .newest_id = id,
                                            .newest_s = GIVEN_TIME_S - age_s };
    return confirms(&on_critical, CHECK_CRITICAL);
}

static void test_confirmation_ask_takes_an_event_of_the_last_five_minutes(void **state)
{
    (void)state;

    assert_true(confirms_by_event(4231, 299));
    assert_string_equal(
        reason, "the System log has event 4231 (TCP ports ran out), 4 minutes ago");
    assert_true(confirms_by_event(4266, 300));
    assert_string_equal(
        reason, "the System log has event 4266 (UDP ports ran out), 5 minutes ago");
    assert_true(confirms_by_event(4231, -5));
}

static void test_confirmation_ask_refuses_older_events_and_none(void **state)
{
    (void)state;

    assert_false(confirms_by_event(4231, 301));
    assert_string_equal(reason, "the alert says CRITICAL; this host measures port_usage "
                                "0 %, its policy's limit is 80; udp_port_usage 0 %, "
                                "limit 90; destination_usage 0 %, no limit");
    assert_false(confirms_by_event(4231, -61));
    assert_false(confirms_by_event(0, 0));
}

static void test_confirmation_ask_refuses_a_log_that_was_not_read(void **state)
{
    (void)state;

    (void)confirms_by_event(4231, 10);
    given_unread(&seen.events.reading, "denied");

    assert_false(confirms(&on_critical, CHECK_CRITICAL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_confirmation_ask_takes_nine_tenths_of_the_limit),
        cmocka_unit_test(test_confirmation_ask_is_exact_for_every_usage),
        cmocka_unit_test(test_confirmation_ask_tells_what_confirms),
        cmocka_unit_test(test_confirmation_ask_takes_all_where_nothing_is_usable),
        cmocka_unit_test(test_confirmation_ask_takes_port_usage_on_windows),
        cmocka_unit_test(test_confirmation_ask_names_both_sides),
        cmocka_unit_test(test_confirmation_ask_tells_the_nearest_to_its_limit_first),
        cmocka_unit_test(test_confirmation_ask_weighs_small_limits_too),
        cmocka_unit_test(test_confirmation_ask_says_which_limit_cannot_confirm),
        cmocka_unit_test(test_confirmation_ask_says_that_there_is_no_limit),
        cmocka_unit_test(test_confirmation_ask_refuses_what_is_unknown),
        cmocka_unit_test(test_confirmation_ask_takes_a_lower_bound_for_what_it_is),
        cmocka_unit_test(test_confirmation_ask_refuses_misconfigured_settings_alone),
        cmocka_unit_test(test_confirmation_ask_refuses_a_count_of_time_wait_alone),
        cmocka_unit_test(test_confirmation_ask_refuses_a_state_that_no_usage_has),
        cmocka_unit_test(test_confirmation_ask_is_never_cut),
        cmocka_unit_test(test_confirmation_ask_takes_an_event_of_the_last_five_minutes),
        cmocka_unit_test(test_confirmation_ask_refuses_older_events_and_none),
        cmocka_unit_test(test_confirmation_ask_refuses_a_log_that_was_not_read),
    };

    return cmocka_run_group_tests_name("remediate/confirmation", tests, NULL, NULL);
}
