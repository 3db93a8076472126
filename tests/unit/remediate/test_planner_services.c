/* SPDX-License-Identifier: MIT */
/* The plan for Linux: services in a wide range, and which file overrides ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/model/service_ports.h"
#include "remediate/reserve_winner.h"
#include "tests/support/given.h"
#include "tests/support/planned.h"

#define RESERVED "net/ipv4/ip_local_reserved_ports"
#define RANGE    "net/ipv4/ip_local_port_range"

static struct observed_setting *range(void)
{
    return &host.seen.settings[0];
}

static int given_policy_as_built_in(void **state)
{
    const int result = given_linux_host(state);

    host.policy.reserve.built_in = true;
    return result;
}

/* A range that the file of the site brings again, and what of it is open to services. */
static void given_wide(uint16_t first, uint16_t last, uint32_t services)
{
    given_setting_range(&host.seen, "ip_local_port_range", first, last);
    range()->service_ports = services;
    range()->boot = BOOT_SET;
    range()->boot_value = range()->value;
    (void)snprintf(range()->boot_source, sizeof range()->boot_source,
                   "/etc/sysctl.d/50-site.conf");
}

/* "22,PORTS": the list that reserves the services of a range beside `more`. */
static const char *list_with(uint16_t first, uint16_t last, const char *more)
{
    static char list[4096];
    struct port_set ports = { 0 };
    struct text text = { 0 };
    struct error err = { 0 };

    assert_true(port_list_parse(more, &ports, &err));
    service_ports_add((struct port_range){ first, last }, &ports);
    port_set_format(&ports, &text);
    (void)snprintf(list, sizeof list, "%s", text_string(&text));
    text_clear(&text);
    return list;
}

static const char *obstacle(void)
{
    return planned_item(&host, "ip_local_port_range")->obstacle;
}

static void assert_list(size_t at, const char *from, const char *to)
{
    assert_planned(&host, at, CHANGE_SYSCTL, RESERVED, FROM_TO(from, to));
}

static void test_plan_make_reserves_the_services_of_a_wide_range(void **state)
{
    const char *list = list_with(1024, 65535, "");
    char file[5000];
    (void)state;

    given_wide(1024, 65535, 240);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    assert_list(0, "", list);
    assert_string_equal(plan_item_risk(planned_item(&host, "ip_local_port_range")),
                        "the kernel allocates the reserved ports no more: fewer ports "
                        "remain for connections");
    (void)snprintf(file, sizeof file,
                   PLANNED_HEAD "net.ipv4.ip_local_reserved_ports = %s\n", list);
    assert_planned(&host, 1, CHANGE_FILE, PLANNED_DROP_IN, FROM_TO(NULL, file));
    assert_null(obstacle());
}

static void test_plan_make_reserves_services_beside_what_is_reserved(void **state)
{
    (void)state;

    given_wide(1024, 65535, 239);
    host.input.reserved = "40000,3306\n";
    host.input.reserved_boot = "40001,";
    host.input.reserved_source = "/etc/sysctl.d/50-site.conf";
    planned_make(&host);

    assert_list(0, "3306,40000", list_with(1024, 65535, "40000"));
    assert_non_null(strstr(host.plan.changes[1].to, ",40000-40001,61208"));
}

static void test_plan_make_reserves_nothing_where_services_are_not_known(void **state)
{
    (void)state;

    given_wide(1024, 65535, 0);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
}

static void test_plan_make_reserves_the_services_where_one_is_open(void **state)
{
    (void)state;

    given_wide(1024, 65535, 1);
    planned_make(&host);

    assert_list(0, "", list_with(1024, 65535, ""));
}

static void test_plan_make_does_not_move_a_range_that_is_wide_enough(void **state)
{
    (void)state;

    given_wide(1024, 60000, 240);
    planned_make(&host);

    assert_list(0, "", list_with(1024, 60000, ""));
    assert_null(strstr(host.plan.changes[1].to, "port_range"));
}

static void test_plan_make_does_not_move_a_range_of_the_size_that_is_wanted(void **state)
{
    (void)state;

    given_wide(9990, 65525, 240);
    planned_make(&host);

    assert_list(0, "", list_with(9990, 65525, ""));
    assert_null(strstr(host.plan.changes[1].to, "port_range"));
}

static void test_plan_make_widens_a_range_that_is_not(void **state)
{
    (void)state;

    given_wide(1024, 40000, 240);
    planned_make(&host);

    assert_list(0, "", list_with(1024, 65535, ""));
    assert_planned(&host, 1, CHANGE_SYSCTL, RANGE, FROM_TO("1024 40000", "1024 65535"));
}

static void test_plan_make_keeps_a_wide_range_that_no_file_keeps(void **state)
{
    (void)state;

    given_wide(1024, 65535, 240);
    range()->boot = BOOT_UNSET;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    assert_list(0, "", list_with(1024, 65535, ""));
    assert_non_null(
        strstr(host.plan.changes[1].to, "net.ipv4.ip_local_port_range = 1024 65535\n"));
}

