/* SPDX-License-Identifier: MIT */
/* The netlink decoder on recorded dumps, whole and damaged. */
#include "checks/decode/sock_diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fixture_file.h"
#include "tests/support/seen_rows.h"

static void decode_fixture(const char *name, struct sock_diag_answer *answer)
{
    struct text bytes = { 0 };
    struct error err = { 0 };

    fixture_read(name, &bytes);
    if (!sock_diag_decode(answer, bytes.data, bytes.length, &err))
        fail_msg("%s: %s", name, err.message);
    assert_true(answer->done);
    text_clear(&bytes);
}

static size_t count_state(const struct seen_rows *seen, enum conn_state state)
{
    size_t count = 0;

    for (size_t i = 0; i < seen->count; i++)
        count += seen->rows[i].state == state;
    return count;
}

static const struct socket_row *find_port(const struct seen_rows *seen, uint16_t port)
{
    for (size_t i = 0; i < seen->count; i++)
        if (seen->rows[i].local_port == port)
            return &seen->rows[i];
    fail_msg("no row with local port %u", (unsigned int)port);
    return NULL;
}

static void assert_address(const struct ip_address *address, const char *expected)
{
    char text[IP_ADDRESS_TEXT_SIZE];

    ip_address_format(address, text);
    assert_string_equal(text, expected);
}

static void test_decode_of_idle_host_ends_without_row(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    (void)state;

    decode_fixture("sock_diag/idle/tcp.bin", &answer);

    assert_int_equal(seen.count, 0);
}

static void test_decode_tells_states_apart(void **state)
{
    static const struct {
        const char *name;
        enum conn_state state;
        size_t count;
    } expected[] = {
        { "listen", CONN_LISTEN, 5 },         { "established", CONN_ESTABLISHED, 16 },
        { "syn_sent", CONN_SYN_SENT, 2 },     { "fin_wait_2", CONN_FIN_WAIT_2, 4 },
        { "close_wait", CONN_CLOSE_WAIT, 4 }, { "time_wait", CONN_TIME_WAIT, 10 },
        { "closed", CONN_CLOSED, 0 },         { "bound", CONN_BOUND, 0 },
    };
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    (void)state;

    decode_fixture("sock_diag/mixture/tcp.bin", &answer);

    assert_int_equal(seen.count, 41);
    for (size_t i = 0; i < ARRAY_COUNT(expected); i++)
        if (count_state(&seen, expected[i].state) != expected[i].count)
            fail_msg("%s: %u, expected %u", expected[i].name,
                     (unsigned int)count_state(&seen, expected[i].state),
                     (unsigned int)expected[i].count);
}

static void test_decode_keeps_listeners_in_front(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    (void)state;

    decode_fixture("sock_diag/mixture/tcp.bin", &answer);

    for (size_t i = 0; i < 5; i++)
        assert_int_equal(seen.rows[i].state, CONN_LISTEN);
}

static void test_decode_reads_ipv4_row(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    const struct socket_row *row;
    (void)state;

    decode_fixture("sock_diag/mixture/tcp.bin", &answer);

    row = find_port(&seen, 47494);
    assert_int_equal(row->state, CONN_TIME_WAIT);
    assert_int_equal(row->remote_port, 7000);
    assert_address(&row->local, "127.0.0.1");
    assert_address(&row->remote, "127.0.0.1");
}

static void test_decode_reads_ipv6_row(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    const struct socket_row *row;
    (void)state;

    decode_fixture("sock_diag/mixture/tcp.bin", &answer);

    row = find_port(&seen, 49414);
    assert_int_equal(row->remote_port, 7001);
    assert_address(&row->local, "::1");
    assert_address(&row->remote, "::1");
}

static void test_decode_reads_mapped_row_as_ipv4(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    const struct socket_row *row;
    (void)state;

    decode_fixture("sock_diag/mixture/tcp.bin", &answer);

    row = find_port(&seen, 58760);
    assert_true(ip_address_is_v4(&row->remote));
    assert_memory_equal(&row->remote, &find_port(&seen, 47494)->remote,
                        sizeof row->remote);
}

