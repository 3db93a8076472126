/* SPDX-License-Identifier: MIT */
/* Of a document that anybody may have written, only a sound one is taken. */
#include "checks/model/observation_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/bench.h"

#define RANGE                                                                            \
    "\"range\":{\"tcp\":{\"first\":101,\"last\":200,\"reserved\":0,\"usable\":100,"      \
    "\"source\":\"x\"},\"udp\":{\"first\":101,\"last\":200,\"reserved\":40,"             \
    "\"usable\":60,\"source\":\"x\"}},"
#define TCP(time_wait, states, used, blocked, seen, destinations)                        \
    "\"tcp\":{\"time_wait\":" time_wait ",\"states\":" states ",\"ports_used\":" used    \
    ",\"ports_blocked\":" blocked ",\"bound_known\":false,\"bound_possible\":0,"         \
    "\"destinations_seen\":" seen                                                        \
    ",\"untracked_bound\":0,\"destinations\":" destinations ",\"source\":\"x\"},"
#define TO(remote, sockets, reusable, time_wait, established)                            \
    "{\"local\":\"10.0.0.1\",\"remote\":\"" remote                                       \
    "\",\"port\":443,\"sockets\":" sockets ",\"reusable\":" reusable                     \
    ",\"time_wait\":" time_wait ",\"established\":" established ",\"close_wait\":0}"
#define SETTING(name, more) "\"settings\":{\"" name "\":{\"state\":\"set\"," more "}},"
#define TOPS(seen, list)    RANGE TCP("0", "{}", "0", "0", seen, "[" list "]")
#define TOP(destination)    TOPS("1", destination)
#define ONE(local, remote, port)                                                         \
    "{\"local\":\"" local "\",\"remote\":\"" remote "\",\"port\":" port                  \
    ",\"sockets\":1,\"reusable\":0,\"time_wait\":0,\"established\":1,\"close_wait\":0}"
#define AND         ","
#define TO_B        ONE("10.0.0.1", "10.0.0.2", "443")
#define TO_B_ON_444 ONE("10.0.0.1", "10.0.0.2", "444")
#define TO_B_FROM_D ONE("10.0.0.4", "10.0.0.2", "443")
#define TO_B_MAPPED ONE("::ffff:10.0.0.1", "::ffff:10.0.0.2", "443")
#define TO_B_IN_V6  ONE("10.0.0.1", "::10.0.0.2", "443")
#define TO_C        ONE("10.0.0.1", "10.0.0.3", "443")

