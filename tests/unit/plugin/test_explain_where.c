/* SPDX-License-Identifier: MIT */
/* What people are told to do about another namespace: nothing that is of the host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/report_explain.h"
#include "tests/support/given.h"
#include "tests/support/given_all_namespaces.h"
#include "tests/support/given_owners.h"
#include "tests/support/scene.h"

static void test_the_screen_is_about_the_worst_one(void **state)
{
    (void)state;

    given_seen("default/web-7f9c", 81);
    given_not_read("default/late");

    explain_all(OWNERS_SYSTEM);

    assert_has(
        "CRITICAL  pod default/web-7f9c: ports toward 10.0.0.9:5432 are running out");
    assert_has("81 of 100 ports used");
    assert_has_words("WHERE     1 of 3 namespaces not read that may be over a limit");
    assert_has_words("81%  pod default/web-7f9c: 81 of 100 ports, 10.0.0.9:5432, "
                     "too many open");
    assert_has_words("pod default/late, not read: no time left to look at it");
}

/* Whatever is the matter there, nothing of the host may change for it. */
static void test_the_screen_changes_nothing_of_the_host_for_another(void **state)
{
    (void)state;

    given_time_wait(given_seen("default/web", 0)->seen, "10.0.0.8", 443, 81, 0);

    explain_all(OWNERS_SYSTEM);

    assert_has_words("securityContext.sysctls");
    assert_has_words("docker run or podman run --sysctl");
    assert_has_not("remediate_port_exhaustion apply");
    assert_has_not("remediate_port_exhaustion plan");
    assert_has_not("sysctl -w");
    assert_has_not("Run this as root");
    assert_has_not("--look");

    scene.report.verbosity = 2;
    all.report.verbosity = 2;
    print_by(report_text);
    assert_has_not("remediate_port_exhaustion");
}

/* Its sockets are those of its pod; a control group has the uid of that alone. */
static void test_a_pod_has_one_name(void **state)
{
    static const char uid[] = "fc4e8dec-1111-2222-3333-444455556666";
    struct net_namespace *pod = given_seen("shop/checkout-7d9f", 81);

    (void)state;
    pod->seen->tcp.top[0].close_wait = 81;
    pod->seen->tcp.top[0].established = 0;
    pod->names.owner.kind = OWNER_POD;
    (void)snprintf(pod->names.owner.name, OWNER_NAME_SIZE, "%s", uid);
    given_holder(pod->seen, given_owner(pod->seen, OWNER_POD, uid, NULL), CONN_CLOSE_WAIT,
                 81);
    print_text();

    assert_has("81% used (81 of 100, limit 80%), not closed here, 1 of 2");
    explain_all(OWNERS_SYSTEM);
    assert_has_words("restart pod shop/checkout-7d9f");
    assert_has_not("fc4e8dec");
}

static void test_the_screen_is_unknown_where_one_was_not_read(void **state)
{
    (void)state;

    given_not_read("default/b");

    explain_all(OWNERS_SYSTEM);

    assert_has_words(
        "UNKNOWN   1 of 2 namespaces not read that may be over a limit: no time "
        "left");
    assert_has("\nOK        ");
    assert_has("\"The check says UNKNOWN\"");
    scene.report.verbosity = 1;
    print_by(report_text);
    assert_has("runbook.md: The check says UNKNOWN\n");
    assert_has_words("next: a longer time (-t), or more rights");
}

/* Programs of another are hidden from this run, whatever --owners says. */
static void test_the_screen_tells_how_to_look_inside(void **state)
{
    struct net_namespace *pod = given_seen("shop/checkout-7d9f", 81);

    (void)state;
    given_holder(pod->seen, given_owner(pod->seen, OWNER_USER, "", "app"),
                 CONN_ESTABLISHED, 81);
    (void)snprintf(pod->seen->owners.unread, OBSERVED_NOTE_SIZE, "programs need root");
    for (int who = OWNERS_SYSTEM; who <= OWNERS_FULL; who++) {
        text_clear(&all.place);
        explain_all((enum owners_shown)who);
        assert_has_words("nsenter -t PID -n check_port_exhaustion -o explain");
        assert_has_not("--owners full");
        assert_has_not("programs need root");
    }
    assert_has("\"A pod or a container has no ports left\"");
}

/* A namespace of `ip netns` has no container that could be started again. */
static void test_each_is_told_where_its_settings_are_set(void **state)
{
    (void)state;

    (void)snprintf(given_seen("", 81)->names.netns, OWNER_NAME_SIZE, "blue");
    given_setting_range(list[0].seen, "ip_local_port_range", 32000, 32099);

    explain_all(OWNERS_SYSTEM);

    assert_has_words("ip netns exec blue sysctl -w");
    assert_has_not("docker");
    scene.report.verbosity = 1;
    all.report.verbosity = 1;
    print_by(report_text);
    assert_has_words("set them by ip netns exec blue sysctl -w, in whatever makes the");
    assert_has_not("docker");
    assert_has("runbook.md: A pod or a container has no ports left\n");
}

static void test_one_without_a_name_is_found_by_lsns(void **state)
{
    (void)state;

    given_seen("", 81);
    print_text();
    scene.report.verbosity = 1;
    all.report.verbosity = 1;
    print_by(report_text);

    assert_has_words("next: lsns --type net: whose namespace 4026532001 is");
}

/* By ip netns exec the check is elsewhere itself. */
static void test_the_screen_of_another_namespace_changes_nothing_of_the_host(void **state)
{
    static const struct explain_screen screen;
    struct error err = { 0 };

    (void)state;
    scene.seen.settings_scope = SETTINGS_OF_NAMESPACE;
    given_range(&scene.seen, 40000, 40099, 0);
    given_time_wait(&scene.seen, "10.0.0.5", 443, 85, 0);
    judged_by_default(&scene);
    assert_true(report_explain(&scene.report, &screen, &printed, &err));

    assert_has_words("its range and its reuse of TIME_WAIT are its own");
    assert_has_words("ip netns exec NAME sysctl");
    assert_has_not("remediate_port_exhaustion apply");
}

/* Beside ours those are read of which there is something to read. */
static void test_one_without_a_port_in_use_is_no_row(void **state)
{
    (void)state;

    given_seen("shop/idle", 0);
    given_seen("shop/busy", 10);

    explain_all(OWNERS_SYSTEM);
    assert_has("shop/busy");
    assert_has_not("shop/idle");
    assert_has_not("every destination");
    scene.report.verbosity = 1;
    print_by(report_text);
    assert_has("shop/busy");
    assert_has_not("shop/idle");
    print_by(report_json);
    assert_has("shop/idle");
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, given_all, clear_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(test_the_screen_is_about_the_worst_one),
        ROW(test_the_screen_changes_nothing_of_the_host_for_another),
        ROW(test_a_pod_has_one_name),
        ROW(test_the_screen_is_unknown_where_one_was_not_read),
        ROW(test_the_screen_tells_how_to_look_inside),
        ROW(test_each_is_told_where_its_settings_are_set),
        ROW(test_one_without_a_name_is_found_by_lsns),
        ROW(test_the_screen_of_another_namespace_changes_nothing_of_the_host),
        ROW(test_one_without_a_port_in_use_is_no_row),
    };

    return cmocka_run_group_tests_name("plugin/explain_where", tests, NULL, NULL);
}
