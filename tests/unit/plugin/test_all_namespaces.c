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

#include "tests/support/given.h"
#include "tests/support/given_all_namespaces.h"
#include "tests/support/scene.h"

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

    assert_false(all_namespaces_possible(&host, &err));

    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_string_equal(err.message, "--all-namespaces: this system has no network "
                                     "namespaces (Linux has); see --help");
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
    explain_all(OWNERS_SYSTEM);
    assert_true(printed.length <= 4000);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, given_all, clear_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(test_the_first_line_names_the_worst_one),
        ROW(test_all_that_is_good_is_our_own_line),
        ROW(test_without_rights_nothing_is_judged),
        ROW(test_one_without_a_destination_is_told_by_its_usage),
        ROW(test_a_system_without_namespaces_says_so),
        ROW(test_the_widest_line_fits),
    };

    return cmocka_run_group_tests_name("plugin/all_namespaces", tests, NULL, NULL);
}