/* Those that tests/bad-input/table does not try through the programs. */
static const struct bad_part bad_parts[] = {
    { "program of a wrong type", "\"program\":1,",
      "program: expected a string, not a number" },
    { "range without last", "\"range\":{\"tcp\":{\"first\":1}},",
      "range.tcp.last: missing" },
    { "range backwards",
      "\"range\":{\"udp\":{\"first\":9,\"last\":8,\"reserved\":0,"
      "\"usable\":0,\"source\":\"\"}},",
      "range.udp.last: 8 is below first, 9" },
    { "unreadable and more", "\"tcp\":{\"unreadable\":\"x\",\"time_wait\":1},",
      "tcp.time_wait: unknown key (unreadable)" },
    { "more in SYN_SENT than sockets",
      TOP(TO("10.0.0.2", "5", "0", "0", "0,\"syn_sent\":6")),
      "tcp.destinations[0].sockets: 5 is below the 6 of time_wait, established, "
      "close_wait, syn_sent and fin_wait_2" },
    { "SYN_SENT is no count", TOP(TO("10.0.0.2", "5", "0", "0", "0,\"syn_sent\":-1")),
      "tcp.destinations[0].syn_sent: expected an integer from 0 to 65535" },
    { "a destination twice", TOPS("2", TO_B AND TO_B),
      "tcp.destinations[1]: the same as destinations[0]" },
    { "a destination twice, once v4-mapped", TOPS("3", TO_C AND TO_B AND TO_B_MAPPED),
      "tcp.destinations[2]: the same as destinations[1]" },
    { "setting without state", "\"settings\":{\"tcp_tw_reuse\":{}},",
      "settings.tcp_tw_reuse.state: missing" },
    { "control character in a name", "\"settings\":{\"a\\nb\":{\"state\":\"set\"}},",
      "settings.a b: control characters are not allowed" },
    { "unknown key of a setting", SETTING("tcp_tw_reuse", "\"value\":1,\"boot\":1"),
      "settings.tcp_tw_reuse.boot: unknown key (state, value, reason, at_boot, "
      "at_boot_source, at_boot_refused, service_ports, waiting_since)" },
    { "too many ports of services",
      SETTING("ip_local_port_range", "\"value\":\"1-2\",\"service_ports\":65536"),
      "settings.ip_local_port_range.service_ports: expected an integer from 0 to 65535" },
    { "settings of whom", "\"settings_of\":\"pod\",",
      "settings_of: expected host, container or namespace" },
    { "refused line of two lines",
      SETTING("tcp_tw_reuse", "\"value\":1,\"at_boot_refused\":\"a\\nb\""),
      "settings.tcp_tw_reuse.at_boot_refused: control characters are not allowed" },
    { "source of nothing",
      SETTING("tcp_tw_reuse", "\"value\":1,\"at_boot\":null,\"at_boot_source\":\"/x\""),
      "settings.tcp_tw_reuse.at_boot_source: only a value at_boot has a source" },
    { "at_boot without a source", SETTING("tcp_tw_reuse", "\"value\":1,\"at_boot\":1"),
      "settings.tcp_tw_reuse.at_boot_source: missing" },
    { "empty source",
      SETTING("tcp_tw_reuse", "\"value\":1,\"at_boot\":1,\"at_boot_source\":\"\""),
      "settings.tcp_tw_reuse.at_boot_source: expected a file, not an empty string" },
    { "range at boot for a number",
      SETTING("tcp_tw_reuse",
              "\"value\":1,\"at_boot\":\"1-2\",\"at_boot_source\":\"/x\""),
      "settings.tcp_tw_reuse.at_boot: expected an integer" },
    { "number at boot for a range",
      SETTING("ip_local_port_range",
              "\"value\":\"1-2\",\"at_boot\":1,\"at_boot_source\":\"/x\""),
      "settings.ip_local_port_range.at_boot: expected a string, not a number" },
    { "source of two lines",
      SETTING("tcp_tw_reuse", "\"value\":1,\"at_boot\":1,\"at_boot_source\":\"a\\nb\""),
      "settings.tcp_tw_reuse.at_boot_source: control characters are not allowed" },
    { "waiting for a number", SETTING("tcp_tw_reuse", "\"value\":1,\"waiting_since\":7"),
      "settings.tcp_tw_reuse.waiting_since: expected a string, not a number" },
    { "waiting since no time",
      SETTING("tcp_tw_reuse", "\"value\":1,\"waiting_since\":\"today\""),
      "settings.tcp_tw_reuse.waiting_since: expected a time such as "
      "\"2026-01-31T23:59:59Z\"" },
    { "waiting since nothing",
      SETTING("tcp_tw_reuse", "\"value\":1,\"waiting_since\":\"1970-01-01T00:00:00Z\""),
      "settings.tcp_tw_reuse.waiting_since: expected a time after the start of 1970" },
    { "interrupted by a number", "\"interrupted_since\":7,",
      "interrupted_since: expected a string, not a number" },
    { "interrupted since no time", "\"interrupted_since\":\"\",",
      "interrupted_since: expected a time such as \"2026-01-31T23:59:59Z\"" },
    { "interrupted since nothing", "\"interrupted_since\":\"1970-01-01T00:00:00Z\",",
      "interrupted_since: expected a time after the start of 1970" },
    { "note of a wrong type", "\"notes\":[\"x\",null],",
      "notes[1]: expected a string, not null" },
    { "cost without rows", "\"cost\":{\"microseconds\":1},", "cost.rows: missing" },
};

static void test_observation_from_json_rejects_wrong_content_with_its_path(void **state)
{
    struct bench *bench = *state;

    expect_refused(bench, bad_parts, ARRAY_COUNT(bad_parts));
}

static void test_observation_from_json_takes_destinations_that_differ(void **state)
{
    struct bench *bench = *state;

    given_document(
        bench, TOPS("5", TO_B AND TO_B_ON_444 AND TO_B_FROM_D AND TO_B_IN_V6 AND TO_C));
    read_document(bench);

    assert_int_equal(bench->read.tcp.top_count, 5);
}

static void test_observation_from_json_takes_a_boot_value_of_any_setting(void **state)
{
    struct bench *bench = *state;

    given_document(bench, "\"settings\":{\"TcpTimedWaitDelay\":{\"state\":\"os_default\","
                          "\"at_boot\":30,\"at_boot_source\":\"a file\"}},");
    read_document(bench);

    assert_int_equal(bench->read.settings[0].boot, BOOT_SET);
    assert_int_equal(bench->read.settings[0].boot_value.number, 30);
    assert_string_equal(bench->read.settings[0].boot_source, "a file");
}

static void test_observation_from_json_takes_counts_that_stopped(void **state)
{
    struct bench *bench = *state;
    struct error err = { 0 };

    given_document(bench, TOP(TO("10.0.0.2", "65535", "0", "60000", "60000")));
    assert_true(observation_from_json(text_string(&bench->json), bench->json.length,
                                      &bench->read, &err));

    assert_int_equal(bench->read.tcp.top[0].established, 60000);
}

static void test_observation_from_json_rejects_a_wrong_head(void **state)
{
    static const struct bad_part rows[] = {
        { "os without a version", "{\"schema\":1,\"os\":{\"kind\":\"linux\"}}",
          "os.major: missing" },
        { "no host",
          "{\"schema\":1,\"os\":{\"kind\":\"linux\",\"major\":1,\"minor\":1,"
          "\"build\":1}}",
          "host: missing" },
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct error err = { 0 };

        assert_false(observation_from_json(rows[i].part, strlen(rows[i].part),
                                           &bench->read, &err));
        if (strcmp(err.message, rows[i].message) != 0)
            fail_msg("%s: '%s'", rows[i].name, err.message);
    }
}

