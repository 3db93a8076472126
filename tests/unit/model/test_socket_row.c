/* SPDX-License-Identifier: MIT */
/* States and addresses as text. */
#include "checks/model/socket_row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

static struct ip_address given_address(const char *text)
{
    struct ip_address address = { { 0 } };

    if (!ip_address_parse(text, &address))
        fail_msg("'%s' is no address", text);
    return address;
}

static void test_conn_state_name_has_a_name_of_its_own_for_each_state(void **state)
{
    (void)state;

    for (int i = 0; i < CONN_STATE_COUNT; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(conn_state_name((enum conn_state)i),
                                    conn_state_name((enum conn_state)j));
}

static void test_conn_state_name_is_that_of_the_perfdata(void **state)
{
    (void)state;

    assert_string_equal(conn_state_name(CONN_ESTABLISHED), "established");
    assert_string_equal(conn_state_name(CONN_TIME_WAIT), "time_wait");
    assert_string_equal(conn_state_name(CONN_CLOSE_WAIT), "close_wait");
    assert_string_equal(conn_state_name(CONN_BOUND), "bound");
}

static void test_conn_state_name_calls_a_value_beyond_the_last_unknown(void **state)
{
    (void)state;

    assert_string_equal(conn_state_name(CONN_STATE_COUNT), "unknown");
}

static void test_ip_address_format_follows_rfc_5952(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        const char *expected;
    } rows[] = {
        { "leading zeros go", "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1" },
        { "lower case", "2001:DB8::ABCD", "2001:db8::abcd" },
        { "one zero group stays", "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
        { "the longest run", "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
        { "the first of equal runs", "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
        { "a run at the start", "0:0:0:0:0:0:0:1", "::1" },
        { "a run at the end", "fe80:0:0:0:0:0:0:0", "fe80::" },
        { "all zero", "0:0:0:0:0:0:0:0", "::" },
        { "no zero", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" },
        { "the longest text", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "IPv4", "10.0.0.5", "10.0.0.5" },
        { "IPv4 at its widest", "255.255.255.255", "255.255.255.255" },
        { "mapped is IPv4", "::ffff:192.0.2.1", "192.0.2.1" },
        { "mapped in hex is IPv4", "::ffff:c000:201", "192.0.2.1" },
        { "another embedded IPv4 is hex", "64:ff9b::192.0.2.33", "64:ff9b::c000:221" },
    };
    char text[IP_ADDRESS_TEXT_SIZE];
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct ip_address address = given_address(rows[i].text);

        ip_address_format(&address, text);
        if (strcmp(text, rows[i].expected) != 0)
            fail_msg("%s: '%s'", rows[i].name, text);
    }
}

static void test_ip_address_parse_puts_ipv4_into_its_mapped_bytes(void **state)
{
    static const uint8_t expected[16] = { 0, 0, 0,    0,    0,  0, 0, 0,
                                          0, 0, 0xFF, 0xFF, 10, 0, 0, 5 };
    struct ip_address address = given_address("10.0.0.5");
    (void)state;

    assert_memory_equal(address.bytes, expected, sizeof expected);
}

static void test_ip_address_parse_puts_groups_in_network_order(void **state)
{
    static const uint8_t expected[16] = { 0x20, 0x01, 0x0d, 0xb8, [14] = 0x12, 0x34 };
    struct ip_address address = given_address("2001:db8::1234");
    (void)state;

    assert_memory_equal(address.bytes, expected, sizeof expected);
}

static void test_ip_address_parse_rejects_what_is_no_address(void **state)
{
    static const char *const texts[] = {
        "",
        "localhost",
        "1",
        "1.2.3",
        "1.2.3.",
        "1.2.3.4.",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.1000",
        "01.2.3.4",
        "1.2.3.-4",
        " 1.2.3.4",
        "1.2.3.4 ",
        "1.2.3.4:80",
        ":",
        ":::",
        "1",
        "1:",
        ":1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "1:2:3:4:5:6:7::8",
        "::1:2:3:4:5:6:7:8",
        "1::2::3",
        "1:::2",
        "12345::",
        "g::",
        "fe80::1%eth0",
        "[::1]",
        "::1 ",
        "::1.2.3",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::ffff:1.2.3.256",
    };
    struct ip_address address = { { 7 } };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        if (ip_address_parse(texts[i], &address) || address.bytes[0] != 7)
            fail_msg("accepted '%s'", texts[i]);
}

static void test_ip_address_parse_lets_the_gap_stand_for_one_group(void **state)
{
    struct ip_address short_form = given_address("1:2:3:4:5:6:7::");
    struct ip_address long_form = given_address("1:2:3:4:5:6:7:0");
    (void)state;

    assert_memory_equal(short_form.bytes, long_form.bytes, sizeof long_form.bytes);
}

static void test_ip_address_is_v4_tells_mapped_from_other_addresses(void **state)
{
    struct ip_address mapped = given_address("::ffff:1.2.3.4");
    struct ip_address compatible = given_address("::1.2.3.4");
    struct ip_address v6 = given_address("2001:db8::1");
    (void)state;

    assert_true(ip_address_is_v4(&mapped));
    assert_false(ip_address_is_v4(&compatible));
    assert_false(ip_address_is_v4(&v6));
}

static void test_ip_address_is_loopback_knows_both_families(void **state)
{
    static const struct {
        const char *text;
        bool expected;
    } rows[] = {
        { "127.0.0.1", true },
        { "127.255.255.254", true },
        { "::ffff:127.0.0.1", true },
        { "::1", true },
        { "128.0.0.1", false },
        { "126.255.255.255", false },
        { "::2", false },
        { "::", false },
        { "::127.0.0.1", false },
        { "fe80::1", false },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct ip_address address = given_address(rows[i].text);

        if (ip_address_is_loopback(&address) != rows[i].expected)
            fail_msg("%s", rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conn_state_name_has_a_name_of_its_own_for_each_state),
        cmocka_unit_test(test_conn_state_name_is_that_of_the_perfdata),
        cmocka_unit_test(test_conn_state_name_calls_a_value_beyond_the_last_unknown),
        cmocka_unit_test(test_ip_address_format_follows_rfc_5952),
        cmocka_unit_test(test_ip_address_parse_puts_ipv4_into_its_mapped_bytes),
        cmocka_unit_test(test_ip_address_parse_puts_groups_in_network_order),
        cmocka_unit_test(test_ip_address_parse_rejects_what_is_no_address),
        cmocka_unit_test(test_ip_address_parse_lets_the_gap_stand_for_one_group),
        cmocka_unit_test(test_ip_address_is_v4_tells_mapped_from_other_addresses),
        cmocka_unit_test(test_ip_address_is_loopback_knows_both_families),
    };

    return cmocka_run_group_tests_name("model/socket_row", tests, NULL, NULL);
}
