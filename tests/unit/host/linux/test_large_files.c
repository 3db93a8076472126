/* SPDX-License-Identifier: MIT */
/*
 * A policy or journal whose inode needs more than 32 bits, and a clock after 2038: a
 * 32-bit program sees them only when it is built for it. The two macros are what decides
 * there; on 64 bits they change nothing, so they are looked at themselves.
 */
#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 0
#endif
#ifndef _TIME_BITS
#define _TIME_BITS 0
#endif

static_assert(sizeof(off_t) == 8, "a file may be larger than 2 GiB");
static_assert(sizeof(ino_t) == 8, "an inode may need more than 32 bits");
static_assert(sizeof(time_t) == 8, "time goes on after 2038");

static void test_programs_are_built_for_large_files_and_late_times(void **state)
{
    (void)state;

    assert_int_equal(_FILE_OFFSET_BITS, 64);
    assert_int_equal(_TIME_BITS, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_programs_are_built_for_large_files_and_late_times),
    };

    return cmocka_run_group_tests_name("host/linux/large_files", tests, NULL, NULL);
}
