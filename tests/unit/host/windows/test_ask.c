/* SPDX-License-Identifier: MIT */
/* What bind() to port 0 answers, where ports are free. Where none is: windows-ask. */
#include "checks/host/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct host host;

static int set_up(void **state)
{
    (void)state;
    return host_open(&host, NULL) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    host_close(&host);
    return 0;
}

static struct ask asked(enum ask_kind kind, const char *address)
{
    struct ask ask = { .kind = kind, .answer = ASK_NONE };
    struct error err = { 0 };

    assert_true(ip_address_parse(address, &ask.local));
    if (!host.ops->ask(host.self, &ask, &err))
        fail_msg("%s", err.message);
    return ask;
}

static void assert_free(enum ask_kind kind, const char *address)
{
    const struct ask ask = asked(kind, address);

    if (ask.answer != ASK_FREE)
        fail_msg("%s of %s: %s %s", ask_kind_names[kind], address,
                 ask_answer_names[ask.answer], ask.reason);
    assert_string_equal(ask.reason, "");
}

static void test_bind_finds_a_port_in_both_families(void **state)
{
    (void)state;

    assert_free(ASK_BIND, "0.0.0.0");
    assert_free(ASK_BIND, "::");
    assert_free(ASK_UDP_BIND, "0.0.0.0");
    assert_free(ASK_UDP_BIND, "::");
}

/* 192.0.2.1 is nobody's: WSAEADDRNOTAVAIL says nothing of ports. */
static void test_an_address_of_another_host_is_no_answer(void **state)
{
    const struct ask ask = asked(ASK_BIND, "192.0.2.1");
    (void)state;

    assert_int_equal(ask.answer, ASK_UNKNOWN);
    assert_non_null(strstr(ask.reason, "bind() to port 0"));
    assert_non_null(strstr(ask.reason, "(error 10049)"));
}

static void test_connect_is_never_tried(void **state)
{
    static const enum ask_kind kinds[] = { ASK_CONNECT, ASK_UDP_CONNECT };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        struct ask ask = { .kind = kinds[i], .answer = ASK_NONE };
        struct error err = { 0 };

        assert_false(host.ops->ask(host.self, &ask, &err));
        assert_int_equal(err.code, ERR_UNSUPPORTED);
        assert_int_equal(ask.answer, ASK_UNKNOWN);
    }
}

/* What other systems tell by port and by device, Windows does not. */
static void test_nothing_is_told_by_port_or_by_device(void **state)
{
    const uint16_t ports[] = { 40000 };
    struct port_set closed = { 0 };
    int64_t cpu_ns = 0;
    char name[OBSERVED_DEVICE_SIZE];
    struct error err = { 0 };
    (void)state;

    assert_false(host.ops->find_closed(host.self, ports, 1, &closed, &cpu_ns, &err));
    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_int_equal(port_set_count(&closed), 0);
    assert_false(host.ops->name_device(host.self, 1, name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bind_finds_a_port_in_both_families, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_an_address_of_another_host_is_no_answer,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_connect_is_never_tried, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nothing_is_told_by_port_or_by_device, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests_name("host/windows/ask", tests, NULL, NULL);
}
