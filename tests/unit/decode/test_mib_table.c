/* SPDX-License-Identifier: MIT */
/* Socket tables as Wine recorded them, and tables that lie about their size. */
#include "checks/decode/mib_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fixture_file.h"

enum { ROWS_MAX = 16 };

/* A visitor's notebook; it stops after `limit` rows when that is not 0. */
struct visited {
    struct socket_row rows[ROWS_MAX];
    size_t count;
    size_t limit;
};

static bool remember(void *context, const struct socket_row *row)
{
    struct visited *seen = context;

    assert_true(seen->count < ROWS_MAX);
    seen->rows[seen->count++] = *row;
    return seen->count != seen->limit;
}

static void given_fixture(enum mib_layout layout, const char *name, struct visited *seen)
{
    struct error err = { 0 };
    struct text bytes = { 0 };

    fixture_read(name, &bytes);
    if (!mib_table_visit(layout, text_string(&bytes), bytes.length, remember, seen, &err))
        fail_msg("%s: %s", name, err.message);
    text_clear(&bytes);
}

/* "127.0.0.1:40001 127.0.0.1:5001 established" */
static void describe(const struct socket_row *row, char out[160])
{
    char local[IP_ADDRESS_TEXT_SIZE];
    char remote[IP_ADDRESS_TEXT_SIZE];

    ip_address_format(&row->local, local);
    ip_address_format(&row->remote, remote);
    (void)snprintf(out, 160, "%s:%u %s:%u %s", local, row->local_port, remote,
                   row->remote_port, conn_state_name(row->state));
}

static void assert_rows(const struct visited *seen, const char *const *wanted,
                        size_t count)
{
    assert_int_equal(seen->count, count);
    for (size_t i = 0; i < count; i++) {
        char line[160];

        describe(&seen->rows[i], line);
        assert_string_equal(line, wanted[i]);
    }
}

static const char *const tcp4_rows[] = {
    "127.0.0.1:5001 :::0 listen",
    "127.0.0.1:5001 127.0.0.1:40001 established",
    "127.0.0.1:5001 127.0.0.1:40005 fin_wait_2",
    "127.0.0.1:40001 127.0.0.1:5001 established",
    "127.0.0.1:40003 127.0.0.1:5002 established",
    "127.0.0.2:40004 127.0.0.1:5001 time_wait",
    "127.0.0.1:40005 127.0.0.1:5001 close_wait",
};

static const char *const tcp6_rows[] = {
    ":::5002 :::0 listen",
    "::1:5002 ::1:40002 established",
    "::1:40002 ::1:5002 established",
    "127.0.0.1:5002 127.0.0.1:40003 established",
};

static void test_visit_reads_a_tcp_table(void **state)
{
    struct visited seen = { 0 };
    (void)state;

    given_fixture(MIB_LAYOUT_TCP4, "mib/mixture/tcp4.bin", &seen);

    assert_rows(&seen, tcp4_rows, ARRAY_COUNT(tcp4_rows));
}

static void test_visit_reads_a_tcp6_table(void **state)
{
    struct visited seen = { 0 };
    (void)state;

    given_fixture(MIB_LAYOUT_TCP6, "mib/mixture/tcp6.bin", &seen);

    assert_rows(&seen, tcp6_rows, ARRAY_COUNT(tcp6_rows));
}

static void test_visit_reads_a_tcp_table_with_owners(void **state)
{
    struct visited seen = { 0 };
    (void)state;

    given_fixture(MIB_LAYOUT_TCP4_OWNERS, "mib/mixture/tcp4-owners.bin", &seen);

    assert_rows(&seen, tcp4_rows, ARRAY_COUNT(tcp4_rows));
}

static void test_visit_reads_a_tcp6_table_with_owners(void **state)
{
    struct visited seen = { 0 };
    (void)state;

    given_fixture(MIB_LAYOUT_TCP6_OWNERS, "mib/mixture/tcp6-owners.bin", &seen);

    assert_rows(&seen, tcp6_rows, ARRAY_COUNT(tcp6_rows));
}

