/* SPDX-License-Identifier: MIT */
/* The table of settings, and names that are not in it. */
#include "checks/model/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {
    "TcpTimedWaitDelay",   "StrictTimeWaitSeqCheck",
    "DynamicPortRangeTcp", "DynamicPortRangeUdp",
    "MaxUserPort",         "ip_local_port_range",
    "tcp_tw_reuse",        "tcp_timestamps",
    "tcp_fin_timeout",     "tcp_tw_recycle",
    "tcp_max_tw_buckets",
};

static void test_setting_table_holds_the_settings_in_order(void **state)
{
    size_t count = 0;
    const struct setting *table = setting_table(&count);
    (void)state;

    assert_int_equal(count, ARRAY_COUNT(names));
    for (size_t i = 0; i < count; i++)
        assert_string_equal(table[i].name, names[i]);
}

static void test_setting_table_leaves_no_field_out(void **state)
{
    size_t count = 0;
    const struct setting *table = setting_table(&count);
    (void)state;

    for (size_t i = 0; i < count; i++) {
        if (!table[i].why || table[i].why[0] == '\0' || strpbrk(table[i].why, "\n|") ||
            table[i].os == OS_UNKNOWN)
            fail_msg("%s", table[i].name);
    }
}

static void
test_setting_table_has_every_registry_value_in_one_key_after_a_reboot(void **state)
{
    size_t count = 0;
    const struct setting *table = setting_table(&count);
    size_t found = 0;
    (void)state;

    for (size_t i = 0; i < count; i++) {
        if (table[i].place.kind != PLACE_REGISTRY)
            continue;
        found++;
        assert_string_equal(table[i].place.path,
                            "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters");
        assert_string_equal(table[i].place.value, table[i].name);
        assert_true(table[i].reboot);
        assert_int_equal(table[i].os, OS_WINDOWS);
    }
    assert_int_equal(found, 3);
}

static void test_setting_table_has_every_sysctl_under_its_name_at_once(void **state)
{
    size_t count = 0;
    const struct setting *table = setting_table(&count);
    size_t found = 0;
    (void)state;

    for (size_t i = 0; i < count; i++) {
        if (table[i].place.kind != PLACE_SYSCTL)
            continue;
        found++;
        assert_memory_equal(table[i].place.path, "net/ipv4/", 9);
        assert_string_equal(table[i].place.path + 9, table[i].name);
        assert_false(table[i].reboot);
        assert_int_equal(table[i].os, OS_LINUX);
    }
    assert_int_equal(found, 6);
}

static void test_setting_find_knows_the_protocol_of_a_dynamic_range(void **state)
{
    const struct setting *tcp = setting_find("DynamicPortRangeTcp");
    const struct setting *udp = setting_find("DynamicPortRangeUdp");
    (void)state;

    assert_int_equal(tcp->place.kind, PLACE_DYNAMIC_RANGE);
    assert_int_equal(tcp->place.protocol, IP_PROTOCOL_TCP);
    assert_int_equal(tcp->kind, SETTING_PORT_RANGE);
    assert_int_equal(udp->place.protocol, IP_PROTOCOL_UDP);
    assert_false(udp->reboot);
}

static void test_setting_find_knows_no_other_name(void **state)
{
    (void)state;

    assert_null(setting_find("tcptimedwaitdelay"));
    assert_null(setting_find(""));
}

static void test_setting_locate_finds_a_sysctl(void **state)
{
    struct place location;
    enum os_kind os = OS_UNKNOWN;
    struct error err = { 0 };
    (void)state;

    assert_true(place_locate("net.ipv4.tcp_rfc1337", &location, &os, &err));

    assert_int_equal(location.kind, PLACE_SYSCTL);
    assert_string_equal(location.path, "net/ipv4/tcp_rfc1337");
    assert_int_equal(os, OS_LINUX);
}

static void test_setting_locate_finds_a_sysctl_right_below_net(void **state)
{
    struct place location;
    enum os_kind os = OS_UNKNOWN;
    struct error err = { 0 };
    (void)state;

    assert_true(place_locate("net.nf_conntrack_max", &location, &os, &err));

    assert_string_equal(location.path, "net/nf_conntrack_max");
}

static void test_setting_locate_finds_a_registry_value(void **state)
{
    struct place location;
    enum os_kind os = OS_UNKNOWN;
    struct error err = { 0 };
    (void)state;

    assert_true(place_locate("Tcpip\\Parameters\\KeepAliveTime", &location, &os, &err));

    assert_int_equal(location.kind, PLACE_REGISTRY);
    assert_string_equal(location.path,
                        "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters");
    assert_string_equal(location.value, "KeepAliveTime");
    assert_int_equal(os, OS_WINDOWS);
}

