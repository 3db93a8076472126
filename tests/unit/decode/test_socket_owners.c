/* SPDX-License-Identifier: MIT */
/* Owners of sockets in both sources of Linux: user, and control group. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/decode/proc_net_sockets.h"
#include "checks/decode/sock_diag.h"
#include "tests/support/seen_rows.h"

enum {
    HEADER = 16,
    ROW = 72,
    UID_AT = HEADER + 64,
    STATE_AT = HEADER + 1,
    COOKIE_AT = HEADER + 44
};

/* A listener of user 33 with `extra` bytes of attributes, and the end of the dump. */
struct dump {
    uint8_t bytes[256];
    size_t length;
};

static void put_u32(struct dump *dump, size_t at, uint32_t value)
{
    memcpy(dump->bytes + at, &value, sizeof value);
}

static void put_u16(struct dump *dump, size_t at, uint16_t value)
{
    memcpy(dump->bytes + at, &value, sizeof value);
}

static struct dump given_dump(uint8_t state, size_t extra)
{
    struct dump dump = { .length = HEADER + ROW + extra };

    put_u32(&dump, 0, (uint32_t)dump.length);
    put_u16(&dump, 4, 20);
    dump.bytes[HEADER] = 2;
    dump.bytes[STATE_AT] = state;
    put_u32(&dump, UID_AT, 33);
    return dump;
}

static bool decode(const struct dump *dump, bool owners, struct seen_rows *seen,
                   struct error *err)
{
    struct sock_diag_answer answer = seen_rows_answer(seen);

    answer.sequence = 0;
    answer.port_id = 0;
    answer.owners = owners;
    return sock_diag_decode(&answer, dump->bytes, dump->length, err);
}

static void test_sock_diag_decode_tells_user_and_control_group(void **state)
{
    const uint64_t id = UINT64_C(0x100000042);
    struct dump dump = given_dump(10, 8 + 12);
    struct seen_rows seen = { 0 };
    (void)state;

    put_u16(&dump, HEADER + ROW, 5); /* another attribute, padded */
    put_u16(&dump, HEADER + ROW + 2, 8);
    put_u16(&dump, HEADER + ROW + 8, 12);
    put_u16(&dump, HEADER + ROW + 10, 21);
    memcpy(dump.bytes + HEADER + ROW + 12, &id, sizeof id);

    assert_true(decode(&dump, true, &seen, NULL));
    assert_true(seen.rows[0].owned);
    assert_int_equal(seen.rows[0].uid, 33);
    assert_true(seen.rows[0].cgroup == id);

    assert_true(decode(&dump, false, &seen, NULL));
    assert_false(seen.rows[1].owned);
    assert_int_equal(seen.rows[1].uid, 0);
    assert_true(seen.rows[1].cgroup == 0);
}

static void test_sock_diag_decode_tells_the_cookie(void **state)
{
    struct dump dump = given_dump(1, 0);
    struct seen_rows seen = { 0 };
    (void)state;

    put_u32(&dump, COOKIE_AT, 0x1234);
    put_u32(&dump, COOKIE_AT + 4, 0x5678);

    assert_true(decode(&dump, true, &seen, NULL));
    assert_true(seen.rows[0].cookie == UINT64_C(0x567800001234));
    assert_true(decode(&dump, false, &seen, NULL));
    assert_true(seen.rows[1].cookie == 0);
}

static void test_sock_diag_decode_knows_no_owner_of_time_wait(void **state)
{
    const struct dump dump = given_dump(6, 0);
    struct seen_rows seen = { 0 };
    (void)state;

    assert_true(decode(&dump, true, &seen, NULL));

    assert_false(seen.rows[0].owned);
    assert_int_equal(seen.rows[0].uid, 0);
}

static void test_sock_diag_decode_does_without_a_control_group(void **state)
{
    struct dump dump = given_dump(10, 8);
    struct seen_rows seen = { 0 };
    (void)state;

    put_u16(&dump, HEADER + ROW, 8); /* too short for an id */
    put_u16(&dump, HEADER + ROW + 2, 21);

    assert_true(decode(&dump, true, &seen, NULL));
    assert_int_equal(seen.rows[0].uid, 33);
    assert_true(seen.rows[0].cgroup == 0);
}

static void test_sock_diag_decode_refuses_a_broken_attribute(void **state)
{
    static const uint16_t sizes[] = { 0, 3, 13, 65535 };
    (void)state;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct dump dump = given_dump(10, 12);
        struct seen_rows seen = { 0 };
        struct error err = { 0 };

        put_u16(&dump, HEADER + ROW, sizes[i]);
        assert_false(decode(&dump, true, &seen, &err));
        assert_int_equal(err.code, ERR_MALFORMED);
        assert_non_null(strstr(err.message, "netlink attribute of "));
        assert_int_equal(seen.count, 0);
    }
}

#define HEADING                                                                          \
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   "     \
    "uid\n"
#define LINE(state, rest)                                                                \
    HEADING "   0: 0100007F:1F90 00000000:0000 " state                                   \
            " 00000000:00000000 00:00000000 " rest "\n"

static bool keep(void *context, const struct socket_row *row)
{
    struct socket_row *kept = context;

    *kept = *row;
    return true;
}

static bool decode_text(const char *text, bool owners, struct socket_row *row,
                        struct error *err)
{
    struct proc_net_sockets file = { .owners = owners, .visit = keep, .context = row };
    size_t used = 0;

    return proc_net_sockets_decode(&file, text, strlen(text), &used, err);
}

static void test_proc_net_sockets_decode_tells_the_user(void **state)
{
    struct socket_row row = { 0 };
    (void)state;

    assert_true(decode_text(LINE("0A", "00000000  1000        0 1 1"), true, &row, NULL));
    assert_true(row.owned);
    assert_int_equal(row.uid, 1000);
    assert_true(row.cgroup == 0);
    assert_true(decode_text(LINE("0A", "00000000 4294967294 0 1 1"), true, &row, NULL));
    assert_int_equal(row.uid, UINT32_MAX - 1);
    assert_true(decode_text(LINE("06", "00000000     0        0 1 1"), true, &row, NULL));
    assert_false(row.owned);
    assert_true(decode_text(LINE("0A", "what"), false, &row, NULL));
    assert_false(row.owned);
}

static void test_proc_net_sockets_decode_refuses_a_broken_user(void **state)
{
    static const char *const lines[] = { LINE("0A", "0000000 1000 0"),
                                         LINE("0A", "00000000 "),
                                         LINE("0A", "00000000 x 0"),
                                         LINE("0A", "00000000 4294967296 0"),
                                         LINE("0A", "00000000 99999999999999999999 0"),
                                         LINE("0A", "00000000 1000") };
    (void)state;

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct socket_row row = { 0 };
        struct error err = { 0 };

        if (decode_text(lines[i], true, &row, &err))
            fail_msg("taken: %s", lines[i]);
        assert_int_equal(err.code, ERR_MALFORMED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sock_diag_decode_tells_user_and_control_group),
        cmocka_unit_test(test_sock_diag_decode_tells_the_cookie),
        cmocka_unit_test(test_sock_diag_decode_knows_no_owner_of_time_wait),
        cmocka_unit_test(test_sock_diag_decode_does_without_a_control_group),
        cmocka_unit_test(test_sock_diag_decode_refuses_a_broken_attribute),
        cmocka_unit_test(test_proc_net_sockets_decode_tells_the_user),
        cmocka_unit_test(test_proc_net_sockets_decode_refuses_a_broken_user),
    };

    return cmocka_run_group_tests_name("decode/socket_owners", tests, NULL, NULL);
}
