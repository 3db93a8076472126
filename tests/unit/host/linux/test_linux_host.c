/* SPDX-License-Identifier: MIT */
/* What becomes of a deadline on this machine, and of a range that is not the ports'; all
 * else is tested in tests/host. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

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

/* Groups are no ports of services. */
static void test_read_setting_counts_services_of_the_port_range_alone(void **state)
{
    const struct deadline deadline = deadline_in_ms(60000);
    const struct place groups = { .kind = PLACE_SYSCTL,
                                  .path = "net/ipv4/ping_group_range" };
    struct observed_setting setting = { 0 };
    struct host host = { 0 };
    FILE *file;
    (void)state;

    if (unshare(CLONE_NEWNET) < 0)
        skip();
    file = fopen("/proc/sys/net/ipv4/ping_group_range", "w");
    if (!file || fputs("1024 50000", file) < 0 || fclose(file) != 0)
        skip();
    assert_true(host_open(&host, NULL));
    host.ops->read_setting(host.self, &groups, SETTING_PORT_RANGE, &deadline, &setting);

    assert_int_equal(setting.presence, SETTING_SET);
    assert_int_equal(setting.value.range.last, 50000);
    assert_int_equal(setting.service_ports, 0);
    host_close(&host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_tcp_past_its_deadline_is_a_timeout),
        cmocka_unit_test(test_read_setting_counts_services_of_the_port_range_alone),
    };

    return cmocka_run_group_tests_name("host/linux/linux_host", tests, NULL, NULL);
}
