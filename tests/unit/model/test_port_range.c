/* SPDX-License-Identifier: MIT */
/* Ranges include both ends; sets count exactly at the borders of their words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "checks/model/port_range.h"

static const struct port_range none = { 0, 0 };
static const struct port_range all = { 1, 65535 };
static const struct port_range stock = { 32768, 60999 };

static void test_port_range_size_counts_both_ends(void **state)
{
    (void)state;

    assert_int_equal(port_range_size(stock), 28232);
    assert_int_equal(port_range_size((struct port_range){ 80, 80 }), 1);
    assert_int_equal(port_range_size(all), 65535);
    assert_int_equal(port_range_size(none), 0);
}

static void test_port_range_contains_both_ends(void **state)
{
    (void)state;

    assert_false(port_range_contains(stock, 32767));
    assert_true(port_range_contains(stock, 32768));
    assert_true(port_range_contains(stock, 60999));
    assert_false(port_range_contains(stock, 61000));
}

static void test_port_range_contains_nothing_when_zeroed(void **state)
{
    (void)state;

    assert_false(port_range_contains(none, 0));
    assert_false(port_range_contains(none, 1));
}

static void test_port_range_covers_up_to_its_ends(void **state)
{
    (void)state;

    assert_true(port_range_covers(stock, stock));
    assert_true(port_range_covers(all, stock));
    assert_false(port_range_covers(stock, all));
    assert_false(port_range_covers(stock, (struct port_range){ 32767, 60999 }));
    assert_false(port_range_covers(stock, (struct port_range){ 32768, 61000 }));
}

static void test_port_range_covers_nothing_when_zeroed(void **state)
{
    (void)state;

    assert_false(port_range_covers(none, stock));
    assert_false(port_range_covers(none, none));
    assert_false(port_range_covers(stock, none));
}

struct good_row {
    const char *text; /* the name too */
    uint16_t first;
    uint16_t last;
};

static const struct good_row good[] = {
    { "32768-60999", 32768, 60999 },
    { "1-65535", 1, 65535 },
    { "80-80", 80, 80 },
    { "00080-00081", 80, 81 },
};

static void test_port_range_parse_accepts(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        struct port_range range = { 0 };
        struct error err = { 0 };

        if (!port_range_parse(good[i].text, &range, &err) ||
            range.first != good[i].first || range.last != good[i].last)
            fail_msg("'%s': %s", good[i].text, err.message);
    }
}

struct bad_row {
    const char *text; /* the name too */
    enum error_code code;
    const char *message;
};

static const struct bad_row bad[] = {
    { "", ERR_MALFORMED, "'' is not FIRST-LAST, two ports" },
    { "-", ERR_MALFORMED, "'-' is not FIRST-LAST, two ports" },
    { "80", ERR_MALFORMED, "'80' is not FIRST-LAST, two ports" },
    { "-80", ERR_MALFORMED, "'-80' is not FIRST-LAST, two ports" },
    { "80-", ERR_MALFORMED, "'80-' is not FIRST-LAST, two ports" },
    { "1-2-3", ERR_MALFORMED, "'1-2-3' is not FIRST-LAST, two ports" },
    { "1--3", ERR_MALFORMED, "'1--3' is not FIRST-LAST, two ports" },
    { "1 2", ERR_MALFORMED, "'1 2' is not FIRST-LAST, two ports" },
    { "1:2", ERR_MALFORMED, "'1:2' is not FIRST-LAST, two ports" },
    { "a-b", ERR_MALFORMED, "'a-b': 'a' is not a whole number" },
    { "1-2x", ERR_MALFORMED, "'1-2x': '2x' is not a whole number" },
    { " 1-2", ERR_MALFORMED, "' 1-2': ' 1' is not a whole number" },
    { "0-80", ERR_MALFORMED, "'0-80': a range needs 1 <= FIRST <= LAST" },
    { "81-80", ERR_MALFORMED, "'81-80': a range needs 1 <= FIRST <= LAST" },
    { "1-65536", ERR_LIMIT, "'1-65536': '65536' is above 65535" },
    { "65536-65537", ERR_LIMIT, "'65536-65537': '65536' is above 65535" },
    { "12345678901-12345678902", ERR_LIMIT,
      "'12345678901-12345678902': '12345678901' is above 65535" },
};

static void test_port_range_parse_refuses(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        struct port_range range = { 7, 8 };
        struct error err = { 0 };

        if (port_range_parse(bad[i].text, &range, &err) || range.first != 7 ||
            range.last != 8)
            fail_msg("'%s': accepted", bad[i].text);
        if (err.code != bad[i].code || strcmp(err.message, bad[i].message) != 0)
            fail_msg("'%s': %d %s", bad[i].text, (int)err.code, err.message);
    }
}

static void test_port_range_parse_quotes_long_text_shortened(void **state)
{
    struct port_range range = { 0 };
    struct error err = { 0 };
    char text[1000];
    (void)state;
    memset(text, '1', sizeof text - 1);
    text[sizeof text - 1] = '\0';

    assert_false(port_range_parse(text, &range, &err));

    assert_string_equal(err.message,
                        "'111111111111111111111111111111111111111111111111111111111111"
                        "...' is not FIRST-LAST, two ports");
}

static void test_port_range_format_fits_the_widest(void **state)
{
    char out[PORT_RANGE_TEXT_SIZE];
    (void)state;

    port_range_format((struct port_range){ 65535, 65535 }, out);

    assert_string_equal(out, "65535-65535");
}

