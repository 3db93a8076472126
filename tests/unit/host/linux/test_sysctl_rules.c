/* SPDX-License-Identifier: MIT */
/* Which sysctls a pattern of sysctl.d(5) is about. */
#include "checks/host/linux/sysctl_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define REUSE "net/ipv4/tcp_tw_reuse"

/* Whether the pattern sets the key, by the rules of one line. */
static bool sets(const char *pattern)
{
    static const char *const keys[] = { REUSE };
    static struct sysctl_rules rules;
    const struct sysctl_conf_line line = {
        .key = pattern, .value = "1", .number = 1, .pattern = true
    };
    struct sysctl_writes writes = { 0 };
    bool found;

    rules = (struct sysctl_rules){ .keys = keys, .key_count = 1, .file = "/f" };
    assert_true(sysctl_rules_add(&rules, &line));
    assert_true(sysctl_rules_carry_out(&rules, SYSCTL_BOOT, &writes, NULL));
    found = sysctl_writes_last(&writes, 0, SYSCTL_BOOT) != NULL;
    sysctl_writes_clear(&writes);
    sysctl_rules_clear(&rules);
    return found;
}

static void test_sysctl_rules_match_as_a_search_of_directories_does(void **state)
{
    static const struct {
        const char *pattern;
        bool matches;
    } rows[] = {
        { REUSE "*", true },
        { "*/*/*", true },
        { "net/ipv?/tcp_[a-t]w_reuse", true },
        { "net/ipv4/tcp_[!t]*", false },
        { "net/ipv4/*/*", false },
        { "net/*", false },
        { "*", false },
        /* A slash ends a name wherever it stands. */
        { "net/ipv4/[tcp/x]*", false },
        { "net[/]ipv4/tcp_*", false },
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (sets(rows[i].pattern) != rows[i].matches)
            fail_msg("%s", rows[i].pattern);
}

static void test_sysctl_rules_pass_over_a_name_that_no_kernel_has(void **state)
{
    char pattern[2 * 256] = "*";
    (void)state;

    memset(pattern + 1, 'a', 300);

    assert_false(sets(pattern));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sysctl_rules_match_as_a_search_of_directories_does),
        cmocka_unit_test(test_sysctl_rules_pass_over_a_name_that_no_kernel_has),
    };

    return cmocka_run_group_tests_name("host/linux/sysctl_rules", tests, NULL, NULL);
}
