/* SPDX-License-Identifier: MIT */
/* What is in the list is put back, newest first; what is no list is never obeyed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/windows/win.h"
#include "tests/windows-kit/lib/restore.h"

/* A value that Windows has no meaning for, beside those that the kit changes. */
#define KEY   "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
#define NAME  "PortExhaustionKitTest"
#define PLACE KEY "\\" NAME

static char list[MAX_PATH];

static void set_value(DWORD number)
{
    assert_int_equal(
        RegSetKeyValueA(HKEY_LOCAL_MACHINE, KEY, NAME, REG_DWORD, &number, sizeof number),
        ERROR_SUCCESS);
}

/* -1 = absent */
static int64_t value_now(void)
{
    DWORD number = 0;
    DWORD size = sizeof number;

    return RegGetValueA(HKEY_LOCAL_MACHINE, KEY, NAME, RRF_RT_REG_DWORD, NULL, &number,
                        &size) == ERROR_SUCCESS
               ? (int64_t)number
               : -1;
}

static bool is_there(void)
{
    return GetFileAttributesA(list) != INVALID_FILE_ATTRIBUTES;
}

static void write_list(const char *text)
{
    FILE *file = fopen(list, "wb");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    char directory[MAX_PATH];
    (void)state;

    assert_true(GetTempPathA(sizeof directory, directory) > 0);
    assert_true(GetTempFileNameA(directory, "kit", 0, list) != 0);
    assert_int_equal(remove(list), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)remove(list);
    (void)RegDeleteKeyValueA(HKEY_LOCAL_MACHINE, KEY, NAME);
    return 0;
}

static void test_no_list_is_nothing_to_restore(void **state)
{
    struct error err = { 0 };
    (void)state;

    assert_true(restore_all(list, &err));
}

static void test_a_value_is_put_back(void **state)
{
    struct error err = { 0 };
    (void)state;

    set_value(40);
    assert_true(restore_note(list, CHANGE_REGISTRY, PLACE, &err));
    set_value(30);
    assert_true(restore_all(list, &err));
    assert_int_equal(value_now(), 40);
    assert_false(is_there());
}

static void test_what_was_absent_is_taken_away(void **state)
{
    struct error err = { 0 };
    (void)state;

    assert_true(restore_note(list, CHANGE_REGISTRY, PLACE, &err));
    set_value(30);
    assert_true(restore_all(list, &err));
    assert_int_equal(value_now(), -1);
}

static void test_a_place_keeps_its_first_value(void **state)
{
    struct error err = { 0 };
    (void)state;

    set_value(1);
    assert_true(restore_note(list, CHANGE_REGISTRY, PLACE, &err));
    set_value(2);
    assert_true(restore_note(list, CHANGE_REGISTRY, PLACE, &err));
    set_value(3);
    assert_true(restore_all(list, &err));
    assert_int_equal(value_now(), 1);
}

static void test_a_line_that_was_cut_short_is_left_out(void **state)
{
    struct error err = { 0 };
    (void)state;

    set_value(7);
    write_list("registry " PLACE " 5\nregistry " PLACE " 9");
    assert_true(restore_all(list, &err));
    assert_int_equal(value_now(), 5);
}

static void test_what_is_no_list_is_not_obeyed(void **state)
{
    static const char *const wrong[] = { "registry " PLACE "\n", "file C:\\x absent\n",
                                         "calc.exe\n",
                                         "registry " PLACE " 5\nnonsense\n" };
    (void)state;

    set_value(7);
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        struct error err = { 0 };

        write_list(wrong[i]);
        assert_false(restore_all(list, &err));
        assert_int_equal(err.code, ERR_MALFORMED);
        assert_int_equal(value_now(), 7);
        assert_true(is_there());
    }
}

static void test_what_netsh_refuses_cannot_be_put_back(void **state)
{
    (void)state;

    assert_true(restore_netsh_takes((struct port_range){ 49152, 65535 }));
    assert_true(restore_netsh_takes((struct port_range){ 1025, 1279 }));
    assert_false(restore_netsh_takes((struct port_range){ 1024, 65534 }));
    assert_false(restore_netsh_takes((struct port_range){ 1025, 1278 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_list_is_nothing_to_restore, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_value_is_put_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_was_absent_is_taken_away, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_place_keeps_its_first_value, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_line_that_was_cut_short_is_left_out,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_list_is_not_obeyed, set_up,
                                        tear_down),
        cmocka_unit_test(test_what_netsh_refuses_cannot_be_put_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
