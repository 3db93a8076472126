/* SPDX-License-Identifier: MIT */
/* netsh's tables in several languages, and texts that only look like them. */
#include "checks/decode/netsh_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fixture_file.h"

static bool read_range(const char *text, struct port_range *out, struct error *err)
{
    return netsh_text_dynamic_range(text, strlen(text), out, err);
}

static bool read_exclusions(const char *text, struct port_set *out, struct error *err)
{
    return netsh_text_excluded_ranges(text, strlen(text), out, err);
}

static void test_dynamic_range_reads_every_language(void **state)
{
    static const struct {
        const char *name;
        uint16_t first;
        uint16_t last;
    } cases[] = {
        { "netsh/english/dynamicportrange.txt", 49152, 65535 },
        { "netsh/chinese/dynamicportrange.txt", 1024, 15000 },
        { "netsh/chinese-utf8/dynamicportrange.txt", 1024, 15000 },
        { "netsh/japanese/dynamicportrange.txt", 49152, 65535 },
        { "netsh/french/dynamicportrange.txt", 49152, 65535 },
        { "netsh/russian/dynamicportrange.txt", 49152, 65535 },
        { "netsh/german/dynamicportrange.txt", 49152, 65535 },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct port_range range = { 0 };
        struct error err = { 0 };
        struct text text = { 0 };

        fixture_read(cases[i].name, &text);
        if (!netsh_text_dynamic_range(text_string(&text), text.length, &range, &err))
            fail_msg("%s: %s", cases[i].name, err.message);
        if (range.first != cases[i].first || range.last != cases[i].last)
            fail_msg("%s: %u-%u", cases[i].name, range.first, range.last);
        text_clear(&text);
    }
}

static void test_dynamic_range_accepts_other_padding_and_line_ends(void **state)
{
    struct port_range range = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(read_range("\nTitle\n---\nA:1024\nB   :\t 64511 ", &range, &err));

    assert_int_equal(range.first, 1024);
    assert_int_equal(range.last, 65534);
}

static void test_dynamic_range_accepts_the_last_port(void **state)
{
    struct port_range range = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(read_range("a : 1\r\nb : 65535\r\n", &range, &err));

    assert_int_equal(range.first, 1);
    assert_int_equal(range.last, 65535);
    assert_true(read_range("a : 65535\r\nb : 1\r\n", &range, &err));
    assert_int_equal(range.first, 65535);
    assert_int_equal(range.last, 65535);
}

static void test_dynamic_range_refuses(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        const char *message;
    } cases[] = {
        { "nothing", "", "netsh printed nothing" },
        { "blank lines", "\r\n \t\r\n", "netsh printed nothing" },
        { "no number", "The syntax is wrong.\r\n",
          "netsh's answer has 0 lines 'label : number', expected 2" },
        { "one number", "Start Port : 49152\r\n",
          "netsh's answer has 1 lines 'label : number', expected 2" },
        { "three numbers", "a : 49152\r\nb : 16384\r\nc : 1\r\n",
          "netsh's answer has 3 lines 'label : number', expected 2" },
        { "two colons in a line", "a : b : 49152\r\nb : 16384\r\n",
          "netsh's answer has 1 lines 'label : number', expected 2" },
        { "text after the number", "a : 49152 x\r\nb : 16384\r\n",
          "netsh's answer has 1 lines 'label : number', expected 2" },
        { "negative number", "a : -1\r\nb : 16384\r\n",
          "netsh's answer has 1 lines 'label : number', expected 2" },
        { "start 0", "a : 0\r\nb : 16384\r\n",
          "netsh's answer '0, 16384' is not a first port and a number of ports" },
        { "no port", "a : 49152\r\nb : 0\r\n",
          "netsh's answer '49152, 0' is not a first port and a number of ports" },
        { "one port too many", "a : 49152\r\nb : 16385\r\n",
          "netsh's answer '49152, 16385' is not a first port and a number of ports" },
        { "start too big", "a : 65536\r\nb : 1\r\n",
          "netsh's answer '65536, 1' is not a first port and a number of ports" },
        { "number that would wrap", "a : 4294967297\r\nb : 16384\r\n",
          "netsh's answer '4294967295, 16384' is not a first port and a number of "
          "ports" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct port_range range = { 7, 8 };
        struct error err = { 0 };

        if (read_range(cases[i].text, &range, &err))
            fail_msg("%s: accepted", cases[i].name);
        if (strcmp(err.message, cases[i].message) != 0)
            fail_msg("%s: %s", cases[i].name, err.message);
        if (err.code != ERR_MALFORMED || range.first != 7 || range.last != 8)
            fail_msg("%s: code %d, range %u-%u", cases[i].name, (int)err.code,
                     range.first, range.last);
    }
}

