/* SPDX-License-Identifier: MIT */
/* What PowerShell prints of an auto-reuse range, and which events are asked for. */
#include "tests/windows-kit/lib/truth_reuse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/truth_events.h"

static void test_two_numbers_are_a_range(void **state)
{
    struct truth_reuse reuse = { 0 };
    (void)state;

    assert_true(truth_reuse_parse("60000\r\n255\r\n", &reuse));
    assert_int_equal(reuse.first, 60000);
    assert_int_equal(reuse.count, 255);
    assert_true(truth_reuse_parse("0 0\n", &reuse));
    assert_int_equal(reuse.count, 0);
}

static void test_anything_else_is_none(void **state)
{
    static const char *const others[] = {
        "", "60000\r\n", "60000 255 7", "a b", "60000 255\r\nWARNING", "65000 600", "-1 5"
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(others); i++) {
        struct truth_reuse reuse = { 7, 8 };

        if (truth_reuse_parse(others[i], &reuse))
            fail_msg("'%s' is taken", others[i]);
        assert_int_equal(reuse.first, 7);
    }
}

static void test_the_query_names_source_numbers_and_time(void **state)
{
    char query[TRUTH_QUERY_SIZE];
    (void)state;

    truth_events_query(EVENT_TCP_FULL, EVENT_UDP_FULL, 600000, query);

    assert_string_equal(query, "*[System[Provider[@Name='Tcpip'] and (EventID=4231 or "
                               "EventID=4266) and TimeCreated[timediff(@SystemTime) <= "
                               "600000]]]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_numbers_are_a_range),
        cmocka_unit_test(test_anything_else_is_none),
        cmocka_unit_test(test_the_query_names_source_numbers_and_time),
    };

    return cmocka_run_group_tests_name("windows-kit/truth_reuse", tests, NULL, NULL);
}
