/* SPDX-License-Identifier: MIT */
/* Network namespaces that the test makes, in a process namespace where nobody else is:
 * listed, entered and left, as root and as nobody. */
#include "checks/host/linux/net_namespaces.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "checks/host/host.h"
#include "checks/host/linux/process_program.h"
#include "tests/unit/host/linux/made_namespaces.h"

enum { NOBODY = 65534 };

/* Ends with WRONG + the number of the first expectation that failed. */
#define MUST(number, condition)                                                          \
    do {                                                                                 \
        if (!(condition))                                                                \
            return WRONG + (number);                                                     \
    } while (0)

/* Everything that is looked at, and where to. */
static struct host host;
static struct net_namespaces found;
static struct error err;

static bool list(void)
{
    const struct deadline deadline = deadline_in_ms(60000);

    net_namespaces_clear(&found);
    error_clear(&err);
    return host_open(&host, &err) &&
           host.ops->list_namespaces(host.self, &deadline, &found, &err);
}

static const struct net_namespace *named(const char *netns)
{
    for (size_t i = 0; i < found.count; i++)
        if (strcmp(found.list[i].names.netns, netns) == 0)
            return &found.list[i];
    return NULL;
}

static bool enter(const struct net_namespace *target)
{
    error_clear(&err);
    return host.ops->enter_namespace(host.self, target, &err);
}

static bool has_range(uint16_t first, uint16_t last)
{
    const struct deadline deadline = deadline_in_ms(60000);
    struct host_range range = { 0 };

    return host.ops->read_range(host.self, IP_PROTOCOL_TCP, range.range, &deadline,
                                &range, NULL) &&
           range.range.first == first && range.range.last == last;
}

/* Rows of a census, by netlink where we are, or of a target from outside; -1 = failed. */
static int64_t rows_of(const struct net_namespace *target)
{
    const struct deadline deadline = deadline_in_ms(60000);
    static struct socket_census census;
    struct host_reading how = { 0 };
    struct host_bound bound = { 0 };
    bool ok;

    memset(&census, 0, sizeof census);
    error_clear(&err);
    ok = target ? host.ops->read_tcp_of(host.self, target, &deadline, &census, &err)
                : host.ops->read_tcp(host.self, &deadline, &census, &how, &bound, &err);
    return ok ? (int64_t)census.rows : -1;
}

static bool says(const char *words)
{
    return strstr(found.note, words) != NULL;
}

/* What this process calls itself: under valgrind something else. */
static const char *own_name(void)
{
    static char name[OWNER_NAME_SIZE];
    const int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    process_program(proc, "self", name);
    (void)close(proc);
    return name;
}

static int look_inside(void)
{
    const struct net_namespace *blue;
    const struct net_namespace *lone;
    struct stat status;
    char path[64];
    pid_t child;

    /* our own has a file too, and one of the others two */
    if (!make_two(&child) || !join(child) || !name_it(getpid(), "/run/netns/own") ||
        !write_file("/run/netns/zz", "") ||
        mount("/run/netns/alone", "/run/netns/zz", "none", MS_BIND, NULL) < 0 ||
        !write_file("/proc/sys/net/ipv4/ip_local_port_range", "50000 50999"))
        return NOT_PERMITTED;
    (void)snprintf(path, sizeof path, "/proc/%d/ns/net", (int)child);
    MUST(0, list() && found.count == 2 && found.may_enter && found.unlisted == 0);
    blue = named("blue");
    lone = named("alone");
    MUST(1, blue && lone && stat(path, &status) == 0);
    MUST(2, blue->pid == (uint32_t)child && blue->inode == (uint64_t)status.st_ino);
    MUST(3, blue->totals_known && blue->tcp_possible == LISTENERS &&
                blue->udp_possible == 2 && strcmp(blue->path, "/run/netns/blue") == 0 &&
                blue->sockets_used == LISTENERS + 2 && !blue->of_foreign_user);
    MUST(4, strcmp(blue->names.owner.program, own_name()) == 0 &&
                blue->names.owner.pid_count == 1 &&
                blue->names.owner.pids[0].pid == (uint32_t)child);
    MUST(5, lone->pid == 0 && !lone->totals_known && lone->mark != blue->mark &&
                strcmp(lone->path, "/run/netns/alone") == 0);
    MUST(6, rows_of(NULL) == 0 && has_range(50000, 50999));
    MUST(7, enter(blue) && has_range(32000, 32003) && rows_of(NULL) == LISTENERS);
    MUST(8, host.ops->leave_namespace(host.self, &err) && rows_of(NULL) == 0 &&
                has_range(50000, 50999));
    MUST(9, enter(lone) && has_range(40000, 40009) && rows_of(NULL) == 0);
    MUST(10, enter(blue) && rows_of(NULL) == LISTENERS); /* from one to the next */
    MUST(11, host.ops->leave_namespace(host.self, &err) && has_range(50000, 50999));
    MUST(12, rows_of(blue) == LISTENERS && rows_of(NULL) == 0);
    MUST(13, rows_of(lone) == -1 && err.code == ERR_UNSUPPORTED);
    MUST(14, !says("foreign ranges") && !says("/run/netns"));
    MUST(15, host.ops->leave_namespace(host.self, &err)); /* where nobody entered */
    host_close(&host);
    return 0;
}

