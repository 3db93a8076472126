/* SPDX-License-Identifier: MIT */
/* The totals of /proc/net/sockstat, of new and old kernels. */
#include "checks/decode/proc_net_counters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fixture_file.h"

static void test_decode_reads_recorded_totals(void **state)
{
    struct sockstat totals = { 0 };
    struct text text = { 0 };
    struct text text6 = { 0 };
    struct error err = { 0 };
    (void)state;
    fixture_read("sockstat/linux-6.18/sockstat", &text);
    fixture_read("sockstat/linux-6.18/sockstat6", &text6);

    assert_true(sockstat_decode(text.data, &totals, &err));
    assert_true(sockstat6_decode(text6.data, &totals, &err));

    assert_int_equal(totals.inuse, 23);
    assert_int_equal(totals.inuse6, 6);
    assert_int_equal(totals.time_wait, 12);
    assert_int_equal(totals.alloc, 34);
    text_clear(&text);
    text_clear(&text6);
}

static void test_decode_reads_old_kernel(void **state)
{
    struct sockstat totals = { 0 };
    struct text text = { 0 };
    struct error err = { 0 };
    (void)state;
    fixture_read("sockstat/linux-2.6/sockstat", &text);

    assert_true(sockstat_decode(text.data, &totals, &err));

    assert_int_equal(totals.inuse, 17);
    assert_int_equal(totals.time_wait, 44811);
    assert_int_equal(totals.alloc, 54);
    text_clear(&text);
}

static void test_decode_leaves_ipv6_total_alone(void **state)
{
    struct sockstat totals = { .inuse6 = 6 };
    struct error err = { 0 };
    (void)state;

    assert_true(sockstat_decode("TCP: inuse 1 tw 2 alloc 3\n", &totals, &err));

    assert_int_equal(totals.inuse6, 6);
}

static void test_decode_rejects_other_texts(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        const char *message;
    } rows[] = {
        { "empty", "", "no line 'TCP:'" },
        { "only sockstat6", "TCP6: inuse 5\n", "no line 'TCP:'" },
        { "label within a line", "UDP: inuse 1 TCP: inuse 1 tw 2 alloc 3\n",
          "no line 'TCP:'" },
        { "no tw", "TCP: inuse 1 alloc 3\n", "no 'tw' in line 'TCP:'" },
        { "name without number", "TCP: inuse 1 tw\nalloc 3\n", "no 'tw' in line 'TCP:'" },
        { "next line", "TCP: inuse 1 tw 2\nUDP: alloc 3\n", "no 'alloc' in line 'TCP:'" },
        /* Linux 2.4 counted below zero */
        { "negative", "TCP: inuse 1 tw -56927 alloc 3\n",
          "TCP: tw: '-56927' is not a whole number" },
        { "too large", "TCP: inuse 4294967296 tw 1 alloc 3\n",
          "TCP: inuse: '4294967296' is above 4294967295" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct sockstat totals = { .inuse = 7, .time_wait = 7, .alloc = 7 };
        struct error err = { 0 };

        if (sockstat_decode(rows[i].text, &totals, &err) ||
            strcmp(err.message, rows[i].message) != 0)
            fail_msg("%s: '%s'", rows[i].name, err.message);
        assert_int_equal(totals.inuse, 7);
    }
}

static void test_number_reads_other_lines(void **state)
{
    static const char text[] =
        "sockets: used 9\nTCP: inuse 1 orphan 0 tw 2 alloc 3 mem 1\n"
        "UDP: inuse 4 mem 5\nUDPLITE: inuse 6\n";
    struct error err = { 0 };
    uint32_t udp = 7;
    (void)state;

    assert_true(sockstat_number(text, "UDP:", "inuse", &udp, &err));
    assert_int_equal(udp, 4);
    assert_false(sockstat_number(text, "UDP6:", "inuse", &udp, &err));
    assert_int_equal(udp, 4);
    assert_string_equal(err.message, "no line 'UDP6:'");
    assert_int_equal(err.code, ERR_MALFORMED);
    assert_true(sockstat_number(text, "sockets:", "used", &udp, NULL));
    assert_int_equal(udp, 9);
}

static void test_bound_possible_is_what_is_not_hashed(void **state)
{
    const struct sockstat some = { .inuse = 23, .inuse6 = 6, .alloc = 34 };
    const struct sockstat none = { .inuse = 23, .inuse6 = 6, .alloc = 29 };
    const struct sockstat below = { .inuse = 23, .inuse6 = 6, .alloc = 28 };
    (void)state;

    assert_int_equal(sockstat_bound_possible(&some), 5);
    assert_int_equal(sockstat_bound_possible(&none), 0);
    assert_int_equal(sockstat_bound_possible(&below), 0);
}

static void test_mostly_open_counts_both_families(void **state)
{
    const struct sockstat open = { .inuse = 6000, .inuse6 = 5000, .time_wait = 10999 };
    const struct sockstat even = { .inuse = 6000, .inuse6 = 5000, .time_wait = 11000 };
    (void)state;

    assert_true(sockstat_mostly_open(&open));
    assert_false(sockstat_mostly_open(&even));
}

static void test_mostly_open_is_for_many_sockets_only(void **state)
{
    const struct sockstat many = { .inuse = 4000, .inuse6 = 96 };
    const struct sockstat few = { .inuse = 4000, .inuse6 = 95 };
    (void)state;

    assert_true(sockstat_mostly_open(&many));
    assert_false(sockstat_mostly_open(&few));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_reads_recorded_totals),
        cmocka_unit_test(test_decode_reads_old_kernel),
        cmocka_unit_test(test_decode_leaves_ipv6_total_alone),
        cmocka_unit_test(test_decode_rejects_other_texts),
        cmocka_unit_test(test_number_reads_other_lines),
        cmocka_unit_test(test_bound_possible_is_what_is_not_hashed),
        cmocka_unit_test(test_mostly_open_counts_both_families),
        cmocka_unit_test(test_mostly_open_is_for_many_sockets_only),
    };

    return cmocka_run_group_tests_name("decode/sockstat", tests, NULL, NULL);
}
