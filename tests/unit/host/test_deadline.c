/* SPDX-License-Identifier: MIT */
/* The deadline counts down and stops at 0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/host/deadline.h"

static void test_deadline_now_never_runs_backwards(void **state)
{
    int64_t before = deadline_now_ns();
    (void)state;

    int64_t after = deadline_now_ns();

    assert_true(before > 0);
    assert_true(after >= before);
}

static void test_deadline_in_ms_leaves_at_most_that_much(void **state)
{
    (void)state;

    struct deadline deadline = deadline_in_ms(3600000);
    int64_t left = deadline_left_ms(&deadline);

    assert_true(left <= 3600000);
    assert_true(left > 3600000 - 60000);
    assert_false(deadline_passed(&deadline));
}

static void test_deadline_zeroed_has_passed(void **state)
{
    struct deadline deadline = { 0 };
    (void)state;

    assert_true(deadline_passed(&deadline));
    assert_int_equal(deadline_left_ms(&deadline), 0);
}

static void test_deadline_in_the_past_leaves_nothing(void **state)
{
    (void)state;

    struct deadline deadline = deadline_in_ms(-5);

    assert_true(deadline_passed(&deadline));
    assert_int_equal(deadline_left_ms(&deadline), 0);
}

static void test_deadline_left_is_rounded_up(void **state)
{
    struct deadline deadline = deadline_in_ms(60000);
    (void)state;

    int64_t before_ns = deadline_now_ns();
    int64_t left_ms = deadline_left_ms(&deadline);

    assert_true(left_ms * 1000000 <= deadline.at_ns - before_ns + 999999);
    assert_true(left_ms * 1000000 >= deadline.at_ns - deadline_now_ns());
}

static void test_deadline_passes_when_its_time_has_come(void **state)
{
    struct deadline deadline = deadline_in_ms(2);
    (void)state;

    while (deadline_now_ns() < deadline.at_ns)
        assert_true(deadline_left_ms(&deadline) <= 2);

    assert_true(deadline_passed(&deadline));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deadline_now_never_runs_backwards),
        cmocka_unit_test(test_deadline_in_ms_leaves_at_most_that_much),
        cmocka_unit_test(test_deadline_zeroed_has_passed),
        cmocka_unit_test(test_deadline_in_the_past_leaves_nothing),
        cmocka_unit_test(test_deadline_left_is_rounded_up),
        cmocka_unit_test(test_deadline_passes_when_its_time_has_come),
    };

    return cmocka_run_group_tests_name("host/deadline", tests, NULL, NULL);
}