/* What was listed, and is gone or something else when it is entered. */
static int look_at_ended(void)
{
    struct net_namespace blue;
    struct net_namespace lone;
    pid_t child;

    if (!make_two(&child))
        return NOT_PERMITTED;
    MUST(0, list() && found.count == 2 && named("blue") && named("alone"));
    blue = *named("blue");
    lone = *named("alone");
    lone.inode++;
    MUST(1, !enter(&lone) && err.code == ERR_ABSENT);
    lone.inode--;
    MUST(2, umount("/run/netns/alone") == 0 && !enter(&lone) && err.code == ERR_ABSENT);
    MUST(3, unlink("/run/netns/alone") == 0 && !enter(&lone) && err.code == ERR_ABSENT);
    MUST(4, mkfifo("/run/netns/alone", 0644) == 0 && !enter(&lone) &&
                err.code == ERR_ABSENT);
    blue.mark++;
    MUST(5, rows_of(&blue) == -1 && err.code == ERR_ABSENT);
    blue.mark--;
    end(child);
    MUST(10, enter(&blue) && has_range(32000, 32003)); /* by its file */
    MUST(11, host.ops->leave_namespace(host.self, &err));
    blue.path[0] = '\0';
    MUST(6, !enter(&blue) && err.code == ERR_ABSENT &&
                strcmp(err.message, "the namespace ended meanwhile") == 0);
    MUST(7, rows_of(&blue) == -1 && err.code == ERR_ABSENT);
    /* its file is left, and holds it */
    MUST(8, list() && found.count == 1 && named("blue") && named("blue")->pid == 0);
    MUST(9, enter(named("blue")) && has_range(32000, 32003));
    return 0;
}

static const struct net_namespace *of_pid(pid_t pid)
{
    for (size_t i = 0; i < found.count; i++)
        if (found.list[i].pid == (uint32_t)pid)
            return &found.list[i];
    return NULL;
}

/* The process that is known has ended, or is another one by now, and others are left. */
static int look_through_another(void)
{
    struct net_namespace blue;
    pid_t child;

    if (!make_two(&child) || !join(child) || umount("/run/netns/blue") < 0)
        return NOT_PERMITTED;
    MUST(0, list() && found.count == 2 && of_pid(child));
    blue = *of_pid(child);
    end(child);
    MUST(1, blue.path[0] == '\0' && rows_of(&blue) == 0 && enter(&blue));
    MUST(2, has_range(32000, 32003) && host.ops->leave_namespace(host.self, &err));
    blue.pid = (uint32_t)getpid(); /* 1, which is in our own */
    MUST(3, rows_of(&blue) == 0 && enter(&blue) && has_range(32000, 32003));
    MUST(4, host.ops->leave_namespace(host.self, &err));
    blue.inode = 0; /* as it is told to nobody */
    MUST(5, enter(&blue) && has_range(32000, 32003));
    return 0;
}

/* Anybody may make one with a user namespace of his own. */
static int look_at_a_users(void)
{
    pid_t child;
    pid_t users;
    pid_t idle;

    if (!make_two(&child))
        return NOT_PERMITTED;
    users = start_with(CLONE_NEWUSER, NULL, true);
    idle = start_with(CLONE_NEWUSER, NULL, false);
    if (users < 0 || idle < 0)
        return NOT_PERMITTED;
    MUST(0, list() && found.count == 4 && of_pid(users) && of_pid(idle));
    MUST(1, of_pid(users)->of_foreign_user && !of_pid(child)->of_foreign_user);
    MUST(2, of_pid(idle)->sockets_used == 0 && !of_pid(idle)->of_foreign_user);
    return 0;
}

