/* SPDX-License-Identifier: MIT */
/* What this process, its user and its sockets are called on this machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "checks/host/host.h"
#include "checks/host/linux/process_sockets.h"
#include "checks/host/linux/user_names.h"
#include "checks/model/listener.h"

static const struct deadline forever = { .at_ns = INT64_MAX };

/* More descriptors than the first look takes, the sockets last. */
enum { OTHERS = 600, SOCKETS = 20 };

static int descriptors[OTHERS + SOCKETS];
static struct owner_census census;

static int given_sockets(void **state)
{
    (void)state;
    for (int i = 0; i < OTHERS + SOCKETS; i++) {
        descriptors[i] =
            i < OTHERS ? open("/dev/null", O_RDONLY) : socket(AF_INET, SOCK_DGRAM, 0);
        assert_true(descriptors[i] >= 0);
    }
    assert_int_equal(prctl(PR_SET_NAME, "own\nsockets"), 0);
    return 0;
}

static int close_sockets(void **state)
{
    (void)state;
    for (int i = 0; i < OTHERS + SOCKETS; i++)
        (void)close(descriptors[i]);
    return 0;
}

/* Half of the sockets are of one owner, half of another. */
static int given_census(void **state)
{
    (void)state;
    census = (struct owner_census){ .programs = true };
    for (int i = OTHERS; i < OTHERS + SOCKETS; i++) {
        struct socket_row row = { .owned = true, .uid = (uint32_t)(i % 2) };
        struct stat status;

        assert_int_equal(fstat(descriptors[i], &status), 0);
        row.inode = (uint32_t)status.st_ino;
        assert_true(owner_census_add(&census, IP_PROTOCOL_UDP, &row, NULL));
    }
    assert_int_equal(census.count, 2);
    return 0;
}

static int clear_census(void **state)
{
    (void)state;
    owner_census_clear(&census);
    return 0;
}

static const struct owner_pid *own_pid(const struct owner *owner)
{
    for (size_t i = 0; i < OWNER_PIDS_MAX; i++)
        if (owner->pids[i].pid == (uint32_t)getpid())
            return &owner->pids[i];
    return NULL;
}

static void test_process_sockets_counts_beyond_the_first_look(void **state)
{
    struct owner named[2] = { 0 };
    struct process_sight sight = { 0 };
    (void)state;

    assert_true(process_sockets_find(&census, &forever, named, &sight, NULL));

    if (!sight.permitted)
        skip();
    if (sight.in_part > 0 || sight.out_of_time)
        skip(); /* beside processes with more descriptors there may be no time for it */
    for (size_t i = 0; i < 2; i++) {
        assert_non_null(own_pid(&named[i]));
        assert_int_equal(own_pid(&named[i])->sockets, SOCKETS / 2);
        assert_string_equal(named[i].program, "own?sockets");
    }
}

static void test_process_sockets_ends_with_the_deadline(void **state)
{
    const struct deadline passed = { 0 };
    struct owner named[2] = { 0 };
    struct process_sight sight = { 0 };
    (void)state;

    assert_true(process_sockets_find(&census, &passed, named, &sight, NULL));

    if (!sight.permitted)
        skip();
    assert_true(sight.out_of_time);
    assert_int_equal(named[0].pid_count, 0);
}

static void test_name_owners_names_this_user(void **state)
{
    const struct passwd *user = getpwuid(0);
    char name[OWNER_NAME_SIZE];
    struct owner named[2] = { 0 };
    struct observed_owners out = { 0 };
    struct host host = { 0 };
    (void)state;

    assert_true(host_open(&host, NULL));
    assert_true(host.ops->name_owners(host.self, &census, &forever, named, &out, NULL));
    host_close(&host);

    assert_non_null(user);
    unit_name_clean(user->pw_name, strlen(user->pw_name), name);
    assert_int_equal(named[0].kind, OWNER_USER);
    assert_string_equal(named[0].user, name);
    assert_false(named[0].person);
    if (!out.programs)
        assert_string_equal(
            out.unread,
            "programs and pids need root, with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
}

static void test_name_owners_adds_to_what_is_unread(void **state)
{
    const struct deadline passed = { 0 };
    struct owner named[2] = { 0 };
    struct observed_owners out = { .unread = "before" };
    struct host host = { 0 };
    (void)state;

    assert_true(host_open(&host, NULL));
    assert_true(host.ops->name_owners(host.self, &census, &passed, named, &out, NULL));
    host_close(&host);

    assert_string_equal(out.unread,
                        out.programs ? "before; not all processes were looked at: no time"
                                     : "before; programs and pids need root, with "
                                       "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
}

static void test_user_names_find_takes_numbers_where_there_is_no_name(void **state)
{
    struct user_name users[] = { { .uid = 0 }, { .uid = 4294967294U }, { .uid = 0 } };
    (void)state;

    assert_true(user_names_find(users, ARRAY_COUNT(users), NULL));

    assert_string_equal(users[0].name, "root");
    assert_string_equal(users[1].name, "4294967294");
    assert_string_equal(users[2].name, "root");
}

#define OF_CENSUS(test) cmocka_unit_test_setup_teardown(test, given_census, clear_census)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OF_CENSUS(test_process_sockets_counts_beyond_the_first_look),
        OF_CENSUS(test_process_sockets_ends_with_the_deadline),
        OF_CENSUS(test_name_owners_names_this_user),
        OF_CENSUS(test_name_owners_adds_to_what_is_unread),
        cmocka_unit_test(test_user_names_find_takes_numbers_where_there_is_no_name),
    };

    return cmocka_run_group_tests_name("host/linux_owners", tests, given_sockets,
                                       close_sockets);
}
