/* SPDX-License-Identifier: MIT */
/* The hand parser of /proc/net/tcp and its kin, on recorded and hostile text. */
#include "checks/decode/proc_net_sockets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/decode/sock_diag.h"
#include "tests/support/fixture_file.h"

enum { ROWS_MAX = 64 };

#define HEADING "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when\n"
#define TIME_WAIT_LINE                                                                   \
    "   0: 0100007F:B986 0100007F:1B58 06 00000000:00000000 03:000016D6 00000000\n"

struct seen_rows {
    struct socket_row rows[ROWS_MAX];
    size_t count;
    size_t stop_at; /* refuse the row at this position; 0 = none */
    bool owners;    /* decode them too */
};

static bool keep(void *context, const struct socket_row *row)
{
    struct seen_rows *seen = context;

    if (seen->stop_at && seen->count + 1 == seen->stop_at)
        return false;
    assert_true(seen->count < ROWS_MAX);
    seen->rows[seen->count++] = *row;
    return true;
}

static struct proc_net_sockets given_file(struct seen_rows *seen)
{
    return (struct proc_net_sockets){
        .ticks_per_s = 100, .owners = seen->owners, .visit = keep, .context = seen
    };
}

static void decode_fixture(const char *name, struct seen_rows *seen)
{
    struct proc_net_sockets file = given_file(seen);
    struct text text = { 0 };
    struct error err = { 0 };
    size_t used = 0;

    fixture_read(name, &text);
    if (!proc_net_sockets_decode(&file, text.data, text.length, &used, &err) ||
        !proc_net_sockets_finish(&file, text.length - used, &err))
        fail_msg("%s: %s", name, err.message);
    assert_int_equal(used, text.length);
    text_clear(&text);
}

static bool decode_text(const char *text, struct seen_rows *seen, struct error *err)
{
    struct proc_net_sockets file = given_file(seen);
    size_t used = 0;

    return proc_net_sockets_decode(&file, text, strlen(text), &used, err) &&
           proc_net_sockets_finish(&file, strlen(text) - used, err);
}

static const struct socket_row *find_row(const struct seen_rows *seen,
                                         const struct socket_row *wanted)
{
    for (size_t i = 0; i < seen->count; i++)
        if (seen->rows[i].local_port == wanted->local_port &&
            seen->rows[i].remote_port == wanted->remote_port)
            return &seen->rows[i];
    fail_msg("no row %u to %u", (unsigned int)wanted->local_port,
             (unsigned int)wanted->remote_port);
    return NULL;
}

static void decode_netlink(const char *name, struct seen_rows *seen)
{
    struct sock_diag_answer answer = { .sequence = 1,
                                       .port_id = 4242,
                                       .owners = seen->owners,
                                       .visit = keep,
                                       .context = seen };
    struct text bytes = { 0 };
    struct error err = { 0 };

    fixture_read(name, &bytes);
    assert_true(sock_diag_decode(&answer, bytes.data, bytes.length, &err));
    text_clear(&bytes);
}

/* Netlink and /proc, recorded at the same moment, tell the same. */
static void assert_same_rows(const struct seen_rows *a, const struct seen_rows *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        const struct socket_row *row = &a->rows[i];
        const struct socket_row *other = find_row(b, row);

        assert_memory_equal(&row->local, &other->local, sizeof row->local);
        assert_memory_equal(&row->remote, &other->remote, sizeof row->remote);
        assert_int_equal(row->state, other->state);
        assert_int_equal(row->has_time_wait_age, other->has_time_wait_age);
        assert_int_equal(row->time_wait_age_ms, other->time_wait_age_ms);
        assert_int_equal(row->owned, other->owned);
        assert_int_equal(row->uid, other->uid);
        assert_int_equal(row->inode, other->inode);
    }
}

