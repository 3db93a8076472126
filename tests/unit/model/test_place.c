/* SPDX-License-Identifier: MIT */
/* The names of places: which lead to one, and which lead out of what may be touched. */
#include "checks/model/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TCPIP "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\"

static struct place location_of(const char *name)
{
    struct place location = { .kind = PLACE_SYSCTL };
    enum os_kind os = OS_UNKNOWN;

    assert_true(place_locate(name, &location, &os, NULL));
    return location;
}

static void test_place_equal_ignores_case_in_the_registry_only(void **state)
{
    const struct place value = location_of("Tcpip\\Parameters\\KeepAliveTime");
    const struct place upper = location_of("Tcpip\\Parameters\\KEEPALIVETIME");
    const struct place longer = location_of("Tcpip\\Parameters\\KeepAliveTimes");
    const struct place v6 = location_of("Tcpip6\\Parameters\\KeepAliveTime");
    const struct place sysctl = location_of("net.ipv4.x");
    const struct place upper_sysctl = location_of("net.ipv4.X");
    (void)state;

    assert_true(place_equal(&value, &upper));
    assert_false(place_equal(&value, &longer));
    assert_false(place_equal(&value, &v6));
    assert_true(place_equal(&sysctl, &sysctl));
    assert_false(place_equal(&sysctl, &upper_sysctl));
    assert_false(place_equal(&sysctl, &value));
}

static void test_place_sysctl_in_reach_takes_the_three_trees(void **state)
{
    (void)state;

    assert_true(place_sysctl_in_reach("net/ipv4/tcp_tw_reuse"));
    assert_true(place_sysctl_in_reach("net/ipv6/conf/eth0.100/mtu"));
    assert_true(place_sysctl_in_reach("net/core/somaxconn"));
}

static void test_place_sysctl_in_reach_refuses_everything_else(void **state)
{
    static const char *const places[] = {
        "",
        "net/",
        "net/ipv4",
        "net/ipv4/",
        "net/ipv40/x",
        "net/netfilter/nf_conntrack_max",
        "kernel/core_pattern",
        "/net/ipv4/tcp_tw_reuse",
        "net/ipv4//x",
        "net/ipv4/../core/x",
        "net/ipv4/.",
        "net/ipv4/a b",
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(places); i++)
        assert_false(place_sysctl_in_reach(places[i]));
}

static void test_place_sysctl_in_reach_refuses_a_longer_place(void **state)
{
    char place[PLACE_SYSCTL_MAX + 2] = "net/core/";
    (void)state;

    memset(place + strlen(place), 'x', PLACE_SYSCTL_MAX - strlen(place));
    assert_true(place_sysctl_in_reach(place));
    place[PLACE_SYSCTL_MAX] = 'x';
    assert_false(place_sysctl_in_reach(place));
}

static void test_place_registry_parse_splits_key_and_name(void **state)
{
    struct place place = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(place_registry_parse(TCPIP "TcpTimedWaitDelay", &place, &err));

    assert_string_equal(place.path,
                        "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters");
    assert_string_equal(place.value, "TcpTimedWaitDelay");
}

static void test_place_registry_parse_takes_tcpip6(void **state)
{
    struct place place = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(place_registry_parse(
        "SYSTEM\\CurrentControlSet\\Services\\Tcpip6\\Parameters\\X", &place, &err));

    assert_string_equal(place.path,
                        "SYSTEM\\CurrentControlSet\\Services\\Tcpip6\\Parameters");
    assert_string_equal(place.value, "X");
}

static void test_place_registry_parse_knows_no_case_in_the_key(void **state)
{
    struct place place = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(place_registry_parse(
        "system\\currentcontrolset\\SERVICES\\tcpip\\parameters\\MaxUserPort", &place,
        &err));

    assert_string_equal(place.value, "MaxUserPort");
}

