/* SPDX-License-Identifier: MIT */
/* Numbers as the kernel reads them; tests/host/sysctl-values holds them against one. */
#include "checks/base/kernel_number.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_kernel_number_take_reads_three_bases(void **state)
{
    static const struct {
        const char *text;
        bool negative;
        uint64_t magnitude;
        const char *rest;
    } rows[] = {
        { "0", false, 0, "" },
        { "30", false, 30, "" },
        { "30 60", false, 30, " 60" },
        { "036", false, 30, "" },
        { "0x1e", false, 30, "" },
        { "0X1E", false, 30, "" },
        { "-30", true, 30, "" },
        { "-0", true, 0, "" },
        { "-0x1e,", true, 30, "," },
        { "18446744073709551614", false, UINT64_MAX - 1, "" },
        { "18446744073709551615", false, UINT64_MAX, "" },
        { "18446744073709551616", false, UINT64_MAX, "" },
        { "99999999999999999999", false, UINT64_MAX, "" },
        { "00000000000000000036", false, 30, "" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct kernel_number number = { 0 };
        const char *at = rows[i].text;
        struct error err = { 0 };

        if (!kernel_number_take(&at, " ,", &number, &err))
            fail_msg("%s: %s", rows[i].text, err.message);
        if (number.negative != rows[i].negative || number.magnitude != rows[i].magnitude)
            fail_msg("%s: %" PRIu64, rows[i].text, number.magnitude);
        assert_string_equal(at, rows[i].rest);
    }
}

static void test_kernel_number_take_rejects_what_is_no_number(void **state)
{
    static const char *const rows[] = {
        "",
        "-",
        "--1",
        "+1",
        "x",
        "1x",
        "08",
        "0x",
        "0xg",
        "0b1",
        "1.5",
        "\"1\"",
        "000000000000000000036",
        "-00000000000000000036",
        "1\r",
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct kernel_number number = { .magnitude = 7 };
        const char *at = rows[i];
        struct error err = { 0 };

        if (kernel_number_take(&at, " ,", &number, &err) || err.code != ERR_MALFORMED)
            fail_msg("%s: %" PRIu64, rows[i], number.magnitude);
        assert_non_null(strstr(err.message, "' is not a whole number"));
        assert_ptr_equal(at, rows[i]);
        assert_int_equal(number.magnitude, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kernel_number_take_reads_three_bases),
        cmocka_unit_test(test_kernel_number_take_rejects_what_is_no_number),
    };

    return cmocka_run_group_tests_name("base/kernel_number", tests, NULL, NULL);
}