static void test_setting_locate_finds_a_registry_value_of_ipv6(void **state)
{
    struct place location;
    enum os_kind os = OS_UNKNOWN;
    struct error err = { 0 };
    (void)state;

    assert_true(
        place_locate("Tcpip6\\Parameters\\DisabledComponents", &location, &os, &err));

    assert_string_equal(location.path,
                        "SYSTEM\\CurrentControlSet\\Services\\Tcpip6\\Parameters");
    assert_string_equal(location.value, "DisabledComponents");
}

static void test_setting_locate_rejects_every_way_out(void **state)
{
    static const char *const rejected[] = {
        "",
        "net",
        "net.",
        "net..ipv4",
        "net.ipv4.",
        "net.ipv4..tcp",
        "net.ipv4.../vm",
        "net/ipv4/tcp_rfc1337",
        "net.ipv4/tcp_rfc1337",
        "net.ipv4.tcp rfc",
        "net.ipv4.tcp\n",
        "vm.swappiness",
        "kernel.core_pattern",
        "Tcpip\\Parameters",
        "Tcpip\\Parameters\\",
        "Tcpip\\Parameters\\Interfaces\\X",
        "Tcpip\\Parameters\\..",
        "Tcpip7\\Parameters\\X",
        "Tcpip\\Linkage\\X",
        "HKLM\\SYSTEM\\X",
        "tcp_tw_reuse",
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rejected); i++) {
        struct place location;
        enum os_kind os = OS_UNKNOWN;
        struct error err = { 0 };

        if (place_locate(rejected[i], &location, &os, &err) ||
            err.code != ERR_MALFORMED || os != OS_UNKNOWN)
            fail_msg("'%s'", rejected[i]);
    }
}

static void test_setting_locate_quotes_what_it_rejects(void **state)
{
    struct place location;
    enum os_kind os = OS_UNKNOWN;
    struct error err = { 0 };
    (void)state;

    assert_false(place_locate("vm.swappiness", &location, &os, &err));

    assert_string_equal(err.message,
                        "'vm.swappiness' is not a setting; expected a built-in name, a "
                        "sysctl such as 'net.ipv4.tcp_rfc1337' or a registry value such "
                        "as 'Tcpip\\Parameters\\KeepAliveTime'");
}

static void test_setting_locate_rejects_a_name_that_does_not_fit(void **state)
{
    char name[SETTING_NAME_SIZE + 1];
    struct place location;
    enum os_kind os = OS_UNKNOWN;
    struct error err = { 0 };
    (void)state;

    memset(name, 'x', sizeof name);
    memcpy(name, "net.", 4);
    name[SETTING_NAME_SIZE] = '\0';

    assert_false(place_locate(name, &location, &os, &err));

    assert_string_equal(err.message, "the name of a setting has at most 95 characters");
}

static void test_setting_valid_numbers_widens_with_windows_8_1(void **state)
{
    const struct os_version windows_8 = { OS_WINDOWS, 6, 2, 9200 };
    const struct os_version windows_8_1 = { OS_WINDOWS, 6, 3, 9600 };
    int64_t lowest = 0;
    int64_t highest = 0;
    (void)state;

    assert_true(
        setting_valid_numbers("TcpTimedWaitDelay", &windows_8, &lowest, &highest));
    assert_int_equal(lowest, 30);
    assert_int_equal(highest, 300);

    assert_true(
        setting_valid_numbers("TcpTimedWaitDelay", &windows_8_1, &lowest, &highest));
    assert_int_equal(lowest, 2);
    assert_int_equal(highest, 300);
}

static void test_setting_valid_numbers_knows_max_user_port(void **state)
{
    const struct os_version windows = { OS_WINDOWS, 10, 0, 20348 };
    int64_t lowest = 0;
    int64_t highest = 0;
    (void)state;

    assert_true(setting_valid_numbers("MaxUserPort", &windows, &lowest, &highest));

    assert_int_equal(lowest, 5000);
    assert_int_equal(highest, 65534);
}

static void test_setting_valid_numbers_has_no_limit_for_others(void **state)
{
    const struct os_version windows = { OS_WINDOWS, 10, 0, 20348 };
    int64_t lowest = -1;
    int64_t highest = -2;
    (void)state;

    assert_false(
        setting_valid_numbers("StrictTimeWaitSeqCheck", &windows, &lowest, &highest));

    assert_int_equal(lowest, -1);
    assert_int_equal(highest, -2);
}

