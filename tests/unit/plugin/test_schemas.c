/* SPDX-License-Identifier: MIT */
/* What the schemas say of observations, policies and reports is what their tables say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/model/observation_json.h"
#include "checks/model/policy.h"
#include "plugin/report.h"
#include "plugin/report_namespaces_json.h"
#include "tests/support/schema.h"

static void test_the_schema_of_observations_is_that_of_the_table(void **state)
{
    (void)state;

    schema_must_hold("packaging/schema/observation.schema.json", "", &observation_table,
                     true);
}

static void test_the_schema_of_policies_is_that_of_the_table(void **state)
{
    (void)state;

    schema_must_hold("packaging/schema/policy.schema.json", "", &policy_table, true);
}

static void test_the_schema_of_reports_is_that_of_the_table(void **state)
{
    (void)state;

    schema_must_hold("packaging/schema/check-output.schema.json", "/$defs/verdict",
                     &report_table, false);
}

static void test_the_schema_of_namespaces_is_that_of_the_table(void **state)
{
    (void)state;

    schema_must_hold("packaging/schema/check-output.schema.json", "/$defs/namespace",
                     &report_namespace_table, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_schema_of_observations_is_that_of_the_table),
        cmocka_unit_test(test_the_schema_of_policies_is_that_of_the_table),
        cmocka_unit_test(test_the_schema_of_reports_is_that_of_the_table),
        cmocka_unit_test(test_the_schema_of_namespaces_is_that_of_the_table),
    };

    return cmocka_run_group_tests_name("plugin/schemas", tests, NULL, NULL);
}
