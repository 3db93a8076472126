/* SPDX-License-Identifier: MIT */
/* What the schema says of the remediation's output is what its tables say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "remediate/report.h"
#include "remediate/report_parts_json.h"
#include "tests/support/schema.h"

#define SCHEMA "packaging/schema/remediation-output.schema.json"

static void test_the_schema_of_the_output_is_that_of_the_table(void **state)
{
    (void)state;

    schema_must_hold(SCHEMA, "", &remediate_report_table, false);
}

/* What functions put into the lists and objects of that table. */
static void test_the_schema_of_its_parts_is_that_of_their_tables(void **state)
{
    (void)state;

    schema_must_hold(SCHEMA, "/$defs/change", &report_change_table, false);
    schema_must_hold(SCHEMA, "/$defs/run", &report_run_table, false);
    schema_must_hold(SCHEMA, "/$defs/reservation", &report_reservation_table, false);
    schema_must_hold(SCHEMA, "/$defs/trial_on", &report_trial_on_table, false);
    schema_must_hold(SCHEMA, "/$defs/usage", &report_consequence_table, false);
    schema_must_hold(SCHEMA, "/$defs/usage/properties/asked/items",
                     &report_question_table, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_schema_of_the_output_is_that_of_the_table),
        cmocka_unit_test(test_the_schema_of_its_parts_is_that_of_their_tables),
    };

    return cmocka_run_group_tests_name("remediate/schemas", tests, NULL, NULL);
}
