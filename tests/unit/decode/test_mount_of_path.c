/* SPDX-License-Identifier: MIT */
/* Where a path lies, by the mounts of a process. */
#include "checks/decode/mount_of_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

#define ROOT "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
#define POD  "900 800 0:57 / / rw,relatime - overlay overlay rw,lowerdir=/a\n"

static void test_mount_of_path(void **state)
{
    static const struct {
        const char *name;
        const char *mounts;
        const char *path;
        const char *where; /* NULL = not told */
    } rows[] = {
        { "a host", ROOT, "/etc/sysctl.d", "8:1 /etc/sysctl.d" },
        { "a pod", POD, "/etc/sysctl.d", "0:57 /etc/sysctl.d" },
        { "bind mounted from the host",
          POD "901 900 8:1 /etc/sysctl.d /etc/sysctl.d rw - ext4 /dev/sda1 rw\n",
          "/etc/sysctl.d", "8:1 /etc/sysctl.d" },
        { "its parent", POD "901 900 8:1 /etc /etc ro - ext4 /dev/sda1 rw\n",
          "/etc/sysctl.d", "8:1 /etc/sysctl.d" },
        { "mounted from elsewhere",
          ROOT "901 900 8:2 /conf /etc rw - ext4 /dev/sdb1 rw\n", "/etc/sysctl.d",
          "8:2 /conf/sysctl.d" },
        { "mounted over",
          ROOT "30 22 0:30 / /var rw - tmpfs none rw\n"
               "31 30 0:31 / /var rw - tmpfs none rw\n",
          "/var/lib", "0:31 /lib" },
        { "the longer one counts, whichever comes first",
          "30 22 0:30 / /var/lib rw - tmpfs none rw\n" ROOT, "/var/lib/x", "0:30 /x" },
        { "a name that only begins alike",
          ROOT "30 22 0:30 / /etc/sys rw - tmpfs none rw\n", "/etc/sysctl.d",
          "8:1 /etc/sysctl.d" },
        { "the mount point itself", ROOT "30 22 0:30 / /var rw - tmpfs none rw\n", "/var",
          "0:30 " },
        { "no newline at the end", "22 1 8:1 / / rw", "/etc", "8:1 /etc" },
        { "a line that ends too early", ROOT "30 22 0:30 /\n", "/etc", "8:1 /etc" },
        { "lines that end too early alone", "30 22 0:30 /\n30 22\n30", "/etc", NULL },
        { "nothing", "", "/etc", NULL },
        { "no mount above it", "30 22 0:30 / /var rw - tmpfs none rw\n", "/etc", NULL },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct text out = { 0 };
        const bool found = mount_of_path(rows[i].mounts, rows[i].path, &out);

        if (found != (rows[i].where != NULL) ||
            strcmp(text_string(&out), found ? rows[i].where : "") != 0)
            fail_msg("%s: '%s'", rows[i].name, text_string(&out));
        text_clear(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mount_of_path),
    };

    return cmocka_run_group_tests_name("decode/mount_of_path", tests, NULL, NULL);
}
