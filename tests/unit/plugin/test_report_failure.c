/* SPDX-License-Identifier: MIT */
/* What each format says when there is no verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "plugin/report.h"

static struct text out;

static int clear(void **state)
{
    (void)state;
    text_clear(&out);
    return 0;
}

static const char *print(enum output_format format, const char *message)
{
    assert_true(report_failure(format, CHECK_UNKNOWN, "1.2.3", message, &out, NULL));
    return text_string(&out);
}

static void test_failure_text_is_one_line(void **state)
{
    (void)state;

    assert_string_equal(print(OUTPUT_TEXT, "unknown option '--foo'"),
                        "PORTS UNKNOWN: unknown option '--foo'\n");
}

static void test_failure_text_shows_the_state(void **state)
{
    (void)state;

    assert_true(report_failure(OUTPUT_TEXT, CHECK_CRITICAL, "1.2.3", "timeout after 10 s",
                               &out, NULL));

    assert_string_equal(text_string(&out), "PORTS CRITICAL: timeout after 10 s\n");
}

static void test_failure_text_is_never_taken_for_perfdata(void **state)
{
    (void)state;

    assert_string_equal(print(OUTPUT_TEXT, "a|b=1\nc\xff"), "PORTS UNKNOWN: a b=1 c?\n");
}

static void test_failure_text_is_cut_to_the_first_line_limit(void **state)
{
    char message[2000];
    const char *line;
    (void)state;

    /* Two-byte characters from an odd place: the cut must fall between two of them. */
    for (size_t i = 0; i + 1 < sizeof message; i += 2)
        memcpy(message + i, "\xC3\xA9", 2);
    message[sizeof message - 2] = '\0';
    line = print(OUTPUT_TEXT, message);

    assert_in_range(strlen(line), REPORT_FIRST_LINE_MAX - 2, REPORT_FIRST_LINE_MAX + 1);
    assert_string_equal(line + strlen(line) - 6, "\xC3\xA9...\n");
}

static void test_failure_observation_is_a_text_line(void **state)
{
    (void)state;

    assert_string_equal(print(OUTPUT_OBSERVATION, "timeout"), "PORTS UNKNOWN: timeout\n");
}

static void test_failure_explain_is_a_text_line(void **state)
{
    (void)state;

    assert_string_equal(print(OUTPUT_EXPLAIN, "timeout"), "PORTS UNKNOWN: timeout\n");
}

static void test_failure_json_has_the_head_of_the_schema(void **state)
{
    (void)state;

    assert_string_equal(print(OUTPUT_JSON, "cannot read \"x\""),
                        "{\n"
                        "  \"schema\": 2,\n"
                        "  \"version\": \"1.2.3\",\n"
                        "  \"state\": \"UNKNOWN\",\n"
                        "  \"exit_code\": 3,\n"
                        "  \"summary\": \"PORTS UNKNOWN: cannot read \\\"x\\\"\"\n"
                        "}\n");
}

static void test_failure_json_survives_foreign_bytes(void **state)
{
    json_t *root;
    (void)state;

    root = json_loads(print(OUTPUT_JSON, "\xff\xC0\x01|\n"), 0, NULL);

    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "summary")),
                        "PORTS UNKNOWN: ??   ");
    json_decref(root);
}

static void test_failure_prometheus_says_down_and_why(void **state)
{
    (void)state;

    assert_string_equal(
        print(OUTPUT_PROMETHEUS, "broken\nline"),
        "# PORTS UNKNOWN: broken line\n"
        "# HELP port_exhaustion_up Whether the host could be judged.\n"
        "# TYPE port_exhaustion_up gauge\n"
        "port_exhaustion_up 0\n"
        "# HELP port_exhaustion_state State of the check: 0 OK, 1 WARNING, 2 CRITICAL, "
        "3 UNKNOWN.\n"
        "# TYPE port_exhaustion_state gauge\n"
        "port_exhaustion_state 3\n");
}

static void test_report_no_memory_is_what_a_failure_without_memory_would_be(void **state)
{
    static const enum output_format formats[] = { OUTPUT_TEXT, OUTPUT_EXPLAIN,
                                                  OUTPUT_JSON, OUTPUT_PROMETHEUS,
                                                  OUTPUT_OBSERVATION };
    (void)state;

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        assert_true(report_failure(formats[i], CHECK_UNKNOWN, PORT_EXHAUSTION_VERSION,
                                   "not enough memory", &out, NULL));
        assert_string_equal(report_no_memory(formats[i]), text_string(&out));
        text_clear(&out);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, clear)
    const struct CMUnitTest tests[] = {
        TEST(test_failure_text_is_one_line),
        TEST(test_failure_text_shows_the_state),
        TEST(test_failure_text_is_never_taken_for_perfdata),
        TEST(test_failure_text_is_cut_to_the_first_line_limit),
        TEST(test_failure_observation_is_a_text_line),
        TEST(test_failure_explain_is_a_text_line),
        TEST(test_failure_json_has_the_head_of_the_schema),
        TEST(test_failure_json_survives_foreign_bytes),
        TEST(test_failure_prometheus_says_down_and_why),
        cmocka_unit_test(test_report_no_memory_is_what_a_failure_without_memory_would_be),
    };

    return cmocka_run_group_tests_name("plugin/report_failure", tests, NULL, NULL);
}
