/* SPDX-License-Identifier: MIT */
/* The range grammar with the traps that other plugins fall into. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/threshold.h"

struct good_row {
    const char *text; /* the name too */
    bool inside;
    double start;
    double end;
    const char *canonical;
};

static const struct good_row good[] = {
    { "10", false, 0, 10, "10" },
    { "0", false, 0, 0, "0" },
    { "10:", false, 10, INFINITY, "10:" },
    { ":10", false, 0, 10, "10" },
    { "0:10", false, 0, 10, "10" },
    { "0:", false, 0, INFINITY, "0:" },
    { "~:10", false, -INFINITY, 10, "~:10" },
    { "~:", false, -INFINITY, INFINITY, "~:" },
    { "10:20", false, 10, 20, "10:20" },
    { "10:10", false, 10, 10, "10:10" },
    { "@10:20", true, 10, 20, "@10:20" },
    { "@10", true, 0, 10, "@10" },
    { "@10:", true, 10, INFINITY, "@10:" },
    { "@~:10", true, -INFINITY, 10, "@~:10" },
    { "@:10", true, 0, 10, "@10" },
    { "-5:5", false, -5, 5, "-5:5" },
    { "-10:-5", false, -10, -5, "-10:-5" },
    { "-0", false, 0, 0, "0" },
    { "-0:5", false, 0, 5, "5" },
    { "0.5", false, 0, 0.5, "0.5" },
    { "-0.5:0.25", false, -0.5, 0.25, "-0.5:0.25" },
    { "99.990", false, 0, 99.99, "99.99" },
    { "010", false, 0, 10, "10" },
    { "12345678901234567890:", false, 12345678901234567890.0, INFINITY,
      "12345678901234567000:" },
    { "inside:10:20", true, 10, 20, "@10:20" },
    { "inside:10", true, 0, 10, "@10" },
    { "inside::10", true, 0, 10, "@10" },
    { "inside:-inf:10", true, -INFINITY, 10, "@~:10" },
    { "-inf:10", false, -INFINITY, 10, "~:10" },
    { "-inf:", false, -INFINITY, INFINITY, "~:" },
    { "-inf:inf", false, -INFINITY, INFINITY, "~:" },
    { "10:inf", false, 10, INFINITY, "10:" },
    { ":inf", false, 0, INFINITY, "0:" },
};

static void test_threshold_parse_accepts_the_grammar(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        const struct good_row *row = &good[i];
        struct threshold range = { 0 };
        struct error err = { 0 };

        if (!threshold_parse(row->text, &range, &err))
            fail_msg("'%s' refused: %s", row->text, err.message);
        if (!range.set || range.inside != row->inside || range.start != row->start ||
            range.end != row->end)
            fail_msg("'%s': %d %g %g", row->text, range.inside, range.start, range.end);
    }
}

static void test_threshold_format_prints_the_canonical_form(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        struct threshold range = { .set = true,
                                   .inside = good[i].inside,
                                   .start = good[i].start,
                                   .end = good[i].end };
        struct text out = { 0 };

        threshold_format(&range, &out);

        if (strcmp(text_string(&out), good[i].canonical) != 0)
            fail_msg("'%s': '%s'", good[i].text, text_string(&out));
        text_clear(&out);
    }
}

static void test_threshold_format_reads_back_as_the_same(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        struct threshold range = { 0 };

        if (!threshold_parse(good[i].canonical, &range, NULL) ||
            range.inside != good[i].inside || range.start != good[i].start ||
            range.end != good[i].end)
            fail_msg("'%s'", good[i].canonical);
    }
}

static void test_threshold_format_adds_nothing_when_not_set(void **state)
{
    struct threshold range = { 0 };
    struct text out = { 0 };
    (void)state;

    threshold_format(&range, &out);

    assert_string_equal(text_string(&out), "");
    text_clear(&out);
}

#define NOT_A_RANGE " is not a range (like 10, 10:, ~:10, 10:20, @10:20)"

struct bad_row {
    const char *name;
    const char *text;
    const char *message;
};

