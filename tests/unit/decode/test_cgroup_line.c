/* SPDX-License-Identifier: MIT */
/* Whose a process is, by the lines of its /proc/PID/cgroup. */
#include "checks/decode/cgroup_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

#define ID  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD "6d8b1e2c-0a1b-4c3d-9e8f-001122334455"

static const struct {
    const char *name;
    const char *text;
    enum owner_kind kind;
    const char *owner;
} rows[] = {
    { "nothing", "", OWNER_USER, "" },
    { "no line of it", "x\n\n:\n0:/system.slice/a.service\n", OWNER_USER, "" },
    { "root", "0::/\n", OWNER_USER, "" },
    { "version 2", "0::/system.slice/a.service\n", OWNER_UNIT, "a.service" },
    { "no end of line", "0::/system.slice/a.service", OWNER_UNIT, "a.service" },
    { "a colon in the path", "0::/system.slice/a:b.service\n", OWNER_UNIT,
      "a:b.service" },
    { "a pod of containerd",
      "0::/kubepods.slice/kubepods-burstable.slice/"
      "kubepods-burstable-pod6d8b1e2c_0a1b_4c3d_9e8f_001122334455.slice/"
      "cri-containerd-" ID ".scope\n",
      OWNER_POD, POD },
    { "outside of our own root", "0::/../../kubepods/besteffort/pod" POD "/" ID "\n",
      OWNER_POD, POD },
    { "version 1",
      "12:memory:/system.slice/a.service\n11:net_cls,net_prio:/\n"
      "1:name=systemd:/system.slice/a.service\n",
      OWNER_UNIT, "a.service" },
    { "version 1, systemd's own counts",
      "12:memory:/system.slice/b.service\n1:name=systemd:/system.slice/a.service\n",
      OWNER_UNIT, "a.service" },
    { "systemd's first",
      "12:name=systemd:/system.slice/a.service\n1:cpu:/system.slice/b.service\n",
      OWNER_UNIT, "a.service" },
    { "version 2 before systemd's",
      "1:name=systemd:/system.slice/b.service\n0::/system.slice/a.service\n", OWNER_UNIT,
      "a.service" },
    { "another hierarchy of a name",
      "2:name=systemd2:/system.slice/b.service\n1:cpu:/system.slice/c.service\n",
      OWNER_UNIT, "b.service" },
    { "docker on version 1",
      "12:memory:/docker/" ID "\n1:name=systemd:/docker/" ID
      "\n0::/system.slice/containerd.service\n",
      OWNER_CONTAINER, "0123456789ab" },
    { "the first container counts", "2:cpu:/docker/" ID "\n1:pids:/lxc/other\n",
      OWNER_CONTAINER, "0123456789ab" },
    { "a user", "0::/user.slice/user-1000.slice/session-2.scope\n", OWNER_USER, "" },
};

static void test_cgroup_line_decode_tells_the_owner(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct cgroup_owner owner = { .kind = OWNER_SYSTEM, .name = "x" };

        cgroup_line_decode(rows[i].text, &owner);

        if (owner.kind != rows[i].kind || strcmp(owner.name, rows[i].owner) != 0)
            fail_msg("%s: %s '%s'", rows[i].name, owner_kind_names[owner.kind],
                     owner.name);
    }
}

static void test_cgroup_line_decode_tells_the_user_of_a_slice(void **state)
{
    struct cgroup_owner owner = { 0 };
    (void)state;

    cgroup_line_decode("9:cpu:/\n0::/user.slice/user-1000.slice/session-2.scope\n",
                       &owner);
    assert_true(owner.has_uid);
    assert_int_equal(owner.uid, 1000);
    cgroup_line_decode("0::/\n", &owner);
    assert_false(owner.has_uid);
}

/* Longer than any that the kernel makes; what is cut names nobody. */
static void test_cgroup_line_decode_cuts_a_long_path(void **state)
{
    static const char start[] = "0::/system.slice/";
    static char text[8192];
    struct cgroup_owner owner = { 0 };
    (void)state;

    memset(text, 'x', sizeof text - 1);
    for (size_t i = 0; start[i]; i++)
        text[i] = start[i];
    (void)snprintf(text + sizeof text - 10, 10, ".service\n");
    cgroup_line_decode(text, &owner);

    assert_int_equal(owner.kind, OWNER_USER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cgroup_line_decode_tells_the_owner),
        cmocka_unit_test(test_cgroup_line_decode_tells_the_user_of_a_slice),
        cmocka_unit_test(test_cgroup_line_decode_cuts_a_long_path),
    };

    return cmocka_run_group_tests_name("decode/cgroup_line", tests, NULL, NULL);
}