static void test_decode_of_tcp_equals_netlink(void **state)
{
    struct seen_rows text = { 0 };
    struct seen_rows netlink = { 0 };
    (void)state;

    decode_fixture("proc_net/mixture/tcp", &text);
    decode_fixture("proc_net/mixture/tcp6", &text);
    decode_netlink("sock_diag/mixture/tcp.bin", &netlink);

    assert_int_equal(text.count, 41);
    assert_same_rows(&text, &netlink);
}

static size_t count_inodes(const struct seen_rows *seen)
{
    size_t count = 0;

    for (size_t i = 0; i < seen->count; i++)
        count += seen->rows[i].inode != 0;
    return count;
}

static void test_decode_of_owners_equals_netlink(void **state)
{
    struct seen_rows seen = { .owners = true };
    struct seen_rows netlink = { .owners = true };
    (void)state;

    decode_fixture("proc_net/mixture/tcp", &seen);
    decode_fixture("proc_net/mixture/tcp6", &seen);
    decode_netlink("sock_diag/mixture/tcp.bin", &netlink);

    assert_same_rows(&netlink, &seen);
    /* of 41: neither TIME_WAIT (10) nor what is closed (2) or not accepted (1) */
    assert_int_equal(count_inodes(&seen), 28);
}

static void test_decode_of_udp_equals_netlink(void **state)
{
    struct seen_rows text = { 0 };
    struct seen_rows netlink = { 0 };
    (void)state;

    decode_fixture("proc_net/mixture/udp", &text);
    decode_fixture("proc_net/mixture/udp6", &text);
    decode_netlink("sock_diag/mixture/udp.bin", &netlink);
    decode_netlink("sock_diag/mixture/udp6.bin", &netlink);

    assert_int_equal(text.count, 5);
    assert_same_rows(&text, &netlink);
}

static void test_decode_of_idle_host_gives_no_row(void **state)
{
    struct seen_rows seen = { 0 };
    (void)state;

    decode_fixture("proc_net/idle/tcp", &seen);
    decode_fixture("proc_net/idle/tcp6", &seen);

    assert_int_equal(seen.count, 0);
}

/* The rest of a piece is the caller's to bring again, whatever the size of the pieces. */
static void test_decode_takes_pieces_of_any_size(void **state)
{
    static const size_t sizes[] = { 150, 151, 300, 1000, 4096 };
    struct seen_rows whole = { 0 };
    struct text text = { 0 };
    (void)state;
    fixture_read("proc_net/mixture/tcp", &text);
    decode_fixture("proc_net/mixture/tcp", &whole);

    for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
        struct seen_rows seen = { 0 };
        struct proc_net_sockets file = given_file(&seen);
        struct error err = { 0 };
        size_t at = 0;
        size_t used = 1;

        while (used > 0) {
            const size_t left = text.length - at;

            assert_true(proc_net_sockets_decode(
                &file, text.data + at, left < sizes[i] ? left : sizes[i], &used, &err));
            at += used;
        }
        assert_true(proc_net_sockets_finish(&file, text.length - at, &err));
        assert_same_rows(&seen, &whole);
    }

    text_clear(&text);
}

static void test_finish_rejects_truncated_line(void **state)
{
    struct seen_rows seen = { 0 };
    struct proc_net_sockets file = given_file(&seen);
    struct text text = { 0 };
    struct error err = { 0 };
    size_t used = 0;
    (void)state;
    fixture_read("proc_net/truncated-line/tcp", &text);

    assert_true(proc_net_sockets_decode(&file, text.data, text.length, &used, &err));
    assert_false(proc_net_sockets_finish(&file, text.length - used, &err));

    assert_int_equal(seen.count, 9);
    assert_int_equal(err.code, ERR_MALFORMED);
    assert_string_equal(err.message,
                        "line 11 is truncated after 40 bytes, expected an end of line");
    text_clear(&text);
}

