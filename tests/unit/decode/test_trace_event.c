/* SPDX-License-Identifier: MIT */
/* The tracepoint of sockets' states: its format, its filter, and an event that is cut. */
#include "checks/decode/trace_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fixture_file.h"

static struct trace_fields given_fields(void)
{
    struct text format = { 0 };
    struct trace_fields fields = { 0 };

    fixture_read("perf_ring/connects/format", &format);
    assert_true(trace_fields_decode(format.data, &fields, NULL));
    text_clear(&format);
    return fields;
}

static void test_trace_fields_decode(void **state)
{
    const struct trace_fields fields = given_fields();
    (void)state;

    assert_int_equal(fields.id, 2287);
    assert_int_equal(fields.old_state, 16);
    assert_int_equal(fields.new_state, 20);
    assert_int_equal(fields.local_port, 24);
    assert_int_equal(fields.remote_port, 26);
    assert_int_equal(fields.local, 40);
    assert_int_equal(fields.remote, 56);
}

#define FIELD(type, name, size) "\tfield:" type " " name ";\toffset:8;\tsize:" size ";\n"
#define STATES                  FIELD("int", "oldstate", "4") FIELD("int", "newstate", "4")
#define PORTS                   FIELD("__u16", "sport", "2") FIELD("__u16", "dport", "2")
#define ADDRESSES               FIELD("__u8", "saddr_v6[16]", "16") FIELD("__u8", "daddr_v6[16]", "16")

static void test_trace_fields_decode_refuses_another_format(void **state)
{
    static const struct {
        const char *name;
        const char *format;
        const char *message; /* NULL = it is right */
    } rows[] = {
        { "all", "ID: 7\n" STATES PORTS ADDRESSES, NULL },
        { "nothing", "", "the tracepoint's format has no ID" },
        { "no number", "ID: x\n" STATES PORTS ADDRESSES,
          "the tracepoint's format has no ID" },
        { "no state", "ID: 7\n" PORTS ADDRESSES,
          "the tracepoint's format has no field oldstate of 4 bytes" },
        { "another size", "ID: 7\n" STATES FIELD("__u32", "sport", "4") ADDRESSES,
          "the tracepoint's format has no field sport of 2 bytes" },
        { "a longer name",
          "ID: 7\n" STATES FIELD("__u16", "sport_", "2") FIELD("__u16", "dport", "2")
              ADDRESSES,
          "the tracepoint's format has no field sport of 2 bytes" },
        { "the end of a name",
          "ID: 7\n" STATES FIELD("__u16", "xsport", "2") FIELD("__u16", "dport", "2")
              ADDRESSES,
          "the tracepoint's format has no field sport of 2 bytes" },
        { "a field of another's line", "ID: 7\n" STATES "x dport;\n" ADDRESSES,
          "the tracepoint's format has no field sport of 2 bytes" },
        { "no end", "ID: 7\n" STATES PORTS "\tfield:__u8 saddr_v6",
          "the tracepoint's format has no field saddr_v6 of 16 bytes" },
        { "an offset that is too large",
          "ID: 7\n" STATES PORTS "\tfield:__u8 saddr_v6[16];\toffset:4097;\tsize:16;\n",
          "the tracepoint's format has no field saddr_v6 of 16 bytes" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct trace_fields fields = { .id = 99 };
        struct error err = { 0 };
        const bool ok = trace_fields_decode(rows[i].format, &fields, &err);

        if (ok != (rows[i].message == NULL) || fields.id != (ok ? 7U : 99U) ||
            (rows[i].message && strcmp(err.message, rows[i].message) != 0))
            fail_msg("%s: '%s'", rows[i].name, err.message);
    }
}

static void test_trace_event_decode_tells_what_a_socket_did(void **state)
{
    static const struct {
        const char *name;
        uint8_t old_state;
        uint8_t new_state;
        uint8_t port;
        enum trace_kind kind;
    } rows[] = {
        { "connect()", 7, 2, 0, TRACE_CONNECT },
        { "connect() after bind()", 7, 2, 1, TRACE_CONNECT },
        { "no port", 2, 7, 0, TRACE_NO_PORT },
        { "refused", 2, 7, 1, TRACE_OTHER },
        { "closed", 9, 7, 0, TRACE_OTHER },
        { "established", 2, 1, 1, TRACE_OTHER },
    };
    const struct trace_fields fields = given_fields();
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        uint8_t bytes[76] = { [16] = rows[i].old_state,
                              [20] = rows[i].new_state,
                              [25] = rows[i].port,
                              [26] = 0x28,
                              [27] = 0x23,
                              [40] = 0xFE,
                              [56] = 0x20 };
        struct trace_event event;

        assert_true(trace_event_decode(&fields, bytes, sizeof bytes, &event));
        if (event.kind != rows[i].kind)
            fail_msg("%s: %d", rows[i].name, (int)event.kind);
        assert_int_equal(event.remote_port, 9000);
        assert_int_equal(event.local.bytes[0], 0xFE);
        assert_int_equal(event.remote.bytes[0], 0x20);
    }
}

static void test_trace_event_decode_refuses_a_cut_event(void **state)
{
    const struct trace_fields fields = given_fields();
    const uint8_t bytes[72] = { 0 };
    struct trace_event event;
    (void)state;

    assert_true(trace_event_decode(&fields, bytes, 72, &event));
    assert_false(trace_event_decode(&fields, bytes, 71, &event));
    assert_false(trace_event_decode(&fields, bytes, 0, &event));
}

#define ANY_ADDRESS                                                                      \
    "(newstate == 2 || (newstate == 7 && oldstate == 2 && sport == 0)) && "              \
    "dport == 65535"

static void test_trace_filter(void **state)
{
    const struct destination v4 = { .remote = ip_address_from_v4("\x0a\0\0\x05"),
                                    .remote_port = 65535 };
    const struct destination v6 = { .remote = { { 0x20, 1 } }, .remote_port = 65535 };
    char text[TRACE_FILTER_SIZE];
    (void)state;

    trace_filter(&v4, true, text);
    assert_string_equal(text, ANY_ADDRESS " && daddr == 0x0500000a");
    trace_filter(&v4, false, text);
    assert_string_equal(text, ANY_ADDRESS);
    trace_filter(&v6, true, text);
    assert_string_equal(text, ANY_ADDRESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trace_fields_decode),
        cmocka_unit_test(test_trace_fields_decode_refuses_another_format),
        cmocka_unit_test(test_trace_event_decode_tells_what_a_socket_did),
        cmocka_unit_test(test_trace_event_decode_refuses_a_cut_event),
        cmocka_unit_test(test_trace_filter),
    };

    return cmocka_run_group_tests_name("decode/trace_event", tests, NULL, NULL);
}