static void test_decode_gives_age_of_time_wait_only(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    (void)state;

    decode_fixture("sock_diag/mixture/tcp.bin", &answer);

    for (size_t i = 0; i < seen.count; i++) {
        const bool time_wait = seen.rows[i].state == CONN_TIME_WAIT;

        assert_int_equal(seen.rows[i].has_time_wait_age, time_wait);
        assert_int_equal(seen.rows[i].time_wait_age_ms, time_wait ? 60000 - 58460 : 0);
    }
}

static void test_decode_reads_shorter_rows_of_unprivileged_user(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    (void)state;

    decode_fixture("sock_diag/unprivileged/tcp.bin", &answer);

    assert_int_equal(seen.count, 41);
    assert_int_equal(count_state(&seen, CONN_TIME_WAIT), 10);
}

/* Index 1 is lo, 3 the device of the link-local address. */
static void test_decode_tells_the_device_of_a_socket(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    size_t on_lo = 0;
    (void)state;

    decode_fixture("sock_diag/device/tcp.bin", &answer);
    for (size_t i = 0; i < seen.count; i++)
        on_lo += seen.rows[i].device == 1;

    assert_int_equal(find_port(&seen, 40038)->device, 1);
    assert_int_equal(find_port(&seen, 40048)->device, 0);
    assert_int_equal(find_port(&seen, 40070)->device, 3);
    assert_address(&find_port(&seen, 40070)->local, "fe80::3c17:9eff:feee:388");
    assert_int_equal(count_state(&seen, CONN_TIME_WAIT), 1);
    assert_int_equal(on_lo, 2); /* a connection, and one in TIME_WAIT */
}

static void test_decode_calls_closed_bound_in_walk_of_bound(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    (void)state;
    answer.bound = true;

    decode_fixture("sock_diag/mixture/bound.bin", &answer);

    assert_int_equal(seen.count, 4);
    assert_int_equal(count_state(&seen, CONN_BOUND), 4);
    assert_int_equal(seen.rows[0].local_port, 56691);
    assert_int_equal(seen.rows[0].remote_port, 0);
}

static void test_decode_reads_udp(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    (void)state;

    decode_fixture("sock_diag/mixture/udp.bin", &answer);
    answer.done = false;
    decode_fixture("sock_diag/mixture/udp6.bin", &answer);

    assert_int_equal(seen.count, 5);
    assert_int_equal(count_state(&seen, CONN_CLOSED), 3);
    assert_int_equal(find_port(&seen, 33361)->remote_port, 0);
    assert_int_equal(find_port(&seen, 58836)->remote_port, 53);
    assert_address(&find_port(&seen, 58836)->remote, "::1");
}

static void test_decode_goes_on_in_next_datagram(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    struct text bytes = { 0 };
    struct error err = { 0 };
    (void)state;
    fixture_read("sock_diag/idle/tcp.bin", &bytes);

    assert_true(sock_diag_decode(&answer, bytes.data, 0, &err));
    assert_false(answer.done);
    assert_true(sock_diag_decode(&answer, bytes.data, bytes.length, &err));

    assert_true(answer.done);
    text_clear(&bytes);
}

static void test_decode_takes_error_from_payload_of_done(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    struct text bytes = { 0 };
    struct error err = { 0 };
    (void)state;
    fixture_read("sock_diag/module-missing/answer.bin", &bytes);

    assert_false(sock_diag_decode(&answer, bytes.data, bytes.length, &err));

    assert_int_equal(answer.refused_errno, 2);
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.message, "netlink refused (error 2)");
    assert_false(answer.done);
    text_clear(&bytes);
}

static void test_decode_takes_error_message(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    struct text bytes = { 0 };
    struct error err = { 0 };
    (void)state;
    fixture_read("sock_diag/refused/answer.bin", &bytes);

    assert_false(sock_diag_decode(&answer, bytes.data, bytes.length, &err));

    assert_int_equal(answer.refused_errno, 2);
    assert_string_equal(err.message, "netlink refused (error 2)");
    text_clear(&bytes);
}

