/* SPDX-License-Identifier: MIT */
/* The plan for Linux: good values that the next boot would lose, and who decides then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/given.h"
#include "tests/support/planned.h"

#define HEAD     PLANNED_HEAD
#define RESERVED "net/ipv4/ip_local_reserved_ports"
#define RANGE    "net/ipv4/ip_local_port_range"
#define REUSE    "net/ipv4/tcp_tw_reuse"

static struct port_set *const tcp = &host.listeners[IP_PROTOCOL_TCP];
static struct port_set *const udp = &host.listeners[IP_PROTOCOL_UDP];

static struct observed_setting *last(void)
{
    return &host.seen.settings[host.seen.setting_count - 1];
}

static void given_unsaved_reuse(void)
{
    given_setting(&host.seen, "tcp_tw_reuse", 1);
    last()->boot = BOOT_UNSET;
}

static void given_unsaved_range(uint16_t first, uint16_t last_port)
{
    given_setting_range(&host.seen, "ip_local_port_range", first, last_port);
    last()->boot = BOOT_UNSET;
}

static void given_file(const char *path, int64_t number)
{
    last()->boot = BOOT_SET;
    last()->boot_value.number = number;
    (void)snprintf(last()->boot_source, sizeof last()->boot_source, "%s", path);
}

static void assert_live(size_t at, const char *place, const char *from, const char *to)
{
    assert_planned(&host, at, CHANGE_SYSCTL, place, FROM_TO(from, to));
}

static void assert_file(size_t at, const char *to)
{
    assert_planned(&host, at, CHANGE_FILE, PLANNED_DROP_IN,
                   FROM_TO(host.input.drop_in, to));
}

static const char *obstacle(const char *setting)
{
    return planned_item(&host, setting)->obstacle;
}

static void test_plan_make_keeps_a_good_value_with_the_drop_in_alone(void **state)
{
    (void)state;

    given_unsaved_reuse();
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_file(0, HEAD "net.ipv4.tcp_tw_reuse = 1\n");
    assert_null(obstacle("tcp_tw_reuse"));
    assert_int_equal(planned_item(&host, "tcp_tw_reuse")->change_count, 0);
}

static void test_plan_make_keeps_a_good_range_with_the_drop_in_alone(void **state)
{
    (void)state;

    given_unsaved_range(9000, 65535);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_file(0, HEAD "net.ipv4.ip_local_port_range = 9000 65535\n");
}

static void test_plan_make_changes_one_value_and_keeps_another(void **state)
{
    (void)state;

    given_unsaved_range(10000, 65535);
    given_setting(&host.seen, "tcp_tw_reuse", 0);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    assert_live(0, REUSE, "0", "1");
    assert_file(1, HEAD "net.ipv4.ip_local_port_range = 10000 65535\n"
                        "net.ipv4.tcp_tw_reuse = 1\n");
}

static void test_plan_make_keeps_over_what_our_file_says(void **state)
{
    (void)state;

    given_setting(&host.seen, "tcp_tw_reuse", 1);
    given_file(PLANNED_DROP_IN, 0);
    host.input.drop_in = "net.ipv4.tcp_rfc1337 = 1\nnet.ipv4.tcp_tw_reuse = 0\n";
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_file(0, HEAD "net.ipv4.tcp_tw_reuse = 1\nnet.ipv4.tcp_rfc1337 = 1\n");
    assert_null(obstacle("tcp_tw_reuse"));
}

static void test_plan_make_wins_over_an_earlier_file(void **state)
{
    (void)state;

    given_setting(&host.seen, "tcp_tw_reuse", 1);
    given_file("/usr/lib/sysctl.d/50-default.conf", 0);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_file(0, HEAD "net.ipv4.tcp_tw_reuse = 1\n");
    assert_null(obstacle("tcp_tw_reuse"));
}

static void test_plan_make_names_a_later_file(void **state)
{
    (void)state;

    given_setting(&host.seen, "tcp_tw_reuse", 1);
    given_file("/etc/sysctl.d/99-sysctl.conf", 0);
    planned_make(&host);

    assert_string_equal(
        obstacle("tcp_tw_reuse"),
        "/etc/sysctl.d/99-sysctl.conf overrides this at boot: change it there");
}

/* Its name alone counts, and it is later than ours; its directory is not. */
static void test_plan_make_names_the_file_beside_the_directory(void **state)
{
    (void)state;

    given_setting(&host.seen, "tcp_tw_reuse", 1);
    given_file("/etc/sysctl.conf", 0);
    planned_make(&host);

    assert_string_equal(obstacle("tcp_tw_reuse"),
                        "/etc/sysctl.conf overrides this at boot: change it there");
}