static void test_visit_reads_a_udp_table(void **state)
{
    static const char *const wanted[] = { "127.0.0.1:40006 :::0 unknown" };
    struct visited seen = { 0 };
    (void)state;

    given_fixture(MIB_LAYOUT_UDP4, "mib/mixture/udp4.bin", &seen);

    assert_rows(&seen, wanted, ARRAY_COUNT(wanted));
}

static void test_visit_reads_a_udp6_table(void **state)
{
    static const char *const wanted[] = { "::1:40007 :::0 unknown" };
    struct visited seen = { 0 };
    (void)state;

    given_fixture(MIB_LAYOUT_UDP6, "mib/mixture/udp6.bin", &seen);

    assert_rows(&seen, wanted, ARRAY_COUNT(wanted));
}

/* "127.0.0.1:40001 127.0.0.1:5001 established, pid 204" */
static void assert_rows_of_pids(const struct visited *seen, const char *const *wanted,
                                size_t count)
{
    assert_int_equal(seen->count, count);
    for (size_t i = 0; i < count; i++) {
        char line[160];
        size_t length;

        describe(&seen->rows[i], line);
        length = strlen(line);
        (void)snprintf(line + length, sizeof line - length, ", pid %u",
                       (unsigned)seen->rows[i].pid);
        assert_string_equal(line, wanted[i]);
    }
}

static void test_visit_tells_the_pid_of_tcp(void **state)
{
    static const char *const wanted[] = {
        "0.0.0.0:6001 :::0 listen, pid 204",
        "127.0.0.1:7001 :::0 listen, pid 204",
        "127.0.0.1:7001 127.0.0.1:41000 established, pid 0",
        "127.0.0.1:7001 127.0.0.1:41001 established, pid 0",
        "127.0.0.1:7002 :::0 listen, pid 204",
        "127.0.0.1:7002 127.0.0.1:41010 fin_wait_2, pid 0",
        "127.0.0.1:41000 127.0.0.1:7001 established, pid 204",
        "127.0.0.1:41001 127.0.0.1:7001 established, pid 204",
        "127.0.0.1:41010 127.0.0.1:7002 close_wait, pid 204",
    };
    struct visited seen = { 0 };
    (void)state;

    given_fixture(MIB_LAYOUT_TCP4_PIDS, "mib/pids/tcp4.bin", &seen);

    assert_rows_of_pids(&seen, wanted, ARRAY_COUNT(wanted));
}

static void test_visit_reads_a_tcp6_table_with_pids(void **state)
{
    static const char *const wanted[] = {
        "::1:7003 :::0 listen, pid 0",
        "::1:7003 ::1:41020 established, pid 0",
        "::1:41020 ::1:7003 established, pid 0",
    };
    struct visited seen = { 0 };
    (void)state;

    given_fixture(MIB_LAYOUT_TCP6_PIDS, "mib/pids/tcp6.bin", &seen);

    assert_rows_of_pids(&seen, wanted, ARRAY_COUNT(wanted));
}

static void test_visit_tells_the_pid_of_udp(void **state)
{
    static const char *const wanted[] = {
        "0.0.0.0:42000 :::0 unknown, pid 204",
        "0.0.0.0:42001 :::0 unknown, pid 204",
    };
    struct visited seen = { 0 };
    (void)state;

    given_fixture(MIB_LAYOUT_UDP4_PIDS, "mib/pids/udp4.bin", &seen);

    assert_rows_of_pids(&seen, wanted, ARRAY_COUNT(wanted));
}

