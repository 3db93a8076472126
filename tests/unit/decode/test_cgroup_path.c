/* SPDX-License-Identifier: MIT */
/* Whose a control group is, by the paths that systemd and the container engines make. */
#include "checks/decode/cgroup_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

#define ID       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER_ID "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define POD      "6d8b1e2c-0a1b-4c3d-9e8f-001122334455"
#define POD_     "6d8b1e2c_0a1b_4c3d_9e8f_001122334455"
#define HASH     "6d8b1e2c0a1b4c3d9e8f001122334455"

static const struct {
    const char *name;
    const char *path;
    enum owner_kind kind;
    const char *owner;
} rows[] = {
    /* systemd */
    { "root", "/", OWNER_USER, "" },
    { "nothing", "", OWNER_USER, "" },
    { "PID 1", "/init.scope", OWNER_USER, "" },
    { "service", "/system.slice/mailer.service", OWNER_UNIT, "mailer.service" },
    { "scope", "/system.slice/run-r1.scope", OWNER_UNIT, "run-r1.scope" },
    { "template", "/system.slice/system-getty.slice/getty@tty1.service", OWNER_UNIT,
      "getty@tty1.service" },
    { "delegated", "/system.slice/a.service/b.service/c.scope", OWNER_UNIT, "a.service" },
    { "delegated, plain", "/system.slice/a.service/payload", OWNER_UNIT, "a.service" },
    { "slice alone", "/system.slice/system-getty.slice", OWNER_USER, "" },
    { "mount", "/system.slice/srv.mount", OWNER_USER, "" },
    { "no slice of the system", "/my.slice/a.service", OWNER_USER, "" },
    { "named like one", "/x.system.slice/a.service", OWNER_USER, "" },
    { "below another", "/my.slice/system.slice/a.service", OWNER_USER, "" },
    { "foreign letters", "/system.slice/m\xC3\xBCll\x1B.service", OWNER_UNIT,
      "m??ll?.service" },
    { "escaped", "/system.slice/dev-disk\\x2d1.service", OWNER_UNIT,
      "dev-disk?x2d1.service" },
    { "too long", "/system.slice/a23456789012345678901234567890123456789.service",
      OWNER_UNIT, "a23456789012345678901234567890123456789." },
    /* a user may call groups what he likes */
    { "user's unit", "/user.slice/user-1000.slice/user@1000.service/mysql.service",
      OWNER_USER, "" },
    { "user's system.slice", "/user.slice/system.slice/a.service", OWNER_USER, "" },
    { "user's pod", "/user.slice/user-1000.slice/kubepods/pod" POD, OWNER_USER, "" },
    { "rootless podman",
      "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID
      ".scope/container",
      OWNER_USER, "" },
    /* docker */
    { "docker", "/system.slice/docker-" ID ".scope", OWNER_CONTAINER, "0123456789ab" },
    { "docker without systemd", "/docker/" ID, OWNER_CONTAINER, "0123456789ab" },
    { "docker in docker", "/docker/" ID "/docker/" OTHER_ID, OWNER_CONTAINER,
      "0123456789ab" },
    { "a unit in docker", "/system.slice/docker-" ID ".scope/system.slice/a.service",
      OWNER_CONTAINER, "0123456789ab" },
    { "docker's own service", "/system.slice/docker.service", OWNER_UNIT,
      "docker.service" },
    { "a digit less", "/docker/" HASH "0123456789abcdef0123456789abcde", OWNER_USER, "" },
    { "a digit more", "/docker/0" ID, OWNER_USER, "" },
    { "no digit", "/docker/g" ID, OWNER_USER, "" },
    { "upper case", "/docker/ABCDEF" HASH "0123456789abcdef0123456789", OWNER_USER, "" },
    { "an id that is a part of a name", "/system.slice/x" ID ".scope", OWNER_UNIT,
      "x0123456789abcdef0123456789abcdef0123456" },
    /* podman, containerd, CRI-O */
    { "podman", "/machine.slice/libpod-" ID ".scope/container", OWNER_CONTAINER,
      "0123456789ab" },
    { "podman without systemd", "/libpod_parent/libpod-" ID, OWNER_CONTAINER,
      "0123456789ab" },
    { "containerd", "/system.slice/cri-containerd-" ID ".scope", OWNER_CONTAINER,
      "0123456789ab" },
    { "nerdctl", "/system.slice/nerdctl-" ID ".scope", OWNER_CONTAINER, "0123456789ab" },
    { "CRI-O", "/system.slice/crio-" ID ".scope", OWNER_CONTAINER, "0123456789ab" },
    { "below a unit", "/system.slice/containerd.service/default/" ID, OWNER_CONTAINER,
      "0123456789ab" },
    /* Kubernetes */
    { "pod, systemd",
      "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD_
      ".slice/cri-containerd-" ID ".scope",
      OWNER_POD, POD },
    { "guaranteed pod, systemd", "/kubepods.slice/kubepods-pod" POD_ ".slice", OWNER_POD,
      POD },
    { "pod, cgroupfs", "/kubepods/besteffort/pod" POD "/" ID, OWNER_POD, POD },
    { "guaranteed pod, cgroupfs", "/kubepods/pod" POD, OWNER_POD, POD },
    { "static pod", "/kubepods/burstable/pod" HASH "/" ID, OWNER_POD, HASH },
    { "static pod, systemd", "/kubepods.slice/kubepods-pod" HASH ".slice", OWNER_POD,
      HASH },
    { "kubelet's root",
      "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" POD_ ".slice/x",
      OWNER_POD, POD },
    { "both drivers at once",
      "/system.slice/containerd.service/kubepods-burstable-pod" POD_
      ".slice:cri-containerd:" ID,
      OWNER_POD, POD },
    { "below a unit", "/system.slice/k3s.service/kubepods/burstable/pod" POD, OWNER_POD,
      POD },
    { "in a container", "/docker/" ID "/kubelet/kubepods/pod" POD, OWNER_CONTAINER,
      "0123456789ab" },
    { "a pod of nobody", "/system.slice/a.service/pod" POD, OWNER_UNIT, "a.service" },
    { "a short uid", "/kubepods/pod" HASH "0", OWNER_USER, "" },
    { "text after the uid", "/kubepods/pod" POD "x", OWNER_USER, "" },
    { "no pod", "/kubepods/burstable", OWNER_USER, "" },
    { "pod alone", "/kubepods/pod", OWNER_USER, "" },
    /* LXC, nspawn */
    { "LXC", "/lxc.payload.web/system.slice/nginx.service", OWNER_CONTAINER, "web" },
    { "older LXC", "/lxc.payload/web", OWNER_CONTAINER, "web" },
    { "old LXC", "/lxc/101/ns/init.scope", OWNER_CONTAINER, "101" },
    { "LXC's monitor", "/lxc.monitor.web", OWNER_USER, "" },
    { "LXC without a name", "/lxc.payload.", OWNER_USER, "" },
    { "LXC alone", "/lxc", OWNER_USER, "" },
    { "LXC in a unit", "/system.slice/a.service/lxc/web", OWNER_UNIT, "a.service" },
    { "nspawn",
      "/machine.slice/machine-web\\x2dshop.scope/payload/system.slice/a.service",
      OWNER_CONTAINER, "web-shop" },
    { "nspawn's unit", "/machine.slice/systemd-nspawn@web.service/payload",
      OWNER_CONTAINER, "web" },
    { "nspawn with bytes", "/machine.slice/machine-a\\x00\\x1b\\xzz.scope",
      OWNER_CONTAINER, "a???xzz" },
    { "nspawn without a name", "/machine.slice/machine-.scope", OWNER_USER, "" },
    { "nspawn elsewhere", "/my.slice/machine-web.scope", OWNER_USER, "" },
};

