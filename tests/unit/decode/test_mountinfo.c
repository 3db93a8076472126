/* SPDX-License-Identifier: MIT */
/* Where a file system is mounted, by lines as /proc/self/mountinfo has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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
        { "what is no escape", "30 1 0:26 / /a\\xyz\\089\\118\\1 rw - cgroup2 none rw\n",
          "/a\\xyz\\089\\118\\1" },
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

#define NSFS(root, path) "40 1 0:4 " root " " path " rw shared:3 - nsfs nsfs rw\n"

/* What was visited, "INODE PATH;" each, and how many may be. */
struct visits {
    char seen[1024];
    int left;
};

static bool see(void *context, uint64_t inode, const char *path)
{
    struct visits *visits = context;
    const size_t length = strlen(visits->seen);

    (void)snprintf(visits->seen + length, sizeof visits->seen - length, "%llu %s;",
                   (unsigned long long)inode, path);
    return --visits->left > 0;
}

static void test_mountinfo_net_namespaces_tells_inode_and_path(void **state)
{
    static const struct {
        const char *name, *text, *seen;
    } rows[] = {
        { "nothing", "", "" },
        { "none", ROOT, "" },
        { "one", ROOT NSFS("net:[4026532281]", "/run/netns/blue"),
          "4026532281 /run/netns/blue;" },
        { "mounted twice",
          NSFS("net:[4026532281]", "/run/netns/a") NSFS("net:[4026532281]", "/run/x"),
          "4026532281 /run/netns/a;4026532281 /run/x;" },
        { "a blank in its name", NSFS("net:[7]", "/run/netns/a\\040b"),
          "7 /run/netns/a b;" },
        { "of another kind", NSFS("mnt:[4026532281]", "/run/x"), "" },
        { "in another file system",
          "40 1 0:4 net:[7] /x rw - tmpfs tmpfs rw\n" NSFS("net:[8]", "/y"), "8 /y;" },
        { "no number", NSFS("net:[]", "/a") NSFS("net:[x]", "/b") NSFS("net:[-1]", "/c"),
          "" },
        { "not closed", NSFS("net:[7", "/a") NSFS("net:7]", "/b"), "" },
        { "too large", NSFS("net:[4294967296]", "/a"), "" },
        { "very long", NSFS("net:[000000000000000000000000000007]", "/a"), "" },
        { "no end of line", "40 1 0:4 net:[7] /a rw - nsfs nsfs rw", "7 /a;" },
        { "cut", "40 1 0:4 net:[7] /a rw shared:3", "" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct visits visits = { .left = 9 };

        assert_true(mountinfo_net_namespaces(rows[i].text, see, &visits));

        if (strcmp(visits.seen, rows[i].seen) != 0)
            fail_msg("%s: '%s'", rows[i].name, visits.seen);
    }
}

static void test_mountinfo_net_namespaces_passes_over_long_paths(void **state)
{
    char text[MOUNT_PATH_SIZE + 100];
    struct visits visits = { .left = 9 };
    (void)state;

    for (int more = 0; more < 2; more++) {
        char path[MOUNT_PATH_SIZE + 2];

        memset(path, 'x', sizeof path);
        path[0] = '/';
        path[MOUNT_PATH_SIZE - 1 + more] = '\0';
        (void)snprintf(text, sizeof text, "4 1 0:4 net:[%d] %s rw - nsfs nsfs rw\n", more,
                       path);
        assert_true(mountinfo_net_namespaces(text, see, &visits));
    }

    assert_int_equal(visits.left, 8);
    assert_int_equal(strncmp(visits.seen, "0 /xxx", 6), 0);
}

static void test_mountinfo_net_namespaces_ends_when_told(void **state)
{
    struct visits visits = { .left = 2 };
    (void)state;

    assert_false(mountinfo_net_namespaces(
        NSFS("net:[1]", "/a") NSFS("net:[2]", "/b") NSFS("net:[3]", "/c"), see, &visits));

    assert_string_equal(visits.seen, "1 /a;2 /b;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mountinfo_find_tells_the_mount_point),
        cmocka_unit_test(test_mountinfo_net_namespaces_tells_inode_and_path),
        cmocka_unit_test(test_mountinfo_net_namespaces_passes_over_long_paths),
        cmocka_unit_test(test_mountinfo_net_namespaces_ends_when_told),
    };

    return cmocka_run_group_tests_name("decode/mountinfo", tests, NULL, NULL);
}
