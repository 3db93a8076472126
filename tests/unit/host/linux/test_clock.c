/* SPDX-License-Identifier: MIT */
/* The clock behind every deadline is the system's monotonic one, in nanoseconds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "checks/host/deadline.h"

static int64_t system_ns(void)
{
    struct timespec now = { 0 };

    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void test_deadline_now_is_the_monotonic_clock_in_ns(void **state)
{
    int64_t before = system_ns();
    (void)state;

    int64_t now = deadline_now_ns();

    assert_true(now >= before);
    assert_true(now <= system_ns());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deadline_now_is_the_monotonic_clock_in_ns),
    };

    return cmocka_run_group_tests_name("host/clock", tests, NULL, NULL);
}
