/* SPDX-License-Identifier: MIT */
/* Which namespace a first line is about, and the state of all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/given.h"
#include "tests/support/given_all_namespaces.h"
#include "tests/support/scene.h"

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

/* In a container the others' processes are not there. */
static void
test_where_others_are_hidden_the_line_is_of_those_that_are_visible(void **state)
{
    (void)state;

    all.found.is_partial = true;
    given_seen("default/a", 1);
    print_text();
    assert_has(", 2 visible namespaces, none over a limit | ");

    text_clear(&all.place);
    all.judged = (struct namespaces_verdict){ 0 };
    given_seen("default/b", 95);
    print_text();
    assert_has(", 1 of 3 visible namespaces over a limit | ");
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, given_all, clear_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
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
        ROW(test_the_usage_in_perfdata_is_that_of_the_worst_one),
        ROW(test_one_that_ended_is_not_counted),
        ROW(test_an_observation_that_was_not_kept_is_counted),
        ROW(test_the_worst_one_that_was_kept_is_told),
        ROW(test_where_others_are_hidden_the_line_is_of_those_that_are_visible),
    };

    return cmocka_run_group_tests_name("plugin/worst_namespace", tests, NULL, NULL);
}
