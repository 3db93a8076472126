/* SPDX-License-Identifier: MIT */
/* The mark of this boot in the registry, as it is left and as it is read. */
#include "checks/host/windows/boot_mark.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/program.h"
#include "checks/host/windows/win_security.h"
#include "checks/model/boot_id.h"
#include "remediate/writer/system.h"

#define BELOW BOOT_MARK_KEY L"\\below"

static int clear(void **state)
{
    (void)state;
    (void)RegDeleteKeyExW(HKEY_LOCAL_MACHINE, BELOW, KEY_WOW64_64KEY, 0);
    (void)RegDeleteKeyExW(HKEY_LOCAL_MACHINE, BOOT_MARK_KEY, KEY_WOW64_64KEY, 0);
    (void)RegDeleteKeyExW(HKEY_LOCAL_MACHINE, BOOT_MARK_PARENT, KEY_WOW64_64KEY, 0);
    return 0;
}

static void assert_mark(const char *wanted)
{
    char mark[JOURNAL_ID_SIZE];

    boot_mark_read(mark);
    assert_string_equal(mark, wanted);
}

static void leave(const char *mark)
{
    struct error err = { 0 };

    if (!system_mark_boot(mark, &err))
        fail_msg("%s", err.message);
}

/* A key as somebody else makes it, with a value of ours. */
static void given_key(const wchar_t *path, DWORD type, const void *bytes, DWORD size)
{
    HKEY key = NULL;

    assert_int_equal(RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, NULL, 0,
                                     KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL),
                     ERROR_SUCCESS);
    if (bytes)
        assert_int_equal(RegSetValueExW(key, BOOT_MARK_VALUE, 0, type, bytes, size),
                         ERROR_SUCCESS);
    (void)RegCloseKey(key);
}

static void test_without_a_key_there_is_no_mark(void **state)
{
    struct text boot = { 0 };
    (void)state;

    program_boot_id(&boot);

    assert_mark("");
    assert_null(strstr(text_string(&boot), "mark"));
    text_clear(&boot);
}

static void test_a_mark_is_part_of_the_boots_identity(void **state)
{
    struct text before = { 0 };
    struct text boot = { 0 };
    (void)state;

    program_boot_id(&before);
    leave("20261129T210000Z-12");
    program_boot_id(&boot);
    boot_id_add_mark("20261129T210000Z-12", &before);

    assert_mark("20261129T210000Z-12");
    assert_true(boot_id_is_same(text_string(&before), text_string(&boot)));
    text_clear(&before);
    text_clear(&boot);
}

static void test_the_first_mark_of_a_boot_stays(void **state)
{
    (void)state;

    leave("20261129T210000Z-12");
    leave("20261129T220000Z-13");

    assert_mark("20261129T210000Z-12");
}

static void test_a_key_that_is_cut_off_before_its_value_gets_one(void **state)
{
    (void)state;
    given_key(BOOT_MARK_KEY, REG_NONE, NULL, 0);

    assert_mark(BOOT_MARK_UNREAD);
    leave("R-1");

    assert_mark("R-1");
}

static void test_what_is_no_mark_is_not_read_as_one(void **state)
{
    static const wchar_t words[] = L"no id; mark R-1";
    static const wchar_t longer[] = L"01234567890123456789012345678901234567890123456789";
    const DWORD number = 7;
    (void)state;

    given_key(BOOT_MARK_KEY, REG_DWORD, &number, sizeof number);
    assert_mark(BOOT_MARK_UNREAD);
    given_key(BOOT_MARK_KEY, REG_SZ, words, sizeof words);
    assert_mark(BOOT_MARK_UNREAD);
    given_key(BOOT_MARK_KEY, REG_SZ, longer, sizeof longer);
    assert_mark(BOOT_MARK_UNREAD);
    given_key(BOOT_MARK_KEY, REG_BINARY, words, sizeof words);
    assert_mark(BOOT_MARK_UNREAD);
}

static void test_a_mark_that_cannot_be_left_is_told(void **state)
{
    struct error err = { 0 };
    (void)state;
    given_key(BELOW, REG_NONE, NULL, 0);

    assert_false(system_mark_boot("R-1", &err));

    assert_non_null(strstr(err.message, "HKLM\\SOFTWARE\\port-exhaustion\\boot"));
    assert_mark(BOOT_MARK_UNREAD);
}

/* Only a key that is not volatile may have a lasting one below it. */
static void test_both_keys_end_with_the_boot(void **state)
{
    static const wchar_t *const paths[] = { BOOT_MARK_PARENT L"\\lasting", BELOW };
    (void)state;
    leave("R-1");

    for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
        HKEY key = NULL;

        assert_int_equal(RegCreateKeyExW(HKEY_LOCAL_MACHINE, paths[i], 0, NULL, 0,
                                         KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key,
                                         NULL),
                         ERROR_CHILD_MUST_BE_VOLATILE);
    }
}

static void test_only_administrators_may_write_it(void **state)
{
    PSECURITY_DESCRIPTOR descriptor = NULL;
    wchar_t *sddl = NULL;
    HKEY key = NULL;
    (void)state;
    leave("R-1");

    assert_int_equal(RegOpenKeyExW(HKEY_LOCAL_MACHINE, BOOT_MARK_KEY, 0,
                                   READ_CONTROL | KEY_WOW64_64KEY, &key),
                     ERROR_SUCCESS);
    assert_int_equal(
        GetSecurityInfo(key, SE_REGISTRY_KEY,
                        OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, NULL,
                        NULL, NULL, NULL, &descriptor),
        ERROR_SUCCESS);
    assert_true(ConvertSecurityDescriptorToStringSecurityDescriptorW(
        descriptor, SDDL_REVISION_1,
        OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &sddl, NULL));
    (void)RegCloseKey(key);

    assert_int_equal(wcscmp(sddl, L"O:BAD:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KR;;;BU)"),
                     0);
    (void)LocalFree(sddl);
    (void)LocalFree(descriptor);
}

/* clang-format off */
#define MARK_TEST(f) cmocka_unit_test_setup_teardown(f, clear, clear)
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        MARK_TEST(test_without_a_key_there_is_no_mark),
        MARK_TEST(test_a_mark_is_part_of_the_boots_identity),
        MARK_TEST(test_the_first_mark_of_a_boot_stays),
        MARK_TEST(test_a_key_that_is_cut_off_before_its_value_gets_one),
        MARK_TEST(test_what_is_no_mark_is_not_read_as_one),
        MARK_TEST(test_a_mark_that_cannot_be_left_is_told),
        MARK_TEST(test_both_keys_end_with_the_boot),
        MARK_TEST(test_only_administrators_may_write_it),
    };

    return cmocka_run_group_tests_name("writer/windows/boot_marker", tests, NULL, NULL);
}
