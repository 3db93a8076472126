/* SPDX-License-Identifier: MIT */
/* Registry values of the right type, and of every wrong one. */
#include "checks/decode/registry_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

static void test_decode_reads_a_dword_as_unsigned_little_endian(void **state)
{
    static const struct {
        const char *name;
        uint8_t bytes[4];
        int64_t number;
    } cases[] = {
        { "30", { 0x1E, 0, 0, 0 }, 30 },
        { "65534", { 0xFE, 0xFF, 0, 0 }, 65534 },
        { "0x01020304", { 4, 3, 2, 1 }, 0x01020304 },
        { "largest", { 0xFF, 0xFF, 0xFF, 0xFF }, 4294967295 },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct observed_setting setting = { .reason = "old" };

        registry_value_decode(4, cases[i].bytes, 4, &setting);
        if (setting.presence != SETTING_SET || setting.value.kind != SETTING_NUMBER ||
            setting.value.number != cases[i].number || setting.reason[0] != '\0')
            fail_msg("%s: presence %d, number %ld, '%s'", cases[i].name,
                     (int)setting.presence, (long)setting.value.number, setting.reason);
    }
}

static void test_decode_names_the_wrong_type(void **state)
{
    static const struct {
        uint32_t type;
        size_t size;
        const char *reason;
    } cases[] = {
        { 0, 0, "is REG_NONE, not REG_DWORD" },
        { 1, 6, "is REG_SZ, not REG_DWORD" },
        { 3, 4, "is REG_BINARY, not REG_DWORD" },
        { 5, 4, "is REG_DWORD_BIG_ENDIAN, not REG_DWORD" },
        { 11, 8, "is REG_QWORD, not REG_DWORD" },
        { 12, 8, "is of type 12, not REG_DWORD" },
        { 4294967295, 8, "is of type 4294967295, not REG_DWORD" },
        { 4, 0, "is a REG_DWORD of 0 bytes, not 4" },
        { 4, 8, "is a REG_DWORD of 8 bytes, not 4" },
    };
    static const uint8_t bytes[8] = { 30 };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct observed_setting setting = { 0 };

        registry_value_decode(cases[i].type, bytes, cases[i].size, &setting);
        assert_string_equal(setting.reason, cases[i].reason);
        assert_int_equal(setting.presence, SETTING_WRONG_TYPE);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_reads_a_dword_as_unsigned_little_endian),
        cmocka_unit_test(test_decode_names_the_wrong_type),
    };

    return cmocka_run_group_tests_name("decode/registry_value", tests, NULL, NULL);
}