static void test_decode_names_owners(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct cgroup_owner owner = { .kind = OWNER_SYSTEM, .name = "before" };

        cgroup_path_decode(rows[i].path, &owner);
        if (owner.kind != rows[i].kind || strcmp(owner.name, rows[i].owner) != 0)
            fail_msg("%s: %s '%s'", rows[i].name, owner_kind_names[owner.kind],
                     owner.name);
    }
}

static const struct {
    const char *path;
    bool has_uid;
    uint32_t uid;
} users[] = {
    { "/user.slice/user-1000.slice/session-3.scope", true, 1000 },
    { "/user.slice/user-0.slice", true, 0 },
    { "/user.slice/user-4294967294.slice", true, 4294967294U },
    { "/user.slice/user-4294967295.slice", false, 0 },
    { "/user.slice/user-99999999999.slice", false, 0 },
    { "/user.slice/user-.slice", false, 0 },
    { "/user.slice/user-1000", false, 0 },
    { "/user.slice", false, 0 },
    { "/my.slice/user.slice/user-1000.slice", false, 0 },
    { "/system.slice/a.service/user.slice/user-1000.slice", false, 0 },
};

static void test_decode_tells_the_user_of_a_slice(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(users); i++) {
        struct cgroup_owner owner = { .has_uid = true, .uid = 7 };

        cgroup_path_decode(users[i].path, &owner);
        if (owner.has_uid != users[i].has_uid || owner.uid != users[i].uid)
            fail_msg("%s: %u", users[i].path, (unsigned int)owner.uid);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode_names_owners),
        cmocka_unit_test(test_decode_tells_the_user_of_a_slice),
    };

    return cmocka_run_group_tests_name("decode/cgroup_path", tests, NULL, NULL);
}
