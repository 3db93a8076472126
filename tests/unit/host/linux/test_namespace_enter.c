/* SPDX-License-Identifier: MIT */
/* Network namespaces that the test makes: who may enter which, by what, and what is
 * forgotten on the way. */
#include "checks/host/linux/namespace_enter.h"

#include "tests/unit/host/linux/looked_namespaces.h"

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

/* Whoever has the rights in his user namespace alone could enter one of his, and would
 * not come back. */
static int look_without_a_way_back(void)
{
    pid_t child;
    pid_t of_ours;

    if (!make_two(&child) || unshare(CLONE_NEWUSER) < 0)
        return NOT_PERMITTED;
    of_ours = start(NULL, true);
    if (of_ours < 0)
        return NOT_PERMITTED;
    MUST(0, list() && !found.may_enter && of_pid(of_ours));
    MUST(1, rows_of(of_pid(of_ours)) == LISTENERS && rows_of(NULL) == 0);
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

static void test_namespaces_without_a_way_back_are_not_entered(void **state)
{
    (void)state;
    expect_alone(look_without_a_way_back);
}

static void test_namespaces_have_black_holes_of_their_own(void **state)
{
    (void)state;
    expect_alone(look_for_black_holes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_namespaces_of_users_are_told),
        cmocka_unit_test(test_namespaces_are_entered_by_any_process),
        cmocka_unit_test(test_namespaces_without_a_way_back_are_not_entered),
        cmocka_unit_test(test_namespaces_have_black_holes_of_their_own),
    };

    return cmocka_run_group_tests_name("host/linux/namespace_enter", tests, NULL, NULL);
}
