/* SPDX-License-Identifier: MIT */
/* Names of devices; what is asked of the kernel is tested on real sockets (tests/host).
 */
#include "checks/host/linux/linux_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_name_device_of_the_first_one_is_lo(void **state)
{
    char name[OBSERVED_DEVICE_SIZE] = "";
    (void)state;

    assert_true(linux_name_device(NULL, 1, name));

    assert_string_equal(name, "lo");
}

/* A socket stays bound to a device that is gone. */
static void test_name_device_of_none_there_fails(void **state)
{
    char name[OBSERVED_DEVICE_SIZE] = "as before";
    (void)state;

    assert_false(linux_name_device(NULL, INT32_MAX, name));

    assert_string_equal(name, "as before");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_name_device_of_the_first_one_is_lo),
        cmocka_unit_test(test_name_device_of_none_there_fails),
    };

    return cmocka_run_group_tests_name("host/linux/linux_ask", tests, NULL, NULL);
}