static const struct bad_row bad[] = {
    { "empty", "", "''" NOT_A_RANGE },
    { "word", "abc", "'abc'" NOT_A_RANGE },
    { "text after the number", "10x", "'10x'" NOT_A_RANGE },
    { "text after the range", "10:20x", "'10:20x'" NOT_A_RANGE },
    { "unit", "10%", "'10%'" NOT_A_RANGE },
    { "at alone", "@", "'@'" NOT_A_RANGE },
    { "two at", "@@10", "'@@10'" NOT_A_RANGE },
    { "at and inside", "@inside:10", "'@inside:10'" NOT_A_RANGE },
    { "inside alone", "inside:", "'inside:'" NOT_A_RANGE },
    { "inside without colon", "inside", "'inside'" NOT_A_RANGE },
    { "inside in capitals", "INSIDE:10", "'INSIDE:10'" NOT_A_RANGE },
    { "tilde alone", "~", "'~'" NOT_A_RANGE },
    { "tilde before a number", "~10", "'~10'" NOT_A_RANGE },
    { "tilde as end", "10:~", "'10:~'" NOT_A_RANGE },
    { "colon alone", ":", "':'" NOT_A_RANGE },
    { "at and colon", "@:", "'@:'" NOT_A_RANGE },
    { "two colons", "1:2:3", "'1:2:3'" NOT_A_RANGE },
    { "empty middle", "1::3", "'1::3'" NOT_A_RANGE },
    { "nan", "nan", "'nan'" NOT_A_RANGE },
    { "nan as end", "1:nan", "'1:nan'" NOT_A_RANGE },
    { "inf alone", "inf", "'inf'" NOT_A_RANGE },
    { "-inf alone", "-inf", "'-inf'" NOT_A_RANGE },
    { "inf as start", "inf:", "'inf:'" NOT_A_RANGE },
    { "-inf as end", "10:-inf", "'10:-inf'" NOT_A_RANGE },
    { "infinity", "10:infinity", "'10:infinity'" NOT_A_RANGE },
    { "hexadecimal", "0x10", "'0x10'" NOT_A_RANGE },
    { "exponent", "1e5", "'1e5'" NOT_A_RANGE },
    { "exponent beyond a double", "1e999", "'1e999'" NOT_A_RANGE },
    { "blank before", " 10", "' 10'" NOT_A_RANGE },
    { "blank after", "10 ", "'10 '" NOT_A_RANGE },
    { "newline after", "10\n", "'10 '" NOT_A_RANGE },
    { "blank inside", "10: 20", "'10: 20'" NOT_A_RANGE },
    { "plus", "+5", "'+5'" NOT_A_RANGE },
    { "minus alone", "-", "'-'" NOT_A_RANGE },
    { "two minus", "--5:", "'--5:'" NOT_A_RANGE },
    { "point alone", ".", "'.'" NOT_A_RANGE },
    { "no digit after the point", "5.", "'5.'" NOT_A_RANGE },
    { "no digit before the point", ".5", "'.5'" NOT_A_RANGE },
    { "two points", "1.2.3", "'1.2.3'" NOT_A_RANGE },
    { "comma for a point", "0,5", "'0,5'" NOT_A_RANGE },
    { "start above end", "20:10", "'20:10' is not a range: its start is above its end" },
    { "start above end, inside", "@20:10",
      "'@20:10' is not a range: its start is above its end" },
    { "missing start above end", "-5",
      "'-5' is not a range: its start (0) is above its end" },
};

static void test_threshold_parse_refuses_anything_else(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        struct threshold range = { .start = 7 };
        struct error err = { 0 };

        if (threshold_parse(bad[i].text, &range, &err))
            fail_msg("%s: accepted", bad[i].name);
        if (err.code != ERR_MALFORMED || strcmp(err.message, bad[i].message) != 0)
            fail_msg("%s: %d %s", bad[i].name, (int)err.code, err.message);
        if (range.set || range.start != 7)
            fail_msg("%s: wrote a result", bad[i].name);
    }
}