/* One row of `size` bytes, all of them other bytes than those of the pid. */
static void test_visit_finds_the_pid_where_the_structure_has_it(void **state)
{
    static const struct {
        enum mib_layout layout;
        uint8_t size;
        uint8_t at;
    } cases[] = {
        { MIB_LAYOUT_TCP4_OWNERS, 28, 20 }, { MIB_LAYOUT_TCP6_OWNERS, 60, 52 },
        { MIB_LAYOUT_TCP4_PIDS, 24, 20 },   { MIB_LAYOUT_TCP6_PIDS, 56, 52 },
        { MIB_LAYOUT_UDP4_PIDS, 12, 8 },    { MIB_LAYOUT_UDP6_PIDS, 28, 24 },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        uint8_t bytes[64] = { 1 };
        struct visited seen = { 0 };
        struct error err = { 0 };

        memset(bytes + 4, 0xEE, cases[i].size);
        memcpy(bytes + 4 + cases[i].at, "\x78\x56\x34\x12", 4);
        assert_true(mib_table_visit(cases[i].layout, bytes, 4U + cases[i].size, remember,
                                    &seen, &err));
        assert_int_equal(seen.rows[0].pid, 0x12345678);
        assert_false(mib_table_visit(cases[i].layout, bytes, 3U + cases[i].size, remember,
                                     &seen, &err));
    }
}

/* A MIB_TCPTABLE of one row: 10.0.0.1:49152 -> 10.0.0.2:443 in `mib_state`. */
struct small_table {
    uint8_t bytes[24];
};

static struct small_table given_table(uint8_t mib_state)
{
    return (
        struct small_table){ { 1,    0,    0, 0, mib_state, 0, 0, 0, 10,   0,    0, 1,
                               0xC0, 0x00, 0, 0, 10,        0, 0, 2, 0x01, 0xBB, 0, 0 } };
}

static void test_visit_tells_no_pid_where_there_is_none(void **state)
{
    struct small_table table = given_table(5);
    struct visited seen = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(mib_table_visit(MIB_LAYOUT_TCP4, table.bytes, sizeof table.bytes,
                                remember, &seen, &err));

    assert_int_equal(seen.rows[0].pid, 0);
}

static void test_visit_knows_every_state(void **state)
{
    static const struct {
        uint8_t mib;
        enum conn_state ours;
    } cases[] = {
        { 0, CONN_UNKNOWN },    { 1, CONN_CLOSED },       { 2, CONN_LISTEN },
        { 3, CONN_SYN_SENT },   { 4, CONN_SYN_RECEIVED }, { 5, CONN_ESTABLISHED },
        { 6, CONN_FIN_WAIT_1 }, { 7, CONN_FIN_WAIT_2 },   { 8, CONN_CLOSE_WAIT },
        { 9, CONN_CLOSING },    { 10, CONN_LAST_ACK },    { 11, CONN_TIME_WAIT },
        { 12, CONN_CLOSED },    { 13, CONN_UNKNOWN },     { 100, CONN_BOUND },
        { 255, CONN_UNKNOWN },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        const struct small_table table = given_table(cases[i].mib);
        struct visited seen = { 0 };
        struct error err = { 0 };

        assert_true(mib_table_visit(MIB_LAYOUT_TCP4, table.bytes, sizeof table.bytes,
                                    remember, &seen, &err));
        if (seen.count != 1 || seen.rows[0].state != cases[i].ours)
            fail_msg("state %u became %d", cases[i].mib, (int)seen.rows[0].state);
    }
}

static void test_visit_ignores_garbage_above_a_port(void **state)
{
    struct small_table table = given_table(5);
    struct visited seen = { 0 };
    struct error err = { 0 };
    (void)state;
    memset(table.bytes + 14, 0xFF, 2);
    memset(table.bytes + 22, 0xFF, 2);

    assert_true(mib_table_visit(MIB_LAYOUT_TCP4, table.bytes, sizeof table.bytes,
                                remember, &seen, &err));

    assert_int_equal(seen.rows[0].local_port, 49152);
    assert_int_equal(seen.rows[0].remote_port, 443);
}

static void test_visit_clears_the_remote_end_of_a_listener(void **state)
{
    const struct small_table table = given_table(2);
    const struct ip_address none = { { 0 } };
    struct visited seen = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(mib_table_visit(MIB_LAYOUT_TCP4, table.bytes, sizeof table.bytes,
                                remember, &seen, &err));

    assert_int_equal(seen.rows[0].remote_port, 0);
    assert_memory_equal(&seen.rows[0].remote, &none, sizeof none);
}

