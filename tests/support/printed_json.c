/* SPDX-License-Identifier: MIT */
/* Parses what the scene prints as JSON. */
#include "tests/support/printed_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "plugin/report.h"
#include "tests/support/scene.h"

json_t *printed_json;

void print_json(uint32_t metrics)
{
    json_decref(printed_json);
    printed_json =
        json_loads(print_whole(report_json, metrics), JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(printed_json);
}

int clear_json(void **state)
{
    json_decref(printed_json);
    printed_json = NULL;
    return clear_scene(state);
}
