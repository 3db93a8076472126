/* SPDX-License-Identifier: MIT */
/* What netsh is asked: a wrong word here asks for another range. */
#include "checks/decode/netsh_question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_netsh_question_format_asks_what_is_in_force(void **state)
{
    const struct netsh_question in_force = { NETSH_RANGE, IP_PROTOCOL_TCP, IP_FAMILY_V4 };
    char out[NETSH_ARGUMENTS_SIZE];
    (void)state;

    netsh_question_format(&in_force, out);

    assert_string_equal(out, "interface ipv4 show dynamicportrange protocol=tcp");
}

static void test_netsh_question_format_asks_what_is_stored(void **state)
{
    const struct netsh_question stored = { NETSH_STORED_RANGE, IP_PROTOCOL_UDP,
                                           IP_FAMILY_V6 };
    char out[NETSH_ARGUMENTS_SIZE];
    (void)state;

    netsh_question_format(&stored, out);

    assert_string_equal(
        out, "interface ipv6 show dynamicportrange protocol=udp store=persistent");
}

static void test_netsh_question_format_asks_for_excluded_ports(void **state)
{
    const struct netsh_question excluded = { NETSH_EXCLUDED, IP_PROTOCOL_UDP,
                                             IP_FAMILY_V4 };
    char out[NETSH_ARGUMENTS_SIZE];
    (void)state;

    netsh_question_format(&excluded, out);

    assert_string_equal(out, "interface ipv4 show excludedportrange protocol=udp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_netsh_question_format_asks_what_is_in_force),
        cmocka_unit_test(test_netsh_question_format_asks_what_is_stored),
        cmocka_unit_test(test_netsh_question_format_asks_for_excluded_ports),
    };

    return cmocka_run_group_tests_name("decode/netsh_question", tests, NULL, NULL);
}
