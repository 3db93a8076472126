/* SPDX-License-Identifier: MIT */
/* What network namespaces are called, by a made-up /proc and directories of pods. */
#include "checks/host/linux/net_namespaces.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "checks/base/compiler.h"
#include "checks/host/host.h"
#include "tests/unit/host/linux/alone.h"

#define ID     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD    "6d8b1e2c-0a1b-4c3d-9e8f-001122334455"
#define HASH   "00000000000000000000000000000001"
#define OTHER  "11111111-0a1b-4c3d-9e8f-001122334455"
#define OF_POD "0::/kubepods/burstable/pod"

static bool write_in(const char *directory, const char *name, const char *text)
{
    char path[128];
    bool ok;
    int fd;

    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static bool link_in(const char *directory, const char *name, const char *to)
{
    char path[128];
    char from[128];

    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    (void)snprintf(from, sizeof from, "/proc/%s/%s", to, name);
    return link(from, path) == 0;
}

/* A process as /proc shows it; `with` is one of the same network namespace, or NULL. */
static bool make_process(const char *pid, const char *with, const char *cgroup,
                         const char *program)
{
    char path[64];
    char net[64];
    char ns[64];

    (void)snprintf(path, sizeof path, "/proc/%s", pid);
    (void)snprintf(net, sizeof net, "/proc/%s/net", pid);
    (void)snprintf(ns, sizeof ns, "/proc/%s/ns", pid);
    if (mkdir(path, 0755) < 0 || mkdir(net, 0755) < 0 || mkdir(ns, 0755) < 0 ||
        !write_in(path, "cgroup", cgroup) || !write_in(path, "comm", program))
        return false;
    if (with)
        return link_in(path, "net/sockstat", with) &&
               link_in(path, "net/sockstat6", with) && link_in(path, "ns/net", with);
    return write_in(path, "net/sockstat",
                    "TCP: inuse 3 orphan 0 tw 4 alloc 20 mem 1\nUDP: inuse 5 mem 0\n") &&
           write_in(path, "net/sockstat6", "TCP6: inuse 1\nUDP6: inuse 2\n") &&
           write_in(path, "ns/net", "");
}

static bool make_pods(const char *const *names, size_t count)
{
    char path[192];

    if (mount("none", "/var/log", "tmpfs", 0, NULL) < 0 ||
        mkdir("/var/log/pods", 0755) < 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "/var/log/pods/%s", names[i]);
        if (mkdir(path, 0755) < 0)
            return false;
    }
    return true;
}

static struct net_namespaces found;

static bool list(void)
{
    const struct deadline deadline = deadline_in_ms(60000);
    struct host host = { 0 };

    net_namespaces_clear(&found);
    return host_open(&host, NULL) &&
           host.ops->list_namespaces(host.self, &deadline, &found, NULL);
}

/* Each row is a namespace of two processes at most, told by the process that is chosen.
 */
static const struct {
    const char *name;
    const char *pid, *cgroup, *program;
    const char *pid2, *cgroup2, *program2; /* NULL = one process */
    const char *chosen;
    enum owner_kind kind;
    const char *owner, *pod, *shown_program;
} rows[] = {
    { "a pod's program tells more than its pause", "10", OF_POD POD "/" ID "\n",
      "pause\n", "11", OF_POD POD "/" ID "\n", "nginx\n", "11", OWNER_POD, POD,
      "default/web-7f9c", "nginx" },
    { "whichever is met first", "12", OF_POD POD "/" ID "\n", "nginx\n", "13",
      OF_POD POD "/" ID "\n", "pause\n", "12", OWNER_POD, POD, "default/web-7f9c",
      "nginx" },
    { "the pause of a pod whose programs share the host's network", "20",
      OF_POD OTHER "/" ID "\n", "pause\n", NULL, NULL, NULL, "20", OWNER_POD, OTHER,
      OTHER, "pause" },
    { "a static pod", "30", OF_POD HASH "/" ID "\n", "etcd\n", NULL, NULL, NULL, "30",
      OWNER_POD, HASH, "kube-system/etcd-node1", "etcd" },
    { "a container tells more than a unit", "40", "0::/system.slice/a.service\n", "a\n",
      "41", "0::/system.slice/docker-" ID ".scope\n", "redis\n", "41", OWNER_CONTAINER,
      "0123456789ab", "", "redis" },
    { "a unit tells more than a user", "50", "0::/\n", "sh\n", "51",
      "0::/system.slice/private.service\n", "daemon\n", "51", OWNER_UNIT,
      "private.service", "", "daemon" },
    { "no unit, no container", "60", "0::/\n", "own \x1B[0mname\n", NULL, NULL, NULL,
      "60", OWNER_USER, "", "", "own???0mname" },
};

