/* SPDX-License-Identifier: MIT */
/* Who listens on this machine, through both sources, and the units of a tree of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "checks/host/host.h"
#include "checks/host/linux/cgroup_units.h"
#include "checks/host/linux/cgroup_walk.h"
#include "checks/host/linux/proc_sockets.h"

/* A socket on a port of its own, which it tells. */
static int given_socket(int type, uint16_t *port)
{
    const int fd = socket(AF_INET, type, 0);
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof address;

    assert_true(fd >= 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    if (type == SOCK_STREAM)
        assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static const struct deadline forever = { .at_ns = INT64_MAX };

static bool is_owned(const struct listener_table *table, enum ip_protocol protocol,
                     uint16_t port)
{
    for (size_t i = 0; i < table->count; i++)
        if (port_set_has(&table->owners[i].ports[protocol], port))
            return table->owners[i].owned && table->owners[i].uid == getuid();
    return false;
}

static void test_read_listeners_finds_sockets_and_their_user(void **state)
{
    struct policy_reserve trust = {
        .users = { { .name = "root" }, { .uid = 4711 }, { .name = "no.such-user" } },
        .user_count = 3
    };
    struct host_listeners *read = calloc(1, sizeof *read);
    struct host host = { 0 };
    struct error err = { 0 };
    uint16_t ports[IP_PROTOCOL_COUNT];
    const int tcp = given_socket(SOCK_STREAM, &ports[IP_PROTOCOL_TCP]);
    const int udp = given_socket(SOCK_DGRAM, &ports[IP_PROTOCOL_UDP]);
    (void)state;

    assert_non_null(read);
    assert_true(host_open(&host, &err));
    if (!host.ops->read_listeners(host.self, &trust, &forever, read, &err))
        fail_msg("%s", err.message);

    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        assert_true(read->known[i]);
        assert_true(port_set_has(&read->table.all[i], ports[i]));
        assert_true(is_owned(&read->table, (enum ip_protocol)i, ports[i]));
    }
    assert_int_equal(read->table.trusted_count, 2);
    assert_int_equal(read->table.trusted[0], 0);
    assert_int_equal(read->table.trusted[1], 4711);
    assert_string_equal(read->notes[0],
                        "reserve_users: there is no user 'no.such-user' in /etc/passwd");
    listener_table_clear(&read->table);
    free(read);
    host_close(&host);
    (void)close(tcp);
    (void)close(udp);
}

struct wanted {
    uint16_t port;
    bool found;
};

static bool look(void *context, const struct socket_row *row)
{
    struct wanted *wanted = context;

    if (row->local_port == wanted->port)
        wanted->found = row->owned && row->uid == getuid() && row->cgroup == 0;
    return true;
}

static void test_proc_visit_owned_tells_the_user(void **state)
{
    static const int types[IP_PROTOCOL_COUNT] = { SOCK_STREAM, SOCK_DGRAM };
    (void)state;

    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        struct wanted wanted = { 0 };
        struct error err = { 0 };
        const int fd = given_socket(types[i], &wanted.port);

        if (!proc_visit_owned((enum ip_protocol)i, &forever, look, &wanted, &err))
            fail_msg("%s", err.message);
        assert_true(wanted.found);
        (void)close(fd);
    }
}

static uint64_t make_group(const char *top, const char *path)
{
    char whole[256];
    struct stat status;

    (void)snprintf(whole, sizeof whole, "%s/%s", top, path);
    assert_int_equal(mkdir(whole, 0755), 0);
    assert_int_equal(stat(whole, &status), 0);
    return status.st_ino;
}

static void expect_unit(const struct cgroup_units *units, uint64_t id, const char *unit)
{
    const char *found = cgroup_units_find(units, id);

    assert_string_equal(found ? found : "none", unit);
}

static void test_cgroup_units_read_names_units_of_the_system_alone(void **state)
{
    char top[] = "/tmp/test-units.XXXXXX";
    static const char *const paths[] = { "system.slice",
                                         "system.slice/a.service",
                                         "system.slice/a.service/deep",
                                         "system.slice/a.service/deep/b.service",
                                         "system.slice/system-x.slice",
                                         "system.slice/system-x.slice/x@1.service",
                                         "system.slice/plain",
                                         "user.slice",
                                         "user.slice/a.service" };
    static const char *const names[] = { "none",      "a.service", "a.service",
                                         "a.service", "none",      "x@1.service",
                                         "none",      "none",      "none" };
    uint64_t ids[ARRAY_COUNT(paths)];
    struct cgroup_units units = { 0 };
    char whole[256];
    (void)state;

    assert_non_null(mkdtemp(top));
    for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
        ids[i] = make_group(top, paths[i]);
    assert_true(cgroup_units_read_at(top, &forever, &units, NULL));

    assert_int_equal(units.count, 4);
    for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
        expect_unit(&units, ids[i], names[i]);
    expect_unit(&units, 1, "none");
    cgroup_units_clear(&units);
    assert_true(
        cgroup_units_read_at(top, &(struct deadline){ .at_ns = 1 }, &units, NULL));
    assert_int_equal(units.count, 0);
    for (size_t i = ARRAY_COUNT(paths); i > 0; i--) {
        (void)snprintf(whole, sizeof whole, "%s/%s", top, paths[i - 1]);
        assert_int_equal(rmdir(whole), 0);
    }
    assert_int_equal(rmdir(top), 0);
    assert_true(cgroup_units_read_at(top, &forever, &units, NULL));
}

