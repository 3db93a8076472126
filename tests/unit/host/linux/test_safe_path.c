/* SPDX-License-Identifier: MIT */
/* Paths too long for a line or for the kernel; whose files are taken is shown on a host
 * (tests/host/writer-linux, tests/host/site-policy). */
#include "checks/host/linux/safe_path.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { SHOWN_MAX = 200 };

/* A path of that many bytes: a slash, `first`, and 'x'. */
static const char *path_of(size_t length, const char *first)
{
    static char path[PATH_MAX + 2];

    assert_true(length < sizeof path && strlen(first) < length);
    memset(path, 'x', length);
    path[0] = '/';
    memcpy(path + 1, first, strlen(first));
    path[length] = '\0';
    return path;
}

static void assert_error(const char *path, const char *shown)
{
    struct error err = { 0 };
    char expected[300];

    errno = ENOENT;
    assert_false(safe_file_error(&err, "open", path));
    (void)snprintf(expected, sizeof expected,
                   "cannot open '%s': No such file or directory", shown);
    assert_string_equal(err.message, expected);
    assert_int_equal(err.code, ERR_ABSENT);
}

static void test_safe_file_error_shows_the_end_of_a_long_path(void **state)
{
    char shown[SHOWN_MAX + 1];
    const char *path = path_of(SHOWN_MAX, "etc/");
    (void)state;

    assert_error(path, path);
    path = path_of(SHOWN_MAX + 1, "etc/");
    (void)snprintf(shown, sizeof shown, "...%s", path + 4);
    assert_int_equal(strlen(shown), SHOWN_MAX);
    assert_error(path, shown);
    path = path_of(1000, "etc/");
    (void)snprintf(shown, sizeof shown, "...%s", path + 1000 - (SHOWN_MAX - 3));
    assert_error(path, shown);
}

static void test_safe_file_error_cuts_between_characters(void **state)
{
    char shown[SHOWN_MAX + 1];
    const char *path = path_of(SHOWN_MAX + 1, "et\xC3\xA9/");
    (void)state;

    (void)snprintf(shown, sizeof shown, "...%s", path + 5);
    assert_error(path, shown);
}

static void test_safe_directory_reach_refuses_a_path_that_no_kernel_takes(void **state)
{
    char slashes[PATH_MAX + 1];
    struct error err = { 0 };
    int fd = 4711;
    (void)state;

    memset(slashes, '/', PATH_MAX);
    slashes[PATH_MAX] = '\0';
    errno = 0;

    assert_false(safe_directory_reach(slashes, &fd, &err));

    assert_non_null(strstr(err.message, "': File name too long"));
    assert_int_equal(fd, 4711);
}

static void test_safe_file_name_is_what_follows_the_last_slash(void **state)
{
    (void)state;

    assert_string_equal(safe_file_name("/etc/x.conf"), "x.conf");
    assert_string_equal(safe_file_name("x.conf"), "x.conf");
    assert_string_equal(safe_file_name("/x/"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_safe_file_error_shows_the_end_of_a_long_path),
        cmocka_unit_test(test_safe_file_error_cuts_between_characters),
        cmocka_unit_test(test_safe_directory_reach_refuses_a_path_that_no_kernel_takes),
        cmocka_unit_test(test_safe_file_name_is_what_follows_the_last_slash),
    };

    return cmocka_run_group_tests_name("host/linux/safe_path", tests, NULL, NULL);
}
