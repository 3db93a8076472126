/* SPDX-License-Identifier: MIT */
/* What each error number of a call that asked means, and addresses for the kernel. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/linux/ask_answer.h"

static struct ip_address address_of(const char *text)
{
    struct ip_address address;

    assert_true(ip_address_parse(text, &address));
    return address;
}

static void test_ask_answer_decide_knows_each_number(void **state)
{
    static const struct {
        enum ask_kind kind;
        int number;
        enum ask_answer answer;
        const char *reason;
    } rows[] = {
        { ASK_CONNECT, 0, ASK_FREE, "" },
        { ASK_CONNECT, EADDRNOTAVAIL, ASK_NONE, "" },
        { ASK_CONNECT, EADDRINUSE, ASK_UNKNOWN, "connect(): Address already in use" },
        { ASK_CONNECT, ENETUNREACH, ASK_UNKNOWN, "connect(): Network is unreachable" },
        { ASK_CONNECT, EAGAIN, ASK_UNKNOWN,
          "connect(): Resource temporarily unavailable" },
        { ASK_BIND, 0, ASK_FREE, "" },
        { ASK_BIND, EADDRINUSE, ASK_NONE, "" },
        { ASK_BIND, EADDRNOTAVAIL, ASK_UNKNOWN,
          "bind() to port 0: Cannot assign requested address" },
        { ASK_UDP_CONNECT, 0, ASK_FREE, "" },
        { ASK_UDP_CONNECT, EAGAIN, ASK_NONE, "" },
        { ASK_UDP_CONNECT, EADDRNOTAVAIL, ASK_UNKNOWN,
          "UDP connect(): Cannot assign requested address" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ask ask = { .kind = rows[i].kind, .answer = ASK_NONE, .reason = "old" };
        struct error err = { 0 };

        assert_true(ask_answer_decide(&ask, rows[i].number, &err));
        assert_int_equal(ask.answer, rows[i].answer);
        assert_string_equal(ask.reason, rows[i].reason);
        assert_int_equal(err.code, ERR_NONE);
    }
}

static void refuses(int number)
{
    struct ask ask = { .kind = ASK_CONNECT, .answer = ASK_NONE };
    struct error err = { 0 };

    assert_false(ask_answer_decide(&ask, number, &err));

    assert_int_equal(ask.answer, ASK_UNKNOWN);
    assert_int_equal(err.code, ERR_DENIED);
    assert_string_equal(err.message, ask.reason);
}

static void test_ask_answer_decide_ends_where_it_is_not_permitted(void **state)
{
    (void)state;

    refuses(EACCES);
    refuses(EPERM);
}

static void test_ask_answer_decide_ends_where_a_packet_went_out(void **state)
{
    struct ask ask = { .kind = ASK_CONNECT, .answer = ASK_NONE };
    struct error err = { 0 };
    (void)state;

    assert_false(ask_answer_decide(&ask, EINPROGRESS, &err));

    assert_int_equal(ask.answer, ASK_UNKNOWN);
    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_string_equal(err.message, "connect() sent a packet, though it was told not "
                                     "to: nothing more is asked");
    assert_string_equal(ask.reason, err.message);
}

static void test_ask_answer_not_asked_takes_no_number_for_an_answer(void **state)
{
    struct ask ask = { .kind = ASK_CONNECT, .answer = ASK_NONE };
    struct error err = { 0 };
    (void)state;

    assert_true(ask_answer_not_asked(&ask, "bind()", EADDRNOTAVAIL, &err));

    assert_int_equal(ask.answer, ASK_UNKNOWN);
    assert_string_equal(ask.reason, "bind(): Cannot assign requested address");
    assert_int_equal(err.code, ERR_NONE);
}

static void test_ask_answer_not_asked_ends_where_it_is_not_permitted(void **state)
{
    struct ask ask = { .kind = ASK_BIND };
    struct error err = { 0 };
    (void)state;

    assert_false(ask_answer_not_asked(&ask, "socket()", EPERM, &err));

    assert_int_equal(err.code, ERR_DENIED);
    assert_string_equal(err.message, "socket(): Operation not permitted");
}

static void test_ask_address_of_ipv4(void **state)
{
    const struct ip_address address = address_of("192.0.2.7");
    struct sockaddr_storage out;
    struct sockaddr_in v4;
    (void)state;

    assert_int_equal(ask_address(&address, 7001, 3, &out), sizeof v4);

    memcpy(&v4, &out, sizeof v4);
    assert_int_equal(v4.sin_family, AF_INET);
    assert_int_equal(ntohs(v4.sin_port), 7001);
    assert_int_equal(ntohl(v4.sin_addr.s_addr), 0xC0000207);
}

static struct sockaddr_in6 ipv6_of(const char *text, uint32_t device)
{
    const struct ip_address address = address_of(text);
    struct sockaddr_storage out;
    struct sockaddr_in6 v6;

    assert_int_equal(ask_address(&address, 9, device, &out), sizeof v6);
    memcpy(&v6, &out, sizeof v6);
    assert_int_equal(v6.sin6_family, AF_INET6);
    assert_int_equal(ntohs(v6.sin6_port), 9);
    assert_memory_equal(&v6.sin6_addr, address.bytes, sizeof address.bytes);
    return v6;
}

static void test_ask_address_of_link_local_has_the_device(void **state)
{
    (void)state;

    assert_int_equal(ipv6_of("fe80::7", 3).sin6_scope_id, 3);
    assert_int_equal(ipv6_of("fe80::7", 0).sin6_scope_id, 0);
}

static void test_ask_address_of_ipv6_has_no_scope(void **state)
{
    (void)state;

    assert_int_equal(ipv6_of("2001:db8::7", 3).sin6_scope_id, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ask_answer_decide_knows_each_number),
        cmocka_unit_test(test_ask_answer_decide_ends_where_it_is_not_permitted),
        cmocka_unit_test(test_ask_answer_decide_ends_where_a_packet_went_out),
        cmocka_unit_test(test_ask_answer_not_asked_takes_no_number_for_an_answer),
        cmocka_unit_test(test_ask_answer_not_asked_ends_where_it_is_not_permitted),
        cmocka_unit_test(test_ask_address_of_ipv4),
        cmocka_unit_test(test_ask_address_of_link_local_has_the_device),
        cmocka_unit_test(test_ask_address_of_ipv6_has_no_scope),
    };

    return cmocka_run_group_tests_name("host/linux/ask_answer", tests, NULL, NULL);
}