static void test_place_registry_parse_refuses_every_other_place(void **state)
{
    static const struct {
        const char *name;
        const char *place;
    } rows[] = {
        { "no value name", TCPIP "" },
        { "the key itself", "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters" },
        { "a key below", TCPIP "Interfaces\\X" },
        { "another service", "SYSTEM\\CurrentControlSet\\Services\\Dnscache\\Parameters"
                             "\\X" },
        { "a longer key", "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\ParametersX\\Y" },
        { "with the root key", "HKLM\\" TCPIP "X" },
        { "another control set",
          "SYSTEM\\ControlSet001\\Services\\Tcpip\\Parameters\\X" },
        { "a control character", TCPIP "X\n" },
        { "beyond ASCII", TCPIP "X\xC3\xBC" },
        { "slashes", "SYSTEM/CurrentControlSet/Services/Tcpip/Parameters/X" },
        { "nothing", "" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct place place = { 0 };
        struct error err = { 0 };

        if (place_registry_parse(rows[i].place, &place, &err))
            fail_msg("accepted: %s", rows[i].name);
        assert_int_equal(err.code, ERR_UNSUPPORTED);
        assert_string_equal(place.path, "");
    }
}

static void test_place_registry_parse_limits_the_name(void **state)
{
    char text[sizeof TCPIP + PLACE_PART_SIZE] = TCPIP;
    struct place place = { 0 };
    struct error err = { 0 };
    (void)state;

    memset(text + sizeof TCPIP - 1, 'x', PLACE_PART_SIZE);

    assert_false(place_registry_parse(text, &place, &err));
    text[sizeof TCPIP - 1 + PLACE_PART_SIZE - 1] = '\0';
    error_clear(&err);
    assert_true(place_registry_parse(text, &place, &err));
    assert_int_equal(strlen(place.value), PLACE_PART_SIZE - 1);
}

static void test_place_registry_parse_quotes_the_place(void **state)
{
    struct place place = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_false(place_registry_parse("SOFTWARE\\X", &place, &err));

    assert_string_equal(err.message,
                        "'SOFTWARE\\X' is not a value of Tcpip\\Parameters or "
                        "Tcpip6\\Parameters, the only keys that this program changes");
}

static void test_place_registry_name_is_the_reverse(void **state)
{
    static const char name[] = TCPIP "TcpTimedWaitDelay";
    char out[PLACE_NAME_SIZE];
    struct place place;
    struct error err = { 0 };
    (void)state;

    assert_true(place_registry_parse(name, &place, &err));
    place_registry_name(&place, out);

    assert_string_equal(out, name);
    assert_int_equal(place.kind, PLACE_REGISTRY);
}

static void test_place_sysctl_key_has_dots_for_slashes(void **state)
{
    char key[PLACE_PART_SIZE];
    (void)state;

    place_sysctl_key("net/ipv4/tcp_tw_reuse", key);

    assert_string_equal(key, "net.ipv4.tcp_tw_reuse");
}

static void test_place_range_parse_reads_every_name(void **state)
{
    (void)state;

    for (int protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++)
        for (int family = 0; family < IP_FAMILY_COUNT; family++) {
            const char *name =
                place_range_name((enum ip_protocol)protocol, (enum ip_family)family);
            char words[16];
            enum ip_protocol read_protocol = IP_PROTOCOL_COUNT;
            enum ip_family read_family = IP_FAMILY_COUNT;

            (void)snprintf(words, sizeof words, "%s/%s",
                           place_protocol_word((enum ip_protocol)protocol),
                           place_family_word((enum ip_family)family));
            assert_string_equal(name, words);
            assert_true(place_range_parse(name, &read_protocol, &read_family, NULL));
            assert_int_equal(read_protocol, protocol);
            assert_int_equal(read_family, family);
        }
}

static void test_place_range_parse_refuses_another_name(void **state)
{
    enum ip_protocol protocol = IP_PROTOCOL_COUNT;
    enum ip_family family = IP_FAMILY_COUNT;
    struct error err = { 0 };
    (void)state;

    assert_false(place_range_parse("tcp", &protocol, &family, &err));

    assert_int_equal(err.code, ERR_ABSENT);
    assert_string_equal(err.message,
                        "there is no dynamic range 'tcp': expected tcp/ipv4, tcp/ipv6, "
                        "udp/ipv4 or udp/ipv6");
    assert_int_equal(protocol, IP_PROTOCOL_COUNT);
    assert_int_equal(family, IP_FAMILY_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_place_equal_ignores_case_in_the_registry_only),
        cmocka_unit_test(test_place_sysctl_in_reach_takes_the_three_trees),
        cmocka_unit_test(test_place_sysctl_in_reach_refuses_everything_else),
        cmocka_unit_test(test_place_sysctl_in_reach_refuses_a_longer_place),
        cmocka_unit_test(test_place_registry_parse_splits_key_and_name),
        cmocka_unit_test(test_place_registry_parse_takes_tcpip6),
        cmocka_unit_test(test_place_registry_parse_knows_no_case_in_the_key),
        cmocka_unit_test(test_place_registry_parse_refuses_every_other_place),
        cmocka_unit_test(test_place_registry_parse_limits_the_name),
        cmocka_unit_test(test_place_registry_parse_quotes_the_place),
        cmocka_unit_test(test_place_registry_name_is_the_reverse),
        cmocka_unit_test(test_place_sysctl_key_has_dots_for_slashes),
        cmocka_unit_test(test_place_range_parse_reads_every_name),
        cmocka_unit_test(test_place_range_parse_refuses_another_name),
    };

    return cmocka_run_group_tests_name("model/place", tests, NULL, NULL);
}