static void test_setting_kernel_default_knows_this_kernel(void **state)
{
    static const struct {
        const char *name;
        uint32_t major, minor;
        const char *setting;
        const char *expected; /* NULL = not known */
    } rows[] = {
        { "range", 6, 1, "ip_local_port_range", "32768-60999" },
        { "range of 4.2", 4, 2, "ip_local_port_range", "32768-60999" },
        { "range before 4.2", 4, 1, "ip_local_port_range", NULL },
        { "reuse of 4.19", 4, 19, "tcp_tw_reuse", "2" },
        { "reuse of 5.0", 5, 0, "tcp_tw_reuse", "2" },
        { "reuse before 4.19", 4, 18, "tcp_tw_reuse", "0" },
        { "timestamps", 6, 1, "tcp_timestamps", "1" },
        { "fin timeout", 6, 1, "tcp_fin_timeout", "60" },
        { "recycle", 4, 11, "tcp_tw_recycle", "0" },
        { "by the memory of the host", 6, 1, "tcp_max_tw_buckets", NULL },
        { "of a policy", 6, 1, "net.ipv4.tcp_rfc1337", NULL },
        { "of Windows", 10, 0, "TcpTimedWaitDelay", NULL },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct os_version linux = { OS_LINUX, rows[i].major, rows[i].minor, 0 };
        struct setting_value value = { .number = -7 };
        struct text out = { 0 };
        bool known = setting_kernel_default(rows[i].setting, &linux, &value);

        setting_value_format(&value, &out);
        if (known != (rows[i].expected != NULL) ||
            strcmp(text_string(&out), known ? rows[i].expected : "-7") != 0)
            fail_msg("%s: %d, %s", rows[i].name, known, text_string(&out));
        text_clear(&out);
    }
}

static void test_setting_value_equal_compares_the_kind_first(void **state)
{
    const struct setting_value number = { .number = 5 };
    const struct setting_value same = { .number = 5, .range = { 1, 2 } };
    const struct setting_value other = { .number = 6 };
    const struct setting_value range = { .kind = SETTING_PORT_RANGE,
                                         .number = 5,
                                         .range = { 1, 2 } };
    const struct setting_value longer = { .kind = SETTING_PORT_RANGE, .range = { 1, 3 } };
    const struct setting_value same_range = { .kind = SETTING_PORT_RANGE,
                                              .range = { 1, 2 } };
    (void)state;

    assert_true(setting_value_equal(&number, &same));
    assert_false(setting_value_equal(&number, &other));
    assert_false(setting_value_equal(&number, &range));
    assert_true(setting_value_equal(&range, &same_range));
    assert_false(setting_value_equal(&range, &longer));
}

static void test_setting_value_format_prints_both_kinds(void **state)
{
    const struct setting_value number = { .number = -30 };
    const struct setting_value range = { .kind = SETTING_PORT_RANGE,
                                         .range = { 32768, 60999 } };
    struct text out = { 0 };
    (void)state;

    setting_value_format(&number, &out);
    text_add(&out, " ");
    setting_value_format(&range, &out);

    assert_string_equal(text_string(&out), "-30 32768-60999");
    text_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_setting_table_holds_the_settings_in_order),
        cmocka_unit_test(test_setting_table_leaves_no_field_out),
        cmocka_unit_test(
            test_setting_table_has_every_registry_value_in_one_key_after_a_reboot),
        cmocka_unit_test(test_setting_table_has_every_sysctl_under_its_name_at_once),
        cmocka_unit_test(test_setting_find_knows_the_protocol_of_a_dynamic_range),
        cmocka_unit_test(test_setting_find_knows_no_other_name),
        cmocka_unit_test(test_setting_locate_finds_a_sysctl),
        cmocka_unit_test(test_setting_locate_finds_a_sysctl_right_below_net),
        cmocka_unit_test(test_setting_locate_finds_a_registry_value),
        cmocka_unit_test(test_setting_locate_finds_a_registry_value_of_ipv6),
        cmocka_unit_test(test_setting_locate_rejects_every_way_out),
        cmocka_unit_test(test_setting_locate_quotes_what_it_rejects),
        cmocka_unit_test(test_setting_locate_rejects_a_name_that_does_not_fit),
        cmocka_unit_test(test_setting_valid_numbers_widens_with_windows_8_1),
        cmocka_unit_test(test_setting_valid_numbers_knows_max_user_port),
        cmocka_unit_test(test_setting_valid_numbers_has_no_limit_for_others),
        cmocka_unit_test(test_setting_kernel_default_knows_this_kernel),
        cmocka_unit_test(test_setting_value_equal_compares_the_kind_first),
        cmocka_unit_test(test_setting_value_format_prints_both_kinds),
    };

    return cmocka_run_group_tests_name("model/setting", tests, NULL, NULL);
}
