/* SPDX-License-Identifier: MIT */
/* What netsh is told: a wrong word here changes the wrong thing on a machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "checks/base/compiler.h"
#include "remediate/writer/netsh_command.h"

static void assert_sets(const char *place, const char *value, const char *expected)
{
    char out[NETSH_ARGUMENTS_SIZE] = "";
    struct error err = { 0 };

    assert_true(netsh_command_set(place, value, out, &err));

    assert_string_equal(out, expected);
}

static void assert_set_fails(const char *place, const char *value, enum error_code code,
                             const char *message)
{
    char out[NETSH_ARGUMENTS_SIZE] = "untouched";
    struct error err = { 0 };

    assert_false(netsh_command_set(place, value, out, &err));

    assert_string_equal(err.message, message);
    assert_int_equal(err.code, code);
    assert_string_equal(out, "untouched");
}

static void test_netsh_command_set_counts_ports_with_both_ends(void **state)
{
    (void)state;

    assert_sets("tcp/ipv4", "32768-65535",
                "interface ipv4 set dynamicportrange protocol=tcp startport=32768 "
                "numberofports=32768");
}

static void test_netsh_command_set_knows_every_place(void **state)
{
    (void)state;

    assert_sets("tcp/ipv6", "49152-65535",
                "interface ipv6 set dynamicportrange protocol=tcp startport=49152 "
                "numberofports=16384");
    assert_sets("udp/ipv4", "49152-65535",
                "interface ipv4 set dynamicportrange protocol=udp startport=49152 "
                "numberofports=16384");
    assert_sets("udp/ipv6", "49152-65535",
                "interface ipv6 set dynamicportrange protocol=udp startport=49152 "
                "numberofports=16384");
}

static void test_netsh_command_set_sets_for_now_and_later_boots(void **state)
{
    char out[NETSH_ARGUMENTS_SIZE] = "";
    struct error err = { 0 };
    (void)state;

    assert_true(netsh_command_set("tcp/ipv4", "1025-65535", out, &err));

    assert_null(strstr(out, "store="));
}

static void test_netsh_command_set_fits_the_longest_line(void **state)
{
    (void)state;

    assert_sets("tcp/ipv6", "1-65535",
                "interface ipv6 set dynamicportrange protocol=tcp startport=1 "
                "numberofports=65535");
}

static void test_netsh_command_set_refuses_to_take_a_range_away(void **state)
{
    (void)state;

    assert_set_fails("tcp/ipv4", NULL, ERR_UNSUPPORTED,
                     "the dynamic range tcp/ipv4 cannot be removed, only set");
}

static void test_netsh_command_set_refuses_more_than_a_range(void **state)
{
    static const struct {
        const char *name;
        const char *value;
    } rows[] = {
        { "another argument", "32768-65535 store=active" },
        { "a separator of shells", "32768-65535&calc" },
        { "a quote", "\"32768-65535" },
        { "one port", "32768" },
        { "wrong order", "65535-32768" },
        { "port 0", "0-65535" },
        { "beyond the ports", "32768-65536" },
        { "nothing", "" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char out[NETSH_ARGUMENTS_SIZE] = "untouched";
        struct error err = { 0 };

        if (netsh_command_set("tcp/ipv4", rows[i].value, out, &err))
            fail_msg("accepted: %s", rows[i].name);
        assert_string_equal(out, "untouched");
        assert_true(strlen(err.message) > 0);
    }
}

static void test_netsh_command_set_refuses_words_in_a_place(void **state)
{
    (void)state;

    assert_set_fails("tcp/ipv4 store=active", "32768-65535", ERR_ABSENT,
                     "there is no dynamic range 'tcp/ipv4 store=active': expected "
                     "tcp/ipv4, tcp/ipv6, udp/ipv4 or udp/ipv6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_netsh_command_set_counts_ports_with_both_ends),
        cmocka_unit_test(test_netsh_command_set_knows_every_place),
        cmocka_unit_test(test_netsh_command_set_sets_for_now_and_later_boots),
        cmocka_unit_test(test_netsh_command_set_fits_the_longest_line),
        cmocka_unit_test(test_netsh_command_set_refuses_to_take_a_range_away),
        cmocka_unit_test(test_netsh_command_set_refuses_more_than_a_range),
        cmocka_unit_test(test_netsh_command_set_refuses_words_in_a_place),
    };

    return cmocka_run_group_tests_name("writer/netsh_command", tests, NULL, NULL);
}
