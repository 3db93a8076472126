/* SPDX-License-Identifier: MIT */
/* What later versions added to an observation comes back as it was; older recordings lack
 * it, and mean what they meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "tests/support/bench.h"
#include "tests/support/given.h"

static int given_range_alone(void **state)
{
    struct observation *seen;

    if (given_bench(state) != 0)
        return -1;
    seen = &((struct bench *)*state)->seen;
    seen->os.kind = OS_LINUX;
    given_setting_range(seen, "ip_local_port_range", 1024, 65535);
    return 0;
}

static void test_observation_keeps_a_refused_line_and_services(void **state)
{
    static const char line[] = "/etc/x.conf:1: the kernel refuses 'x'";
    struct bench *bench = *state;

    (void)snprintf(bench->seen.settings[0].boot_refused,
                   sizeof bench->seen.settings[0].boot_refused, "%s", line);
    bench->seen.settings[0].boot = BOOT_UNSET;
    bench->seen.settings[0].service_ports = 256;
    go_round(bench);

    assert_string_equal(bench->read.settings[0].boot_refused, line);
    assert_int_equal(bench->read.settings[0].boot, BOOT_UNSET);
    assert_int_equal(bench->read.settings[0].service_ports, 256);
}

static void test_observation_keeps_whose_settings_they_are(void **state)
{
    static const enum settings_scope scopes[] = { SETTINGS_OF_HOST, SETTINGS_OF_CONTAINER,
                                                  SETTINGS_OF_NAMESPACE };
    struct bench *bench = *state;

    for (size_t i = 0; i < ARRAY_COUNT(scopes); i++) {
        bench->seen.settings_scope = scopes[i];
        go_round(bench);
        assert_int_equal(bench->read.settings_scope, scopes[i]);
    }
}

static void test_observation_of_a_plain_host_has_no_newer_key(void **state)
{
    static const char *const keys[] = { "at_boot_refused", "service_ports",
                                        "settings_of" };
    struct bench *bench = *state;

    go_round(bench);

    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        assert_null(strstr(text_string(&bench->json), keys[i]));
    assert_string_equal(bench->read.settings[0].boot_refused, "");
    assert_int_equal(bench->read.settings[0].service_ports, 0);
    assert_int_equal(bench->read.settings_scope, SETTINGS_OF_HOST);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_range_alone, free_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_observation_keeps_a_refused_line_and_services),
        TEST(test_observation_keeps_whose_settings_they_are),
        TEST(test_observation_of_a_plain_host_has_no_newer_key),
    };

    return cmocka_run_group_tests_name("model/observation_newer", tests, NULL, NULL);
}