static void test_port_set_add_marks_that_port_only(void **state)
{
    static const uint16_t ports[] = { 0, 63, 64, 65535 };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(ports); i++) {
        struct port_set set = { 0 };

        port_set_add(&set, ports[i]);
        port_set_add(&set, ports[i]);

        assert_true(port_set_has(&set, ports[i]));
        assert_false(port_set_has(&set, (uint16_t)(ports[i] + 1)));
        assert_int_equal(port_set_count(&set), 1);
    }
}

static void test_port_set_add_range_adds_both_ends(void **state)
{
    struct port_set set = { 0 };
    (void)state;

    port_set_add_range(&set, stock);

    assert_int_equal(port_set_count(&set), 28232);
    assert_false(port_set_has(&set, 32767));
    assert_true(port_set_has(&set, 32768));
    assert_true(port_set_has(&set, 60999));
    assert_false(port_set_has(&set, 61000));
}

static void test_port_set_add_range_ends_at_the_last_port(void **state)
{
    struct port_set set = { 0 };
    (void)state;

    port_set_add_range(&set, all);

    assert_int_equal(port_set_count(&set), 65535);
    assert_false(port_set_has(&set, 0));
}

static void test_port_set_add_range_adds_nothing_when_zeroed(void **state)
{
    struct port_set set = { 0 };
    (void)state;

    port_set_add_range(&set, none);

    assert_int_equal(port_set_count(&set), 0);
}

static void test_port_set_remove_takes_the_common_ports_out(void **state)
{
    struct port_set set = { 0 };
    struct port_set other = { 0 };
    (void)state;
    port_set_add_range(&set, (struct port_range){ 100, 199 });
    port_set_add_range(&other, (struct port_range){ 150, 300 });

    port_set_remove(&set, &other);

    assert_int_equal(port_set_count(&set), 50);
    assert_true(port_set_has(&set, 149));
    assert_false(port_set_has(&set, 150));
    assert_int_equal(port_set_count(&other), 151);
}

static void test_port_set_count_odd_counts_offsets(void **state)
{
    struct port_set set = { 0 };
    (void)state;

    port_set_add_range(&set, (struct port_range){ 40000, 40098 });
    assert_int_equal(port_set_count_odd(&set, 40000), 49);
    assert_int_equal(port_set_count_odd(&set, 40001), 50);
    assert_int_equal(port_set_count_odd(&set, 1), 50);
    port_set_add(&set, 65535);
    port_set_add(&set, 0);
    assert_int_equal(port_set_count_odd(&set, 40000), 50);
    assert_int_equal(port_set_count_odd(&set, 40001), 51);
}

static void test_port_set_format_joins_neighbours_to_both_ends(void **state)
{
    struct port_set ports = { 0 };
    struct text out = { 0 };
    (void)state;

    port_set_add_range(&ports, (struct port_range){ 1, 2 });
    port_set_add(&ports, 0);
    port_set_add(&ports, 8080);
    port_set_add_range(&ports, (struct port_range){ 65534, 65535 });
    port_set_format(&ports, &out);

    assert_string_equal(text_string(&out), "0-2,8080,65534-65535");
    assert_int_equal(port_set_text_length(&ports), out.length);
    text_clear(&out);
}

/* The length is counted without the text. */
static void test_port_set_text_length_is_that_of_the_text(void **state)
{
    static const char *const lists[] = { "",      "1",         "9-10", "99-100,102",
                                         "65535", "999-10001", "0",    "63-64,127-129" };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
        struct port_set ports = { 0 };
        struct text out = { 0 };

        assert_true(port_list_parse(lists[i], &ports, NULL));
        port_set_format(&ports, &out);
        assert_string_equal(text_string(&out), lists[i]);
        assert_int_equal(port_set_text_length(&ports), strlen(lists[i]));
        text_clear(&out);
    }
}

static void test_port_set_unite_and_intersect_keep_to_both(void **state)
{
    struct port_set a = { 0 };
    struct port_set b = { 0 };
    (void)state;

    port_set_add_range(&a, (struct port_range){ 10, 20 });
    port_set_add_range(&b, (struct port_range){ 15, 65535 });
    port_set_intersect(&a, &b);
    assert_int_equal(port_set_count(&a), 6);
    assert_true(port_set_has(&a, 15));
    port_set_unite(&a, &b);
    assert_int_equal(port_set_count(&a), 65535 - 14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_port_set_count_odd_counts_offsets),
        cmocka_unit_test(test_port_range_size_counts_both_ends),
        cmocka_unit_test(test_port_range_contains_both_ends),
        cmocka_unit_test(test_port_range_contains_nothing_when_zeroed),
        cmocka_unit_test(test_port_range_covers_up_to_its_ends),
        cmocka_unit_test(test_port_range_covers_nothing_when_zeroed),
        cmocka_unit_test(test_port_range_parse_accepts),
        cmocka_unit_test(test_port_range_parse_refuses),
        cmocka_unit_test(test_port_range_parse_quotes_long_text_shortened),
        cmocka_unit_test(test_port_range_format_fits_the_widest),
        cmocka_unit_test(test_port_set_add_marks_that_port_only),
        cmocka_unit_test(test_port_set_add_range_adds_both_ends),
        cmocka_unit_test(test_port_set_add_range_ends_at_the_last_port),
        cmocka_unit_test(test_port_set_add_range_adds_nothing_when_zeroed),
        cmocka_unit_test(test_port_set_remove_takes_the_common_ports_out),
        cmocka_unit_test(test_port_set_format_joins_neighbours_to_both_ends),
        cmocka_unit_test(test_port_set_text_length_is_that_of_the_text),
        cmocka_unit_test(test_port_set_unite_and_intersect_keep_to_both),
    };

    return cmocka_run_group_tests_name("model/port_range", tests, NULL, NULL);
}
