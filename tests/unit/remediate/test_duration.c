/* SPDX-License-Identifier: MIT */
/* Lengths of time: what is read, what is refused, what is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "remediate/duration.h"

static const struct duration_limits a_day = { .least = 60, .most = 86400 };

static void test_duration_parse_reads_each_unit(void **state)
{
    static const struct {
        const char *text;
        uint32_t seconds;
    } cases[] = {
        { "60s", 60 },         { "90s", 90 },           { "1m", 60 },
        { "30m", 1800 },       { "1440m", 86400 },      { "2h", 7200 },
        { "24h", 86400 },      { "86400s", 86400 },     { "0030m", 1800 },
        { "00000002h", 7200 }, { "0000000030m", 1800 },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct error err = { 0 };
        uint32_t seconds = 7;

        if (!duration_parse(cases[i].text, &a_day, &seconds, &err))
            fail_msg("%s: %s", cases[i].text, err.message);
        assert_int_equal(seconds, cases[i].seconds);
    }
}

static void refuse(const char *text, enum error_code code, const char *message)
{
    struct error err = { 0 };
    uint32_t seconds = 7;

    if (duration_parse(text, &a_day, &seconds, &err))
        fail_msg("'%s' was read as %u s", text, (unsigned int)seconds);
    assert_int_equal(err.code, code);
    assert_string_equal(err.message, message);
    assert_int_equal(seconds, 7);
}

static void test_duration_parse_refuses_other_forms(void **state)
{
    static const char *const forms[] = { "",     "m",    "30",  "30 m", "+30m",
                                         "-30m", "3.5h", "30d", "30M",  "1h30",
                                         "30mm", " 30m", "m30", "0x10m" };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
        char message[200];

        (void)snprintf(message, sizeof message,
                       "'%s' is not a number with its unit; expected 90s, 30m or 2h",
                       forms[i]);
        refuse(forms[i], ERR_MALFORMED, message);
    }
}

static void test_duration_parse_refuses_other_sizes(void **state)
{
    (void)state;

    refuse("59s", ERR_LIMIT, "'59s' is not within 1m to 24h");
    refuse("0m", ERR_LIMIT, "'0m' is not within 1m to 24h");
    refuse("86401s", ERR_LIMIT, "'86401s' is not within 1m to 24h");
    refuse("1441m", ERR_LIMIT, "'1441m' is not within 1m to 24h");
    refuse("25h", ERR_LIMIT, "'25h' is not within 1m to 24h");
    /* 2^32 + 60, 2^32 / 60 + 1 minutes and more digits than any buffer. */
    refuse("4294967356s", ERR_LIMIT, "'4294967356s' is not within 1m to 24h");
    refuse("71582789m", ERR_LIMIT, "'71582789m' is not within 1m to 24h");
    refuse("000000000000030m", ERR_LIMIT, "'000000000000030m' is not within 1m to 24h");
    refuse("0000000000000030m", ERR_LIMIT, "'0000000000000030m' is not within 1m to 24h");
    refuse("000000000000000000000030m", ERR_LIMIT,
           "'000000000000000000000030m' is not within 1m to 24h");
}

static void test_duration_add_prints_two_units(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {
        { -5, "0s" },       { 0, "0s" },         { 1, "1s" },      { 59, "59s" },
        { 60, "1m" },       { 1798, "29m 58s" }, { 3600, "1h" },   { 3605, "1h 5s" },
        { 5400, "1h 30m" }, { 5401, "1h 30m" },  { 86400, "24h" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct text out = { 0 };

        duration_add(cases[i].seconds, &out);
        assert_string_equal(text_string(&out), cases[i].text);
        text_clear(&out);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_duration_parse_reads_each_unit),
        cmocka_unit_test(test_duration_parse_refuses_other_forms),
        cmocka_unit_test(test_duration_parse_refuses_other_sizes),
        cmocka_unit_test(test_duration_add_prints_two_units),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
