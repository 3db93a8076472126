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

/* linux/inet_diag.h: struct inet_diag_bc_op, struct inet_diag_hostcond */
static void test_request_filtered_asks_for_one_destination(void **state)
{
    static const uint8_t attribute[36] = {
        36, 0,  1,  0,                         /* length, bytecode */
        2,  8,  36, 0, 0,    0,    0,    0x80, /* at least 32768, else 4 bytes beyond the
                                                    end */
        3,  8,  28, 0, 0,    0,    0x47, 0xEE, /* at most 60999 */
        8,  16, 20, 0,                         /* goes to, else out */
        2,  32, 0,  0, 0x50, 0x14, 0,    0,    10,
        0,  0,  5 /* AF_INET, 32 bits, port 5200 */
    };
    const struct destination to = { .remote = ip_address_from_v4("\x0a\0\0\x05"),
                                    .remote_port = 5200 };
    const struct sock_diag_filter filter = {
        .states = SOCK_DIAG_ALL, .local_ports = { 32768, 60999 }, .to = &to, .to_count = 1
    };
    struct sock_diag_request request;
    (void)state;

    sock_diag_request_filtered(&filter, 1, &request);

    assert_int_equal(request.length, 76 + 36);
    assert_memory_equal(request.bytes + 76, attribute, sizeof attribute);
}

/* The first that fits jumps to the end, which accepts. */
static void test_request_filtered_asks_for_either_destination(void **state)
{
    static const uint8_t attribute[52] = {
        52, 0,   1,  0, /* length, bytecode */
        8,  16,  20, 0, /* goes to, else to the next one */
        2,  32,  0,  0, 25, 0, 0, 0, 10,   0,    0,   5, /* AF_INET, 32 bits, port 25 */
        1,  4,   32, 0,                                  /* jump to the end */
        8,  28,  32, 0,                                  /* goes to, else out */
        10, 128, 0,  0, 26, 0, 0, 0, 0x20, 0x01, 0x0d    /* AF_INET6, 128 bits, port 26 */
    };
    const struct destination to[] = {
        { .remote = ip_address_from_v4("\x0a\0\0\x05"), .remote_port = 25 },
        { .remote = { { 0x20, 0x01, 0x0d } }, .remote_port = 26 }
    };
    const struct sock_diag_filter filter = { .states = SOCK_DIAG_ALL,
                                             .to = to,
                                             .to_count = 2 };
    struct sock_diag_request request;
    (void)state;

    sock_diag_request_filtered(&filter, 1, &request);

    assert_int_equal(request.length, 76 + 52);
    assert_memory_equal(request.bytes + 76, attribute, sizeof attribute);
}

static void test_request_filtered_has_room_for_all(void **state)
{
    struct destination to[SOCK_DIAG_DESTINATIONS_MAX];
    const struct sock_diag_filter filter = { .states = SOCK_DIAG_ALL,
                                             .local_ports = { 1, 65535 },
                                             .to = to,
                                             .to_count = SOCK_DIAG_DESTINATIONS_MAX };
    struct sock_diag_request request;
    (void)state;

    for (size_t i = 0; i < SOCK_DIAG_DESTINATIONS_MAX; i++)
        to[i] = (struct destination){ .remote = { { 0x20, 1 } }, .remote_port = 26 };

    sock_diag_request_filtered(&filter, 1, &request);

    assert_int_equal(request.length, SOCK_DIAG_REQUEST_SIZE - 4); /* no last jump */
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
        cmocka_unit_test(test_request_filtered_asks_for_one_destination),
        cmocka_unit_test(test_request_filtered_asks_for_either_destination),
        cmocka_unit_test(test_request_filtered_has_room_for_all),
        cmocka_unit_test(test_request_udp_is_one_per_family),
    };

    return cmocka_run_group_tests_name("decode/sock_diag_request", tests, NULL, NULL);
}
