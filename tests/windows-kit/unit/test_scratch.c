/* SPDX-License-Identifier: MIT */
/* What is written there is safe by the programs' own rule, and gone at the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "checks/host/program.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/scratch.h"

static struct scratch scratch;
static struct error failure;

static int set_up(void **state)
{
    (void)state;
    error_clear(&failure);
    return scratch_open(&scratch, &failure) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_close(&scratch);
    return 0;
}

static void test_what_is_written_is_there_and_safe(void **state)
{
    struct text path = { 0 };
    struct text bytes = { 0 };
    (void)state;

    assert_true(scratch_make_directory(&scratch, "a/b", &failure));
    assert_true(scratch_make_directory(&scratch, "a/c", &failure));
    assert_true(scratch_write(&scratch, "a/b/\xc3\xa4.json", "x\0\r\n", 4, &failure));

    win_text_add_wide(&path, scratch.root);
    text_add(&path, "\\a\\b\\\xc3\xa4.json");
    assert_true(program_read_own_file(text_string(&path), 4, &bytes, &failure));
    assert_int_equal(bytes.length, 4);
    assert_memory_equal(bytes.data, "x\0\r\n", 4);
    text_clear(&path);
    text_clear(&bytes);
}

static void test_a_file_that_is_there_is_not_overwritten(void **state)
{
    (void)state;

    assert_true(scratch_write(&scratch, "a", "1", 1, &failure));

    assert_false(scratch_write(&scratch, "a", "2", 1, &failure));
}

static void test_two_have_two_directories(void **state)
{
    struct scratch other = { 0 };
    (void)state;

    assert_true(scratch_open(&other, &failure));

    assert_int_not_equal(_wcsicmp(scratch.root, other.root), 0);
    scratch_close(&other);
}

static void test_close_removes_all_of_it(void **state)
{
    wchar_t *root = _wcsdup(scratch.root);
    (void)state;

    assert_true(scratch_make_directory(&scratch, "a/b", &failure));
    assert_true(scratch_write(&scratch, "a/b/c", "1", 1, &failure));
    scratch_close(&scratch);

    assert_int_equal(GetFileAttributesW(root), INVALID_FILE_ATTRIBUTES);
    free(root);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_written_is_there_and_safe),
        TEST(test_a_file_that_is_there_is_not_overwritten),
        TEST(test_two_have_two_directories),
        TEST(test_close_removes_all_of_it),
    };

    return cmocka_run_group_tests_name("windows-kit/scratch", tests, NULL, NULL);
}
