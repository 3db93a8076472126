/* SPDX-License-Identifier: MIT */
/* How many ports a range lacks, and the one that it may lack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/check.h"
#include "tests/support/given.h"

static struct observation seen;
static struct policy policy;
static struct verdict verdict;

static const struct row {
    const char *name; /* printed on failure */
    const char *setting;
    uint16_t first;
    uint16_t last;
    enum setting_state state;
    bool advised;
    const char *why;
} rows[] = {
    { "stock", "ip_local_port_range", 32768, 60999, SETTING_STATE_ACCEPTED, true,
      "the range limits the number of connections to one destination; the recommended "
      "range has up to 27304 more" },
    { "wrong", "ip_local_port_range", 40000, 40099, SETTING_STATE_WRONG, true,
      "the range limits the number of connections to one destination; the recommended "
      "range has up to 55436 more" },
    { "wrong, and partly outside", "ip_local_port_range", 9000, 10099,
      SETTING_STATE_WRONG, true,
      "the range limits the number of connections to one destination; the recommended "
      "range has up to 55436 more" },
    { "a port less, for its parity", "ip_local_port_range", 10001, 65535,
      SETTING_STATE_RECOMMENDED, false, "" },
    { "two ports less", "ip_local_port_range", 10002, 65535, SETTING_STATE_ACCEPTED, true,
      "the range limits the number of connections to one destination; the recommended "
      "range has up to 2 more" },
    { "a port less, with the same parity", "ip_local_port_range", 10000, 65534,
      SETTING_STATE_ACCEPTED, true,
      "the range limits the number of connections to one destination; the recommended "
      "range has up to 1 more" },
    { "Windows", "DynamicPortRangeTcp", 49152, 65535, SETTING_STATE_WRONG, true,
      "all outgoing connections of the host share the ports of this range; the "
      "recommended range has up to 16384 more" },
    { "Windows has no parity", "DynamicPortRangeTcp", 32769, 65535, SETTING_STATE_WRONG,
      true,
      "all outgoing connections of the host share the ports of this range; the "
      "recommended range has up to 1 more" },
};

static void check_row(const struct row *row)
{
    policy_init(&policy);
    if (strcmp(row->setting, "ip_local_port_range") == 0)
        given_linux(&seen);
    else
        given_windows(&seen);
    given_setting_range(&seen, row->setting, row->first, row->last);
    judge(&seen, &policy, policy.limits[seen.os.kind], 1U << METRIC_MISCONFIGURED,
          &verdict);
    for (size_t i = 0; i < verdict.setting_count; i++) {
        const struct setting_result *result = &verdict.settings[i];

        if (strcmp(result->rule->name, row->setting) != 0)
            continue;
        if (result->state != row->state || result->advised != row->advised ||
            strcmp(result->why, row->why) != 0)
            fail_msg("%s: %s, advised %d: '%s'", row->name,
                     setting_state_names[result->state], result->advised, result->why);
    }
}

static void test_measure_says_how_many_ports_a_range_lacks(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        check_row(&rows[i]);
}

/* A policy that only says what it accepts has nothing to gain. */
static void test_measure_knows_no_gain_without_a_recommended_range(void **state)
{
    (void)state;

    policy_init(&policy);
    for (size_t i = 0; i < policy.count; i++)
        policy.settings[i].target = TARGET_NONE;
    given_linux(&seen);
    given_setting_range(&seen, "ip_local_port_range", 40000, 40099);
    judge(&seen, &policy, policy.limits[OS_LINUX], 1U << METRIC_MISCONFIGURED, &verdict);

    assert_string_equal(verdict.settings[0].rule->name, "ip_local_port_range");
    assert_string_equal(verdict.settings[0].why,
                        "the range limits the number of connections to one destination");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measure_says_how_many_ports_a_range_lacks),
        cmocka_unit_test(test_measure_knows_no_gain_without_a_recommended_range),
    };

    return cmocka_run_group_tests_name("checks/misconfigured_range", tests, NULL, NULL);
}