static void test_finish_rejects_empty_file(void **state)
{
    struct seen_rows seen = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_false(decode_text("", &seen, &err));

    assert_string_equal(err.message, "line 1 is missing, expected the heading");
}

static void test_decode_stops_with_visitor(void **state)
{
    struct seen_rows seen = { .stop_at = 2 };
    struct proc_net_sockets file = given_file(&seen);
    struct text text = { 0 };
    struct error err = { 0 };
    size_t used = 0;
    (void)state;
    fixture_read("proc_net/mixture/tcp", &text);

    assert_false(proc_net_sockets_decode(&file, text.data, text.length, &used, &err));

    assert_int_equal(seen.count, 1);
    assert_true(file.stopped);
    assert_int_equal(err.code, ERR_NONE);
    text_clear(&text);
}

static void test_decode_tells_no_age_without_tick_rate(void **state)
{
    struct seen_rows seen = { 0 };
    struct proc_net_sockets file = { .visit = keep, .context = &seen };
    static const char text[] = HEADING TIME_WAIT_LINE;
    struct error err = { 0 };
    size_t used = 0;
    (void)state;

    assert_true(proc_net_sockets_decode(&file, text, strlen(text), &used, &err));

    assert_int_equal(seen.rows[0].state, CONN_TIME_WAIT);
    assert_false(seen.rows[0].has_time_wait_age);
}

/* What stands after the heading, and what is said of it. */
static const struct {
    const char *name;
    const char *line;
    const char *message;
} hostile[] = {
    { "empty line", "\n", "line 2 column 1: expected a number, ':' and a blank" },
    { "no number", "    : 0100007F:B986\n",
      "line 2 column 5: expected a number, ':' and a blank" },
    { "number only", "   0: \n",
      "line 2 column 7: expected an address of 8 or 32 hexadecimal digits" },
    { "no hexadecimal digit", "   0: 0100G07F:B986 0100007F:1B58 06\n",
      "line 2 column 7: expected an address of 8 or 32 hexadecimal digits" },
    { "lower case", "   0: 0100007f:B986 0100007F:1B58 06\n",
      "line 2 column 7: expected an address of 8 or 32 hexadecimal digits" },
    { "address of 16 digits", "   0: 0100007F0100007F:B986 0100007F:1B58 06\n",
      "line 2 column 23: expected an address of 8 or 32 hexadecimal digits" },
    { "address of 40 digits",
      "   0: 0100007F0100007F0100007F0100007F0100007F:B986 0100007F:1B58 06\n",
      "line 2 column 39: expected ':' and a port of 4 hexadecimal digits" },
    { "port too short", "   0: 0100007F:B98 0100007F:1B58 06\n",
      "line 2 column 16: expected ':' and a port of 4 hexadecimal digits" },
    { "port too long", "   0: 0100007F:B9860 0100007F:1B58 06\n",
      "line 2 column 20: expected a blank" },
    { "cut after the remote end", "   0: 0100007F:B986 0100007F:1B58 \n",
      "line 2 column 35: expected a state of 2 hexadecimal digits" },
    { "no queues", "   0: 0100007F:B986 0100007F:1B58 06 0:0\n",
      "line 2 column 38: expected two queues of 8 hexadecimal digits" },
    { "no timer", "   0: 0100007F:B986 0100007F:1B58 06 00000000:00000000 03\n",
      "line 2 column 58: expected a timer of 2 and 8 hexadecimal digits" },
    { "second line", TIME_WAIT_LINE "   1: x\n",
      "line 3 column 7: expected an address of 8 or 32 hexadecimal digits" },
};

static void test_decode_rejects_hostile_lines(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(hostile); i++) {
        struct seen_rows seen = { 0 };
        struct error err = { 0 };
        struct text text = { 0 };

        text_add(&text, HEADING);
        text_add(&text, hostile[i].line);
        if (decode_text(text.data, &seen, &err) ||
            strcmp(err.message, hostile[i].message) != 0)
            fail_msg("%s: '%s'", hostile[i].name, err.message);
        assert_int_equal(err.code, ERR_MALFORMED);
        text_clear(&text);
    }
}

