/* SPDX-License-Identifier: MIT */
/* The bytes of the requests: what the kernel gets is what its headers say. */
#include "checks/decode/sock_diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* On a little-endian host, as all that this runs on are. */
static void test_request_tcp_is_the_legacy_one(void **state)
{
    static const uint8_t header[16] = { 76, 0, 0, 0, 18, 0, 1, 3, 7 };
    static const uint8_t states[4] = { 0xFE, 0x0F };
    struct sock_diag_request request;
    (void)state;

    sock_diag_request_tcp(SOCK_DIAG_ALL, (struct port_range){ 0 }, 7, &request);

    assert_int_equal(request.length, 76);
    assert_int_equal(request.sequence, 7);
    assert_memory_equal(request.bytes, header, sizeof header);
    assert_int_equal(request.bytes[16], 2); /* AF_INET; the kernel lists both families */
    assert_memory_equal(request.bytes + 16 + 52, states, sizeof states);
}

static void test_request_tcp_filters_local_ports(void **state)
{
    static const uint8_t attribute[20] = { 20, 0, 1,    0,      /* length, bytecode */
                                           2,  8, 20,   0,      /* at least, else out */
                                           0,  0, 0,    0x80,   /* 32768 */
                                           3,  8, 12,   0,      /* at most, else out */
                                           0,  0, 0x47, 0xEE }; /* 60999 */
    struct sock_diag_request request;
    (void)state;

    sock_diag_request_tcp(SOCK_DIAG_LISTEN, (struct port_range){ 32768, 60999 }, 1,
                          &request);

    assert_int_equal(request.length, 96);
    assert_int_equal(request.bytes[0], 96);
    assert_memory_equal(request.bytes + 76, attribute, sizeof attribute);
}

/* "127.0.0.1" and "::1" are 4 and 16 bytes for the kernel. */
static struct destination to_address(const char *local, const char *remote, uint16_t port)
{
    struct destination to = { .remote_port = port };

    assert_true(ip_address_parse(local, &to.local));
    assert_true(ip_address_parse(remote, &to.remote));
    return to;
}

static void test_request_filters_destinations(void **state)
{
    static const uint8_t attribute[] = {
        56,   0,    1,    0,                        /* length, bytecode */
        2,    8,    56,   0,    0,  0,  0,    0x80, /* port at least 32768 */
        3,    8,    48,   0,    0,  0,  0x47, 0xEE, /* port at most 60999 */
        8,    16,   40,   0,    2,  32, 0,    0,
        0x16, 0x15, 0,    0,    10, 0,  0,    2, /* to 10.0.0.2:5398 */
        7,    16,   24,   0,    2,  32, 0,    0,
        0xFF, 0xFF, 0xFF, 0xFF, 10, 0,  0,    1, /* from */
        1,    4,    4,    0,                     /* taken */
    };
    const struct destination to = to_address("10.0.0.1", "10.0.0.2", 0x1516);
    const struct sock_diag_filter filter = { { 32768, 60999 }, &to, 1 };
    struct sock_diag_request request;
    (void)state;

    sock_diag_request_filtered(1, &filter, 1, &request);

    assert_int_equal(request.length, 76 + sizeof attribute);
    assert_memory_equal(request.bytes + 76, attribute, sizeof attribute);
}

/* One end of a socket as the kernel's filter sees it, in host order; family 2 or 10. */
struct entry {
    uint8_t family;
    uint16_t local_port;
    const char *local;
    const char *remote;
    uint16_t remote_port;
};

static bool is_host(const uint8_t *condition, const struct entry *entry, bool remote)
{
    const size_t bytes = condition[1] / 8U;
    struct ip_address address;
    int32_t port;

    memcpy(&port, condition + 4, sizeof port);
    assert_true(ip_address_parse(remote ? entry->remote : entry->local, &address));
    if (port != -1 && port != (remote ? entry->remote_port : entry->local_port))
        return false;
    if (condition[0] != entry->family &&
        !(entry->family == 10 && condition[0] == 2 && ip_address_is_v4(&address)))
        return false;
    return memcmp(condition + 8, address.bytes + 16 - bytes, bytes) == 0;
}

/* inet_diag_bc_run() of net/ipv4/inet_diag.c, and what inet_diag_bc_audit() asks of each
 * step. */
