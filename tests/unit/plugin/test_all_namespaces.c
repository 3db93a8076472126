/* SPDX-License-Identifier: MIT */
/* What people read of all namespaces, and whom it names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/report_explain.h"
#include "tests/support/given.h"
#include "tests/support/given_all_namespaces.h"
#include "tests/support/given_owners.h"
#include "tests/support/scene.h"

static void explain(enum owners_shown owners)
{
    static const struct explain_screen screen;
    struct error err = { 0 };

    judge_all(USAGES, owners);
    text_clear(&printed);
    assert_true(report_explain(&scene.report, &screen, &printed, &err));
}

static void test_the_first_line_names_the_worst_one(void **state)
{
    (void)state;

    given_seen("default/idle", 1);
    given_seen("default/web-7f9c", 81)->seen->tcp.top[0].close_wait = 81;
    list[1].seen->tcp.top[0].established = 0;
    given_seen("default/busy", 60);

    print_text();

    assert_int_equal(scene.verdict.state, CHECK_CRITICAL);
    assert_has(
        "PORTS CRITICAL: pod default/web-7f9c: 10.0.0.9:5432 81% used (81 of 100, "
        "limit 80%), not closed here, 2 of 4 namespaces over a limit | port_usage=");
    assert_has(" worst_namespace_usage=81%;;;0;100 namespaces=4;;;0 "
               "namespaces_over=2;;;0\n");
    assert_has("ports_used=0;;;0;28232"); /* of our own */
}

static void test_all_that_is_good_is_our_own_line(void **state)
{
    (void)state;

    given_namespace("default/a");
    given_seen("default/b", 10);
    given_destination(&scene.seen, "10.0.0.5", 443, 100);

    print_text();

    assert_has(
        "PORTS OK: busiest 10.0.0.5:443 0.35% used (100 of 28232), TCP ports 0.35% "
        "used, 3 namespaces, none over a limit | ");
    assert_has("worst_namespace_usage=10%;;;0;100 namespaces=3;;;0 namespaces_over=0");
}

static void test_our_own_is_told_where_it_is_as_bad(void **state)
{
    (void)state;

    given_range(&scene.seen, 40000, 40099, 0);
    given_destination(&scene.seen, "10.0.0.5", 443, 85);
    given_seen("default/b", 85);

    print_text();

    assert_has("PORTS CRITICAL: 10.0.0.5:443 85% used");
    assert_has("2 of 2 namespaces over a limit");
}

static void test_settings_of_our_own_do_not_hide_a_usage(void **state)
{
    (void)state;

    given_setting(&scene.seen, "tcp_timestamps", 0);
    given_seen("default/b", 55);
    judge_all(METRICS_ALL, OWNERS_SYSTEM);
    print_by(report_text);

    assert_has("PORTS WARNING: pod default/b: 10.0.0.9:5432 55% used");
}

/* Its usages of ports are good; it is not. */
static void test_another_metric_of_our_own_is_not_hidden(void **state)
{
    (void)state;

    scene.limits[METRIC_TIME_WAIT].critical =
        (struct threshold){ .set = true, .end = 10 };
    given_time_wait(&scene.seen, "10.0.0.5", 443, 50, 0);
    given_seen("default/b", 85);
    judge_all(USAGES | 1U << METRIC_TIME_WAIT, OWNERS_SYSTEM);
    print_by(report_text);

    assert_has("PORTS CRITICAL: pod default/b: 10.0.0.9:5432 85% used");
    assert_has(
        ", this namespace: TIME_WAIT 50 (limit 10), 1 of 2 namespaces over a limit");
    assert_int_equal(all.judged.results[NAMESPACE_OWN].state, CHECK_CRITICAL);
}

static void test_our_own_is_told_where_another_metric_is_worse(void **state)
{
    (void)state;

    scene.limits[METRIC_TIME_WAIT].critical =
        (struct threshold){ .set = true, .end = 10 };
    given_time_wait(&scene.seen, "10.0.0.5", 443, 50, 0);
    given_seen("default/b", 60);
    judge_all(USAGES | 1U << METRIC_TIME_WAIT, OWNERS_SYSTEM);
    print_by(report_text);

    assert_has("PORTS CRITICAL: TIME_WAIT 50 (limit 10), ");
    assert_has(", 1 of 2 namespaces over a limit");
    assert_has(" worst_namespace_usage=60%");
}

/* A user namespace, a range of one port, and one connection are all that it takes. */
static void test_what_anybody_may_make_raises_a_warning_at_most(void **state)
{
    (void)state;

    given_seen("", 100)->of_foreign_user = true;
    given_seen("", 100)->names.owner.person = true;

    print_text();

    assert_int_equal(scene.verdict.state, CHECK_WARNING);
    assert_int_equal(all.judged.results[1].state, CHECK_WARNING);
    assert_has("PORTS WARNING: namespace 4026532001: 10.0.0.9:5432 100% used");
}

