/* SPDX-License-Identifier: MIT */
/* Names and versions of operating systems. */
#include "checks/model/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_os_kind_name_names_each_system(void **state)
{
    (void)state;

    assert_string_equal(os_kind_name(OS_LINUX), "linux");
    assert_string_equal(os_kind_name(OS_WINDOWS), "windows");
    assert_string_equal(os_kind_name(OS_UNKNOWN), "unknown");
}

static void test_os_kind_name_calls_a_value_beyond_the_last_unknown(void **state)
{
    (void)state;

    assert_string_equal(os_kind_name(OS_KIND_COUNT), "unknown");
}

static void test_os_version_at_least_compares_major_before_minor(void **state)
{
    static const struct {
        const char *name;
        uint32_t major, minor;
        bool expected;
    } rows[] = {
        { "the same", 6, 3, true },
        { "newer minor", 6, 4, false },
        { "older minor", 6, 1, true },
        { "older major, newer minor", 5, 9, true },
        { "newer major, older minor", 10, 0, false },
    };
    const struct os_version seen = { .kind = OS_WINDOWS, .major = 6, .minor = 3 };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (os_version_at_least(&seen, rows[i].major, rows[i].minor) != rows[i].expected)
            fail_msg("%s", rows[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_os_kind_name_names_each_system),
        cmocka_unit_test(test_os_kind_name_calls_a_value_beyond_the_last_unknown),
        cmocka_unit_test(test_os_version_at_least_compares_major_before_minor),
    };

    return cmocka_run_group_tests_name("model/os", tests, NULL, NULL);
}
