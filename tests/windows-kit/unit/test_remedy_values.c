/* SPDX-License-Identifier: MIT */
/* What reg.exe and netsh.exe say is read as it is said, and what is no answer of theirs
 * is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/remedy_values.h"

#define KEY                                                                              \
    "\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\r\n"

static const char listing[] =
    KEY "    DataBasePath    REG_EXPAND_SZ    %SystemRoot%\\etc\r\n"
        "    MaxUserPortal    REG_DWORD    0x7\r\n"
        "    Strange    REG_SZ        MaxUserPort    REG_DWORD\r\n"
        "    TcpTimedWaitDelay    REG_DWORD    0x1e\r\n"
        "    StrictTimeWaitSeqCheck    REG_SZ    1\r\n\r\n";

static void assert_registry(const char *output, const char *name, const char *wanted)
{
    char got[REMEDY_VALUE_SIZE] = "";
    struct error err = { 0 };

    assert_true(remedy_parse_registry(output, name, got, &err));
    assert_string_equal(got, wanted);
}

static void test_a_dword_is_told_in_decimals(void **state)
{
    (void)state;
    assert_registry(listing, "TcpTimedWaitDelay", "30");
}

static void test_another_type_is_told_with_its_name(void **state)
{
    (void)state;
    assert_registry(listing, "StrictTimeWaitSeqCheck", "REG_SZ 1");
}

/* Neither a longer name nor the data of another value is the value. */
static void test_what_the_key_does_not_list_is_absent(void **state)
{
    (void)state;
    assert_registry(listing, "MaxUserPort", "absent");
    assert_registry(KEY, "TcpTimedWaitDelay", "absent");
}

static void test_what_lists_no_key_is_no_answer(void **state)
{
    static const char *const wrong[] = {
        "",
        "ERROR: Access is denied.\r\n",
        "    TcpTimedWaitDelay    REG_DWORD    0x1e\r\n",
        KEY "    TcpTimedWaitDelay    REG_DWORD    thirty\r\n",
        KEY "    TcpTimedWaitDelay    REG_DWORD    30\r\n",
        KEY "    TcpTimedWaitDelay    0x1e\r\n"
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        char got[REMEDY_VALUE_SIZE] = "";
        struct error err = { 0 };

        assert_false(remedy_parse_registry(wrong[i], "TcpTimedWaitDelay", got, &err));
        assert_int_equal(err.code, ERR_MALFORMED);
    }
}

static void assert_range(const char *output, const char *wanted)
{
    char got[REMEDY_VALUE_SIZE] = "none";
    struct error err = { 0 };

    assert_int_equal(remedy_parse_range(output, got, &err), wanted != NULL);
    assert_string_equal(got, wanted ? wanted : "none");
}

static void test_a_range_is_read_in_any_language(void **state)
{
    (void)state;
    assert_range(
        "\r\nProtocol tcp Dynamic Port Range\r\n---------------------------------\r\n"
        "Start Port      : 49152\r\nNumber of Ports : 16384\r\n\r\n",
        "49152-65535");
    assert_range("\r\nPlage : dynamique\r\nPort de d\x82part   : 1025 \r\n"
                 "Nombre de ports  : 64511\r\n",
                 "1025-65535");
}

static void test_what_is_no_range_is_no_answer(void **state)
{
    (void)state;
    assert_range("", NULL);
    assert_range("The requested operation requires elevation.\r\n", NULL);
    assert_range("Start Port : 49152\r\n", NULL);
    assert_range("a : 1\r\nb : 2\r\nc : 3\r\n", NULL);
    assert_range("Start Port : 49152\r\nNumber of Ports : 16385\r\n", NULL);
    assert_range("Start Port : 0\r\nNumber of Ports : 1\r\n", NULL);
}

static struct remedy_values given(void)
{
    return (struct remedy_values){ { "30", "absent", "REG_SZ 5 000", "32768-65535",
                                     "49152-65535", "1-2",
                                     "49152-65535, then 1025-65535" } };
}

static void test_values_outlive_a_file(void **state)
{
    const struct remedy_values wanted = given();
    struct remedy_values got = { 0 };
    struct text text = { 0 };
    struct error err = { 0 };
    (void)state;

    remedy_values_print(&wanted, &text);
    assert_true(remedy_values_parse(text_string(&text), &got, &err));
    assert_memory_equal(&wanted, &got, sizeof got);
    text_cut(&text, text.length - strlen("udp/ipv6 49152-65535, then 1025-65535\n"));
    assert_false(remedy_values_parse(text_string(&text), &got, &err));
    assert_false(remedy_values_parse("tcp/ipv4 1-2\ntcp/ipv4 1-2\n", &got, &err));
    assert_false(remedy_values_parse("calc.exe absent\n", &got, &err));
    text_clear(&text);
}

static void test_the_first_difference_is_named(void **state)
{
    struct remedy_values wanted = given();
    struct remedy_values got = given();
    struct text text = { 0 };
    (void)state;

    assert_true(remedy_values_same(&wanted, &got, &text));
    (void)snprintf(got.of[1], sizeof got.of[1], "1");
    (void)snprintf(got.of[3], sizeof got.of[3], "49152-65535");
    assert_false(remedy_values_same(&wanted, &got, &text));
    assert_string_equal(text_string(&text),
                        "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\"
                        "StrictTimeWaitSeqCheck is 1, expected absent, and 1 more");
    text_clear(&text);
}

static void test_a_range_of_max_user_port_cannot_return(void **state)
{
    struct remedy_values values = { { "30", "absent", "absent", "49152-65535",
                                      "1025-65535", "49152-65535", "49152-65535" } };
    struct text text = { 0 };
    (void)state;

    assert_true(remedy_values_can_return(&values, &text));
    (void)snprintf(values.of[4], sizeof values.of[4], "1024-65534");
    assert_false(remedy_values_can_return(&values, &text));
    assert_non_null(strstr(text_string(&text), " is 1024-65534 (MaxUserPort?): netsh"));
    text_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_dword_is_told_in_decimals),
        cmocka_unit_test(test_another_type_is_told_with_its_name),
        cmocka_unit_test(test_what_the_key_does_not_list_is_absent),
        cmocka_unit_test(test_what_lists_no_key_is_no_answer),
        cmocka_unit_test(test_a_range_is_read_in_any_language),
        cmocka_unit_test(test_what_is_no_range_is_no_answer),
        cmocka_unit_test(test_values_outlive_a_file),
        cmocka_unit_test(test_the_first_difference_is_named),
        cmocka_unit_test(test_a_range_of_max_user_port_cannot_return),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
