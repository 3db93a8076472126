/* SPDX-License-Identifier: MIT */
/* Sockets of this process, as the kernel of this machine tells whose they are. */
#undef _GNU_SOURCE /* else sendto() has a type of GNU's own, and none can be made here   \
                    */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "checks/host/host.h"

/* Bytes of a request without a filter, and of one with the filter of a range. */
enum { WITHOUT_FILTER = 76, WITH_RANGE = 96 };

/* Requests of more bytes than this are refused as by a kernel that does not know a
 * condition of theirs; 0 = none. In place of the C library's. */
static size_t longest;
static size_t refused;

ssize_t sendto(int fd, const void *buf, size_t n, int flags, const struct sockaddr *addr,
               socklen_t addr_len)
{
    unsigned char spoilt[4096];

    if (longest > 0 && n > longest && n <= sizeof spoilt) {
        memcpy(spoilt, buf, n);
        spoilt[WITHOUT_FILTER + 4] = 0xFF; /* the first operation of the attribute */
        buf = spoilt;
        refused++;
    }
    return syscall(SYS_sendto, fd, buf, n, flags, addr, addr_len);
}

static const struct deadline forever = { .at_ns = INT64_MAX };

static struct host host;

/* Two connections to one listener of this process, a bound socket, and one of UDP. */
enum { LISTENER = 0, FIRST, SECOND, BOUND, UDP, SOCKETS };
static int sockets[SOCKETS];
static int accepted[3]; /* of the listener: FIRST, SECOND and a later one */
static struct sockaddr_in names[SOCKETS];
static struct destination to;

static void make(int which, int type)
{
    struct sockaddr_in address = { .sin_family = AF_INET };

    sockets[which] = socket(AF_INET, type, 0);
    assert_true(sockets[which] >= 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(sockets[which], (struct sockaddr *)&address, sizeof address),
                     0);
}

static void remember(int which)
{
    socklen_t size = sizeof names[which];

    assert_int_equal(getsockname(sockets[which], (struct sockaddr *)&names[which], &size),
                     0);
}

static int given_sockets(void **state)
{
    (void)state;
    assert_true(host_open(&host, NULL));
    make(LISTENER, SOCK_STREAM);
    assert_int_equal(listen(sockets[LISTENER], 2), 0);
    remember(LISTENER);
    for (int i = FIRST; i <= SECOND; i++) {
        make(i, SOCK_STREAM);
        assert_int_equal(connect(sockets[i], (struct sockaddr *)&names[LISTENER],
                                 sizeof names[LISTENER]),
                         0);
    }
    make(BOUND, SOCK_STREAM);
    make(UDP, SOCK_DGRAM);
    for (int i = 0; i < SOCKETS; i++)
        remember(i);
    to = (struct destination){
        .local = ip_address_from_v4(&names[FIRST].sin_addr),
        .remote = ip_address_from_v4(&names[LISTENER].sin_addr),
        .remote_port = ntohs(names[LISTENER].sin_port),
    };
    return 0;
}

static int close_sockets(void **state)
{
    (void)state;
    for (int i = 0; i < SOCKETS; i++)
        (void)close(sockets[i]);
    host_close(&host);
    return 0;
}

/* What came of the sockets of this test. */
struct found {
    size_t rows;
    size_t time_wait; /* of them */
    size_t of[SOCKETS];
    struct socket_row row[SOCKETS];
    size_t stop_at; /* 0 = never */
};

static bool keep(void *context, const struct socket_row *row)
{
    struct found *found = context;

    found->rows++;
    found->time_wait += row->state == CONN_TIME_WAIT;
    for (int i = 0; i < SOCKETS; i++) {
        struct stat status;

        assert_int_equal(fstat(sockets[i], &status), 0);
        if (row->local_port != ntohs(names[i].sin_port) ||
            row->inode != (uint32_t)status.st_ino)
            continue;
        found->of[i]++;
        found->row[i] = *row;
    }
    return found->stop_at == 0 || found->rows < found->stop_at;
}

static void visit(const struct owned_request *wanted, struct found *found)
{
    struct error err = { 0 };

    if (!host.ops->visit_owned(host.self, wanted, &forever, keep, found, &err))
        fail_msg("%s", err.message);
}

static void test_visit_tells_user_and_inode(void **state)
{
    struct found found = { 0 };
    (void)state;

    visit(&(struct owned_request){ .protocol = IP_PROTOCOL_TCP }, &found);

    for (int i = LISTENER; i <= SECOND; i++) {
        assert_int_equal(found.of[i], 1);
        assert_true(found.row[i].owned);
        assert_int_equal(found.row[i].uid, getuid());
    }
    assert_int_equal(found.row[LISTENER].state, CONN_LISTEN);
    assert_int_equal(found.row[FIRST].state, CONN_ESTABLISHED);
    assert_int_equal(found.of[BOUND], 0);
    assert_int_equal(found.of[UDP], 0);
}

static void test_visit_of_a_range_leaves_out_other_ports(void **state)
{
    const uint16_t port = ntohs(names[FIRST].sin_port);
    const struct owned_request wanted = { .protocol = IP_PROTOCOL_TCP,
                                          .ports = { port, port } };
    struct found found = { 0 };
    (void)state;

    visit(&wanted, &found);

    assert_int_equal(found.of[FIRST], 1);
    assert_int_equal(found.rows, 1);
}

