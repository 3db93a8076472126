/* SPDX-License-Identifier: MIT */
/* What is read of the check's JSON, and that nothing that is lacking counts as 0. */
#include "tests/windows-kit/lib/truth_said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RANGE "\"first\":50000,\"last\":50254,\"reserved\":5"
#define METRICS                                                                          \
    "\"metrics\":{\"port_usage\":{\"value\":94.0,\"at_least\":true,\"more\":7},"         \
    "\"udp_port_usage\":{\"value\":49.01},\"exhaustion_events\":{\"value\":3}}"
#define SOCKETS                                                                          \
    "\"sockets\":{\"ports_used\":235,\"ports_blocked\":30,"                              \
    "\"states\":{\"listen\":10,\"time_wait\":5,\"bound\":20}}"
#define TOWARD                                                                           \
    "\"destinations\":[{\"remote\":\"10.0.0.1\",\"port\":20000,\"ports\":8},"            \
    "{\"remote\":\"127.0.0.1\",\"port\":20000,\"ports\":180},"                           \
    "{\"remote\":\"127.0.0.1\",\"port\":20001,\"ports\":9}]"
#define ASKED                                                                            \
    "\"asked\":[{\"kind\":\"bind\",\"local\":\"0.0.0.0\",\"answer\":\"none\","           \
    "\"confirmed\":true},{\"kind\":\"udp_bind\",\"local\":\"::\",\"answer\":\"free\","   \
    "\"confirmed\":false},{\"kind\":\"connect\",\"local\":\"0.0.0.0\"}]"
#define WHOLE                                                                            \
    "{\"range\":{" RANGE "},\"udp_range\":{" RANGE "}," METRICS "," SOCKETS "," TOWARD   \
    "," ASKED "}"

static void test_all_that_is_judged_is_read(void **state)
{
    struct truth_said said = { .used = 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(truth_said_parse(WHOLE, 20000, &said, &err));

    assert_int_equal(said.range[IP_PROTOCOL_TCP].first, 50000);
    assert_int_equal(said.range[IP_PROTOCOL_UDP].last, 50254);
    assert_int_equal(said.reserved[IP_PROTOCOL_UDP], 5);
    assert_int_equal(said.used, 235);
    assert_int_equal(said.blocked, 30);
    assert_true(said.bound_known);
    assert_int_equal(said.bound, 20);
    assert_int_equal(said.listeners, 10);
    assert_int_equal(said.time_wait, 5);
    assert_int_equal(said.toward, 180);
    assert_true(said.at_least);
    assert_int_equal(said.more, 7);
    assert_int_equal(said.udp_hundredths, 4901);
    assert_int_equal(said.asked[IP_PROTOCOL_TCP][IP_FAMILY_V4], TRUTH_NONE);
    assert_true(said.confirmed[IP_PROTOCOL_TCP][IP_FAMILY_V4]);
    assert_int_equal(said.asked[IP_PROTOCOL_TCP][IP_FAMILY_V6], TRUTH_NOT_ASKED);
    assert_int_equal(said.asked[IP_PROTOCOL_UDP][IP_FAMILY_V6], TRUTH_FREE);
}

/* The document with a piece of it written as another one. */
static void with(const char *piece, const char *instead, char out[2048])
{
    const char *at = strstr(WHOLE, piece);

    assert_non_null(at);
    (void)snprintf(out, 2048, "%.*s%s%s", (int)(at - WHOLE), WHOLE, instead,
                   at + strlen(piece));
}

static void test_bound_ports_may_be_unknown(void **state)
{
    struct truth_said said = { .used = 0 };
    struct error err = { 0 };
    char json[2048];
    (void)state;

    with("\"bound\":20", "\"bound\":null", json);

    assert_true(truth_said_parse(json, 20000, &said, &err));
    assert_false(said.bound_known);
}

static void test_a_number_that_lacks_is_no_zero(void **state)
{
    static const char *const lacking[][2] = {
        { "\"ports_used\":235", "ports_used" },
        { "\"listen\":10", "listen" },
        { "\"ports\":180", "ports" },
        { "\"value\":49.01", "udp_port_usage" },
        { "\"more\":7", "more" },
        { "\"bound\":20", "bound" },
        { "\"ports_blocked\":30", "ports_blocked" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(lacking); i++) {
        struct truth_said said = { .used = 77 };
        struct error err = { 0 };
        char json[2048];

        with(lacking[i][0], "\"x\":\"\"", json);
        if (truth_said_parse(json, 20000, &said, &err))
            fail_msg("without %s it is taken", lacking[i][1]);
        assert_int_equal(err.code, ERR_MALFORMED);
        assert_non_null(strstr(err.message, lacking[i][1]));
        assert_int_equal(said.used, 77);
    }
}

static void test_null_is_no_zero(void **state)
{
    struct truth_said said = { .used = 77 };
    struct error err = { 0 };
    char json[2048];
    (void)state;

    with("\"ports_used\":235", "\"ports_used\":null", json);

    assert_false(truth_said_parse(json, 20000, &said, &err));
    assert_string_equal(err.message, "no number 'ports_used': no summary");
}

static void test_no_json_is_an_error(void **state)
{
    struct truth_said said = { .used = 0 };
    struct error err = { 0 };
    uint32_t events = 0;
    (void)state;

    assert_false(truth_said_parse("PORTS UNKNOWN: no", 20000, &said, &err));
    assert_string_equal(err.message, "no JSON: PORTS UNKNOWN: no");
    error_clear(&err);
    assert_false(truth_said_events("", &events, &err));
    assert_int_equal(err.code, ERR_ABSENT);
}

static void test_events_are_read_where_they_are_told(void **state)
{
    struct error err = { 0 };
    uint32_t events = 0;
    char json[2048];
    (void)state;

    assert_true(truth_said_events(WHOLE, &events, &err));
    assert_int_equal(events, 3);
    with("{\"value\":3}", "{\"value\":null,\"reason\":\"denied\"}", json);
    assert_false(truth_said_events(json, &events, &err));
    assert_string_equal(err.message, "denied");
}

static void test_the_auto_reuse_range_is_read_where_there_is_one(void **state)
{
    struct port_range range = { 7, 8 };
    char json[2048];
    (void)state;

    assert_false(truth_said_reuse(WHOLE, &range));
    assert_int_equal(range.first, 7);
    with("{\"range\":{", "{\"range\":{\"auto_reuse\":{\"first\":60000,\"last\":60254},",
         json);
    assert_true(truth_said_reuse(json, &range));
    assert_int_equal(range.first, 60000);
    assert_int_equal(range.last, 60254);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_that_is_judged_is_read),
        cmocka_unit_test(test_bound_ports_may_be_unknown),
        cmocka_unit_test(test_a_number_that_lacks_is_no_zero),
        cmocka_unit_test(test_null_is_no_zero),
        cmocka_unit_test(test_no_json_is_an_error),
        cmocka_unit_test(test_the_auto_reuse_range_is_read_where_there_is_one),
        cmocka_unit_test(test_events_are_read_where_they_are_told),
    };

    return cmocka_run_group_tests_name("windows-kit/truth_said", tests, NULL, NULL);
}