static void
test_plan_make_reserves_services_beside_listeners_of_a_kept_range(void **state)
{
    (void)state;

    given_wide(1024, 65535, 240);
    range()->boot = BOOT_UNSET;
    port_set_add(&host.listeners[IP_PROTOCOL_TCP], 1025);
    planned_make(&host);

    assert_null(obstacle());
    assert_list(0, "", list_with(1024, 65535, "1025"));
}

static void test_plan_make_reserves_services_live_alone_in_a_container(void **state)
{
    (void)state;

    given_wide(1024, 65535, 240);
    range()->boot = BOOT_UNKNOWN;
    host.input.live_only = true;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_list(0, "", list_with(1024, 65535, ""));
}

static void test_plan_make_reserves_no_services_beside_a_list_unread(void **state)
{
    (void)state;

    given_wide(1024, 65535, 240);
    host.input.reserved = NULL;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_string_equal(obstacle(),
                        "net.ipv4.ip_local_reserved_ports could not be read, so the "
                        "services in the range cannot be protected");
}

static void test_plan_make_reserves_services_where_nobody_tells_who_listens(void **state)
{
    (void)state;

    given_wide(1024, 65535, 240);
    host.input.listeners[IP_PROTOCOL_TCP] = NULL;
    planned_make(&host);

    assert_null(obstacle());
    assert_list(0, "", list_with(1024, 65535, ""));
}

static void test_plan_make_names_a_later_file_that_lacks_the_services(void **state)
{
    (void)state;

    given_wide(9000, 65535, 3);
    host.input.reserved_boot = list_with(9000, 27016, "");
    host.input.reserved_source = "/etc/sysctl.d/99-k8s.conf";
    planned_make(&host);

    assert_non_null(strstr(obstacle(), "27017-27020"));
    assert_non_null(strstr(obstacle(), " (ports of services) there"));
    assert_null(strstr(obstacle(), "11211"));
}

/* A site that asks for so little that one port of a service is in it. */
static void test_plan_make_names_a_later_file_that_lacks_one_service(void **state)
{
    struct policy_setting *rule = &host.policy.settings[0];
    (void)state;

    while (strcmp(rule->name, "ip_local_port_range") != 0)
        rule++;
    rule->accepted.start = 100;
    rule->recommended.range = (struct port_range){ 32500, 33000 };
    given_wide(32469, 32900, 1);
    host.input.reserved_boot = "";
    host.input.reserved_source = "/etc/sysctl.d/99-k8s.conf";
    planned_make(&host);

    assert_non_null(obstacle());
    assert_non_null(strstr(obstacle(), ": add 32469 (ports of services) there"));
}

static void test_file_has_last_word_by_its_name_and_by_tuned(void **state)
{
    static const struct {
        const char *file;
        bool without; /* tuned, or where it does not write the files again */
        bool reapplied;
    } rows[] = {
        { "", false, false },
        { PLANNED_DROP_IN, false, false },
        { "/etc/sysctl.d/50-a.conf", false, false },
        { "/etc/sysctl.d/99-a.conf", true, true },
        { "/run/sysctl.d/99-a.conf", true, true },
        { "/run/sysctl.d/90-port-exhaustion.conf", true, true },
        { "/etc/sysctl.conf", true, true },
        { "/usr/lib/sysctl.d/99-a.conf", true, false },
        { "/usr/lib/sysctl.d/10-a.conf", false, false },
        { "/usr/lib/tuned/10-web/tuned.conf", true, false },
        { "/etc/tuned/zz/tuned.conf", true, false },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        host.input.tuned_reapplies = false;
        if (planner_file_has_last_word(&host.input, rows[i].file) != rows[i].without)
            fail_msg("'%s' without tuned", rows[i].file);
        host.input.tuned_reapplies = true;
        if (planner_file_has_last_word(&host.input, rows[i].file) != rows[i].reapplied)
            fail_msg("'%s' with tuned", rows[i].file);
    }
    assert_false(planner_file_has_last_word(&host.input, NULL));
}

#define TEST(name)                                                                       \
    cmocka_unit_test_setup_teardown(name, given_policy_as_built_in, clear_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plan_make_reserves_the_services_of_a_wide_range),
        TEST(test_plan_make_reserves_services_beside_what_is_reserved),
        TEST(test_plan_make_reserves_nothing_where_services_are_not_known),
        TEST(test_plan_make_reserves_the_services_where_one_is_open),
        TEST(test_plan_make_does_not_move_a_range_that_is_wide_enough),
        TEST(test_plan_make_does_not_move_a_range_of_the_size_that_is_wanted),
        TEST(test_plan_make_widens_a_range_that_is_not),
        TEST(test_plan_make_keeps_a_wide_range_that_no_file_keeps),
        TEST(test_plan_make_reserves_services_beside_listeners_of_a_kept_range),
        TEST(test_plan_make_reserves_services_live_alone_in_a_container),
        TEST(test_plan_make_reserves_no_services_beside_a_list_unread),
        TEST(test_plan_make_reserves_services_where_nobody_tells_who_listens),
        TEST(test_plan_make_names_a_later_file_that_lacks_the_services),
        TEST(test_plan_make_names_a_later_file_that_lacks_one_service),
        TEST(test_file_has_last_word_by_its_name_and_by_tuned),
    };

    return cmocka_run_group_tests_name("remediate/planner_services", tests, NULL, NULL);
}
