/* SPDX-License-Identifier: MIT */
/* From WMI's VARIANTs to one range; no Windows is at hand to ask. */
#include "checks/decode/dynamic_range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A template with numbers, and "Automatic", which has NULLs. */
/* clang-format off */
#define NOT_THERE              { WMI_NULL, 0 }
#define TEMPLATE(start, count) { { WMI_NUMBER, (start) }, { WMI_NUMBER, (count) }, NOT_THERE, NOT_THERE }
#define AUTOMATIC              { NOT_THERE, NOT_THERE, NOT_THERE, NOT_THERE }
/* clang-format on */

static void test_from_wmi_reads_six_equal_templates(void **state)
{
    static const struct wmi_setting settings[] = {
        AUTOMATIC,
        TEMPLATE(49152, 16384),
        TEMPLATE(49152, 16384),
        TEMPLATE(49152, 16384),
        TEMPLATE(49152, 16384),
        TEMPLATE(49152, 16384),
    };
    struct port_range range = { 0 };
    struct error err = { 0 };
    bool differ = true;
    (void)state;

    assert_true(
        dynamic_range_from_wmi(settings, ARRAY_COUNT(settings), &range, &differ, &err));

    assert_int_equal(range.first, 49152);
    assert_int_equal(range.last, 65535);
    assert_false(differ);
}

static void test_from_wmi_takes_the_narrowest_of_differing_templates(void **state)
{
    static const struct wmi_setting settings[] = {
        TEMPLATE(10000, 55536), AUTOMATIC, TEMPLATE(49152, 1000), TEMPLATE(1024, 13977),
        TEMPLATE(49152, 1000),
    };
    struct port_range range = { 0 };
    struct error err = { 0 };
    bool differ = false;
    (void)state;

    assert_true(
        dynamic_range_from_wmi(settings, ARRAY_COUNT(settings), &range, &differ, &err));

    assert_int_equal(range.first, 49152);
    assert_int_equal(range.last, 50151);
    assert_true(differ);
}

static void test_from_wmi_tells_that_equally_wide_templates_differ(void **state)
{
    static const struct wmi_setting settings[] = {
        TEMPLATE(49152, 1000),
        TEMPLATE(20000, 1000),
    };
    struct port_range range = { 0 };
    struct error err = { 0 };
    bool differ = false;
    (void)state;

    assert_true(
        dynamic_range_from_wmi(settings, ARRAY_COUNT(settings), &range, &differ, &err));

    assert_int_equal(range.first, 20000);
    assert_true(differ);
}

static void test_from_wmi_skips_an_instance_with_one_null(void **state)
{
    static const struct wmi_setting settings[] = {
        { { WMI_NUMBER, 1 }, NOT_THERE, NOT_THERE, NOT_THERE },
        { NOT_THERE, { WMI_NUMBER, 1 }, NOT_THERE, NOT_THERE },
        TEMPLATE(32768, 32768),
    };
    struct port_range range = { 0 };
    struct error err = { 0 };
    bool differ = true;
    (void)state;

    assert_true(
        dynamic_range_from_wmi(settings, ARRAY_COUNT(settings), &range, &differ, &err));

    assert_int_equal(range.first, 32768);
    assert_int_equal(range.last, 65535);
    assert_false(differ);
}

static void test_from_wmi_accepts_the_start_that_max_user_port_makes(void **state)
{
    static const struct wmi_setting settings[] = { TEMPLATE(1024, 64511) };
    struct port_range range = { 0 };
    struct error err = { 0 };
    bool differ = true;
    (void)state;

    assert_true(dynamic_range_from_wmi(settings, 1, &range, &differ, &err));

    assert_int_equal(range.first, 1024);
    assert_int_equal(range.last, 65534);
}

