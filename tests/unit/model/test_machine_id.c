/* SPDX-License-Identifier: MIT */
/* The digest of a machine's identity, and whether two are the same. */
#include "checks/model/machine_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

#define ID "0123456789abcdef0123456789abcdef"

static void test_add_digest(void **state)
{
    static const struct {
        const char *name;
        const char *contents;
        const char *digest;
    } rows[] = {
        { "as systemd writes it", ID "\n", "fc27ca6c" },
        { "without the newline", ID, "fc27ca6c" },
        { "in capitals", "0123456789ABCDEF0123456789ABCDEF\n", "fc27ca6c" },
        { "another machine", "0123456789abcdef0123456789abcdee\n", "652e9bd6" },
        { "not there yet", "", "" },
        { "a line alone", "\n", "" },
        { "an image's first boot", "uninitialized\n", "" },
        { "zeros", "00000000000000000000000000000000\n", "" },
        { "a digit short", "0123456789abcdef0123456789abcde\n", "" },
        { "a digit short, filled up", "0123456789abcdef0123456789abcde\n\n", "" },
        { "a digit more", ID "0", "" },
        { "a digit and a line more", ID "0\n", "" },
        { "two lines", ID "\n\n", "" },
        { "a blank behind it", ID " ", "" },
        { "a letter that is no digit", "g123456789abcdef0123456789abcdef\n", "" },
        { "a UUID with dashes", "01234567-89ab-cdef-0123-456789abcdef\n", "" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct text digest = { 0 };

        machine_id_add_digest(rows[i].contents, strlen(rows[i].contents), &digest);
        if (strcmp(text_string(&digest), rows[i].digest) != 0)
            fail_msg("%s: '%s'", rows[i].name, text_string(&digest));
        text_clear(&digest);
    }
}

static void test_add_digest_reads_no_byte_behind(void **state)
{
    char *exact = malloc(32);
    struct text digest = { 0 };
    (void)state;
    assert_non_null(exact);
    memcpy(exact, ID, 32);

    machine_id_add_digest(exact, 32, &digest);
    machine_id_add_digest(exact, 31, &digest);

    assert_string_equal(text_string(&digest), "fc27ca6c");
    free(exact);
    text_clear(&digest);
}

static void test_is_digest(void **state)
{
    (void)state;

    assert_true(machine_id_is_digest("00000000"));
    assert_true(machine_id_is_digest("fc27ca6c"));
    assert_false(machine_id_is_digest(""));
    assert_false(machine_id_is_digest("fc27ca6"));
    assert_false(machine_id_is_digest("fc27ca6c2"));
    assert_false(machine_id_is_digest("FC27CA6C"));
    assert_false(machine_id_is_digest("fc27cg6c"));
}

static void test_differs(void **state)
{
    (void)state;

    assert_false(machine_id_differs("fc27ca6c", "fc27ca6c"));
    assert_true(machine_id_differs("fc27ca6c", "652e9bd6"));
    assert_false(machine_id_differs("", "fc27ca6c"));
    assert_false(machine_id_differs("fc27ca6c", ""));
    assert_false(machine_id_differs("", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add_digest),
        cmocka_unit_test(test_add_digest_reads_no_byte_behind),
        cmocka_unit_test(test_is_digest),
        cmocka_unit_test(test_differs),
    };

    return cmocka_run_group_tests_name("model/machine_id", tests, NULL, NULL);
}
