/* SPDX-License-Identifier: MIT */
/* Where a file system is mounted, by lines as /proc/self/mountinfo has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "checks/decode/mountinfo.h"

#define ROOT "1 0 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"

static void test_mountinfo_find_tells_the_mount_point(void **state)
{
    static const struct {
        const char *name, *text, *path; /* "" = none */
    } rows[] = {
        { "nothing", "", "" },
        { "no such file system", ROOT, "" },
        { "a hierarchy of version 2",
          ROOT "30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "/sys/fs/cgroup" },
        { "hybrid",
          "30 1 0:26 / /sys/fs/cgroup/cpu rw shared:9 - cgroup cgroup rw,cpu\n"
          "31 1 0:27 / /sys/fs/cgroup/unified rw shared:9 master:2 - cgroup2 none rw\n",
          "/sys/fs/cgroup/unified" },
        { "a part of it",
          "30 1 0:26 /a /x rw - cgroup2 none rw\n31 1 0:26 /../.. /y rw - cgroup2 none "
          "rw\n",
          "" },
        { "the whole behind a part",
          "30 1 0:26 /a /x rw - cgroup2 none rw\n31 1 0:26 / /y rw - cgroup2 none rw\n",
          "/y" },
        { "a blank and a backslash", "30 1 0:26 / /a\\040b\\134c rw - cgroup2 none rw\n",
          "/a b\\c" },
        { "an escape that is cut", "30 1 0:26 / /a\\04 rw - cgroup2 none rw\n",
          "/a\\04" },
        { "no end of line", "30 1 0:26 / /y rw - cgroup2 none rw", "/y" },
        { "no dash", "30 1 0:26 / /y rw cgroup2 none rw\n", "" },
        { "cut behind the dash", "30 1 0:26 / /y rw -\n", "" },
        { "too long", "30 1 0:26 / /0123456789012345678901234567890 rw - cgroup2 x rw\n",
          "" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char path[32] = "";
        const bool found = mountinfo_find(rows[i].text, "cgroup2", path, sizeof path);

        if (found != (rows[i].path[0] != '\0'))
            fail_msg("%s: %d", rows[i].name, found);
        if (found && strcmp(path, rows[i].path) != 0)
            fail_msg("%s: '%s'", rows[i].name, path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mountinfo_find_tells_the_mount_point),
    };

    return cmocka_run_group_tests_name("decode/mountinfo", tests, NULL, NULL);
}