static void test_from_wmi_refuses(void **state)
{
    static const struct {
        const char *name;
        struct wmi_setting settings[2];
        size_t count;
        enum error_code code;
        const char *message;
    } cases[] = {
        { "no instance", { AUTOMATIC }, 0, ERR_ABSENT, "WMI returned no range" },
        { "only nulls",
          { AUTOMATIC, AUTOMATIC },
          2,
          ERR_ABSENT,
          "WMI returned no range" },
        { "a string",
          { { { WMI_OTHER, 0 }, { WMI_NUMBER, 1 }, NOT_THERE, NOT_THERE } },
          1,
          ERR_MALFORMED,
          "WMI's range contains something other than numbers" },
        { "zeros",
          { TEMPLATE(0, 0) },
          1,
          ERR_MALFORMED,
          "WMI's range '0, 0' is not a first port and a number of ports" },
        { "negative",
          { TEMPLATE(-16384, 16384) },
          1,
          ERR_MALFORMED,
          "WMI's range '-16384, 16384' is not a first port and a number of ports" },
        { "past the last port",
          { TEMPLATE(49152, 16384), TEMPLATE(49153, 16384) },
          2,
          ERR_MALFORMED,
          "WMI's range '49153, 16384' is not a first port and a number of ports" },
        { "number that would wrap",
          { TEMPLATE(65537, 1) },
          1,
          ERR_MALFORMED,
          "WMI's range '65537, 1' is not a first port and a number of ports" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct port_range range = { 7, 8 };
        struct error err = { 0 };
        bool differ = false;

        if (dynamic_range_from_wmi(cases[i].settings, cases[i].count, &range, &differ,
                                   &err))
            fail_msg("%s: accepted", cases[i].name);
        if (err.code != cases[i].code || strcmp(err.message, cases[i].message) != 0)
            fail_msg("%s: %d %s", cases[i].name, (int)err.code, err.message);
        if (range.first != 7 || range.last != 8)
            fail_msg("%s: %u-%u", cases[i].name, range.first, range.last);
    }
}

/* A template with Windows' own dynamic range and this auto-reuse range. */
/* clang-format off */
#define REUSE(start, count) \
    { { WMI_NUMBER, 49152 }, { WMI_NUMBER, 16384 }, { WMI_NUMBER, (start) }, { WMI_NUMBER, (count) } }
/* clang-format on */

static void test_reuse_from_wmi(void **state)
{
    static const struct {
        const char *name;
        struct wmi_setting settings[3];
        struct port_range range;
        bool differ;
    } cases[] = {
        { "as Windows comes", { AUTOMATIC, REUSE(0, 0), REUSE(0, 0) }, { 0, 0 }, false },
        { "a Windows without the property",
          { AUTOMATIC, TEMPLATE(49152, 16384), TEMPLATE(49152, 16384) },
          { 0, 0 },
          false },
        { "a start alone sets nothing",
          { REUSE(22000, 0), REUSE(22000, 0), REUSE(22000, 0) },
          { 0, 0 },
          false },
        { "Microsoft's script",
          { AUTOMATIC, REUSE(22000, 43536), REUSE(22000, 43536) },
          { 22000, 65535 },
          false },
        { "one template without",
          { REUSE(22000, 43536), REUSE(0, 0), REUSE(22000, 43536) },
          { 22000, 65535 },
          true },
        { "different ones",
          { REUSE(22000, 43536), AUTOMATIC, REUSE(30000, 1000) },
          { 30000, 30999 },
          true },
        { "different first ports",
          { REUSE(22000, 9000), AUTOMATIC, REUSE(30000, 1000) },
          { 30000, 30999 },
          true },
        { "different last ports",
          { REUSE(22000, 9000), AUTOMATIC, REUSE(22000, 1000) },
          { 22000, 22999 },
          true },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct port_range range = { 7, 8 };
        struct error err = { 0 };
        bool differ = !cases[i].differ;

        if (!dynamic_range_reuse_from_wmi(cases[i].settings, 3, &range, &differ, &err))
            fail_msg("%s: %s", cases[i].name, err.message);
        if (range.first != cases[i].range.first || range.last != cases[i].range.last)
            fail_msg("%s: %u-%u", cases[i].name, range.first, range.last);
        if (differ != cases[i].differ)
            fail_msg("%s: differ %d", cases[i].name, differ);
    }
}

static void test_reuse_from_wmi_refuses_nonsense(void **state)
{
    static const struct {
        const char *name;
        struct wmi_number start;
        struct wmi_number count;
        const char *message;
    } cases[] = {
        { "no first port",
          { WMI_NUMBER, 0 },
          { WMI_NUMBER, 100 },
          "WMI's auto-reuse range '0, 100' is not a first port and a number of ports" },
        { "past the last port",
          { WMI_NUMBER, 60000 },
          { WMI_NUMBER, 6000 },
          "WMI's auto-reuse range '60000, 6000' is not a first port and a number of "
          "ports" },
        { "negative",
          { WMI_NUMBER, 60000 },
          { WMI_NUMBER, -1 },
          "WMI's auto-reuse range '60000, -1' is not a first port and a number of "
          "ports" },
        { "a number of ports alone",
          { WMI_NULL, 0 },
          { WMI_NUMBER, 100 },
          "WMI's auto-reuse range contains something other than numbers" },
        { "a string",
          { WMI_NUMBER, 22000 },
          { WMI_OTHER, 0 },
          "WMI's auto-reuse range contains something other than numbers" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        const struct wmi_setting settings[] = {
            REUSE(0, 0),
            { { WMI_NUMBER, 49152 },
              { WMI_NUMBER, 16384 },
              cases[i].start,
              cases[i].count },
        };
        struct port_range range = { 7, 8 };
        struct error err = { 0 };
        bool differ = false;

        if (dynamic_range_reuse_from_wmi(settings, 2, &range, &differ, &err))
            fail_msg("%s: accepted", cases[i].name);
        if (err.code != ERR_MALFORMED || strcmp(err.message, cases[i].message) != 0)
            fail_msg("%s: %d %s", cases[i].name, (int)err.code, err.message);
        if (range.first != 7 || range.last != 8 || differ)
            fail_msg("%s: %u-%u", cases[i].name, range.first, range.last);
    }
}

static void test_narrower_prefers_fewer_ports(void **state)
{
    const struct port_range wide = { 1024, 65535 };
    const struct port_range narrow = { 50000, 50254 };
    (void)state;

    assert_int_equal(dynamic_range_narrower(wide, narrow).first, 50000);
    assert_int_equal(dynamic_range_narrower(narrow, wide).first, 50000);
}

static void test_narrower_of_equally_wide_ones_is_the_lower(void **state)
{
    const struct port_range high = { 50000, 50254 };
    const struct port_range low = { 40000, 40254 };
    (void)state;

    assert_int_equal(dynamic_range_narrower(high, low).first, 40000);
    assert_int_equal(dynamic_range_narrower(low, high).first, 40000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_wmi_reads_six_equal_templates),
        cmocka_unit_test(test_from_wmi_takes_the_narrowest_of_differing_templates),
        cmocka_unit_test(test_from_wmi_tells_that_equally_wide_templates_differ),
        cmocka_unit_test(test_from_wmi_skips_an_instance_with_one_null),
        cmocka_unit_test(test_from_wmi_accepts_the_start_that_max_user_port_makes),
        cmocka_unit_test(test_from_wmi_refuses),
        cmocka_unit_test(test_reuse_from_wmi),
        cmocka_unit_test(test_reuse_from_wmi_refuses_nonsense),
        cmocka_unit_test(test_narrower_prefers_fewer_ports),
        cmocka_unit_test(test_narrower_of_equally_wide_ones_is_the_lower),
    };

    return cmocka_run_group_tests_name("decode/dynamic_range", tests, NULL, NULL);
}