static void test_a_container_of_a_user_namespace_raises_critical(void **state)
{
    struct net_namespace *target = given_seen("", 100);

    (void)state;
    target->of_foreign_user = true;
    target->names.owner.kind = OWNER_CONTAINER;
    (void)snprintf(target->names.owner.name, OWNER_NAME_SIZE, "0123456789ab");

    print_text();

    assert_int_equal(scene.verdict.state, CHECK_CRITICAL);
}

static void test_one_without_a_name_displaces_no_pod(void **state)
{
    (void)state;

    for (size_t i = 0; i < NAMESPACE_ROWS_MAX + 6; i++)
        given_seen("", 100);
    given_seen("shop/web", 85);

    print_text();

    assert_has("PORTS CRITICAL: pod shop/web: 10.0.0.9:5432 85% used");
    assert_has(" worst_namespace_usage=85%");
}

static void test_settings_of_another_raise_no_state(void **state)
{
    (void)state;

    given_setting(given_seen("default/b", 1)->seen, "tcp_timestamps", 0);

    print_text();

    assert_int_equal(scene.verdict.state, CHECK_OK);
}

static void test_one_that_may_be_over_and_was_not_read_is_unknown(void **state)
{
    (void)state;

    given_not_read("default/b");

    print_text();

    assert_int_equal(scene.verdict.state, CHECK_UNKNOWN);
    assert_has("PORTS UNKNOWN: TCP ports 0% used");
    assert_has(", 1 of 2 namespaces not read that may be over a limit: no time left to "
               "look at it | ");
    assert_has(" namespaces=2;;;0\n");
    assert_has_not("worst_namespace_usage");
}

static void test_a_worse_state_stays_beside_one_that_was_not_read(void **state)
{
    (void)state;

    given_not_read("default/b");
    given_seen("default/c", 95);

    print_text();

    assert_int_equal(scene.verdict.state, CHECK_CRITICAL);
    assert_has("PORTS CRITICAL: pod default/c: ");
    assert_has(
        "1 of 3 namespaces not read that may be over a limit: no time left to look "
        "at it, 1 of 3 namespaces over a limit");
}

static void test_more_than_were_listed_may_be_over(void **state)
{
    (void)state;

    all.found.unlisted = 7;

    print_text();

    assert_int_equal(scene.verdict.state, CHECK_UNKNOWN);
    assert_has("7 of 8 namespaces not read that may be over a limit: there are too many");
}

static void given_listed(const char *pod, uint32_t ports)
{
    struct net_namespace *target = given_namespace(pod);

    target->sight = NET_NAMESPACE_LISTED;
    target->ports_listed = ports;
}

static void test_without_rights_nothing_is_judged(void **state)
{
    (void)state;

    all.found.may_enter = false;
    all.found.unlisted = 1;
    (void)snprintf(all.found.note, sizeof all.found.note, "other namespaces need rights");
    given_listed("default/a", 9500);
    given_listed("default/b", 27000);
    given_not_read("default/c");

    print_text();

    assert_int_equal(scene.verdict.state, CHECK_OK);
    assert_has(", 4 other namespaces not judged (no right to enter) | ");
    assert_has(" namespaces=5;;;0\n");
    assert_has_not("worst_namespace_usage");
    assert_has_not("namespaces_over");
    print_by(report_prometheus);
    assert_has("port_exhaustion_namespaces 5\n");
    assert_has_not("port_exhaustion_namespaces_over");
    print_by(report_text);

    scene.report.verbosity = 1;
    print_by(report_text);
    assert_has("pod default/b   -");
    assert_has_words("27000 ports (95.63% if its range is this host's)");
    assert_true(strstr(text_string(&printed), "default/b") <
                strstr(text_string(&printed), "default/a"));
    assert_has_words("other namespaces need rights");
}

/* One number: that of the one which the first line names. */
static void test_the_usage_in_perfdata_is_that_of_the_worst_one(void **state)
{
    struct observation *seen = given_seen("default/udp", 70)->seen;

    (void)state;
    given_udp_ports(seen, 95);

    print_text();

    assert_has("PORTS CRITICAL: pod default/udp: UDP ports 95% used");
    assert_has(" worst_namespace_usage=95%;;;0;100 ");
}

static void test_one_that_ended_is_not_counted(void **state)
{
    (void)state;

    given_seen("default/a", 1);
    given_namespace("default/gone")->sight = NET_NAMESPACE_ENDED;

    print_text();

    assert_has("2 namespaces, none over a limit");
}

static void test_an_observation_that_was_not_kept_is_counted(void **state)
{
    (void)state;

    given_seen("default/a", 95);
    given_seen("default/b", 90);
    judge_all(USAGES, OWNERS_SYSTEM);
    free(list[1].seen);
    list[1].seen = NULL;
    print_by(report_text);

    assert_has("2 of 3 namespaces over a limit");
}

/* Memory holds so many observations; our own is not the worst for that. */
static void test_the_worst_one_that_was_kept_is_told(void **state)
{
    (void)state;

    given_seen("default/a", 90);
    given_seen("default/b", 90);
    judge_others(USAGES, OWNERS_SYSTEM);
    free(list[0].seen);
    list[0].seen = NULL;
    settle_all();
    print_by(report_text);

    assert_has("PORTS CRITICAL: pod default/b: 10.0.0.9:5432 90% used");
}

