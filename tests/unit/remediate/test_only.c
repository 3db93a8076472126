/* SPDX-License-Identifier: MIT */
/* Each form in which people type a setting, and what is said of a name that is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/only.h"

static struct policy policy;

/* The built-in policy, and what a site added. */
static void given_policy(void)
{
    static const char added[] =
        "{\"schema\": 1, \"settings\": {"
        "\"net.ipv4.tcp_rfc1337\": {\"accepted\": 1, \"recommended\": 1},"
        "\"net.ipv4.conf.all.rp_filter\": {\"accepted\": 1, \"recommended\": 1},"
        "\"net.ipv4.conf.default.rp_filter\": {\"accepted\": 1, \"recommended\": 1},"
        "\"Tcpip\\\\Parameters\\\\KeepAliveTime\": {\"accepted\": 1, \"recommended\": "
        "1}}}";
    struct error err = { 0 };

    policy_init(&policy);
    if (!policy_apply_json(&policy, added, strlen(added), &err))
        fail_msg("%s", err.message);
}

static void test_only_resolve_takes_every_form_of_a_name(void **state)
{
    static const struct {
        enum os_kind os;
        const char *typed;
        const char *name;
    } rows[] = {
        { OS_LINUX, "tcp_tw_reuse", "tcp_tw_reuse" },
        { OS_LINUX, "net.ipv4.tcp_tw_reuse", "tcp_tw_reuse" },
        { OS_LINUX, "net/ipv4/tcp_tw_reuse", "tcp_tw_reuse" },
        { OS_LINUX, "/proc/sys/net/ipv4/tcp_tw_reuse", "tcp_tw_reuse" },
        { OS_LINUX, "net.ipv4.tcp_rfc1337", "net.ipv4.tcp_rfc1337" },
        { OS_LINUX, "net/ipv4/tcp_rfc1337", "net.ipv4.tcp_rfc1337" },
        { OS_LINUX, "tcp_rfc1337", "net.ipv4.tcp_rfc1337" },
        { OS_LINUX, "/proc/sys/net/ipv4/conf/all/rp_filter",
          "net.ipv4.conf.all.rp_filter" },
        { OS_WINDOWS, "TcpTimedWaitDelay", "TcpTimedWaitDelay" },
        { OS_WINDOWS, "tcptimedwaitdelay", "TcpTimedWaitDelay" },
        { OS_WINDOWS,
          "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\"
          "TcpTimedWaitDelay",
          "TcpTimedWaitDelay" },
        { OS_WINDOWS,
          "hklm:\\system\\currentcontrolset\\services\\tcpip\\parameters\\"
          "tcptimedwaitdelay",
          "TcpTimedWaitDelay" },
        { OS_WINDOWS,
          "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\"
          "StrictTimeWaitSeqCheck",
          "StrictTimeWaitSeqCheck" },
        { OS_WINDOWS,
          "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\MaxUserPort",
          "MaxUserPort" },
        { OS_WINDOWS, "Tcpip\\Parameters\\KeepAliveTime",
          "Tcpip\\Parameters\\KeepAliveTime" },
        { OS_WINDOWS, "keepalivetime", "Tcpip\\Parameters\\KeepAliveTime" },
        { OS_WINDOWS, "dynamicportrangetcp", "DynamicPortRangeTcp" },
        { OS_WINDOWS, "udp/ipv6", "DynamicPortRangeUdp" },
        { OS_WINDOWS, "TCP/IPv4", "DynamicPortRangeTcp" },
    };
    (void)state;
    given_policy();

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char names[1][ONLY_NAME_SIZE];
        struct error err = { 0 };

        (void)snprintf(names[0], sizeof names[0], "%s", rows[i].typed);
        if (!only_resolve(names, 1, &policy, rows[i].os, &err))
            fail_msg("%s: %s", rows[i].typed, err.message);
        assert_string_equal(names[0], rows[i].name);
    }
}

#define LINUX_LIST                                                                       \
    " (one of ip_local_port_range, tcp_tw_reuse, tcp_timestamps, tcp_fin_timeout, "      \
    "tcp_tw_recycle, tcp_max_tw_buckets)"
#define NO_SETTING "' is not a setting of this system and its policy"

static void test_only_resolve_names_the_nearest_and_all(void **state)
{
    static const struct {
        const char *typed;
        const char *message;
    } rows[] = {
        { "tcp_tw_resue", "'tcp_tw_resue" NO_SETTING "; did you mean tcp_tw_reuse?" },
        { "net.ipv4.tcp_tw_recyle",
          "'net.ipv4.tcp_tw_recyle" NO_SETTING "; did you mean tcp_tw_recycle?" },
        { "TCP_TW_REUSE", "'TCP_TW_REUSE" NO_SETTING "; did you mean tcp_tw_reuse?" },
        { "xyz", "'xyz" NO_SETTING },
        { "TcpTimedWaitDelay", "'TcpTimedWaitDelay" NO_SETTING },
        { "net.ipv6.tcp_tw_reuse",
          "'net.ipv6.tcp_tw_reuse" NO_SETTING "; did you mean tcp_tw_reuse?" },
    };
    (void)state;
    policy_init(&policy);

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char names[1][ONLY_NAME_SIZE];
        char wanted[ERR_TEXT_SIZE];
        struct error err = { 0 };

        (void)snprintf(names[0], sizeof names[0], "%s", rows[i].typed);
        (void)snprintf(wanted, sizeof wanted, "%s%s", rows[i].message, LINUX_LIST);
        assert_false(only_resolve(names, 1, &policy, OS_LINUX, &err));
        assert_string_equal(err.message, wanted);
        assert_int_equal(err.code, ERR_ABSENT);
    }
}

static void test_only_resolve_refuses_a_part_that_two_settings_share(void **state)
{
    char names[2][ONLY_NAME_SIZE] = { "tcp_timestamps", "rp_filter" };
    struct error err = { 0 };
    (void)state;
    given_policy();

    assert_false(only_resolve(names, 2, &policy, OS_LINUX, &err));

    assert_non_null(strstr(err.message, "'rp_filter" NO_SETTING));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_resolve_takes_every_form_of_a_name),
        cmocka_unit_test(test_only_resolve_names_the_nearest_and_all),
        cmocka_unit_test(test_only_resolve_refuses_a_part_that_two_settings_share),
    };

    return cmocka_run_group_tests_name("remediate/only", tests, NULL, NULL);
}
