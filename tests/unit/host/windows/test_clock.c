/* SPDX-License-Identifier: MIT */
/* The clock behind every deadline is the system's monotonic one, in nanoseconds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/host/deadline.h"
#include "checks/host/windows/win.h"
/* GetTickCount64 counts in steps of up to 16 ms. */
enum { TICK_MS = 16 };

static void test_deadline_now_is_the_monotonic_clock_in_ns(void **state)
{
    int64_t start_ns = deadline_now_ns();
    int64_t start_ms = (int64_t)GetTickCount64();
    int64_t passed_ms;
    int64_t passed_ns;
    (void)state;

    do {
        passed_ns = deadline_now_ns() - start_ns;
        passed_ms = (int64_t)GetTickCount64() - start_ms;
    } while (passed_ms < 100);

    assert_true(passed_ns >= (passed_ms - 2 * TICK_MS) * 1000000 - TICK_MS * 1000000);
    assert_true(passed_ns <= (passed_ms + 2 * TICK_MS) * 1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deadline_now_is_the_monotonic_clock_in_ns),
    };

    return cmocka_run_group_tests_name("host/clock", tests, NULL, NULL);
}