static void test_the_screen_is_about_the_worst_one(void **state)
{
    (void)state;

    given_seen("default/web-7f9c", 81);
    given_not_read("default/late");

    explain(OWNERS_SYSTEM);

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

    explain(OWNERS_SYSTEM);

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

static void test_one_without_a_destination_is_told_by_its_usage(void **state)
{
    struct observation *seen = given_seen("default/a", 0)->seen;

    (void)state;
    seen->tcp.top_count = 0;
    given_bound(seen, 81);
    print_text();
    scene.report.verbosity = 1;
    all.report.verbosity = 1;
    print_by(report_text);

    assert_has_words("every destination, bound, never connected");
}

static void test_a_system_without_namespaces_says_so(void **state)
{
    static const struct host_ops none;
    const struct host host = { .ops = &none };
    struct error err = { 0 };

    (void)state;

    assert_false(all_namespaces_prepare(&host, &err));

    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_string_equal(err.message, "--all-namespaces: this system has no network "
                                     "namespaces (Linux has)");
}

/* Every pod has the longest name; the line still fits into a packet of NRPE. */
static void test_the_widest_line_fits(void **state)
{
    char name[NET_NAMESPACE_NAME_SIZE];
    size_t words;

    (void)state;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    for (int i = 0; i < 80; i++)
        given_seen(name, (uint16_t)(20 + i));
    print_text();
    words = strcspn(text_string(&printed), "|\n");

    assert_true(words <= REPORT_WORDS_MAX + 1);
    assert_true(strcspn(text_string(&printed), "\n") <= REPORT_FIRST_LINE_MAX);
    assert_int_equal(all.judged.row_count, NAMESPACE_ROWS_MAX);

    scene.report.verbosity = 2;
    all.report.verbosity = 2;
    print_by(report_text);
    assert_true(printed.length <= REPORT_TEXT_MAX);
    assert_has("and 54 more\n");
    explain(OWNERS_SYSTEM);
    assert_true(printed.length <= 4000);
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
    explain(OWNERS_SYSTEM);
    assert_has_words("restart pod shop/checkout-7d9f");
    assert_has_not("fc4e8dec");
}

static void test_the_screen_is_unknown_where_one_was_not_read(void **state)
{
    (void)state;

    given_not_read("default/b");

    explain(OWNERS_SYSTEM);

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
        explain((enum owners_shown)who);
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

    explain(OWNERS_SYSTEM);

    assert_has_words("ip netns exec blue sysctl -w");
    assert_has_not("docker");
    scene.report.verbosity = 1;
    all.report.verbosity = 1;
    print_by(report_text);
    assert_has_words(
        "next: its range and its reuse of TIME_WAIT are its own: set them by "
        "ip netns exec blue sysctl -w");
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

    explain(OWNERS_SYSTEM);
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
        ROW(test_the_first_line_names_the_worst_one),
        ROW(test_all_that_is_good_is_our_own_line),
        ROW(test_our_own_is_told_where_it_is_as_bad),
        ROW(test_settings_of_our_own_do_not_hide_a_usage),
        ROW(test_another_metric_of_our_own_is_not_hidden),
        ROW(test_our_own_is_told_where_another_metric_is_worse),
        ROW(test_what_anybody_may_make_raises_a_warning_at_most),
        ROW(test_a_container_of_a_user_namespace_raises_critical),
        ROW(test_one_without_a_name_displaces_no_pod),
        ROW(test_settings_of_another_raise_no_state),
        ROW(test_one_that_may_be_over_and_was_not_read_is_unknown),
        ROW(test_a_worse_state_stays_beside_one_that_was_not_read),
        ROW(test_more_than_were_listed_may_be_over),
        ROW(test_without_rights_nothing_is_judged),
        ROW(test_the_usage_in_perfdata_is_that_of_the_worst_one),
        ROW(test_one_that_ended_is_not_counted),
        ROW(test_an_observation_that_was_not_kept_is_counted),
        ROW(test_the_worst_one_that_was_kept_is_told),
        ROW(test_the_screen_is_about_the_worst_one),
        ROW(test_the_screen_changes_nothing_of_the_host_for_another),
        ROW(test_one_without_a_destination_is_told_by_its_usage),
        ROW(test_a_pod_has_one_name),
        ROW(test_the_screen_is_unknown_where_one_was_not_read),
        ROW(test_the_screen_tells_how_to_look_inside),
        ROW(test_each_is_told_where_its_settings_are_set),
        ROW(test_one_without_a_name_is_found_by_lsns),
        ROW(test_the_screen_of_another_namespace_changes_nothing_of_the_host),
        ROW(test_one_without_a_port_in_use_is_no_row),
        ROW(test_a_system_without_namespaces_says_so),
        ROW(test_the_widest_line_fits),
    };

    return cmocka_run_group_tests_name("plugin/all_namespaces", tests, NULL, NULL);
}
