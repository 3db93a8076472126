/* SPDX-License-Identifier: MIT */
/* Rows of known.txt name one test each, and nothing that only begins like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/kit_known.h"

static struct kit_known known;

static void test_kit_known_parse_reads_rows(void **state)
{
    struct error err = { 0 };
    (void)state;

    assert_true(kit_known_parse("# a comment\r\n\r\ntruth W2 second | as on 2019\r\n"
                                "units (stage) | slow",
                                &known, &err));

    assert_int_equal(known.count, 2);
    assert_string_equal(known.rows[0].stage, "truth");
    assert_string_equal(known.rows[0].name, "W2 second");
    assert_string_equal(known.rows[0].reason, "as on 2019");
    assert_string_equal(known.rows[1].name, KIT_STAGE_ITSELF);
}

static void test_kit_known_parse_refuses_what_is_no_row(void **state)
{
    static const char *const wrong[] = { "truth", "truth W2", "truth | why",
                                         "truth W2 | ", "truth W2|why" };
    (void)state;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct error err = { 0 };

        assert_false(kit_known_parse(wrong[i], &known, &err));
        assert_string_equal(err.message, "line 1 is not 'STAGE NAME | reason'");
    }
}

static void test_kit_known_reason_finds_the_whole_name(void **state)
{
    struct error err = { 0 };
    (void)state;

    assert_true(kit_known_parse("truth W2: second | why\n", &known, &err));

    assert_null(kit_known_reason(&known, "truth", "W2: secondly: 1, expected 2"));
    assert_null(kit_known_reason(&known, "truth", "W2"));
    assert_null(kit_known_reason(&known, "units", "W2: second: 1, expected 2"));
    assert_false(known.rows[0].seen);
    assert_string_equal(kit_known_reason(&known, "truth", "W2: second: 1, expected 2"),
                        "why");
    assert_string_equal(kit_known_reason(&known, "truth", "W2: second"), "why");
    assert_true(known.rows[0].seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kit_known_parse_reads_rows),
        cmocka_unit_test(test_kit_known_parse_refuses_what_is_no_row),
        cmocka_unit_test(test_kit_known_reason_finds_the_whole_name),
    };

    return cmocka_run_group_tests_name("windows-kit/kit_known", tests, NULL, NULL);
}
