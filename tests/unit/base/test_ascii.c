/* SPDX-License-Identifier: MIT */
/* Case and hexadecimal digits of ASCII. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/base/ascii.h"

static void test_ascii_lower_changes_only_capitals(void **state)
{
    (void)state;

    for (int i = 0; i < 256; i++) {
        const char c = (char)(unsigned char)i;

        if (ascii_lower(c) != (i >= 'A' && i <= 'Z' ? (char)(i + 32) : c))
            fail_msg("byte %d", i);
    }
}

static void test_ascii_same_compares_in_any_case(void **state)
{
    (void)state;

    assert_true(ascii_same("", ""));
    assert_true(ascii_same("Critical", "cRITICAL"));
    assert_true(ascii_same("a_[{1", "A_[{1"));
    assert_false(ascii_same("OK", "OKAY"));
    assert_false(ascii_same("OKAY", "OK"));
    assert_false(ascii_same("OK", ""));
    assert_false(ascii_same("[", "{")); /* 32 apart, no letters */
    assert_false(ascii_same("@", "`"));
    assert_false(ascii_same("\xC3\x84", "\xC3\xA4")); /* a and A with two dots */
}

static void test_ascii_after_finds_what_follows(void **state)
{
    (void)state;

    assert_string_equal(ascii_after("Tcpip\\Name", "TCPIP"), "\\Name");
    assert_string_equal(ascii_after("Tcpip", "tcpip"), "");
    assert_string_equal(ascii_after("Tcpip", ""), "Tcpip");
    assert_null(ascii_after("Tcp", "tcpip"));
}

static void test_hex_digit_knows_its_letters(void **state)
{
    (void)state;

    for (int i = 0; i < 256; i++) {
        const char c = (char)(unsigned char)i;
        const int decimal = i >= '0' && i <= '9' ? i - '0' : -1;
        const int small = i >= 'a' && i <= 'f' ? i - 'a' + 10 : decimal;
        const int capital = i >= 'A' && i <= 'F' ? i - 'A' + 10 : decimal;

        if (hex_digit(c, 'a') != small || hex_digit(c, 'A') != capital)
            fail_msg("byte %d", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ascii_lower_changes_only_capitals),
        cmocka_unit_test(test_ascii_same_compares_in_any_case),
        cmocka_unit_test(test_ascii_after_finds_what_follows),
        cmocka_unit_test(test_hex_digit_knows_its_letters),
    };

    return cmocka_run_group_tests_name("base/ascii", tests, NULL, NULL);
}