static void test_decode_stops_with_visitor(void **state)
{
    struct seen_rows seen = { .stop_at = 3 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    struct text bytes = { 0 };
    struct error err = { 0 };
    (void)state;
    fixture_read("sock_diag/mixture/tcp.bin", &bytes);

    assert_false(sock_diag_decode(&answer, bytes.data, bytes.length, &err));

    assert_int_equal(seen.count, 2);
    assert_true(answer.stopped);
    assert_int_equal(err.code, ERR_NONE);
    text_clear(&bytes);
}

static void test_decode_takes_new_syn_received_as_syn_received(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    struct text bytes = { 0 };
    struct error err = { 0 };
    (void)state;
    fixture_read("sock_diag/mixture/bound.bin", &bytes);
    bytes.data[17] = 12;

    assert_true(sock_diag_decode(&answer, bytes.data, bytes.length, &err));

    assert_int_equal(seen.rows[0].state, CONN_SYN_RECEIVED);
    text_clear(&bytes);
}

static void test_decode_of_unknown_state_is_unknown(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    struct text bytes = { 0 };
    struct error err = { 0 };
    (void)state;
    fixture_read("sock_diag/mixture/bound.bin", &bytes);
    bytes.data[17] = (char)200;

    assert_true(sock_diag_decode(&answer, bytes.data, bytes.length, &err));

    assert_int_equal(seen.rows[0].state, CONN_UNKNOWN);
    text_clear(&bytes);
}

/* A timer that was set after the 60 s of this kernel: nobody knows how old it is. */
static void test_decode_of_longer_time_wait_is_young(void **state)
{
    struct seen_rows seen = { 0 };
    struct sock_diag_answer answer = seen_rows_answer(&seen);
    const uint32_t expires_ms = 60001;
    struct text bytes = { 0 };
    struct error err = { 0 };
    (void)state;
    fixture_read("sock_diag/mixture/bound.bin", &bytes);
    bytes.data[17] = 6;
    bytes.data[18] = 3;
    memcpy(bytes.data + 16 + 52, &expires_ms, sizeof expires_ms);

    assert_true(sock_diag_decode(&answer, bytes.data, bytes.length, &err));

    assert_true(seen.rows[0].has_time_wait_age);
    assert_int_equal(seen.rows[0].time_wait_age_ms, 0);
    text_clear(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_of_idle_host_ends_without_row),
        cmocka_unit_test(test_decode_tells_states_apart),
        cmocka_unit_test(test_decode_keeps_listeners_in_front),
        cmocka_unit_test(test_decode_reads_ipv4_row),
        cmocka_unit_test(test_decode_reads_ipv6_row),
        cmocka_unit_test(test_decode_reads_mapped_row_as_ipv4),
        cmocka_unit_test(test_decode_gives_age_of_time_wait_only),
        cmocka_unit_test(test_decode_reads_shorter_rows_of_unprivileged_user),
        cmocka_unit_test(test_decode_tells_the_device_of_a_socket),
        cmocka_unit_test(test_decode_calls_closed_bound_in_walk_of_bound),
        cmocka_unit_test(test_decode_reads_udp),
        cmocka_unit_test(test_decode_goes_on_in_next_datagram),
        cmocka_unit_test(test_decode_takes_error_from_payload_of_done),
        cmocka_unit_test(test_decode_takes_error_message),
        cmocka_unit_test(test_decode_stops_with_visitor),
        cmocka_unit_test(test_decode_takes_new_syn_received_as_syn_received),
        cmocka_unit_test(test_decode_of_unknown_state_is_unknown),
        cmocka_unit_test(test_decode_of_longer_time_wait_is_young),
    };

    return cmocka_run_group_tests_name("decode/sock_diag", tests, NULL, NULL);
}
