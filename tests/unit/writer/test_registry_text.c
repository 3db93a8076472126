/* SPDX-License-Identifier: MIT */
/* Registry values as text: what was there must come back bit by bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "checks/base/compiler.h"
#include "remediate/writer/registry_text.h"

#define TCPIP "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\"

static void assert_text(uint32_t type, const void *bytes, size_t size,
                        const char *expected)
{
    struct text out = { 0 };

    registry_text_add(type, bytes, size, &out);

    assert_string_equal(text_string(&out), expected);
    text_clear(&out);
}

static void test_registry_text_add_prints_a_dword_in_decimals(void **state)
{
    (void)state;

    assert_text(4, "\x1e\x00\x00\x00", 4, "30");
    assert_text(4, "\xff\xff\xff\xff", 4, "4294967295");
    assert_text(4, "\x01\x02\x03\x04", 4, "67305985");
}

static void test_registry_text_add_keeps_other_types_exactly(void **state)
{
    (void)state;

    assert_text(1,
                "3\0"
                "0\0\0\0",
                6, "1:330030000000");
    assert_text(3, "\xde\xad", 2, "3:dead");
    assert_text(3, "", 0, "3:");
    assert_text(11, "\x1e\0\0\0\0\0\0\0", 8, "11:1e00000000000000");
}

static void test_registry_text_add_shows_a_dword_of_wrong_size(void **state)
{
    (void)state;

    assert_text(4, "\x1e\x00", 2, "4:1e00");
}

static void assert_parsed(const char *text, uint32_t type, const void *bytes, size_t size)
{
    struct text out = { 0 };
    struct error err = { 0 };
    uint32_t read = 99;

    assert_true(registry_text_parse(text, &read, &out, &err));

    assert_int_equal(read, type);
    assert_int_equal(out.length, size);
    assert_memory_equal(text_string(&out), bytes, size);
    text_clear(&out);
}

static void test_registry_text_parse_makes_a_dword_of_a_number(void **state)
{
    (void)state;

    assert_parsed("30", 4, "\x1e\x00\x00\x00", 4);
    assert_parsed("4294967295", 4, "\xff\xff\xff\xff", 4);
    assert_parsed("67305985", 4, "\x01\x02\x03\x04", 4);
}

static void test_registry_text_parse_restores_other_types(void **state)
{
    (void)state;

    assert_parsed("1:330030000000", 1,
                  "3\0"
                  "0\0\0\0",
                  6);
    assert_parsed("3:", 3, "", 0);
    assert_parsed("4:1E00", 4, "\x1e\x00", 2);
}

static void test_registry_text_parse_refuses_nonsense(void **state)
{
    static const struct {
        const char *text;
        enum error_code code;
        const char *message;
    } rows[] = {
        { "4294967296", ERR_LIMIT, "'4294967296' is above 4294967295" },
        { "30s", ERR_MALFORMED, "'30s' is not a whole number" },
        { "-1", ERR_MALFORMED, "'-1' is not a whole number" },
        { "3:dea", ERR_MALFORMED,
          "'3:dea' is not a registry value: expected pairs of hex digits after ':'" },
        { "3:zz", ERR_MALFORMED,
          "'3:zz' is not a registry value: expected pairs of hex digits after ':'" },
        /* found by tests/fuzz/registry_value.c: two good pairs before the bad one */
        { "1:6100\xcf", ERR_MALFORMED,
          "'1:6100?' is not a registry value: expected pairs of hex digits after "
          "':'" },
        { "x:00", ERR_MALFORMED, "'x' is not a whole number" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct text out = { 0 };
        struct error err = { 0 };
        uint32_t type = 99;

        if (registry_text_parse(rows[i].text, &type, &out, &err))
            fail_msg("accepted: %s", rows[i].text);
        assert_string_equal(err.message, rows[i].message);
        assert_int_equal(err.code, rows[i].code);
        assert_int_equal(type, 99);
        assert_int_equal(out.length, 0);
        text_clear(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registry_text_add_prints_a_dword_in_decimals),
        cmocka_unit_test(test_registry_text_add_keeps_other_types_exactly),
        cmocka_unit_test(test_registry_text_add_shows_a_dword_of_wrong_size),
        cmocka_unit_test(test_registry_text_parse_makes_a_dword_of_a_number),
        cmocka_unit_test(test_registry_text_parse_restores_other_types),
        cmocka_unit_test(test_registry_text_parse_refuses_nonsense),
    };

    return cmocka_run_group_tests_name("writer/registry_text", tests, NULL, NULL);
}
