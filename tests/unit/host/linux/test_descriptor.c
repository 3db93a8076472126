/* SPDX-License-Identifier: MIT */
/* Pipes, which show every way in which a descriptor can come to its end. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "checks/host/linux/linux_file.h"

/* The reading end of a pipe that holds `bytes` and whose writer is done. */
static int pipe_of(const char *bytes)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], bytes, strlen(bytes)), strlen(bytes));
    assert_int_equal(close(ends[1]), 0);
    return ends[0];
}

static void test_descriptor_read_all_adds_what_follows(void **state)
{
    struct text out = { 0 };
    struct error err = { 0 };
    int fd = pipe_of("bcd");
    (void)state;

    text_add(&out, "a");
    assert_true(descriptor_read_all(fd, "pipe", 3, &out, &err));

    assert_string_equal(text_string(&out), "abcd");
    text_clear(&out);
    assert_int_equal(close(fd), 0);
}

static void test_descriptor_read_all_refuses_a_byte_too_many(void **state)
{
    struct text out = { 0 };
    struct error err = { 0 };
    char bytes[10001]; /* more than one read takes */
    int fd;
    (void)state;

    memset(bytes, 'b', sizeof bytes - 1);
    bytes[sizeof bytes - 1] = '\0';
    fd = pipe_of(bytes);
    text_add(&out, "a");
    assert_false(descriptor_read_all(fd, "pipe", 9999, &out, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message, "'pipe' is larger than 9999 bytes");
    assert_string_equal(text_string(&out), "a");
    text_clear(&out);
    assert_int_equal(close(fd), 0);
}

static void test_descriptor_read_all_tells_what_failed(void **state)
{
    struct text out = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_false(descriptor_read_all(-1, "pipe", 2, &out, &err));

    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.message, "cannot read 'pipe': Bad file descriptor");
}

static void test_linux_error_set_gives_codes(void **state)
{
    static const struct {
        int number;
        enum error_code code;
        const char *message;
    } rows[] = {
        { ENOENT, ERR_ABSENT, "cannot open 'x': No such file or directory" },
        { ENOTDIR, ERR_ABSENT, "cannot open 'x': Not a directory" },
        { EACCES, ERR_DENIED, "cannot open 'x': Permission denied" },
        { EPERM, ERR_DENIED, "cannot open 'x': Operation not permitted" },
        { EIO, ERR_IO, "cannot open 'x': Input/output error" },
        { EROFS, ERR_IO, "cannot open 'x': Read-only file system" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct error err = { 0 };

        assert_false(linux_error_set(&err, rows[i].number, "cannot open '%s'", "x"));
        assert_int_equal(err.code, rows[i].code);
        assert_string_equal(err.message, rows[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_descriptor_read_all_adds_what_follows),
        cmocka_unit_test(test_descriptor_read_all_refuses_a_byte_too_many),
        cmocka_unit_test(test_descriptor_read_all_tells_what_failed),
        cmocka_unit_test(test_linux_error_set_gives_codes),
    };

    return cmocka_run_group_tests_name("host/descriptor", tests, NULL, NULL);
}
