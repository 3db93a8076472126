/* SPDX-License-Identifier: MIT */
/* Numbers in: strict. Numbers out: exact, and never rounded up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/number.h"

struct u32_row {
    const char *name;
    const char *text;
    uint32_t max;
    uint32_t value;
};

static const struct u32_row u32_good[] = {
    { "zero", "0", 0, 0 },
    { "plain", "443", 65535, 443 },
    { "exactly the maximum", "65535", 65535, 65535 },
    { "largest of all", "4294967295", UINT32_MAX, UINT32_MAX },
    { "leading zeros, ten digits", "0000000007", 10, 7 },
};

static void test_number_parse_u32_accepts(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(u32_good); i++) {
        uint32_t value = 12345;

        if (!number_parse_u32(u32_good[i].text, u32_good[i].max, &value, NULL) ||
            value != u32_good[i].value)
            fail_msg("%s: %u", u32_good[i].name, (unsigned int)value);
    }
}

struct refused_row {
    const char *name;
    const char *text;
    enum error_code code;
    const char *message;
};

static const struct refused_row u32_bad[] = {
    { "empty", "", ERR_MALFORMED, "'' is not a whole number" },
    { "letters", "abc", ERR_MALFORMED, "'abc' is not a whole number" },
    { "text after the number", "10x", ERR_MALFORMED, "'10x' is not a whole number" },
    { "minus", "-1", ERR_MALFORMED, "'-1' is not a whole number" },
    { "plus", "+1", ERR_MALFORMED, "'+1' is not a whole number" },
    { "blank before", " 1", ERR_MALFORMED, "' 1' is not a whole number" },
    { "blank after", "1 ", ERR_MALFORMED, "'1 ' is not a whole number" },
    { "newline after", "1\n", ERR_MALFORMED, "'1 ' is not a whole number" },
    { "hexadecimal", "0x10", ERR_MALFORMED, "'0x10' is not a whole number" },
    { "fraction", "1.5", ERR_MALFORMED, "'1.5' is not a whole number" },
    { "one above the maximum", "65536", ERR_LIMIT, "'65536' is above 65535" },
    { "2^32 + 1 does not wrap", "4294967297", ERR_LIMIT, "'4294967297' is above 65535" },
    { "eleven digits of zeros", "00000000000", ERR_LIMIT,
      "'00000000000' has more than 10 digits" },
    { "leading zeros before a small number", "00000000000000000010", ERR_LIMIT,
      "'00000000000000000010' has more than 10 digits" },
    { "leading zeros before a huge number", "0099999999999", ERR_LIMIT,
      "'0099999999999' is above 65535" },
    { "2^64 + 1 does not wrap", "18446744073709551617", ERR_LIMIT,
      "'18446744073709551617' is above 65535" },
};

static void test_number_parse_u32_refuses(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(u32_bad); i++) {
        const struct refused_row *row = &u32_bad[i];
        struct error err = { 0 };
        uint32_t value = 7;

        if (number_parse_u32(row->text, 65535, &value, &err) || value != 7 ||
            err.code != row->code || strcmp(err.message, row->message) != 0)
            fail_msg("%s: %d '%s'", row->name, (int)err.code, err.message);
    }
}

struct i64_row {
    const char *name;
    const char *text;
    int64_t value;
};

static const struct i64_row i64_good[] = {
    { "zero", "0", 0 },
    { "minus zero", "-0", 0 },
    { "negative", "-30", -30 },
    { "largest", "9223372036854775807", INT64_MAX },
    { "smallest", "-9223372036854775808", INT64_MIN },
};

static void test_number_parse_i64_accepts(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(i64_good); i++) {
        int64_t value = 12345;

        if (!number_parse_i64(i64_good[i].text, &value, NULL) ||
            value != i64_good[i].value)
            fail_msg("%s: %lld", i64_good[i].name, (long long)value);
    }
}

static const struct refused_row i64_bad[] = {
    { "empty", "", ERR_MALFORMED, "'' is not a whole number" },
    { "minus alone", "-", ERR_MALFORMED, "'-' is not a whole number" },
    { "two minus", "--1", ERR_MALFORMED, "'--1' is not a whole number" },
    { "plus", "+1", ERR_MALFORMED, "'+1' is not a whole number" },
    { "text after the number", "-1s", ERR_MALFORMED, "'-1s' is not a whole number" },
    { "one too large", "9223372036854775808", ERR_LIMIT,
      "'9223372036854775808' does not fit into 64 bits" },
    { "one too small", "-9223372036854775809", ERR_LIMIT,
      "'-9223372036854775809' does not fit into 64 bits" },
    { "far too large", "99999999999999999999999", ERR_LIMIT,
      "'99999999999999999999999' does not fit into 64 bits" },
};

static void test_number_parse_i64_refuses(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(i64_bad); i++) {
        const struct refused_row *row = &i64_bad[i];
        struct error err = { 0 };
        int64_t value = 7;

        if (number_parse_i64(row->text, &value, &err) || value != 7 ||
            err.code != row->code || strcmp(err.message, row->message) != 0)
            fail_msg("%s: %d '%s'", row->name, (int)err.code, err.message);
    }
}

struct double_row {
    const char *expected;
    double value;
};

static const struct double_row doubles[] = {
    { "0", 0.0 },
    { "0", -0.0 },
    { "10", 10.0 },
    { "-5", -5.0 },
    { "0.5", 0.5 },
    { "-0.05", -0.05 },
    { "99.99", 99.99 },
    { "0.1", 0.1 },
    { "0.30000000000000004", 0.1 + 0.2 },
    { "28232", 28232.0 },
    { "100000", 1e5 },
    { "1234567.25", 1234567.25 },
    { "9007199254740993000", 9007199254740993000.0 },
    { "12345678901234567000", 12345678901234567890.0 },
    { "0.000001", 1e-6 },
};

static void test_number_format_double_prints_the_shortest_plain_decimals(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(doubles); i++) {
        char out[NUMBER_TEXT_SIZE];

        number_format_double(doubles[i].value, out);

        assert_string_equal(out, doubles[i].expected);
    }
}

static void test_number_format_double_fits_and_reads_back_at_the_extremes(void **state)
{
    static const double extremes[] = { 1.7976931348623157e308, -2.2250738585072014e-308,
                                       5e-324, -1.2345678901234567e-300 };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(extremes); i++) {
        char out[NUMBER_TEXT_SIZE];

        number_format_double(extremes[i], out);

        assert_true(strlen(out) < NUMBER_TEXT_SIZE);
        assert_int_equal(strspn(out, "-.0123456789"), strlen(out));
        assert_true(strtod(out, NULL) == extremes[i]);
    }
}

struct percent_row {
    uint64_t part;
    uint64_t whole;
    const char *expected;
};

static const struct percent_row percents[] = {
    { 0, 28232, "0" },         { 1, 28232, "0" },
    { 3, 28232, "0.01" },      { 1, 200, "0.5" },
    { 1, 10, "10" },           { 61, 100, "61" },
    { 17222, 28232, "61" },    { 2, 3, "66.66" },
    { 1, 3, "33.33" },         { 1009, 2000, "50.45" },
    { 28231, 28232, "99.99" }, { 28232, 28232, "100" },
    { 28233, 28232, "100" },   { 0, 0, "100" },
    { 5, 0, "100" },           { 4294967295, 4294967296, "99.99" },
};

static void test_number_format_percent_rounds_down(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(percents); i++) {
        char out[8];

        number_format_percent(percents[i].part, percents[i].whole, out);

        if (strcmp(out, percents[i].expected) != 0)
            fail_msg("%llu of %llu: '%s', not '%s'", (unsigned long long)percents[i].part,
                     (unsigned long long)percents[i].whole, out, percents[i].expected);
    }
}

static void test_number_format_whole_percent_rounds_down(void **state)
{
    char out[8];
    (void)state;

    number_format_whole_percent(28231, 28232, out);
    assert_string_equal(out, "99");
    number_format_whole_percent(1, 200, out);
    assert_string_equal(out, "0");
    number_format_whole_percent(7, 7, out);
    assert_string_equal(out, "100");
}

struct grouped_row {
    uint64_t number;
    const char *expected;
};

static const struct grouped_row groups[] = {
    { 0, "0" },
    { 999, "999" },
    { 1000, "1,000" },
    { 22646, "22,646" },
    { 100000, "100,000" },
    { UINT64_MAX, "18,446,744,073,709,551,615" },
};

static void test_number_format_grouped_sets_a_comma_before_each_three(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(groups); i++) {
        char out[NUMBER_GROUPED_SIZE];

        number_format_grouped(groups[i].number, out);

        assert_string_equal(out, groups[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number_parse_u32_accepts),
        cmocka_unit_test(test_number_parse_u32_refuses),
        cmocka_unit_test(test_number_parse_i64_accepts),
        cmocka_unit_test(test_number_parse_i64_refuses),
        cmocka_unit_test(test_number_format_double_prints_the_shortest_plain_decimals),
        cmocka_unit_test(test_number_format_double_fits_and_reads_back_at_the_extremes),
        cmocka_unit_test(test_number_format_percent_rounds_down),
        cmocka_unit_test(test_number_format_whole_percent_rounds_down),
        cmocka_unit_test(test_number_format_grouped_sets_a_comma_before_each_three),
    };

    return cmocka_run_group_tests_name("base/number", tests, NULL, NULL);
}
