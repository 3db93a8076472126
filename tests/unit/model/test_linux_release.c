/* SPDX-License-Identifier: MIT */
/* The three numbers at the front of a kernel's release. */
#include "checks/model/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

static void test_decode_takes_the_numbers_in_front(void **state)
{
    static const struct {
        const char *release;
        uint32_t major;
        uint32_t minor;
        uint32_t build;
    } rows[] = {
        { "6.1.0-18-amd64", 6, 1, 0 },
        { "6.18.44-cloud-amd64", 6, 18, 44 },
        { "5.14-rc3", 5, 14, 0 },
        { "3.10.0-1160.el7.x86_64", 3, 10, 0 },
        { "4.19.2+", 4, 19, 2 },
        { "6", 6, 0, 0 },
        { "", 0, 0, 0 },
        { "custom", 0, 0, 0 },
        { "99999999999999999999.1", 0, 1, 0 },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct os_version version = linux_release_decode(rows[i].release);

        if (version.kind != OS_LINUX || version.major != rows[i].major ||
            version.minor != rows[i].minor || version.build != rows[i].build)
            fail_msg("'%s': %u.%u.%u", rows[i].release, (unsigned int)version.major,
                     (unsigned int)version.minor, (unsigned int)version.build);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_takes_the_numbers_in_front),
    };

    return cmocka_run_group_tests_name("model/linux_release", tests, NULL, NULL);
}