static void remove_group(const char *top, const char *path)
{
    char whole[512];

    (void)snprintf(whole, sizeof whole, "%s/%s", top, path);
    assert_int_equal(rmdir(whole), 0);
}

/* Nothing but slices on the way: one unit in all. */
static void test_cgroup_units_read_looks_into_slices(void **state)
{
    char top[] = "/tmp/test-units.XXXXXX";
    static const char *const paths[] = { "system.slice", "system.slice/x.slice",
                                         "system.slice/x.slice/x@1.service" };
    struct cgroup_units units = { 0 };
    uint64_t last = 0;
    (void)state;

    assert_non_null(mkdtemp(top));
    for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
        last = make_group(top, paths[i]);
    assert_true(cgroup_units_read_at(top, &forever, &units, NULL));

    assert_int_equal(units.count, 1);
    expect_unit(&units, last, "x@1.service");
    cgroup_units_clear(&units);
    for (size_t i = ARRAY_COUNT(paths); i > 0; i--)
        remove_group(top, paths[i - 1]);
    assert_int_equal(rmdir(top), 0);
}

/* A unit makes as many groups as it likes: neither those beyond the bound nor those too
 * deep count, and other units are found all the same. */
static void test_cgroup_units_read_bounds_a_unit(void **state)
{
    enum { GROUPS = CGROUPS_OF_UNIT_MAX + 20, DEEP = 20 };
    char top[] = "/tmp/test-units.XXXXXX";
    char path[256] = "system.slice/deep.service";
    struct cgroup_units units = { 0 };
    size_t counts[2] = { 0 };
    uint64_t other;
    (void)state;

    assert_non_null(mkdtemp(top));
    (void)make_group(top, "system.slice");
    (void)make_group(top, path);
    for (int i = 0; i < DEEP; i++) {
        (void)snprintf(path + strlen(path), sizeof path - strlen(path), "/d");
        (void)make_group(top, path);
    }
    (void)make_group(top, "system.slice/many.service");
    for (int i = 0; i < GROUPS; i++) {
        char name[64];

        (void)snprintf(name, sizeof name, "system.slice/many.service/%d", i);
        (void)make_group(top, name);
    }
    other = make_group(top, "system.slice/other.service");
    assert_true(cgroup_units_read_at(top, &forever, &units, NULL));

    expect_unit(&units, other, "other.service");
    for (size_t i = 0; i < units.count; i++) {
        counts[0] += strcmp(units.units[i].unit, "many.service") == 0;
        counts[1] += strcmp(units.units[i].unit, "deep.service") == 0;
        expect_unit(&units, units.units[i].id, units.units[i].unit);
    }
    assert_int_equal(counts[0], CGROUPS_OF_UNIT_MAX);
    assert_int_equal(counts[1], 13);
    cgroup_units_clear(&units);

    remove_group(top, "system.slice/other.service");
    for (int i = 0; i < GROUPS; i++) {
        char name[64];

        (void)snprintf(name, sizeof name, "system.slice/many.service/%d", i);
        remove_group(top, name);
    }
    remove_group(top, "system.slice/many.service");
    for (; strrchr(path, '/'); *strrchr(path, '/') = '\0')
        remove_group(top, path);
    remove_group(top, path);
    assert_int_equal(rmdir(top), 0);
}

static void test_cgroup_unit_runs_users_knows_shells_and_jobs(void **state)
{
    (void)state;
    assert_true(cgroup_unit_runs_users("anacron.service"));
    assert_true(cgroup_unit_runs_users("cron.service"));
    assert_true(cgroup_unit_runs_users("ssh.service"));
    assert_true(cgroup_unit_runs_users("sshd@7.service"));
    assert_true(cgroup_unit_runs_users("getty@tty1.service"));
    assert_false(cgroup_unit_runs_users("crontab-ui.service"));
    assert_false(cgroup_unit_runs_users("nginx.service"));
    assert_false(cgroup_unit_runs_users(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_listeners_finds_sockets_and_their_user),
        cmocka_unit_test(test_proc_visit_owned_tells_the_user),
        cmocka_unit_test(test_cgroup_units_read_names_units_of_the_system_alone),
        cmocka_unit_test(test_cgroup_units_read_looks_into_slices),
        cmocka_unit_test(test_cgroup_units_read_bounds_a_unit),
        cmocka_unit_test(test_cgroup_unit_runs_users_knows_shells_and_jobs),
    };

    return cmocka_run_group_tests_name("host/linux/linux_listeners", tests, NULL, NULL);
}
