/* SPDX-License-Identifier: MIT */
/* The netlink decoder on dumps that are cut, damaged or padded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/decode/sock_diag.h"
#include "tests/support/fixture_file.h"
#include "tests/support/seen_rows.h"

/* Each cut that is not between two messages is an error, none reads beyond its end (a
 * sanitizer tells). */
static void test_decode_rejects_every_cut_message(void **state)
{
    struct text bytes = { 0 };
    size_t whole = 0;
    (void)state;
    fixture_read("sock_diag/mixture/bound.bin", &bytes);

    for (size_t length = 0; length < bytes.length; length++) {
        struct seen_rows seen = { 0 };
        struct sock_diag_answer answer = seen_rows_answer(&seen);
        struct error err = { 0 };
        uint8_t *copy = test_malloc(length ? length : 1);

        memcpy(copy, bytes.data, length);
        if (sock_diag_decode(&answer, copy, length, &err))
            whole++;
        else
            assert_int_equal(err.code, ERR_MALFORMED);
        assert_false(answer.done);
        test_free(copy);
    }

    assert_int_equal(whole, 5); /* nothing at all, and after each of the 4 rows */
    text_clear(&bytes);
}

/* The first row of bound.bin (124 bytes of message) with one field changed. */
struct damage {
    const char *name;
    size_t at;
    uint32_t value;
    size_t size; /* bytes of the field */
    const char *message;
};

static const struct damage damages[] = {
    { "length below the header", 0, 15, 4,
      "netlink message of 15 bytes in 516, expected 16 to 516" },
    { "length beyond the datagram", 0, 517, 4,
      "netlink message of 517 bytes in 516, expected 16 to 516" },
    { "length of 4 GiB", 0, UINT32_MAX, 4,
      "netlink message of 4294967295 bytes in 516, expected 16 to 516" },
    { "row too short", 0, 87, 4, "netlink row of 71 bytes, expected 72 or more" },
    { "unknown type", 4, 21, 2, "netlink message of type 21, expected 18 or 20" },
    { "overrun", 4, 4, 2, "netlink message of type 4, expected 18 or 20" },
    { "foreign sequence", 8, 9, 4,
      "netlink message of request 9 to port 4242, expected 1 to 4242" },
    { "foreign port id", 12, 9, 4,
      "netlink message of request 1 to port 9, expected 1 to 4242" },
    { "unknown family", 16, 3, 1, "netlink row of address family 3, expected 2 or 10" },
};

static void test_decode_rejects_damage(void **state)
{
    struct text bytes = { 0 };
    (void)state;
    fixture_read("sock_diag/mixture/bound.bin", &bytes);

    for (size_t i = 0; i < ARRAY_COUNT(damages); i++) {
        const struct damage *damage = &damages[i];
        struct seen_rows seen = { 0 };
        struct sock_diag_answer answer = seen_rows_answer(&seen);
        struct error err = { 0 };
        uint8_t copy[516];

        assert_int_equal(bytes.length, sizeof copy);
        memcpy(copy, bytes.data, sizeof copy);
        memcpy(copy + damage->at, &damage->value, damage->size); /* little-endian hosts */
        if (sock_diag_decode(&answer, copy, sizeof copy, &err) ||
            strcmp(err.message, damage->message) != 0)
            fail_msg("%s: '%s'", damage->name, err.message);
        assert_int_equal(err.code, ERR_MALFORMED);
    }

    text_clear(&bytes);
}

static void test_decode_rejects_done_without_payload(void **state)
{
    static const uint32_t message[4] = { 16, 3, 1, 4242 };
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    struct error err = { 0 };
    (void)state;

    assert_false(sock_diag_decode(&answer, message, sizeof message, &err));

    assert_string_equal(err.message,
                        "netlink message of type 3 with 0 bytes, expected 4 or more");
}

static void test_decode_goes_on_after_acknowledgement(void **state)
{
    static const uint32_t messages[] = { 20, 2, 1, 4242, 0, 20, 3, 1, 4242, 0 };
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    struct error err = { 0 };
    (void)state;

    assert_true(sock_diag_decode(&answer, messages, 20, &err));
    assert_false(answer.done);
    assert_true(sock_diag_decode(&answer, messages + 5, 20, &err));
    assert_true(answer.done);
}

static void test_decode_skips_padding(void **state)
{
    static const uint32_t messages[] = { 17, 1, 1, 4242, 0, 20, 3, 1, 4242, 0 };
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    struct error err = { 0 };
    (void)state;

    assert_true(sock_diag_decode(&answer, messages, sizeof messages, &err));

    assert_true(answer.done);
}

static void test_decode_takes_last_message_without_padding(void **state)
{
    static const uint32_t message[] = { 17, 1, 1, 4242, 0 };
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    struct error err = { 0 };
    (void)state;

    assert_true(sock_diag_decode(&answer, message, 17, &err));
}

static void test_decode_does_not_look_behind_the_end(void **state)
{
    static const uint32_t messages[] = { 20, 3, 1, 4242, 0, 0xFFFFFFFF };
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    struct error err = { 0 };
    (void)state;

    assert_true(sock_diag_decode(&answer, messages, sizeof messages, &err));

    assert_true(answer.done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_rejects_every_cut_message),
        cmocka_unit_test(test_decode_rejects_damage),
        cmocka_unit_test(test_decode_rejects_done_without_payload),
        cmocka_unit_test(test_decode_goes_on_after_acknowledgement),
        cmocka_unit_test(test_decode_skips_padding),
        cmocka_unit_test(test_decode_takes_last_message_without_padding),
        cmocka_unit_test(test_decode_does_not_look_behind_the_end),
    };

    return cmocka_run_group_tests_name("decode/sock_diag_damage", tests, NULL, NULL);
}