static void test_dynamic_range_ignores_bytes_behind_its_length(void **state)
{
    static const char text[] = "a : 49152\r\nb : 163849";
    struct port_range range = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(netsh_text_dynamic_range(text, sizeof text - 2, &range, &err));

    assert_int_equal(range.last, 65535);
}

static void given_exclusions(const char *name, struct port_set *out)
{
    struct error err = { 0 };
    struct text text = { 0 };

    fixture_read(name, &text);
    if (!netsh_text_excluded_ranges(text_string(&text), text.length, out, &err))
        fail_msg("%s: %s", name, err.message);
    text_clear(&text);
}

static void test_excluded_ranges_reads_english_with_stars(void **state)
{
    struct port_set set = { 0 };
    (void)state;

    given_exclusions("netsh/english/excludedportrange.txt", &set);

    assert_int_equal(port_set_count(&set), 4 + 60 + 100 + 100);
    assert_true(port_set_has(&set, 50000));
    assert_true(port_set_has(&set, 50059));
    assert_false(port_set_has(&set, 50060));
    assert_true(port_set_has(&set, 5357));
}

static void test_excluded_ranges_reads_chinese(void **state)
{
    struct port_set set = { 0 };
    (void)state;

    given_exclusions("netsh/chinese/excludedportrange.txt", &set);

    assert_int_equal(port_set_count(&set), 100 + 1 + 100 + 60);
    assert_true(port_set_has(&set, 1433));
}

static void test_excluded_ranges_reads_spanish_without_stars(void **state)
{
    struct port_set set = { 0 };
    (void)state;

    given_exclusions("netsh/spanish/excludedportrange.txt", &set);

    assert_int_equal(port_set_count(&set), 100 + 100 + 1 + 60);
}

static void test_excluded_ranges_of_an_empty_table_are_none(void **state)
{
    struct port_set set = { 0 };
    (void)state;

    given_exclusions("netsh/no-exclusions/excludedportrange.txt", &set);

    assert_int_equal(port_set_count(&set), 0);
}

static void test_excluded_ranges_adds_to_the_set(void **state)
{
    struct port_set set = { 0 };
    struct error err = { 0 };
    (void)state;
    port_set_add(&set, 7);

    assert_true(read_exclusions("----  ----\n 9 10 *", &set, &err));

    assert_int_equal(port_set_count(&set), 3);
    assert_true(port_set_has(&set, 7));
}

static void test_excluded_ranges_ignores_lines_that_are_no_rows(void **state)
{
    struct port_set set = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(
        read_exclusions("----  ----\n1 2 3\n4\n5 x\n6-7\n8 9 **\na 10 11\n", &set, &err));

    assert_int_equal(port_set_count(&set), 0);
}

static void test_excluded_ranges_refuses(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        const char *message;
    } cases[] = {
        { "nothing", "", "netsh printed nothing" },
        { "blank lines", "\r\n\r\n", "netsh printed nothing" },
        { "no table", "The command was not found.\r\n",
          "netsh's answer has no table of excluded ports" },
        { "last before first", " 20 10\r\n",
          "netsh's answer '20 10' is not a range of ports" },
        { "port 0", " 0 10\r\n", "netsh's answer '0 10' is not a range of ports" },
        { "port too big", " 1 2\r\n 65535 65536\r\n",
          "netsh's answer '65535 65536' is not a range of ports" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct port_set set = { 0 };
        struct error err = { 0 };

        if (read_exclusions(cases[i].text, &set, &err))
            fail_msg("%s: accepted", cases[i].name);
        if (strcmp(err.message, cases[i].message) != 0)
            fail_msg("%s: %s", cases[i].name, err.message);
        if (err.code != ERR_MALFORMED || port_set_count(&set) != 0)
            fail_msg("%s: code %d, %u ports", cases[i].name, (int)err.code,
                     (unsigned int)port_set_count(&set));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dynamic_range_reads_every_language),
        cmocka_unit_test(test_dynamic_range_accepts_other_padding_and_line_ends),
        cmocka_unit_test(test_dynamic_range_accepts_the_last_port),
        cmocka_unit_test(test_dynamic_range_refuses),
        cmocka_unit_test(test_dynamic_range_ignores_bytes_behind_its_length),
        cmocka_unit_test(test_excluded_ranges_reads_english_with_stars),
        cmocka_unit_test(test_excluded_ranges_reads_chinese),
        cmocka_unit_test(test_excluded_ranges_reads_spanish_without_stars),
        cmocka_unit_test(test_excluded_ranges_of_an_empty_table_are_none),
        cmocka_unit_test(test_excluded_ranges_adds_to_the_set),
        cmocka_unit_test(test_excluded_ranges_ignores_lines_that_are_no_rows),
        cmocka_unit_test(test_excluded_ranges_refuses),
    };

    return cmocka_run_group_tests_name("decode/netsh_text", tests, NULL, NULL);
}
