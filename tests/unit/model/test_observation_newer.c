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

#include "checks/model/observation_json.h"

static struct observation seen;
static struct observation read_back;

static int given_range(void **state)
{
    (void)state;
    seen = (struct observation){ .os = { .kind = OS_LINUX }, .setting_count = 1 };
    read_back = (struct observation){ 0 };
    (void)snprintf(seen.settings[0].name, sizeof seen.settings[0].name,
                   "ip_local_port_range");
    seen.settings[0].presence = SETTING_SET;
    seen.settings[0].value =
        (struct setting_value){ .kind = SETTING_PORT_RANGE, .range = { 1024, 65535 } };
    return 0;
}

/* Records `seen` into *json, and reads it back. */
static void record(struct text *json)
{
    struct error err = { 0 };

    if (!observation_to_json(&seen, json, &err) ||
        !observation_from_json(text_string(json), json->length, &read_back, &err))
        fail_msg("%s", err.message);
}

static void test_observation_keeps_a_refused_line_and_services(void **state)
{
    static const char line[] = "/etc/x.conf:1: the kernel refuses 'x'";
    struct text json = { 0 };
    (void)state;

    (void)snprintf(seen.settings[0].boot_refused, sizeof seen.settings[0].boot_refused,
                   "%s", line);
    seen.settings[0].boot = BOOT_UNSET;
    seen.settings[0].service_ports = 256;
    record(&json);

    assert_string_equal(read_back.settings[0].boot_refused, line);
    assert_int_equal(read_back.settings[0].boot, BOOT_UNSET);
    assert_int_equal(read_back.settings[0].service_ports, 256);
    text_clear(&json);
}

static void test_observation_keeps_whose_settings_they_are(void **state)
{
    static const enum settings_scope scopes[] = { SETTINGS_OF_HOST, SETTINGS_OF_CONTAINER,
                                                  SETTINGS_OF_NAMESPACE };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(scopes); i++) {
        struct text json = { 0 };

        seen.settings_scope = scopes[i];
        record(&json);
        assert_int_equal(read_back.settings_scope, scopes[i]);
        text_clear(&json);
    }
}

static void test_observation_of_a_plain_host_has_no_newer_key(void **state)
{
    static const char *const keys[] = { "at_boot_refused", "service_ports",
                                        "settings_of" };
    struct text json = { 0 };
    (void)state;

    record(&json);

    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        assert_null(strstr(text_string(&json), keys[i]));
    assert_string_equal(read_back.settings[0].boot_refused, "");
    assert_int_equal(read_back.settings[0].service_ports, 0);
    assert_int_equal(read_back.settings_scope, SETTINGS_OF_HOST);
    text_clear(&json);
}

#define TEST(name) cmocka_unit_test_setup(name, given_range)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_observation_keeps_a_refused_line_and_services),
        TEST(test_observation_keeps_whose_settings_they_are),
        TEST(test_observation_of_a_plain_host_has_no_newer_key),
    };

    return cmocka_run_group_tests_name("model/observation_newer", tests, NULL, NULL);
}