static bool kernel_takes(const struct sock_diag_request *request,
                         const struct entry *entry)
{
    const uint8_t *at = request->bytes + 76 + 4;
    long left = (long)(request->bytes[76] | request->bytes[77] << 8) - 4;

    while (left > 0) {
        const long no = at[2] | at[3] << 8;
        bool yes = false;

        assert_true(at[1] >= 4 && at[1] <= left + 4 && at[1] % 4 == 0);
        assert_true(no >= 4 && no <= left + 4 && no % 4 == 0);
        if (at[0] == 2)
            yes = entry->local_port >= (at[6] | at[7] << 8);
        else if (at[0] == 3)
            yes = entry->local_port <= (at[6] | at[7] << 8);
        else if (at[0] == 7 || at[0] == 8)
            yes = is_host(at + 4, entry, at[0] == 8);
        else
            assert_int_equal(at[0], 1);
        left -= yes ? at[1] : no;
        at += yes ? at[1] : no;
    }
    return left == 0;
}

static void test_filter_takes_what_goes_to_one_of_them(void **state)
{
    static const struct {
        const char *name;
        struct entry entry;
        bool taken;
    } cases[] = {
        { "first", { 2, 40000, "10.0.0.1", "10.0.0.2", 25 }, true },
        { "second", { 10, 40000, "::1", "::2", 26 }, true },
        { "last", { 2, 40000, "10.0.0.1", "10.0.0.3", 27 }, true },
        { "mapped", { 10, 40000, "10.0.0.1", "10.0.0.3", 27 }, true },
        { "another port", { 2, 40000, "10.0.0.1", "10.0.0.2", 26 }, false },
        { "another address", { 2, 40000, "10.0.0.1", "10.0.0.4", 25 }, false },
        { "from elsewhere", { 2, 40000, "10.0.0.9", "10.0.0.2", 25 }, false },
        { "the last one from elsewhere", { 2, 40000, "::9", "10.0.0.3", 27 }, false },
        { "below", { 2, 32767, "10.0.0.1", "10.0.0.2", 25 }, false },
        { "above", { 10, 61000, "::1", "::2", 26 }, false },
    };
    const struct destination to[] = { to_address("10.0.0.1", "10.0.0.2", 25),
                                      to_address("::1", "::2", 26),
                                      to_address("10.0.0.1", "10.0.0.3", 27) };
    const struct sock_diag_filter filter = { { 32768, 60999 }, to, 3 };
    struct sock_diag_request request;
    (void)state;

    sock_diag_request_filtered(1, &filter, 1, &request);

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
        if (kernel_takes(&request, &cases[i].entry) != cases[i].taken)
            fail_msg("%s", cases[i].name);
}

/* The longest that fits: IPv6, without a range of ports before it. */
static void test_filter_takes_ten_destinations_and_no_more(void **state)
{
    struct destination to[SOCK_DIAG_DESTINATIONS_MAX + 1];
    struct sock_diag_filter filter = { { 0 }, to, SOCK_DIAG_DESTINATIONS_MAX };
    const struct entry last = { 10, 1, "::1", "::2", 109 };
    const struct entry other = { 10, 1, "::1", "::2", 110 };
    struct sock_diag_request request;
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(to); i++)
        to[i] = to_address("::1", "::2", (uint16_t)(100 + i));
    sock_diag_request_filtered(1, &filter, 1, &request);

    assert_true(kernel_takes(&request, &last));
    assert_false(kernel_takes(&request, &other));
    assert_true(request.length <= SOCK_DIAG_REQUEST_SIZE);
    filter.to_count++;
    sock_diag_request_filtered(1, &filter, 1, &request);
    assert_int_equal(request.length, 76);
}

static void test_request_udp_is_one_per_family(void **state)
{
    static const uint8_t header[16] = { 72, 0, 0, 0, 20, 0, 1, 3, 1 };
    static const uint8_t v4[8] = { 2, 17, 0, 0, 0xFE, 0x0F, 0, 0 };
    static const uint8_t v6[8] = { 10, 17, 0, 0, 0xFE, 0x0F, 0, 0 };
    struct sock_diag_request request;
    (void)state;

    sock_diag_request_udp(false, 1, &request);
    assert_int_equal(request.length, 72);
    assert_memory_equal(request.bytes, header, sizeof header);
    assert_memory_equal(request.bytes + 16, v4, sizeof v4);
    sock_diag_request_udp(true, 1, &request);
    assert_memory_equal(request.bytes + 16, v6, sizeof v6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request_tcp_is_the_legacy_one),
        cmocka_unit_test(test_request_tcp_filters_local_ports),
        cmocka_unit_test(test_request_filters_destinations),
        cmocka_unit_test(test_filter_takes_what_goes_to_one_of_them),
        cmocka_unit_test(test_filter_takes_ten_destinations_and_no_more),
        cmocka_unit_test(test_request_udp_is_one_per_family),
    };

    return cmocka_run_group_tests_name("decode/sock_diag_request", tests, NULL, NULL);
}