static void test_plan_make_is_done_when_only_the_later_file_is_left(void **state)
{
    (void)state;

    given_setting(&host.seen, "tcp_tw_reuse", 1);
    given_file("/etc/sysctl.d/99-sysctl.conf", 0);
    host.input.drop_in = "net.ipv4.tcp_tw_reuse = 1\n";
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_non_null(obstacle("tcp_tw_reuse"));
}

static void test_plan_make_names_a_later_file_beside_a_live_change(void **state)
{
    (void)state;

    given_setting(&host.seen, "tcp_tw_reuse", 0);
    given_file("/run/sysctl.d/95-x.conf", 0);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    assert_live(0, REUSE, "0", "1");
    assert_string_equal(
        obstacle("tcp_tw_reuse"),
        "/run/sysctl.d/95-x.conf overrides this at boot: change it there");
}

static void test_plan_make_finds_a_later_file_in_order_that_sets_the_same(void **state)
{
    (void)state;

    given_setting(&host.seen, "tcp_tw_reuse", 2);
    given_file("/etc/sysctl.d/99-sysctl.conf", 1);
    planned_make(&host);

    assert_live(0, REUSE, "2", "1");
    assert_null(obstacle("tcp_tw_reuse"));
}

static void test_plan_make_brings_now_what_a_file_recommends_for_later(void **state)
{
    (void)state;

    given_setting(&host.seen, "tcp_fin_timeout", 15);
    given_file("/etc/sysctl.d/99-sysctl.conf", 60);
    planned_make(&host);

    assert_live(0, "net/ipv4/tcp_fin_timeout", "15", "60");
    assert_null(obstacle("tcp_fin_timeout"));
}

static void test_plan_make_names_the_profile_of_tuned_whatever_its_name(void **state)
{
    (void)state;

    given_setting(&host.seen, "tcp_tw_reuse", 1);
    given_file("/usr/lib/tuned/10-web/tuned.conf", 0);
    planned_make(&host);

    assert_string_equal(
        obstacle("tcp_tw_reuse"),
        "/usr/lib/tuned/10-web/tuned.conf overrides this at boot: change it there");
}

static void test_plan_make_keeps_nothing_in_a_container(void **state)
{
    (void)state;

    given_unsaved_range(10000, 65535);
    given_setting(&host.seen, "tcp_tw_reuse", 1);
    given_file("/etc/sysctl.d/99-x.conf", 0);
    port_set_add(tcp, 20000);
    host.input.live_only = true;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_null(obstacle("ip_local_port_range"));
    assert_null(obstacle("tcp_tw_reuse"));
}

static void test_plan_make_only_keeps_what_it_names(void **state)
{
    static const char *const only[] = { "tcp_tw_reuse" };
    (void)state;

    given_unsaved_range(10000, 65535);
    given_unsaved_reuse();
    host.input.only = only;
    host.input.only_count = 1;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_file(0, HEAD "net.ipv4.tcp_tw_reuse = 1\n");
}

static void test_plan_make_only_does_nothing_for_a_setting_in_order(void **state)
{
    static const char *const only[] = { "tcp_timestamps" };
    (void)state;

    given_unsaved_reuse();
    given_setting(&host.seen, "tcp_timestamps", 1);
    host.input.only = only;
    host.input.only_count = 1;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
}

static void test_plan_make_refuses_to_keep_values_in_an_edited_drop_in(void **state)
{
    (void)state;

    given_unsaved_reuse();
    host.input.drop_in = "by hand\n";

    planned_refuse(
        &host, ERR_MALFORMED,
        PLANNED_DROP_IN
        ": line 1: no KEY = VALUE: 'by hand'; expected only lines KEY = VALUE");
}