static void test_visit_ignores_slack_behind_the_rows(void **state)
{
    uint8_t bytes[100] = { 0 };
    const struct small_table table = given_table(5);
    struct visited seen = { 0 };
    struct error err = { 0 };
    (void)state;
    memset(bytes, 0xEE, sizeof bytes);
    memcpy(bytes, table.bytes, sizeof table.bytes);

    assert_true(
        mib_table_visit(MIB_LAYOUT_TCP4, bytes, sizeof bytes, remember, &seen, &err));

    assert_int_equal(seen.count, 1);
}

static void test_visit_stops_when_the_visitor_says_so(void **state)
{
    struct visited seen = { .limit = 2 };
    (void)state;

    given_fixture(MIB_LAYOUT_TCP4, "mib/mixture/tcp4.bin", &seen);

    assert_int_equal(seen.count, 2);
}

static void test_visit_refuses_a_table_without_a_count(void **state)
{
    static const uint8_t bytes[3] = { 0 };
    struct visited seen = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_false(
        mib_table_visit(MIB_LAYOUT_UDP6, bytes, sizeof bytes, remember, &seen, &err));

    assert_int_equal(err.code, ERR_MALFORMED);
    assert_string_equal(err.message, "MIB_UDP6TABLE of 3 bytes, expected 4 or more");
}

static void test_visit_refuses_a_truncated_row(void **state)
{
    const struct small_table table = given_table(5);
    struct visited seen = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_false(mib_table_visit(MIB_LAYOUT_TCP4, table.bytes, sizeof table.bytes - 1,
                                 remember, &seen, &err));

    assert_int_equal(err.code, ERR_MALFORMED);
    assert_string_equal(err.message,
                        "MIB_TCPTABLE claims 1 rows of 20 bytes, but has 23 bytes");
    assert_int_equal(seen.count, 0);
}

static void test_visit_refuses_a_count_that_would_wrap(void **state)
{
    static const uint8_t bytes[64] = { 0xFF, 0xFF, 0xFF, 0xFF };
    struct visited seen = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_false(
        mib_table_visit(MIB_LAYOUT_TCP6, bytes, sizeof bytes, remember, &seen, &err));

    assert_string_equal(
        err.message,
        "MIB_TCP6TABLE claims 4294967295 rows of 52 bytes, but has 64 bytes");
    assert_int_equal(seen.count, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_visit_reads_a_tcp_table),
        cmocka_unit_test(test_visit_reads_a_tcp6_table),
        cmocka_unit_test(test_visit_reads_a_tcp_table_with_owners),
        cmocka_unit_test(test_visit_reads_a_tcp6_table_with_owners),
        cmocka_unit_test(test_visit_reads_a_udp_table),
        cmocka_unit_test(test_visit_reads_a_udp6_table),
        cmocka_unit_test(test_visit_tells_the_pid_of_tcp),
        cmocka_unit_test(test_visit_reads_a_tcp6_table_with_pids),
        cmocka_unit_test(test_visit_tells_the_pid_of_udp),
        cmocka_unit_test(test_visit_finds_the_pid_where_the_structure_has_it),
        cmocka_unit_test(test_visit_tells_no_pid_where_there_is_none),
        cmocka_unit_test(test_visit_knows_every_state),
        cmocka_unit_test(test_visit_ignores_garbage_above_a_port),
        cmocka_unit_test(test_visit_clears_the_remote_end_of_a_listener),
        cmocka_unit_test(test_visit_ignores_slack_behind_the_rows),
        cmocka_unit_test(test_visit_stops_when_the_visitor_says_so),
        cmocka_unit_test(test_visit_refuses_a_table_without_a_count),
        cmocka_unit_test(test_visit_refuses_a_truncated_row),
        cmocka_unit_test(test_visit_refuses_a_count_that_would_wrap),
    };

    return cmocka_run_group_tests_name("decode/mib_table", tests, NULL, NULL);
}