static void test_observation_from_json_names_line_and_column_of_broken_json(void **state)
{
    static const char json[] = "{\n  \"schema\": 1,\n  \"os\": }\n";
    struct bench *bench = *state;
    struct error err = { 0 };

    assert_false(observation_from_json(json, strlen(json), &bench->read, &err));

    assert_int_equal(err.code, ERR_MALFORMED);
    assert_string_equal(err.message, "line 3, column 9: unexpected token near '}'");
}

static void test_observation_from_json_leaves_the_output_alone_on_failure(void **state)
{
    struct bench *bench = *state;
    struct error err = { 0 };

    bench->read.rows = 7;
    given_document(bench, "\"cost\":{\"rows\":3,\"microseconds\":true},");
    assert_false(observation_from_json(text_string(&bench->json), bench->json.length,
                                       &bench->read, &err));

    assert_int_equal(bench->read.rows, 7);
    assert_int_equal(bench->read.os.kind, OS_UNKNOWN);
}

/* A list of `count` times `item`. */
static void given_list(struct bench *bench, const char *before, const char *item,
                       size_t count, const char *after)
{
    struct text part = { 0 };

    text_add(&part, before);
    for (size_t i = 0; i < count; i++)
        text_addf(&part, "%s%s", i > 0 ? "," : "", item);
    text_add(&part, after);
    given_document(bench, text_string(&part));
    text_clear(&part);
}

static void test_observation_from_json_rejects_too_many_notes(void **state)
{
    struct bench *bench = *state;

    given_list(bench, "\"notes\":[", "\"x\"", OBSERVED_NOTES_MAX + 1, "],");

    expect_limit(bench, "notes: 17 entries, at most 16 are possible");
}

static void test_observation_from_json_rejects_too_many_destinations(void **state)
{
    struct bench *bench = *state;

    given_list(bench,
               "\"tcp\":{\"time_wait\":0,\"states\":{},\"ports_used\":0,"
               "\"ports_blocked\":0,\"bound_known\":true,\"bound_possible\":0,"
               "\"destinations_seen\":101,\"untracked_bound\":0,\"source\":\"x\","
               "\"destinations\":[",
               TO("10.0.0.2", "1", "0", "0", "0"), OBSERVED_DESTINATIONS_MAX + 1, "]},");

    expect_limit(bench, "tcp.destinations: 101 entries, at most 100 are possible");
}

static void test_observation_from_json_rejects_too_many_settings(void **state)
{
    struct bench *bench = *state;
    struct text part = { 0 };

    text_add(&part, "\"settings\":{");
    for (int i = 0; i <= SETTINGS_MAX; i++)
        text_addf(&part, "%s\"s%d\":{\"state\":\"unread\"}", i > 0 ? "," : "", i);
    text_add(&part, "},");
    given_document(bench, text_string(&part));
    text_clear(&part);

    expect_limit(bench, "settings: 65 entries, at most 64 are possible");
}

static void test_observation_from_json_rejects_a_text_that_does_not_fit(void **state)
{
    struct bench *bench = *state;
    char note[OBSERVED_NOTE_SIZE + 1];
    char part[OBSERVED_NOTE_SIZE + 32];

    memset(note, 'x', sizeof note);
    note[OBSERVED_NOTE_SIZE] = '\0';
    (void)snprintf(part, sizeof part, "\"notes\":[\"%s\"],", note);
    given_document(bench, part);

    expect_limit(bench, "notes[0]: longer than 199 bytes");
}

static void test_observation_from_json_rejects_a_file_that_is_too_large(void **state)
{
    struct bench *bench = *state;
    struct error err = { 0 };

    assert_false(
        observation_from_json("{}", OBSERVATION_FILE_MAX + 1, &bench->read, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message, "the observation is larger than 1048576 bytes");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_bench, free_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_observation_from_json_rejects_wrong_content_with_its_path),
        TEST(test_observation_from_json_takes_destinations_that_differ),
        TEST(test_observation_from_json_takes_a_boot_value_of_any_setting),
        TEST(test_observation_from_json_takes_counts_that_stopped),
        TEST(test_observation_from_json_rejects_a_wrong_head),
        TEST(test_observation_from_json_names_line_and_column_of_broken_json),
        TEST(test_observation_from_json_leaves_the_output_alone_on_failure),
        TEST(test_observation_from_json_rejects_too_many_notes),
        TEST(test_observation_from_json_rejects_too_many_destinations),
        TEST(test_observation_from_json_rejects_too_many_settings),
        TEST(test_observation_from_json_rejects_a_text_that_does_not_fit),
        TEST(test_observation_from_json_rejects_a_file_that_is_too_large),
    };

    return cmocka_run_group_tests_name("model/observation_from_json", tests, NULL, NULL);
}
