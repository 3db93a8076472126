/* SPDX-License-Identifier: MIT */
/* That a report with a piece missing is never taken for whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/model/json.h"

static void test_json_text_add_adds_the_value_behind_what_is_there(void **state)
{
    struct text out = { 0 };
    json_t *value = json_pack("{s:i}", "time_wait", 3);
    (void)state;
    text_add(&out, "seen: ");

    json_text_add(value, JSON_COMPACT, &out);

    assert_string_equal(text_string(&out), "seen: {\"time_wait\":3}");
    json_decref(value);
    text_clear(&out);
}

static void
test_json_text_add_fails_the_text_for_a_value_that_could_not_be_made(void **state)
{
    struct text out = { 0 };
    struct error err = { 0 };
    (void)state;

    json_text_add(NULL, JSON_COMPACT, &out);

    assert_false(text_ok(&out, &err));
    assert_int_equal(err.code, ERR_MEMORY);
    text_clear(&out);
}

/* What Jansson prints as it is, and a terminal obeys; letters stay. */
static void test_json_text_add_escapes_what_terminals_obey(void **state)
{
    struct text out = { 0 };
    json_t *value = json_pack("{s:s}", "a\xE2\x80\xAE",
                              "\xC2\x9B"
                              "1\x7F\xC3\xA9\xD8\x9C\xE2\x80\xA8z\x1B");
    (void)state;

    json_text_add(value, JSON_INDENT(2), &out);

    assert_string_equal(text_string(&out), "{\n  \"a\\u202e\": "
                                           "\"\\u009b1\\u007f\xC3\xA9\\u061c\\u2028z"
                                           "\\u001B\"\n}");
    json_decref(value);
    text_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_text_add_adds_the_value_behind_what_is_there),
        cmocka_unit_test(
            test_json_text_add_fails_the_text_for_a_value_that_could_not_be_made),
        cmocka_unit_test(test_json_text_add_escapes_what_terminals_obey),
    };

    return cmocka_run_group_tests_name("model/json_text", tests, NULL, NULL);
}
