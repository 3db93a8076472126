/* SPDX-License-Identifier: MIT */
/* Which sysctls a policy can have changed: below three trees, and no way out of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/writer/sysctl_reach.h"

static void test_sysctl_is_in_reach_takes_the_three_trees(void **state)
{
    (void)state;

    assert_true(sysctl_is_in_reach("net/ipv4/tcp_tw_reuse"));
    assert_true(sysctl_is_in_reach("net/ipv6/conf/eth0.100/mtu"));
    assert_true(sysctl_is_in_reach("net/core/somaxconn"));
}

static void test_sysctl_is_in_reach_refuses_everything_else(void **state)
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

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        assert_false(sysctl_is_in_reach(places[i]));
}

static void test_sysctl_is_in_reach_refuses_a_longer_place(void **state)
{
    char place[SYSCTL_PLACE_MAX + 2] = "net/core/";
    (void)state;

    memset(place + strlen(place), 'x', SYSCTL_PLACE_MAX - strlen(place));
    assert_true(sysctl_is_in_reach(place));
    place[SYSCTL_PLACE_MAX] = 'x';
    assert_false(sysctl_is_in_reach(place));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sysctl_is_in_reach_takes_the_three_trees),
        cmocka_unit_test(test_sysctl_is_in_reach_refuses_everything_else),
        cmocka_unit_test(test_sysctl_is_in_reach_refuses_a_longer_place),
    };

    return cmocka_run_group_tests_name("writer/sysctl_reach", tests, NULL, NULL);
}
