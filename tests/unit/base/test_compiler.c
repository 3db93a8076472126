/* SPDX-License-Identifier: MIT */
/* What differs between compilers gives the same everywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

/* The products by hand: upper half xor lower half. */
static void test_multiply_folded_folds_the_whole_product(void **state)
{
    (void)state;

    assert_true(multiply_folded(0, UINT64_MAX) == 0);
    assert_true(multiply_folded(3, 5) == 15);
    assert_true(multiply_folded(UINT64_MAX, UINT64_MAX) == UINT64_MAX);
    assert_true(multiply_folded(UINT64_C(1) << 63, 2) == 1);
    assert_true(multiply_folded(UINT64_C(1) << 40, UINT64_C(1) << 40) == UINT64_C(1)
                                                                             << 16);
    assert_true(multiply_folded(UINT64_C(0x100000001), UINT64_C(0x100000001)) ==
                (UINT64_C(0x200000001) ^ 1));
    assert_true(
        multiply_folded(UINT64_C(0x9E3779B97F4A7C15), UINT64_C(0xBF58476D1CE4E5B9)) ==
        UINT64_C(0xA035E2CC637F5704));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_multiply_folded_folds_the_whole_product),
    };

    return cmocka_run_group_tests_name("base/compiler", tests, NULL, NULL);
}
