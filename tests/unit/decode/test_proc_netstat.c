/* SPDX-License-Identifier: MIT */
/* The counters of /proc/net/netstat. */
#include "checks/decode/proc_net_counters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fixture_file.h"

static void test_counter_reads_recorded_overflow(void **state)
{
    struct text text = { 0 };
    struct error err = { 0 };
    uint64_t value = 7;
    (void)state;
    fixture_read("proc_netstat/linux-6.18-overflow/netstat", &text);

    assert_true(
        proc_netstat_counter(text.data, "TcpExt", "TCPTimeWaitOverflow", &value, &err));

    assert_int_equal(value, 8);
    text_clear(&text);
}

static void test_counter_of_old_kernel_is_unsupported(void **state)
{
    struct text text = { 0 };
    struct error err = { 0 };
    uint64_t value = 7;
    (void)state;
    fixture_read("proc_netstat/linux-2.6/netstat", &text);

    assert_false(
        proc_netstat_counter(text.data, "TcpExt", "TCPTimeWaitOverflow", &value, &err));

    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_string_equal(err.message, "this kernel does not count 'TCPTimeWaitOverflow'");
    assert_int_equal(value, 7);
    text_clear(&text);
}

static void test_counter_reads_second_group(void **state)
{
    struct error err = { 0 };
    uint64_t value = 0;
    (void)state;

    assert_true(proc_netstat_counter("A: x y\nA: 1 2\nAB: x y\nAB: 3 4\n", "AB", "y",
                                     &value, &err));

    assert_int_equal(value, 4);
}

static void test_counter_is_not_taken_for_a_longer_one(void **state)
{
    struct error err = { 0 };
    uint64_t value = 0;
    (void)state;

    assert_true(
        proc_netstat_counter("A: TW TWKilled\nA: 1 2\n", "A", "TWKilled", &value, &err));

    assert_int_equal(value, 2);
}

static void test_counter_rejects_other_texts(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        enum error_code code;
        const char *message;
    } rows[] = {
        { "empty", "", ERR_UNSUPPORTED, "this kernel does not count 'y'" },
        { "beginning of a name", "A: xy y2\nA: 1 2\n", ERR_UNSUPPORTED,
          "this kernel does not count 'y'" },
        { "no numbers", "A: x y\n", ERR_MALFORMED, "no line of numbers after 'A:'" },
        { "other numbers", "A: x y\nB: 1 2\n", ERR_MALFORMED,
          "no line of numbers after 'A:'" },
        { "too few numbers", "A: x y\nA: 1\n", ERR_MALFORMED,
          "'' of 'y' is not a counter" },
        { "negative", "A: x y\nA: 1 -2\n", ERR_MALFORMED,
          "'-2' of 'y' is not a counter" },
        { "beyond 64 bits", "A: y\nA: 18446744073709551616\n", ERR_MALFORMED,
          "'18446744073709551616' of 'y' is not a counter" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct error err = { 0 };
        uint64_t value = 7;

        if (proc_netstat_counter(rows[i].text, "A", "y", &value, &err) ||
            strcmp(err.message, rows[i].message) != 0)
            fail_msg("%s: '%s'", rows[i].name, err.message);
        assert_int_equal(err.code, rows[i].code);
        assert_int_equal(value, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counter_reads_recorded_overflow),
        cmocka_unit_test(test_counter_of_old_kernel_is_unsupported),
        cmocka_unit_test(test_counter_reads_second_group),
        cmocka_unit_test(test_counter_is_not_taken_for_a_longer_one),
        cmocka_unit_test(test_counter_rejects_other_texts),
    };

    return cmocka_run_group_tests_name("decode/proc_netstat", tests, NULL, NULL);
}