/* A range that is kept is as wide after the boot: who listens in it is protected. */

static void test_plan_make_reserves_listeners_of_a_range_that_it_keeps(void **state)
{
    (void)state;

    given_unsaved_range(10000, 65535);
    host.input.reserved = "8080\n";
    port_set_add(tcp, 20000); /* the boot would put it outside */
    port_set_add(tcp, 40000); /* inside, now and then */
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 2);
    assert_live(0, RESERVED, "8080", "8080,20000");
    assert_file(1, HEAD "net.ipv4.ip_local_reserved_ports = 8080,20000\n"
                        "net.ipv4.ip_local_port_range = 10000 65535\n");
}

/* A resolver asks from ports that the kernel picked: reserving them would lose them. */
static void test_plan_make_reserves_no_udp_port_of_the_range_that_it_keeps(void **state)
{
    (void)state;

    given_unsaved_range(10000, 65535);
    port_set_add(udp, 10000);
    port_set_add(udp, 20000);
    port_set_add(udp, 65535);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_file(0, HEAD "net.ipv4.ip_local_port_range = 10000 65535\n");
}

static void test_plan_make_keeps_the_reserved_ports_with_the_range(void **state)
{
    (void)state;

    given_unsaved_range(10000, 65535);
    host.input.reserved = "8080,20000\n";
    port_set_add(tcp, 20000);
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_file(0, HEAD "net.ipv4.ip_local_reserved_ports = 8080,20000\n"
                        "net.ipv4.ip_local_port_range = 10000 65535\n");
}

static void test_plan_make_keeps_no_range_whose_listeners_are_unknown(void **state)
{
    (void)state;

    given_unsaved_range(10000, 65535);
    host.input.listeners[IP_PROTOCOL_UDP] = NULL;
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_string_equal(obstacle("ip_local_port_range"),
                        "the listeners could not be read, so those in the new part "
                        "cannot be protected");
}

/* Other files of sysctl.d reserve ports too. */

static void given_reserved_at_boot(const char *file, const char *list)
{
    host.input.reserved_source = file;
    host.input.reserved_boot = list;
}

static void given_stock_range_with_listeners(void)
{
    given_setting_range(&host.seen, "ip_local_port_range", 32768, 60999);
    last()->boot = BOOT_UNSET;
    port_set_add(tcp, 20000);
    port_set_add(udp, 20001);
}

static void test_plan_make_keeps_the_ports_that_an_earlier_file_reserves(void **state)
{
    (void)state;

    given_stock_range_with_listeners();
    host.input.reserved = "9100\n";
    given_reserved_at_boot("/etc/sysctl.d/50-app.conf", "8080,15000");
    planned_make(&host);

    assert_live(0, RESERVED, "9100", "9100,20000-20001");
    assert_file(2, HEAD "net.ipv4.ip_local_reserved_ports = 8080,9100,15000,20000-20001\n"
                        "net.ipv4.ip_local_port_range = 10000 65535\n");
    assert_null(obstacle("ip_local_port_range"));
}

static void
test_plan_make_keeps_an_earlier_files_ports_beside_those_reserved_live(void **state)
{
    (void)state;

    given_unsaved_range(10000, 65535);
    host.input.reserved = "20000\n";
    port_set_add(tcp, 20000);
    given_reserved_at_boot("/etc/sysctl.d/50-app.conf", "8080,15000");
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 1);
    assert_file(0, HEAD "net.ipv4.ip_local_reserved_ports = 8080,15000,20000\n"
                        "net.ipv4.ip_local_port_range = 10000 65535\n");
}

static void test_plan_make_adds_nothing_of_a_list_that_the_kernel_refuses(void **state)
{
    (void)state;

    given_stock_range_with_listeners();
    given_reserved_at_boot("/etc/sysctl.d/50-app.conf", "8080,http");
    planned_make(&host);

    assert_file(2, HEAD "net.ipv4.ip_local_reserved_ports = 20000-20001\n"
                        "net.ipv4.ip_local_port_range = 10000 65535\n");
}

