/* SPDX-License-Identifier: MIT */
/* Which control groups are found by a walk, in a tree of this test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "checks/host/linux/cgroup_names.h"
#include "checks/host/linux/cgroup_walk.h"

static const struct deadline forever = { .at_ns = INT64_MAX };

static char top[64];

static int given_tree(void **state)
{
    (void)state;
    (void)snprintf(top, sizeof top, "/tmp/test-names.XXXXXX");
    return mkdtemp(top) ? 0 : -1;
}

/* Its id. */
static uint64_t make_group(const char *path)
{
    char whole[256];
    struct stat status;

    (void)snprintf(whole, sizeof whole, "%s/%s", top, path);
    assert_int_equal(mkdir(whole, 0755), 0);
    assert_int_equal(stat(whole, &status), 0);
    return status.st_ino;
}

static int remove_tree(void **state)
{
    char command[128];

    (void)state;
    (void)snprintf(command, sizeof command, "rm -r %s", top);
    return system(command) == 0 ? 0 : -1; /* NOLINT: a path of mkdtemp */
}

static int compare(const void *a, const void *b)
{
    const struct cgroup_named *left = a;
    const struct cgroup_named *right = b;

    return left->id < right->id ? -1 : left->id > right->id;
}

static bool find(struct cgroup_named *wanted, size_t count,
                 const struct deadline *deadline)
{
    qsort(wanted, count, sizeof *wanted, compare);
    return cgroup_names_find_at(top, wanted, count, deadline);
}

static const struct cgroup_named *of_id(const struct cgroup_named *all, uint64_t id)
{
    while (all->id != id)
        all++;
    return all;
}

static void test_find_sees_units_and_sessions(void **state)
{
    struct cgroup_named all[4] = { { .id = 1 } };
    uint64_t ids[3];
    (void)state;

    (void)make_group("system.slice");
    ids[0] = make_group("system.slice/a.service");
    (void)make_group("user.slice");
    ids[1] = make_group("user.slice/user-1000.slice");
    ids[2] = make_group("user.slice/user-1000.slice/b.service");
    for (size_t i = 0; i < ARRAY_COUNT(ids); i++)
        all[i + 1].id = ids[i];

    assert_true(find(all, ARRAY_COUNT(all), &forever));

    for (size_t i = 0; i < ARRAY_COUNT(all); i++)
        assert_int_equal(all[i].sight, CGROUP_SEEN);
    assert_int_equal(of_id(all, 1)->owner.kind, OWNER_USER);
    assert_string_equal(of_id(all, ids[0])->owner.name, "a.service");
    assert_int_equal(of_id(all, ids[2])->owner.kind, OWNER_USER);
    assert_int_equal(of_id(all, ids[2])->owner.uid, 1000);
}

/* This tree is none whose root has the id of the whole one. */
static void test_find_of_another_id_is_outside(void **state)
{
    struct cgroup_named all[1] = { { .id = UINT64_MAX } };
    (void)state;

    (void)make_group("system.slice");

    assert_true(find(all, 1, &forever));

    assert_int_equal(all[0].sight, CGROUP_OUTSIDE);
}

static void test_find_sees_the_slice_of_all_users(void **state)
{
    struct cgroup_named all[1] = { { 0 } };
    (void)state;

    all[0].id = make_group("user.slice");

    assert_true(find(all, 1, &forever));

    assert_int_equal(all[0].sight, CGROUP_SEEN);
    assert_false(all[0].owner.has_uid);
}

static void test_find_without_time_accuses_nobody(void **state)
{
    const struct deadline passed = { 0 };
    struct cgroup_named all[2] = { { .id = UINT64_MAX } };
    (void)state;

    (void)make_group("system.slice");
    all[1].id = make_group("system.slice/a.service");

    assert_false(find(all, ARRAY_COUNT(all), &passed));

    assert_int_equal(all[0].sight, CGROUP_UNSEEN);
    assert_int_equal(all[1].sight, CGROUP_UNSEEN);
}

/* One that has more groups than are looked at hides none of the others, and who is not
 * found may be among those. */
static void test_find_of_too_many_groups_leaves_the_rest_unseen(void **state)
{
    struct cgroup_named all[2] = { { .id = UINT64_MAX } };
    char path[64];
    (void)state;

    (void)make_group("system.slice");
    (void)make_group("system.slice/many.service");
    for (int i = 0; i < CGROUPS_OF_UNIT_MAX + 1; i++) {
        (void)snprintf(path, sizeof path, "system.slice/many.service/%d", i);
        (void)make_group(path);
    }
    all[1].id = make_group("system.slice/other.service");

    assert_false(find(all, ARRAY_COUNT(all), &forever));

    assert_string_equal(all[0].owner.name, "other.service");
    assert_int_equal(all[1].sight, CGROUP_UNSEEN);
}

static void test_find_where_nothing_is_mounted_tells_nothing(void **state)
{
    struct cgroup_named all[1] = { { .id = 7 } };
    (void)state;

    assert_false(cgroup_names_find_at("/nonexistent", all, 1, &forever));

    assert_int_equal(all[0].sight, CGROUP_UNSEEN);
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, given_tree, remove_tree)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_TREE(test_find_sees_units_and_sessions),
        IN_TREE(test_find_of_another_id_is_outside),
        IN_TREE(test_find_sees_the_slice_of_all_users),
        IN_TREE(test_find_without_time_accuses_nobody),
        IN_TREE(test_find_of_too_many_groups_leaves_the_rest_unseen),
        IN_TREE(test_find_where_nothing_is_mounted_tells_nothing),
    };

    return cmocka_run_group_tests_name("host/cgroup_names", tests, NULL, NULL);
}
