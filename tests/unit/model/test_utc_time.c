/* SPDX-License-Identifier: MIT */
/* Seconds and their RFC 3339 text. */
#include "checks/model/utc_time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

/* Checked with `date -u -d @N +%FT%TZ`. */
static const struct {
    int64_t time_s;
    const char *text;
} moments[] = {
    { 0, "1970-01-01T00:00:00Z" },
    { 951782399, "2000-02-28T23:59:59Z" },
    { 951782400, "2000-02-29T00:00:00Z" },
    { 951868800, "2000-03-01T00:00:00Z" },
    { 1769903999, "2026-01-31T23:59:59Z" },
    { 4107542400, "2100-03-01T00:00:00Z" },
    { UTC_TIME_MAX, "9999-12-31T23:59:59Z" },
};

static void test_utc_time_format_prints_known_moments(void **state)
{
    char text[UTC_TIME_TEXT_SIZE];
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(moments); i++) {
        utc_time_format(moments[i].time_s, text);
        assert_string_equal(text, moments[i].text);
    }
}

static void test_utc_time_format_keeps_inside_four_digit_years(void **state)
{
    char text[UTC_TIME_TEXT_SIZE];
    (void)state;

    utc_time_format(-1, text);
    assert_string_equal(text, "1970-01-01T00:00:00Z");

    utc_time_format(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59Z");
}

static void test_utc_time_parse_reads_known_moments(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(moments); i++) {
        int64_t time_s = -7;

        if (!utc_time_parse(moments[i].text, &time_s) || time_s != moments[i].time_s)
            fail_msg("%s", moments[i].text);
    }
}

static void test_utc_time_parse_rejects_anything_else(void **state)
{
    static const char *const texts[] = {
        "",
        "now",
        "2026-01-31",
        "2026-01-31T23:59:59",
        "2026-01-31 23:59:59Z",
        "2026-01-31T23:59:59z",
        "2026-01-31T23:59:59+00:00",
        "2026-01-31T23:59:59.5Z",
        "2026-01-31T23:59:59Z ",
        "2026-1-31T23:59:59Z",
        "2026-02-29T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-12-31T23:59:60Z",
        "1969-12-31T23:59:59Z",
        "-026-01-01T00:00:00Z",
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        int64_t time_s = -7;

        if (utc_time_parse(texts[i], &time_s) || time_s != -7)
            fail_msg("accepted '%s'", texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utc_time_format_prints_known_moments),
        cmocka_unit_test(test_utc_time_format_keeps_inside_four_digit_years),
        cmocka_unit_test(test_utc_time_parse_reads_known_moments),
        cmocka_unit_test(test_utc_time_parse_rejects_anything_else),
    };

    return cmocka_run_group_tests_name("model/utc_time", tests, NULL, NULL);
}