static void test_plan_make_names_a_later_file_that_reserves_no_listener(void **state)
{
    (void)state;

    given_stock_range_with_listeners();
    given_reserved_at_boot("/etc/sysctl.d/99-k8s.conf", "8080,20001");
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 3); /* now they are protected */
    assert_live(0, RESERVED, "", "20000-20001");
    assert_string_equal(obstacle("ip_local_port_range"),
                        "/etc/sysctl.d/99-k8s.conf overrides "
                        "net.ipv4.ip_local_reserved_ports at boot: add 20000 (ports with "
                        "listeners) there");
}

static void test_plan_make_is_content_with_a_later_file_that_reserves_them(void **state)
{
    (void)state;

    given_stock_range_with_listeners();
    given_reserved_at_boot("/etc/sysctl.d/99-k8s.conf", "8080,20000-20001");
    planned_make(&host);

    assert_null(obstacle("ip_local_port_range"));
}

static void test_plan_make_names_the_later_file_after_the_change_too(void **state)
{
    (void)state;

    given_setting_range(&host.seen, "ip_local_port_range", 10000, 65535);
    last()->boot = BOOT_SET;
    last()->boot_value.range = (struct port_range){ 10000, 65535 };
    (void)snprintf(last()->boot_source, sizeof last()->boot_source, "%s",
                   PLANNED_DROP_IN);
    host.input.reserved = "20000,20002\n";
    host.input.drop_in = HEAD "net.ipv4.ip_local_reserved_ports = 20000,20002\n"
                              "net.ipv4.ip_local_port_range = 10000 65535\n";
    port_set_add(tcp, 20000); /* 20002 listens no more */
    given_reserved_at_boot("/etc/sysctl.d/99-k8s.conf", "8080");
    planned_make(&host);

    assert_int_equal(host.plan.change_count, 0);
    assert_string_equal(obstacle("ip_local_port_range"),
                        "/etc/sysctl.d/99-k8s.conf overrides "
                        "net.ipv4.ip_local_reserved_ports at boot: add 20000 (ports with "
                        "listeners) there");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_linux_host, clear_host)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plan_make_keeps_a_good_value_with_the_drop_in_alone),
        TEST(test_plan_make_keeps_a_good_range_with_the_drop_in_alone),
        TEST(test_plan_make_changes_one_value_and_keeps_another),
        TEST(test_plan_make_keeps_over_what_our_file_says),
        TEST(test_plan_make_wins_over_an_earlier_file),
        TEST(test_plan_make_names_a_later_file),
        TEST(test_plan_make_names_the_file_beside_the_directory),
        TEST(test_plan_make_is_done_when_only_the_later_file_is_left),
        TEST(test_plan_make_names_a_later_file_beside_a_live_change),
        TEST(test_plan_make_finds_a_later_file_in_order_that_sets_the_same),
        TEST(test_plan_make_brings_now_what_a_file_recommends_for_later),
        TEST(test_plan_make_names_the_profile_of_tuned_whatever_its_name),
        TEST(test_plan_make_keeps_nothing_in_a_container),
        TEST(test_plan_make_only_keeps_what_it_names),
        TEST(test_plan_make_only_does_nothing_for_a_setting_in_order),
        TEST(test_plan_make_refuses_to_keep_values_in_an_edited_drop_in),
        TEST(test_plan_make_reserves_listeners_of_a_range_that_it_keeps),
        TEST(test_plan_make_reserves_no_udp_port_of_the_range_that_it_keeps),
        TEST(test_plan_make_keeps_the_reserved_ports_with_the_range),
        TEST(test_plan_make_keeps_no_range_whose_listeners_are_unknown),
        TEST(test_plan_make_keeps_the_ports_that_an_earlier_file_reserves),
        TEST(test_plan_make_keeps_an_earlier_files_ports_beside_those_reserved_live),
        TEST(test_plan_make_adds_nothing_of_a_list_that_the_kernel_refuses),
        TEST(test_plan_make_names_a_later_file_that_reserves_no_listener),
        TEST(test_plan_make_is_content_with_a_later_file_that_reserves_them),
        TEST(test_plan_make_names_the_later_file_after_the_change_too),
    };

    return cmocka_run_group_tests_name("remediate/planner_persist", tests, NULL, NULL);
}