static bool is_row(size_t row)
{
    for (size_t i = 0; i < found.count; i++) {
        const struct net_namespace *namespace = &found.list[i];
        const struct owner *owner = &namespace->names.owner;

        if (namespace->pid != (uint32_t)strtoul(rows[row].chosen, NULL, 10))
            continue;
        return owner->kind == rows[row].kind && owner->pid_count == 1 &&
               owner->pids[0].pid == namespace->pid && !owner->person &&
               strcmp(owner->name, rows[row].owner) == 0 &&
               strcmp(owner->program, rows[row].shown_program) == 0 &&
               strcmp(namespace->names.pod, rows[row].pod) == 0 &&
               namespace->totals_known && namespace->tcp_possible == 8 &&
               namespace->udp_possible == 7;
    }
    return false;
}

/* The own namespace: 3 and 1 sockets of the 20 of the machine. */
static bool make_machine(void)
{
    return mount("none", "/proc", "tmpfs", 0, NULL) == 0 &&
           make_process("self", NULL, "0::/\n", "test\n") &&
           make_process("1", "self", "0::/init.scope\n", "init\n");
}

/* Returns WRONG + the position of the wrong row. */
static int look_at_rows(void)
{
    static const char *const pods[] = { "default_web-7f9c_" POD,
                                        "kube-system_etcd-node1_" HASH, "stray" };

    if (!make_machine() || !make_pods(pods, ARRAY_COUNT(pods)))
        return NOT_PERMITTED;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (!make_process(rows[i].pid, NULL, rows[i].cgroup, rows[i].program) ||
            (rows[i].pid2 &&
             !make_process(rows[i].pid2, rows[i].pid, rows[i].cgroup2, rows[i].program2)))
            return NOT_PERMITTED;
    if (!list() || found.count != ARRAY_COUNT(rows))
        return WRONG + 40;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (!is_row(i))
            return WRONG + (int)i;
    return 0;
}

/* All that is connected or listening, our own too, is taken off; never below none. */
static int look_for_bound(void)
{
    if (!make_machine())
        return NOT_PERMITTED;
    if (!list() || found.count != 0 || found.bound_possible != 20 - 4)
        return WRONG;
    if (!make_process("70", NULL, "0::/\n", "a\n") ||
        !make_process("71", "70", "0::/\n", "b\n") ||
        !make_process("80", NULL, "0::/\n", "c\n"))
        return NOT_PERMITTED;
    if (!list() || found.count != 2 || found.bound_possible != 20 - 4 - 4 - 4)
        return WRONG + 1;
    if (!write_in("/proc/70", "net/sockstat",
                  "TCP: inuse 30 orphan 0 tw 0 alloc 21 mem 1\nUDP: inuse 1 mem 0\n"))
        return NOT_PERMITTED;
    if (!list() || found.bound_possible != 0)
        return WRONG + 2;
    return 0;
}

