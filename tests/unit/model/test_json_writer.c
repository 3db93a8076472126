/* SPDX-License-Identifier: MIT */
/* What is put, and that a value which could not be made is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "checks/model/json.h"
#include "checks/model/setting.h"

static void assert_json(const json_t *object, const char *expected)
{
    struct text printed = { 0 };

    json_text_add(object, JSON_COMPACT, &printed);
    assert_string_equal(text_string(&printed), expected);
    text_clear(&printed);
}

static void test_json_put_puts_each_kind(void **state)
{
    json_t *object = json_object();
    bool ok = true;
    (void)state;

    json_put(object, "null", json_null(), &ok);
    json_put(object, "count", json_integer(7), &ok);
    json_put(object, "most", json_integer(INT64_MAX), &ok);
    json_put(object, "name", json_clean("a\xFF\n\xC3\xA9"), &ok);
    json_put(object, "empty", json_clean(""), &ok);
    json_put(object, "time", json_time(1738367999), &ok);

    assert_true(ok);
    assert_json(object, "{\"null\":null,\"count\":7,\"most\":9223372036854775807,"
                        "\"name\":\"a? \xC3\xA9\",\"empty\":\"\","
                        "\"time\":\"2025-01-31T23:59:59Z\"}");
    json_decref(object);
}

static void test_json_setting_value_is_a_number_or_a_range(void **state)
{
    const struct setting_value number = { .kind = SETTING_NUMBER, .number = -1 };
    const struct setting_value range = { .kind = SETTING_PORT_RANGE,
                                         .range = { 32768, 60999 } };
    json_t *object = json_object();
    bool ok = true;
    (void)state;

    json_put(object, "number", json_setting_value(&number), &ok);
    json_put(object, "range", json_setting_value(&range), &ok);

    assert_true(ok);
    assert_json(object, "{\"number\":-1,\"range\":\"32768-60999\"}");
    json_decref(object);
}

static void test_json_put_notices_a_value_that_was_not_made(void **state)
{
    json_t *object = json_object();
    bool ok = true;
    (void)state;

    json_put(object, "missing", NULL, &ok);
    assert_false(ok);
    json_put(object, "count", json_integer(1), &ok);

    assert_false(ok); /* later ones do not cover it up */
    json_decref(object);
}

static void test_json_put_notices_an_object_that_was_not_made(void **state)
{
    bool ok = true;
    (void)state;

    json_put(NULL, "count", json_integer(1), &ok);

    assert_false(ok);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_put_puts_each_kind),
        cmocka_unit_test(test_json_setting_value_is_a_number_or_a_range),
        cmocka_unit_test(test_json_put_notices_a_value_that_was_not_made),
        cmocka_unit_test(test_json_put_notices_an_object_that_was_not_made),
    };

    return cmocka_run_group_tests_name("model/json_writer", tests, NULL, NULL);
}