static void test_visit_of_a_destination_leaves_out_the_rest(void **state)
{
    const struct owned_request wanted = {
        .protocol = IP_PROTOCOL_TCP, .ports = { 1, 65535 }, .to = &to, .to_count = 1
    };
    struct found found = { 0 };
    (void)state;

    visit(&wanted, &found);

    assert_int_equal(found.of[FIRST], 1);
    assert_int_equal(found.of[SECOND], 1);
    assert_int_equal(found.rows, 2);
}

/* Ten conditions of IPv6 before the one that counts. */
static void test_visit_takes_the_last_of_ten_destinations(void **state)
{
    struct destination all[OWNED_DESTINATIONS_MAX];
    const struct owned_request wanted = { .protocol = IP_PROTOCOL_TCP,
                                          .to = all,
                                          .to_count = ARRAY_COUNT(all) };
    struct found found = { 0 };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        all[i] = to;
        assert_true(ip_address_parse("2001:db8::1", &all[i].remote));
        assert_true(ip_address_parse("2001:db8::2", &all[i].local));
    }
    all[ARRAY_COUNT(all) - 1] = to;
    visit(&wanted, &found);

    assert_int_equal(found.rows, 2);
}

static void test_visit_falls_back_to_what_the_kernel_knows(void **state)
{
    const struct owned_request wanted = {
        .protocol = IP_PROTOCOL_TCP, .ports = { 1, 65535 }, .to = &to, .to_count = 1
    };
    struct found found = { 0 };
    (void)state;

    refused = 0;
    longest = WITH_RANGE;
    visit(&wanted, &found);
    assert_int_equal(refused, 1);
    assert_int_equal(found.of[FIRST], 1);

    found = (struct found){ 0 };
    longest = WITHOUT_FILTER;
    visit(&wanted, &found);
    assert_int_equal(refused, 3);
    assert_int_equal(found.of[FIRST], 1);
    longest = 0;
}

static void test_visit_leaves_out_time_wait(void **state)
{
    const struct owned_request wanted = { .protocol = IP_PROTOCOL_TCP };
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    struct found found = { 0 };
    char end;
    (void)state;

    assert_int_equal(
        connect(client, (struct sockaddr *)&names[LISTENER], sizeof names[LISTENER]), 0);
    for (size_t i = 0; i < ARRAY_COUNT(accepted); i++)
        accepted[i] = accept(sockets[LISTENER], NULL, NULL);
    assert_int_equal(shutdown(client, SHUT_WR), 0);
    assert_int_equal(read(accepted[2], &end, 1), 0);
    (void)close(accepted[2]);
    assert_int_equal(read(client, &end, 1), 0);
    (void)close(client);

    visit(&wanted, &found);

    assert_int_equal(found.time_wait, 0);
}

static void test_visit_walks_bound_sockets_when_asked(void **state)
{
    const struct owned_request wanted = { .protocol = IP_PROTOCOL_TCP, .bound = true };
    struct host_reading how = { 0 };
    struct host_bound bound = { 0 };
    struct socket_census census = { .scope.range = { 1, 65535 } };
    struct found found = { 0 };
    (void)state;

    visit(&wanted, &found);

    port_set_add(&census.scope.usable, 1); /* one usable port: any walk is worth it */
    assert_true(host.ops->read_tcp(host.self, &forever, &census, &how, &bound, NULL));
    socket_census_clear(&census);
    assert_int_equal(found.of[BOUND], bound.visible ? 1 : 0);
    if (bound.visible)
        assert_int_equal(found.row[BOUND].state, CONN_BOUND);
}

static void test_visit_of_udp_tells_user_and_inode(void **state)
{
    struct found found = { 0 };
    (void)state;

    visit(&(struct owned_request){ .protocol = IP_PROTOCOL_UDP }, &found);

    assert_int_equal(found.of[UDP], 1);
    assert_int_equal(found.row[UDP].uid, getuid());
}

static void test_visit_that_is_stopped_says_no_error(void **state)
{
    const struct owned_request wanted = { .protocol = IP_PROTOCOL_TCP };
    struct found found = { .stop_at = 2 };
    struct error err = { 0 };
    (void)state;

    assert_false(host.ops->visit_owned(host.self, &wanted, &forever, keep, &found, &err));

    assert_int_equal(found.rows, 2);
    assert_int_equal(err.code, ERR_NONE);
}

static void test_visit_ends_with_the_deadline(void **state)
{
    const struct owned_request wanted = { .protocol = IP_PROTOCOL_TCP };
    const struct deadline passed = { 0 };
    struct found found = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_false(host.ops->visit_owned(host.self, &wanted, &passed, keep, &found, &err));

    assert_int_equal(err.code, ERR_TIMEOUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_visit_tells_user_and_inode),
        cmocka_unit_test(test_visit_of_a_range_leaves_out_other_ports),
        cmocka_unit_test(test_visit_of_a_destination_leaves_out_the_rest),
        cmocka_unit_test(test_visit_takes_the_last_of_ten_destinations),
        cmocka_unit_test(test_visit_falls_back_to_what_the_kernel_knows),
        cmocka_unit_test(test_visit_leaves_out_time_wait),
        cmocka_unit_test(test_visit_walks_bound_sockets_when_asked),
        cmocka_unit_test(test_visit_of_udp_tells_user_and_inode),
        cmocka_unit_test(test_visit_that_is_stopped_says_no_error),
        cmocka_unit_test(test_visit_ends_with_the_deadline),
    };

    return cmocka_run_group_tests_name("host/linux_owned", tests, given_sockets,
                                       close_sockets);
}
