/* SPDX-License-Identifier: MIT */
/* What becomes of bytes that are written to a sysctl; tests/host/sysctl-values holds the
 * same functions against a kernel. */
#include "checks/decode/sysctl_value.h"

#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct os_version now = { .kind = OS_LINUX, .major = 6, .minor = 18 };

struct row {
    const char *key;
    const char *text;
    const char *becomes; /* a value, or why it is refused */
};

static const struct row number_rows[] = {
    { "tcp_fin_timeout", "60", "60" },
    { "tcp_fin_timeout", "60 # was 30", "60" },
    { "tcp_fin_timeout", "60 ; was 30", "60" },
    { "tcp_fin_timeout", "60; was 30", "'60;' is not a whole number" },
    { "tcp_fin_timeout", "60s", "'60s' is not a whole number" },
    { "tcp_fin_timeout", "030", "24" },
    { "tcp_fin_timeout", "0x0", "0" },
    { "tcp_fin_timeout", "-5", "-5" },
    { "tcp_fin_timeout", "2147483", "2147483" },
    { "tcp_fin_timeout", "2147483647", "expected -2147483 to 2147483" },
    { "tcp_tw_reuse", "2", "2" },
    { "tcp_tw_reuse", "3", "expected 0 to 2" },
    { "tcp_tw_reuse", "-1", "expected 0 to 2" },
    { "tcp_tw_reuse", "-0", "expected 0 to 2" },
    { "tcp_tw_reuse", "99999999999999999999", "expected 0 to 2" },
    { "tcp_tw_reuse", "", "expected a number, found none" },
    { "tcp_tw_reuse", " \t", "expected a number, found none" },
    { "tcp_tw_reuse", "# 1", "'#' is not a whole number" },
    { "tcp_timestamps", "255", "255" },
    { "tcp_timestamps", "256", "expected 0 to 255" },
    { "tcp_max_tw_buckets", "-0", "0" },
    { "tcp_max_tw_buckets", "2147483647", "2147483647" },
    { "tcp_max_tw_buckets", "2147483648", "expected -2147483648 to 2147483647" },
    { "tcp_rfc1337", "4294967295", "4294967295" },
    { "tcp_rfc1337", "4294967296", "expected -2147483648 to 4294967295" },
};

static void test_sysctl_take_number_reads_as_the_kernel(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(number_rows); i++) {
        const struct row *row = &number_rows[i];
        struct sysctl_limits limits;
        struct error err = { 0 };
        int64_t number = 4711;
        char said[ERR_TEXT_SIZE];
        char key[64];

        (void)snprintf(key, sizeof key, "net/ipv4/%s", row->key);
        limits = sysctl_limits_of(key, &now);
        if (sysctl_take_number(row->text, &limits, &number, &err))
            (void)snprintf(said, sizeof said, "%" PRId64, number);
        else
            memcpy(said, err.message, sizeof said);
        if (strcmp(said, row->becomes) != 0)
            fail_msg("%s = '%s': %s", row->key, row->text, said);
        if (err.code != ERR_NONE && number != 4711)
            fail_msg("%s = '%s': changed", row->key, row->text);
    }
}

static void test_sysctl_limits_of_knows_older_kernels(void **state)
{
    static const struct os_version bits = { .kind = OS_LINUX, .major = 5, .minor = 13 };
    static const struct os_version before = { .kind = OS_LINUX, .major = 5, .minor = 12 };
    static const struct os_version reuse = { .kind = OS_LINUX, .major = 4, .minor = 19 };
    static const struct os_version oldest = { .kind = OS_LINUX, .major = 4, .minor = 18 };
    (void)state;

    assert_int_equal(sysctl_limits_of("net/ipv4/tcp_timestamps", &bits).highest, 255);
    assert_int_equal(sysctl_limits_of("net/ipv4/tcp_timestamps", &before).highest,
                     INT_MAX);
    assert_true(sysctl_limits_of("net/ipv4/tcp_tw_reuse", &bits).no_sign);
    assert_false(sysctl_limits_of("net/ipv4/tcp_tw_reuse", &reuse).no_sign);
    assert_int_equal(sysctl_limits_of("net/ipv4/tcp_tw_reuse", &reuse).highest, 2);
    assert_int_equal(sysctl_limits_of("net/ipv4/tcp_tw_reuse", &oldest).highest, INT_MAX);
}

static const struct row range_rows[] = {
    { "", "10000 65535", "10000-65535" },
    { "", "10000\t65535 # x", "10000-65535" },
    { "", "20000", "20000-60999" },
    { "", "20000 30000 40000", "20000-30000" },
    { "", "1024 65535", "1024-65535" },
    { "", "1023 65535", "below ip_unprivileged_port_start, 1024" },
    { "", "0 65535", "expected 1 to 65535" },
    { "", "10000 65536", "expected 1 to 65535" },
    { "", "61000", "61000 to 60999 is not a range, expected the lower first" },
    { "", "60999", "60999-60999" },
    { "", "10000-65535", "'10000-65535' is not a whole number" },
    { "", "10000 # 65535", "'#' is not a whole number" },
    { "", "", "expected a number, found none" },
};

static void test_sysctl_take_port_range_reads_as_the_kernel(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(range_rows); i++) {
        struct port_range range = { 32768, 60999 };
        struct error err = { 0 };
        char said[ERR_TEXT_SIZE];

        if (sysctl_take_port_range(range_rows[i].text, 1024, &range, &err))
            port_range_format(range, said);
        else
            memcpy(said, err.message, sizeof said);
        if (strcmp(said, range_rows[i].becomes) != 0)
            fail_msg("'%s': %s", range_rows[i].text, said);
        if (err.code != ERR_NONE && (range.first != 32768 || range.last != 60999))
            fail_msg("'%s': changed", range_rows[i].text);
    }
}

static void test_sysctl_take_port_list_takes_a_comma_at_the_end(void **state)
{
    struct port_set list = { 0 };
    (void)state;

    assert_true(sysctl_take_port_list("8080,9090,", &list, NULL));
    assert_true(port_set_has(&list, 8080) && port_set_has(&list, 9090));
    assert_false(sysctl_take_port_list("8080, 9090", &list, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sysctl_take_number_reads_as_the_kernel),
        cmocka_unit_test(test_sysctl_limits_of_knows_older_kernels),
        cmocka_unit_test(test_sysctl_take_port_range_reads_as_the_kernel),
        cmocka_unit_test(test_sysctl_take_port_list_takes_a_comma_at_the_end),
    };

    return cmocka_run_group_tests_name("decode/sysctl_value", tests, NULL, NULL);
}
