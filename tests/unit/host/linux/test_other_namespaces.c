/* SPDX-License-Identifier: MIT */
/* Sockets of other network namespaces, in a process namespace where nobody else is, and
 * how many bound-only ones of our own they leave possible. */
#include "checks/host/linux/other_namespaces.h"

#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks/base/compiler.h"
#include "checks/host/host.h"
#include "tests/unit/host/linux/alone.h"

/* Listens so many times on IPv4, and once on IPv6 where there is any. */
static bool listen_often(int count, bool v6)
{
    for (int i = 0; i < count; i++) {
        const int fd = socket(AF_INET, SOCK_STREAM, 0);

        if (fd < 0 || listen(fd, 1) < 0)
            return false;
    }
    if (v6) {
        const int fd = socket(AF_INET6, SOCK_STREAM, 0);

        if (fd < 0 || listen(fd, 1) < 0)
            return false;
    }
    return true;
}

/* A process that holds listeners, in a network namespace of its own if so wanted; it ends
 * when `hold` does. False when it cannot be made. */
static bool start(bool elsewhere, int listeners, const int hold[2])
{
    int ready[2];
    char byte = 0;

    if (pipe(ready) < 0)
        return false;
    if (fork() == 0) {
        (void)close(hold[1]);
        (void)close(ready[0]);
        if (elsewhere && unshare(CLONE_NEWNET) < 0)
            _exit(1);
        if (elsewhere && fork() == 0) { /* two processes are there */
            (void)!read(hold[0], &byte, 1);
            _exit(0);
        }
        if (!listen_often(listeners, true) || write(ready[1], "x", 1) != 1)
            _exit(1);
        (void)close(ready[1]);
        (void)!read(hold[0], &byte, 1);
        _exit(0);
    }
    (void)close(ready[1]);
    return read(ready[0], &byte, 1) == 1;
}

static bool is(uint64_t expected, uint64_t enough, int64_t ms)
{
    const struct deadline deadline = deadline_in_ms(ms);

    return other_namespaces_sockets(enough, &deadline) == expected;
}

/* As process 1 of its own: two processes share one other namespace, one is in a third,
 * one in ours. */
static int look(void)
{
    int hold[2];

    if (mount("proc", "/proc", "proc", 0, NULL) < 0)
        return NOT_PERMITTED;
    if (pipe(hold) < 0 || !listen_often(3, false))
        return NOT_PERMITTED;
    if (!is(0, UINT64_MAX, 60000))
        return WRONG;
    if (!start(false, 5, hold) || !start(true, 7, hold) || !start(true, 11, hold))
        return NOT_PERMITTED;
    if (!is(8 + 12, UINT64_MAX, 60000))
        return WRONG + 1;
    if (!is(8, 8, 60000)) /* enough after the first one */
        return WRONG + 2;
    if (!is(0, UINT64_MAX, 0)) /* no time */
        return WRONG + 3;
    return 0;
}

static bool write_sockstat(const char *process, const char *text)
{
    char path[64];
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%s/net/sockstat", process);
    file = fopen(path, "w");
    return file && fputs(text, file) >= 0 && fclose(file) == 0;
}

/* A process as /proc shows it: its sockstat holds that text. */
static bool make_process(const char *name, const char *sockstat)
{
    char path[64];

    (void)snprintf(path, sizeof path, "/proc/%s", name);
    if (mkdir(path, 0755) < 0)
        return false;
    (void)snprintf(path, sizeof path, "/proc/%s/net", name);
    if (mkdir(path, 0755) < 0)
        return false;
    return write_sockstat(name, sockstat);
}

#define SOCKSTAT(inuse)                                                                  \
    "TCP: inuse " inuse " orphan 0 tw 0 alloc 9 mem 1\nUDP: inuse 7 mem 0\n"

/* Names that are no numbers are no processes; a file that tells nothing counts nothing.
 */
static int look_at_made_up_ones(void)
{
    if (mount("none", "/proc", "tmpfs", 0, NULL) < 0)
        return NOT_PERMITTED;
    if (!is(0, UINT64_MAX, 60000)) /* nothing there */
        return WRONG + 4;
    if (!make_process("self", SOCKSTAT("100")) || mkdir("/proc/1", 0755) < 0 ||
        mkdir("/proc/1/net", 0755) < 0 ||
        link("/proc/self/net/sockstat", "/proc/1/net/sockstat") < 0 ||
        !make_process("0", SOCKSTAT("1")) || !make_process("9", SOCKSTAT("2")) ||
        !make_process("10", "UDP: inuse 4\n") ||
        !make_process("acpi", SOCKSTAT("1000")) || !make_process("+", SOCKSTAT("1000")))
        return NOT_PERMITTED;
    return is(1 + 2, UINT64_MAX, 60000) ? 0 : WRONG + 5;
}