static bool become_nobody(void)
{
    return setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
           setresuid(NOBODY, NOBODY, NOBODY) == 0;
}

static int look_as_nobody(void)
{
    struct net_namespace *only;
    pid_t child;

    if (!make_two(&child) || !become_nobody())
        return NOT_PERMITTED;
    MUST(0, list() && found.count == 1 && !found.may_enter);
    only = &found.list[0];
    MUST(1, only->pid == (uint32_t)child && only->inode == 0 && only->mark != 0);
    MUST(2, only->totals_known && only->tcp_possible == LISTENERS &&
                only->udp_possible == 2);
    MUST(3, says("foreign ranges need CAP_SYS_ADMIN and CAP_SYS_PTRACE"));
    MUST(4, says("which of 2 files in /run/netns have no process needs CAP_SYS_PTRACE"));
    MUST(5, !enter(only) && err.code == ERR_DENIED);
    MUST(6, rows_of(only) == LISTENERS && rows_of(NULL) == 0);
    return 0;
}

/* That of the process is open to itself, though it has other rights now. */
static int look_hidden(void)
{
    if (!become_nobody() || prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
        return NOT_PERMITTED;
    MUST(0, list() && found.count == 0 && says("processes are hidden (hidepid)"));
    return 0;
}

/* Others are not there: not as process 1, which is there for itself. */
static int look_where_others_are_hidden(void)
{
    int status = 0;
    pid_t child;
    pid_t nobody;

    if (!make_two(&child) || mount("proc", "/proc", "proc", 0, "hidepid=2") < 0)
        return NOT_PERMITTED;
    nobody = fork();
    if (nobody == 0)
        _exit(look_hidden());
    MUST(9, nobody > 0 && waitpid(nobody, &status, 0) == nobody && WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Others are there, and closed; process 1 is not. */
static int look_where_others_are_closed(void)
{
    pid_t child;

    if (!make_two(&child) || mount("proc", "/proc", "proc", 0, "hidepid=1") < 0)
        return NOT_PERMITTED;
    return look_hidden();
}

/* The longest path that there is room for, and one more byte. */
static int look_at_long_names(void)
{
    char path[128] = "/run/netns/";
    pid_t child;

    if (!make_two(&child))
        return NOT_PERMITTED;
    memset(path + strlen(path), 'x', sizeof found.list->path - 1 - strlen(path));
    if (!write_file(path, "") ||
        mount("/run/netns/alone", path, "none", MS_BIND, NULL) < 0 ||
        umount("/run/netns/alone") < 0)
        return NOT_PERMITTED;
    MUST(0, list() && found.count == 2 && found.unlisted == 0);
    MUST(1, strcmp(found.list[1].path, path) == 0 && enter(&found.list[1]));
    MUST(2, host.ops->leave_namespace(host.self, &err));
    path[strlen(path) - 1] = '\0';
    MUST(3, umount("/run/netns/blue") == 0 && list() && found.count == 2);
    (void)strncat(path, "xx", 3);
    if (!name_it(child, path))
        return NOT_PERMITTED;
    MUST(4, list() && found.count == 2); /* it has a process */
    end(child);
    MUST(5, list() && found.count == 1 && found.unlisted == 1);
    return 0;
}

static bool may_ask(void)
{
    struct ask ask = {
        .kind = ASK_CONNECT,
        .remote = { { [10] = 0xFF, [11] = 0xFF, [12] = 127, [15] = 1 } }, /* 127.0.0.1 */
        .remote_port = 9,
    };

    error_clear(&err);
    return host.ops->ask(host.self, &ask, &err);
}

/* What the kernel found out of the network of one is not true in another. */
static int look_for_black_holes(void)
{
    static const char timeout[] = "/proc/sys/net/ipv4/tcp_fastopen_blackhole_timeout_sec";
    pid_t child;

    if (!make_two(&child) || access(timeout, F_OK) != 0 || !write_file(timeout, "3600"))
        return NOT_PERMITTED;
    MUST(0, list() && named("blue"));
    if (mount("none", "/proc/self/net", "tmpfs", 0, NULL) < 0)
        return NOT_PERMITTED;
    MUST(1, !may_ask() && err.code == ERR_UNSUPPORTED); /* nothing tells of it */
    MUST(2, umount("/proc/self/net") == 0 && !may_ask());
    MUST(3, enter(named("blue")) && may_ask());
    MUST(4, host.ops->leave_namespace(host.self, &err) && may_ask());
    return 0;
}

/* Makes namespaces that end at once, until it is killed. */
static pid_t start_maker(void)
{
    const pid_t maker = fork();

    while (maker == 0) {
        const pid_t brief = fork();

        if (brief == 0)
            _exit(unshare(CLONE_NEWNET) < 0);
        (void)waitpid(brief, NULL, 0);
    }
    return maker;
}

static bool enter_and_leave_all(void)
{
    for (size_t i = 0; i < found.count; i++)
        if (enter(&found.list[i]) ? !host.ops->leave_namespace(host.self, &err)
                                  : err.code != ERR_ABSENT)
            return false;
    return true;
}

/* Namespaces are made and end all the time: none of it is an error. */
static int look_at_the_dying(void)
{
    pid_t child;
    pid_t maker;

    if (!make_two(&child))
        return NOT_PERMITTED;
    maker = start_maker();
    for (int i = 0; i < 50; i++) {
        MUST(0, list() && named("blue") && named("alone"));
        MUST(1, enter_and_leave_all());
    }
    end(maker);
    return 0;
}

static int look_without_time(void)
{
    const struct deadline deadline = deadline_in_ms(0);
    pid_t child;

    if (!make_two(&child))
        return NOT_PERMITTED;
    MUST(0, host_open(&host, &err) &&
                host.ops->list_namespaces(host.self, &deadline, &found, &err));
    MUST(1, found.count == 0 && says("not all processes were looked at: no time"));
    MUST(2, found.unlisted == 1 && strcmp(found.unlisted_reason,
                                          "no time left to look at all processes") == 0);
    return 0;
}

static int look_without_proc(void)
{
    if (mount("none", "/proc", "tmpfs", 0, NULL) < 0)
        return NOT_PERMITTED;
    MUST(0, list() && found.count == 0 && says("/proc shows no processes"));
    MUST(1, found.unlisted == 1);
    return 0;
}

static void test_namespaces_are_listed_entered_and_left(void **state)
{
    (void)state;
    expect_alone(look_inside);
}

static void test_namespaces_of_users_are_told(void **state)
{
    (void)state;
    expect_alone(look_at_a_users);
}

static void test_namespaces_are_entered_by_any_process(void **state)
{
    (void)state;
    expect_alone(look_through_another);
}

static void test_namespaces_that_ended_are_not_entered(void **state)
{
    (void)state;
    expect_alone(look_at_ended);
}

static void test_namespaces_are_counted_from_outside_without_rights(void **state)
{
    (void)state;
    expect_alone(look_as_nobody);
}

static void test_namespaces_of_hidden_processes_are_a_note(void **state)
{
    (void)state;
    expect_alone(look_where_others_are_hidden);
}

static void test_namespaces_of_closed_processes_are_a_note(void **state)
{
    (void)state;
    expect_alone(look_where_others_are_closed);
}

static void test_namespaces_may_end_under_the_look(void **state)
{
    (void)state;
    expect_alone(look_at_the_dying);
}

static void test_namespaces_without_time_are_a_note(void **state)
{
    (void)state;
    expect_alone(look_without_time);
}

static void test_namespaces_without_proc_are_a_note(void **state)
{
    (void)state;
    expect_alone(look_without_proc);
}

static void test_namespaces_with_long_names_are_counted(void **state)
{
    (void)state;
    expect_alone(look_at_long_names);
}

static void test_namespaces_have_black_holes_of_their_own(void **state)
{
    (void)state;
    expect_alone(look_for_black_holes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_namespaces_are_listed_entered_and_left),
        cmocka_unit_test(test_namespaces_of_users_are_told),
        cmocka_unit_test(test_namespaces_are_entered_by_any_process),
        cmocka_unit_test(test_namespaces_that_ended_are_not_entered),
        cmocka_unit_test(test_namespaces_are_counted_from_outside_without_rights),
        cmocka_unit_test(test_namespaces_of_hidden_processes_are_a_note),
        cmocka_unit_test(test_namespaces_of_closed_processes_are_a_note),
        cmocka_unit_test(test_namespaces_may_end_under_the_look),
        cmocka_unit_test(test_namespaces_without_time_are_a_note),
        cmocka_unit_test(test_namespaces_without_proc_are_a_note),
        cmocka_unit_test(test_namespaces_with_long_names_are_counted),
        cmocka_unit_test(test_namespaces_have_black_holes_of_their_own),
    };

    return cmocka_run_group_tests_name("host/linux/net_namespaces", tests, NULL, NULL);
}
