/* SPDX-License-Identifier: MIT */
/* Numbers, ranges and lists of /proc/sys. */
#include "checks/decode/sysctl_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_number_reads_one_integer(void **state)
{
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {
        { "1\n", 1 },
        { "0", 0 },
        { "-1\n", -1 },
        { " 60 \n", 60 },
        { "9223372036854775807\n", INT64_MAX },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct error err = { 0 };
        int64_t value = 7;

        if (!sysctl_text_number(rows[i].text, &value, &err) || value != rows[i].value)
            fail_msg("'%s': '%s'", rows[i].text, err.message);
    }
}

static void test_number_rejects_other_texts(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        const char *message;
    } rows[] = {
        { "empty", "", "expected a number, found the end" },
        { "blank", " \n", "expected a number, found the end" },
        { "several", "4096\t131072\t6291456\n",
          "expected one number, found '131072' after it" },
        { "word", "cubic\n", "'cubic' is not a whole number" },
        { "number and word", "1 ms\n", "expected one number, found 'ms' after it" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct error err = { 0 };
        int64_t value = 7;

        if (sysctl_text_number(rows[i].text, &value, &err) ||
            strcmp(err.message, rows[i].message) != 0)
            fail_msg("%s: '%s'", rows[i].name, err.message);
        assert_int_equal(value, 7);
    }
}

static void test_number_rejects_endless_digits(void **state)
{
    char text[200];
    struct error err = { 0 };
    int64_t value = 7;
    (void)state;
    memset(text, '9', sizeof text - 1);
    text[sizeof text - 1] = '\0';

    assert_false(sysctl_text_number(text, &value, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_int_equal(value, 7);
}

static void test_port_range_reads_tab_and_blank(void **state)
{
    struct port_range range = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(sysctl_text_port_range("32768\t60999\n", &range, &err));
    assert_int_equal(range.first, 32768);
    assert_int_equal(range.last, 60999);
    assert_true(sysctl_text_port_range("1 65535", &range, &err));
    assert_int_equal(range.first, 1);
    assert_int_equal(range.last, 65535);
}

static void test_port_range_rejects_other_texts(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        const char *message;
    } rows[] = {
        { "one port", "32768\n", "expected a number, found the end" },
        { "three ports", "1 2 3\n", "expected two ports, found '3' after it" },
        { "turned round", "60999\t32768\n",
          "'60999' to '32768' is not a range, expected 1 to 65535, the lower first" },
        { "port 0", "0\t60999\n",
          "'0' to '60999' is not a range, expected 1 to 65535, the lower first" },
        { "beyond a port", "32768\t65536\n", "'65536' is above 65535" },
        { "word", "32768\tmany\n", "'many' is not a whole number" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct port_range range = { 7, 8 };
        struct error err = { 0 };

        if (sysctl_text_port_range(rows[i].text, &range, &err) ||
            strcmp(err.message, rows[i].message) != 0)
            fail_msg("%s: '%s'", rows[i].name, err.message);
        assert_int_equal(range.first, 7);
    }
}

/* The grammar has its tests in tests/unit/base/test_port_list.c. */
static void test_port_list_reads_ports_and_ranges(void **state)
{
    struct port_set set = { { 1 } };
    struct error err = { 0 };
    (void)state;

    assert_true(sysctl_text_port_list("8080,9000-9010,65535\n", &set, &err));

    assert_int_equal(port_set_count(&set), 13);
    assert_true(port_set_has(&set, 8080));
    assert_true(port_set_has(&set, 9000));
    assert_true(port_set_has(&set, 9010));
    assert_true(port_set_has(&set, 65535));
    assert_false(port_set_has(&set, 9011));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number_reads_one_integer),
        cmocka_unit_test(test_number_rejects_other_texts),
        cmocka_unit_test(test_number_rejects_endless_digits),
        cmocka_unit_test(test_port_range_reads_tab_and_blank),
        cmocka_unit_test(test_port_range_rejects_other_texts),
        cmocka_unit_test(test_port_list_reads_ports_and_ranges),
    };

    return cmocka_run_group_tests_name("decode/sysctl_text", tests, NULL, NULL);
}