/* A login user's is a person's, whatever runs it; a service's user is not. */
static int look_at_users(void)
{
    if (!make_machine() || !make_process("70", NULL, "0::/\n", "game\n") ||
        !make_process("80", NULL, "0::/system.slice/cron.service\n", "job\n") ||
        !make_process("90", NULL, "0::/user.slice/user-1000.slice/x.scope\n", "tab\n") ||
        chown("/proc/70", 1000, 1000) < 0 || chown("/proc/80", 4294967, 1000) < 0)
        return NOT_PERMITTED;
    if (!list() || found.count != 3)
        return WRONG;
    for (size_t i = 0; i < found.count; i++) {
        const struct owner *owner = &found.list[i].names.owner;

        if (!owner->person || owner->kind != OWNER_USER || owner->name[0] != '\0')
            return WRONG + 1;
        if (found.list[i].pid == 80 && strcmp(owner->user, "4294967") != 0)
            return WRONG + 2;
        if (owner->user[0] == '\0' || strcmp(owner->user, "root") == 0)
            return WRONG + 3;
    }
    return 0;
}

static const struct net_namespace *of_pid(uint32_t pid)
{
    for (size_t i = 0; i < found.count; i++)
        if (found.list[i].pid == pid)
            return &found.list[i];
    return NULL;
}

/* Whether the program is told, with so many sockets. */
static bool is_told(const char *sockets, const char *program)
{
    if (!write_in("/proc/70", "net/sockstat", sockets) || !list() || found.count != 1)
        return false;
    return strcmp(found.list[0].names.owner.program, program) == 0 &&
           strcmp(found.list[0].names.owner.name, "a.service") == 0;
}

#define SOCKETS(tcp, waiting, udp)                                                       \
    "sockets: used 0\nTCP: inuse " tcp " orphan 0 tw " waiting " alloc 20 mem 1\n"       \
    "UDP: inuse " udp " mem 0\n"

/* Where there is no socket, the program does not matter. */
static int look_at_idle(void)
{
    if (!make_machine() ||
        !make_process("70", NULL, "0::/system.slice/a.service\n", "a\n"))
        return NOT_PERMITTED;
    if (!is_told(SOCKETS("0", "0", "0"), ""))
        return WRONG;
    if (!is_told(SOCKETS("1", "0", "0"), "a") || !is_told(SOCKETS("0", "1", "0"), "a") ||
        !is_told(SOCKETS("0", "0", "1"), "a"))
        return WRONG + 1;
    return 0;
}

/* One whose ns/net may be looked at is better than one that tells more. */
static int look_at_closed(void)
{
    if (!make_machine() ||
        !make_process("70", NULL, "0::/system.slice/a.service\n", "a\n") ||
        !make_process("71", "70", "0::/\n", "b\n") || unlink("/proc/70/ns/net") < 0 ||
        !make_process("80", NULL, "0::/\n", "c\n") ||
        !make_process("81", "80", "0::/system.slice/d.service\n", "d\n") ||
        unlink("/proc/81/ns/net") < 0)
        return NOT_PERMITTED;
    if (!list() || found.count != 2)
        return WRONG;
    return of_pid(71) && of_pid(71)->inode != 0 && of_pid(80) && of_pid(80)->inode != 0
               ? 0
               : WRONG + 1;
}

/* Files that tell nothing: named by number alone, never an error. */
static int look_at_untold(void)
{
    if (!make_machine() || !make_process("70", NULL, "", "") ||
        unlink("/proc/70/cgroup") < 0 || unlink("/proc/70/comm") < 0 ||
        !write_in("/proc/70", "net/sockstat6", "TCP6: inuse\n"))
        return NOT_PERMITTED;
    if (!list() || found.count != 1 || found.list[0].pid != 70)
        return WRONG;
    if (found.list[0].totals_known || found.list[0].names.owner.kind != OWNER_USER)
        return WRONG + 1;
    /* where no program has a socket that file is not read */
    if (!write_in("/proc/70", "net/sockstat",
                  "sockets: used 0\nTCP: inuse 0 orphan 0 tw 4 alloc 20 mem 1\n"
                  "UDP: inuse 0 mem 0\n") ||
        !list() || !found.list[0].totals_known || found.list[0].tcp_possible != 4)
        return WRONG + 2;
    if (!write_in("/proc/70", "net/sockstat",
                  "sockets: used 9\nTCP: inuse 3 orphan 0 tw 4 alloc 20 mem 1\n"
                  "UDP: inuse 5 mem 0\n") ||
        !list() || found.list[0].totals_known)
        return WRONG + 3;
    /* IPv6 is off */
    return unlink("/proc/70/net/sockstat6") == 0 && list() && found.count == 1 &&
                   found.list[0].totals_known && found.list[0].tcp_possible == 7 &&
                   found.list[0].udp_possible == 5
               ? 0
               : WRONG + 4;
}