static void test_threshold_parse_refuses_a_number_beyond_a_double(void **state)
{
    struct threshold range = { 0 };
    struct error err = { 0 };
    char digits[401];
    (void)state;
    memset(digits, '9', sizeof digits - 1);
    digits[sizeof digits - 1] = '\0';

    assert_false(threshold_parse(digits, &range, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message,
                        "'999999999999999999999999999999999999999999999999999999999999"
                        "...' is too large for a number");
    assert_false(range.set);
}

static void test_threshold_parse_refuses_a_start_beyond_a_double(void **state)
{
    struct threshold range = { 0 };
    struct error err = { 0 };
    char text[403] = "-";
    (void)state;
    memset(text + 1, '9', 400);
    text[401] = ':';
    text[402] = '\0';

    assert_false(threshold_parse(text, &range, &err));

    assert_int_equal(err.code, ERR_LIMIT);
}

static void test_threshold_parse_quotes_long_text_shortened(void **state)
{
    struct threshold range = { 0 };
    struct error err = { 0 };
    char text[2000];
    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';

    assert_false(threshold_parse(text, &range, &err));

    assert_string_equal(err.message,
                        "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                        "...'" NOT_A_RANGE);
}

struct alert_row {
    const char *range;
    double value;
    bool alerts;
};

static const struct alert_row alerts[] = {
    { "10", 0, false },
    { "10", 10, false },
    { "10", 10.01, true },
    { "10", -0.01, true },
    { "0", 0, false },
    { "0", 1, true },
    { "10:", 10, false },
    { "10:", 9.99, true },
    { "10:", 1e300, false },
    { "~:10", -1e300, false },
    { "~:10", 10, false },
    { "~:10", 11, true },
    { "~:", 5, false },
    { "10:20", 9.99, true },
    { "10:20", 10, false },
    { "10:20", 20, false },
    { "10:20", 20.01, true },
    { "@10:20", 9.99, false },
    { "@10:20", 10, true },
    { "@10:20", 15, true },
    { "@10:20", 20, true },
    { "@10:20", 20.01, false },
    { "@0", 0, true },
    { "@0", 1, false },
    { "inside:10:20", 15, true },
    { "inside:10:20", 21, false },
    { "-5:5", -5, false },
    { "-5:5", -5.5, true },
};

static void test_threshold_alerts_outside_or_inside_with_good_ends(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(alerts); i++) {
        struct threshold range = { 0 };

        assert_true(threshold_parse(alerts[i].range, &range, NULL));
        if (threshold_alerts(&range, alerts[i].value) != alerts[i].alerts)
            fail_msg("'%s' with %g", alerts[i].range, alerts[i].value);
    }
}

static void test_threshold_alerts_never_when_not_set(void **state)
{
    struct threshold range = { 0 };
    (void)state;

    assert_false(threshold_alerts(&range, 0));
    assert_false(threshold_alerts(&range, 1));
}

static void test_threshold_is_plain_for_upper_bounds_only(void **state)
{
    static const struct {
        const char *range;
        bool plain;
    } plains[] = {
        { "10", true },     { "0:10", true },   { "0", true },
        { "10:", false },   { "0:", false },    { "~:10", false },
        { "10:20", false }, { "-1:10", false }, { "@10", false },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(plains); i++) {
        struct threshold range = { 0 };

        assert_true(threshold_parse(plains[i].range, &range, NULL));
        if (threshold_is_plain(&range) != plains[i].plain)
            fail_msg("'%s'", plains[i].range);
    }
}

static void test_threshold_is_plain_not_when_not_set(void **state)
{
    struct threshold range = { 0 };
    (void)state;

    assert_false(threshold_is_plain(&range));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threshold_parse_accepts_the_grammar),
        cmocka_unit_test(test_threshold_format_prints_the_canonical_form),
        cmocka_unit_test(test_threshold_format_reads_back_as_the_same),
        cmocka_unit_test(test_threshold_format_adds_nothing_when_not_set),
        cmocka_unit_test(test_threshold_parse_refuses_anything_else),
        cmocka_unit_test(test_threshold_parse_refuses_a_number_beyond_a_double),
        cmocka_unit_test(test_threshold_parse_refuses_a_start_beyond_a_double),
        cmocka_unit_test(test_threshold_parse_quotes_long_text_shortened),
        cmocka_unit_test(test_threshold_alerts_outside_or_inside_with_good_ends),
        cmocka_unit_test(test_threshold_alerts_never_when_not_set),
        cmocka_unit_test(test_threshold_is_plain_for_upper_bounds_only),
        cmocka_unit_test(test_threshold_is_plain_not_when_not_set),
    };

    return cmocka_run_group_tests_name("base/threshold", tests, NULL, NULL);
}