#define OPEN_ROW "   0: 0100007F:B986 0100007F:1B58 01 00000000:00000000 00:00000000 "

static void test_decode_rejects_hostile_owners(void **state)
{
    static const char *const tails[] = {
        "0000000  0 0 7 1\n",
        "00000000 \n",
        "00000000  x 0 7 1\n",
        "00000000  4294967296 0 7\n",
        "00000000  0\n",
        "00000000  0 0\n",
        "00000000  0 -1 7 1\n",
        "00000000  0 0 7\n",
        "00000000  0 0 x\n",
        "00000000  0 0 \n",
        "00000000  0 0 18446744073709551616\n",
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(tails); i++) {
        struct seen_rows seen = { .owners = true };
        struct text text = { 0 };

        text_add(&text, HEADING OPEN_ROW);
        text_add(&text, tails[i]);
        if (decode_text(text.data, &seen, NULL))
            fail_msg("%s", tails[i]);
        text_clear(&text);
    }
}

/* Netlink tells 32 bits of an inode. */
static void test_decode_cuts_an_inode_as_netlink_does(void **state)
{
    struct seen_rows seen = { .owners = true };
    (void)state;

    assert_true(decode_text(HEADING OPEN_ROW "00000000  4294967295 5 4294967303 1\n",
                            &seen, NULL));

    assert_true(seen.rows[0].owned);
    assert_true(seen.rows[0].uid == UINT32_MAX);
    assert_int_equal(seen.rows[0].inode, 7);
}

static void test_decode_rejects_other_heading(void **state)
{
    struct seen_rows seen = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_false(decode_text("<html>\n", &seen, &err));

    assert_string_equal(err.message, "line 1 column 1: expected the heading 'sl'");
}

static void test_decode_of_endless_timer_is_young(void **state)
{
    static const char text[] =
        HEADING "   0: 0100007F:B986 0100007F:1B58 06 00000000:00000000 "
                "03:000000010000000000000000 00000000\n";
    struct seen_rows seen = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(decode_text(text, &seen, &err));

    assert_true(seen.rows[0].has_time_wait_age);
    assert_int_equal(seen.rows[0].time_wait_age_ms, 0);
}

static void test_decode_of_unknown_state_is_unknown(void **state)
{
    static const char text[] =
        HEADING "   0: 0100007F:B986 0100007F:1B58 FF 00000000:00000000 03:00000000\n";
    struct seen_rows seen = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(decode_text(text, &seen, &err));

    assert_int_equal(seen.rows[0].state, CONN_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_of_tcp_equals_netlink),
        cmocka_unit_test(test_decode_of_owners_equals_netlink),
        cmocka_unit_test(test_decode_of_udp_equals_netlink),
        cmocka_unit_test(test_decode_of_idle_host_gives_no_row),
        cmocka_unit_test(test_decode_takes_pieces_of_any_size),
        cmocka_unit_test(test_finish_rejects_truncated_line),
        cmocka_unit_test(test_finish_rejects_empty_file),
        cmocka_unit_test(test_decode_stops_with_visitor),
        cmocka_unit_test(test_decode_tells_no_age_without_tick_rate),
        cmocka_unit_test(test_decode_rejects_hostile_lines),
        cmocka_unit_test(test_decode_rejects_hostile_owners),
        cmocka_unit_test(test_decode_cuts_an_inode_as_netlink_does),
        cmocka_unit_test(test_decode_rejects_other_heading),
        cmocka_unit_test(test_decode_of_endless_timer_is_young),
        cmocka_unit_test(test_decode_of_unknown_state_is_unknown),
    };

    return cmocka_run_group_tests_name("decode/proc_net_sockets", tests, NULL, NULL);
}