#define TOO_MANY "not all network namespaces were looked at: too many"

/* More than are listed: the rest is counted. */
static int look_at_many(void)
{
    char pid[16];

    if (!make_machine())
        return NOT_PERMITTED;
    for (int i = 0; i < NET_NAMESPACES_MAX + 3; i++) {
        (void)snprintf(pid, sizeof pid, "%d", 100 + i);
        if (!make_process(pid, NULL, "0::/\n", "a\n"))
            return NOT_PERMITTED;
    }
    if (!list() || found.count != NET_NAMESPACES_MAX || found.unlisted != 3 ||
        found.unlisted_reason || strcmp(found.note, TOO_MANY) != 0)
        return WRONG;
    return 0;
}

/* As many processes as are looked at, all of them nowhere; with one more nobody knows
 * what there is. */
static int look_at_many_processes(void)
{
    char path[32];

    if (!make_machine())
        return NOT_PERMITTED;
    for (int i = 2; i <= 65536; i++) {
        (void)snprintf(path, sizeof path, "/proc/%d", i);
        if (mknod(path, S_IFREG, 0) < 0)
            return NOT_PERMITTED;
    }
    if (!list() || found.unlisted != 0 || found.note[0] != '\0')
        return WRONG;
    if (mknod("/proc/65537", S_IFREG, 0) < 0)
        return NOT_PERMITTED;
    if (!list() || found.unlisted != 1 ||
        strcmp(found.unlisted_reason, "there are too many processes to look at") != 0)
        return WRONG + 1;
    return strcmp(found.note, "not all processes were looked at: too many") == 0
               ? 0
               : WRONG + 2;
}

static void test_names_are_those_of_the_telling_process(void **state)
{
    (void)state;
    expect_alone(look_at_rows);
}

static void test_users_are_named_and_people_marked(void **state)
{
    (void)state;
    expect_alone(look_at_users);
}

static void test_bound_sockets_are_what_no_namespace_explains(void **state)
{
    (void)state;
    expect_alone(look_for_bound);
}

static void test_what_is_not_told_is_no_error(void **state)
{
    (void)state;
    expect_alone(look_at_untold);
}

static void test_idle_namespaces_need_no_program(void **state)
{
    (void)state;
    expect_alone(look_at_idle);
}

static void test_processes_that_can_be_entered_come_first(void **state)
{
    (void)state;
    expect_alone(look_at_closed);
}

static void test_namespaces_beyond_the_limit_are_counted(void **state)
{
    (void)state;
    expect_alone(look_at_many);
}

static void test_processes_beyond_the_limit_are_told(void **state)
{
    (void)state;
    expect_alone(look_at_many_processes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_those_of_the_telling_process),
        cmocka_unit_test(test_users_are_named_and_people_marked),
        cmocka_unit_test(test_bound_sockets_are_what_no_namespace_explains),
        cmocka_unit_test(test_what_is_not_told_is_no_error),
        cmocka_unit_test(test_idle_namespaces_need_no_program),
        cmocka_unit_test(test_processes_that_can_be_entered_come_first),
        cmocka_unit_test(test_namespaces_beyond_the_limit_are_counted),
        cmocka_unit_test(test_processes_beyond_the_limit_are_told),
    };

    return cmocka_run_group_tests_name("host/linux/namespace_names", tests, NULL, NULL);
}
