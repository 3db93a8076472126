/* SPDX-License-Identifier: MIT */
/* A range that reaches over the ports of services: good enough, never recommended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/check.h"
#include "tests/support/given.h"

static struct observation seen;
static struct policy policy;
static struct verdict verdict;

/* The range of that system, with `services` of its ports open to services, judged. */
static const struct setting_result *judged(const char *name, uint16_t first,
                                           uint16_t last, uint32_t services)
{
    policy_init(&policy);
    if (strcmp(name, "ip_local_port_range") == 0)
        given_linux(&seen);
    else
        given_windows(&seen);
    given_setting_range(&seen, name, first, last);
    seen.settings[0].service_ports = services;
    judge(&seen, &policy, policy.limits[seen.os.kind], 1U << METRIC_MISCONFIGURED,
          &verdict);
    for (size_t i = 0; i < verdict.setting_count; i++)
        if (strcmp(verdict.settings[i].rule->name, name) == 0)
            return &verdict.settings[i];
    fail_msg("no result for %s", name);
    return NULL;
}

static const struct row {
    const char *name; /* printed on failure */
    const char *setting;
    uint16_t first;
    uint16_t last;
    uint32_t services;
    enum setting_state state;
    bool advised;
    const char *why; /* its beginning */
} rows[] = {
    { "all of the ports", "ip_local_port_range", 1024, 65535, 240, SETTING_STATE_ACCEPTED,
      true, "it lies over 240 ports of services: reserve them" },
    { "none below the recommended one", "ip_local_port_range", 9994, 65535, 40,
      SETTING_STATE_ACCEPTED, true, "it lies over 40 ports of services: reserve them" },
    { "one service", "ip_local_port_range", 9000, 65535, 1, SETTING_STATE_ACCEPTED, true,
      "it lies over 1 port of services: reserve it" },
    { "all of them reserved", "ip_local_port_range", 1024, 65535, 0,
      SETTING_STATE_RECOMMENDED, false, "" },
    { "the recommended one", "ip_local_port_range", 10000, 65535, 40,
      SETTING_STATE_ACCEPTED, true, "it lies over 40 ports of services: reserve them" },
    { "one that Linux brings", "ip_local_port_range", 32768, 65535, 1,
      SETTING_STATE_ACCEPTED, true, "the range limits" },
    { "low, and too narrow to be recommended", "ip_local_port_range", 1024, 40000, 240,
      SETTING_STATE_ACCEPTED, true, "the range limits" },
    { "low, and too narrow", "ip_local_port_range", 1024, 20000, 240, SETTING_STATE_WRONG,
      true, "the range limits" },
    { "Windows over services", "DynamicPortRangeTcp", 1024, 65534, 240,
      SETTING_STATE_ACCEPTED, false,
      "it lies over the ports of services, and breaks WSL's mirrored network" },
    { "Windows, UDP", "DynamicPortRangeUdp", 1024, 65535, 240, SETTING_STATE_ACCEPTED,
      false, "it lies over the ports of services" },
    { "Windows in an old recording", "DynamicPortRangeTcp", 1024, 65534, 0,
      SETTING_STATE_RECOMMENDED, false, "" },
    { "Windows as recommended", "DynamicPortRangeTcp", 32768, 65535, 0,
      SETTING_STATE_RECOMMENDED, false, "" },
};

static void test_measure_accepts_a_range_over_services(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct row *row = &rows[i];
        const struct setting_result *result =
            judged(row->setting, row->first, row->last, row->services);

        if (result->state != row->state)
            fail_msg("%s: is %s", row->name, setting_state_names[result->state]);
        if (result->advised != row->advised)
            fail_msg("%s: advised is %d", row->name, result->advised);
        if (strncmp(result->why, row->why, strlen(row->why)) != 0 ||
            (row->why[0] == '\0' && result->why[0] != '\0'))
            fail_msg("%s: '%s'", row->name, result->why);
        if (verdict.results[METRIC_MISCONFIGURED].measure.part !=
            (row->state == SETTING_STATE_WRONG))
            fail_msg("%s: counted", row->name);
    }
}

/* A range that a site recommends may lie over any ports; which are reserved is a question
 * of its own. */
static const struct site {
    const char *name; /* printed on failure */
    const char *json; /* behind "schema" */
    enum setting_state state;
    const char *why; /* its beginning */
} sites[] = {
    { "a low range",
      "\"settings\":{\"ip_local_port_range\":{\"recommended\":\"1024-65535\"}}",
      SETTING_STATE_ACCEPTED, "it lies over 240 ports of services: " },
    { "nothing built in", "\"reserve\":{\"built_in\":false}", SETTING_STATE_RECOMMENDED,
      "" },
    { "ports of its own", "\"reserve\":{\"built_in\":false,\"add\":\"40000\"}",
      SETTING_STATE_ACCEPTED, "it lies over 240 ports of the policy's reserve: " },
    { "ports of its own and others", "\"reserve\":{\"add\":\"40000-40010\"}",
      SETTING_STATE_ACCEPTED,
      "it lies over 240 ports of services or of the policy's reserve: " },
    { "ports that are built in too", "\"reserve\":{\"add\":\"15672\"}",
      SETTING_STATE_ACCEPTED, "it lies over 240 ports of services: " },
    { "ports of its own beside others", "\"reserve\":{\"add\":\"1000\"}",
      SETTING_STATE_ACCEPTED, "it lies over 240 ports of services: " },
    { "ports of its own elsewhere", "\"reserve\":{\"built_in\":false,\"add\":\"1000\"}",
      SETTING_STATE_RECOMMENDED, "" },
    { "NodePorts", "\"reserve\":{\"built_in\":false,\"node_ports\":\"always\"}",
      SETTING_STATE_ACCEPTED, "it lies over 240 ports of the policy's reserve: " },
};

static void test_measure_asks_the_policy_which_ports_are_kept(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(sites); i++) {
        struct error err = { 0 };
        char json[256];

        (void)judged("ip_local_port_range", 1024, 65535, 240);
        (void)snprintf(json, sizeof json, "{\"schema\":1,%s}", sites[i].json);
        if (!policy_apply_json(&policy, json, strlen(json), &err))
            fail_msg("%s: %s", sites[i].name, err.message);
        judge(&seen, &policy, policy.limits[seen.os.kind], 1U << METRIC_MISCONFIGURED,
              &verdict);
        if (verdict.settings[0].state != sites[i].state)
            fail_msg("%s: is %s", sites[i].name,
                     setting_state_names[verdict.settings[0].state]);
        if (strncmp(verdict.settings[0].why, sites[i].why, strlen(sites[i].why)) != 0)
            fail_msg("%s: '%s'", sites[i].name, verdict.settings[0].why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measure_accepts_a_range_over_services),
        cmocka_unit_test(test_measure_asks_the_policy_which_ports_are_kept),
    };

    return cmocka_run_group_tests_name("checks/misconfigured_services", tests, NULL,
                                       NULL);
}