#define TOTALS(inuse, time_wait, alloc)                                                  \
    "TCP: inuse " inuse " orphan 0 tw " time_wait " alloc " alloc " mem 1\n"

/* What our own sockstat says, how many another namespace has, the first of 100 ports; how
 * many bound-only sockets are possible then, and whether it pays to walk over them. */
static const struct {
    const char *name;
    const char *own;
    const char *other;
    uint16_t first;
    uint32_t possible;
    bool walked;
} possible_rows[] = {
    { "few sockets", TOTALS("20", "0", "100"), SOCKSTAT("50"), 40000, 80, true },
    { "many", TOTALS("29900", "0", "30000"), SOCKSTAT("30"), 40000, 70, true },
    { "all elsewhere", TOTALS("29900", "0", "30000"), SOCKSTAT("100"), 40000, 0, false },
    { "many with TIME_WAIT", TOTALS("14900", "5000", "15000"), SOCKSTAT("30"), 40000, 70,
      true },
    { "not that many", TOTALS("14900", "4999", "15000"), SOCKSTAT("30"), 40000, 100,
      true },
    { "one percent", TOTALS("99", "0", "100"), SOCKSTAT("0"), 40000, 1, false },
    { "more than one percent", TOTALS("98", "0", "100"), SOCKSTAT("0"), 40000, 2, true },
    { "one percent of many", TOTALS("29999", "0", "30000"), SOCKSTAT("1"), 40000, 1,
      false },
    { "ports from the first one", TOTALS("20", "0", "100"), SOCKSTAT("0"), 1, 80, true },
    { "an unknown range", TOTALS("20", "0", "100"), SOCKSTAT("0"), 0, 80, false },
};

static bool is_possible(size_t row)
{
    const struct deadline deadline = deadline_in_ms(60000);
    const uint16_t first = possible_rows[row].first;
    static struct socket_census census;
    struct host_reading how = { 0 };
    struct host_bound bound = { 0 };
    struct host host = { 0 };
    bool walked;

    census = (struct socket_census){ 0 };
    census.scope.range = (struct port_range){ first, (uint16_t)(first + 99) };
    if (first != 0)
        port_set_add_range(&census.scope.usable, census.scope.range);
    if (!host_open(&host, NULL) ||
        !host.ops->read_tcp(host.self, &deadline, &census, &how, &bound, NULL))
        return false;
    host_close(&host);
    walked = bound.counted || !bound.visible; /* a kernel before 6.8 lists none */
    return bound.possible == possible_rows[row].possible &&
           walked == possible_rows[row].walked;
}

/* Returns WRONG + 10 + the position of the wrong row. */
static int look_for_possible_ones(void)
{
    if (mount("none", "/proc", "tmpfs", 0, NULL) < 0 || !make_process("self", "") ||
        symlink("self/net", "/proc/net") < 0 || !make_process("9", ""))
        return NOT_PERMITTED;
    for (size_t i = 0; i < ARRAY_COUNT(possible_rows); i++) {
        if (!write_sockstat("self", possible_rows[i].own) ||
            !write_sockstat("9", possible_rows[i].other))
            return NOT_PERMITTED;
        if (!is_possible(i))
            return WRONG + 10 + (int)i;
    }
    return 0;
}

static void test_other_namespaces_are_counted_once_and_our_own_never(void **state)
{
    (void)state;
    expect_alone(look);
}

static void test_other_namespaces_are_those_of_processes(void **state)
{
    (void)state;
    expect_alone(look_at_made_up_ones);
}

static void
test_bound_sockets_are_possible_where_no_other_namespace_has_them(void **state)
{
    (void)state;
    expect_alone(look_for_possible_ones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_namespaces_are_counted_once_and_our_own_never),
        cmocka_unit_test(test_other_namespaces_are_those_of_processes),
        cmocka_unit_test(
            test_bound_sockets_are_possible_where_no_other_namespace_has_them),
    };

    return cmocka_run_group_tests_name("host/linux/other_namespaces", tests, NULL, NULL);
}
