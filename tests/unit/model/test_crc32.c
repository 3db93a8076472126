/* SPDX-License-Identifier: MIT */
/* The sum against its published check value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/model/crc32.h"

/* The check value of "CRC-32/ISO-HDLC" in the catalogue of parametrised CRC algorithms.
 */
static void test_crc32_add_gives_the_published_check_value(void **state)
{
    (void)state;

    assert_int_equal(crc32_add(0, "123456789", 9), 0xCBF43926U);
}

static void test_crc32_add_of_nothing_is_zero(void **state)
{
    (void)state;

    assert_int_equal(crc32_add(0, "", 0), 0);
}

static void test_crc32_add_goes_on_where_it_stopped(void **state)
{
    uint32_t crc;
    (void)state;

    crc = crc32_add(0, "1234", 4);
    crc = crc32_add(crc, "56789", 5);

    assert_int_equal(crc, 0xCBF43926U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc32_add_gives_the_published_check_value),
        cmocka_unit_test(test_crc32_add_of_nothing_is_zero),
        cmocka_unit_test(test_crc32_add_goes_on_where_it_stopped),
    };

    return cmocka_run_group_tests_name("model/crc32", tests, NULL, NULL);
}
