/* SPDX-License-Identifier: MIT */
/* What becomes of a deadline on this machine; all else is tested in tests/host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/host/host.h"

static void test_read_tcp_past_its_deadline_is_a_timeout(void **state)
{
    const struct deadline deadline = deadline_in_ms(0);
    struct socket_census census = { 0 };
    struct host_reading how = { .source = "as before" };
    struct host_bound bound = { 0 };
    struct host host = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(host_open(&host, &err));
    assert_false(host.ops->read_tcp(host.self, &deadline, &census, &how, &bound, &err));
    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_string_equal(how.source, "as before");
    assert_false(host.ops->read_udp(host.self, &deadline, &census, &how, &err));
    assert_int_equal(err.code, ERR_TIMEOUT);

    host_close(&host);
    socket_census_clear(&census);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_tcp_past_its_deadline_is_a_timeout),
    };

    return cmocka_run_group_tests_name("host/linux/linux_host", tests, NULL, NULL);
}
