/* SPDX-License-Identifier: MIT */
/* The command line of the check, option by option, and its help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/options.h"

enum { WORDS_MAX = 8 };

/* The program's command line: `words` behind its name, NULL after them. */
static bool parse(char *const words[WORDS_MAX], struct plugin_options *out,
                  struct error *err)
{
    char *argv[WORDS_MAX + 2] = { (char[]){ "check_port_exhaustion" } };
    int argc = 1;

    for (size_t i = 0; i < WORDS_MAX && words[i]; i++)
        argv[argc++] = words[i];
    return plugin_options_parse(argc, argv, out, err);
}

/* The options of a command line that must be good. */
static struct plugin_options given(char *const words[WORDS_MAX])
{
    struct plugin_options options = { 0 };
    struct error err = { 0 };

    if (!parse(words, &options, &err))
        fail_msg("%s", err.message);
    return options;
}

static void test_plugin_options_parse_defaults(void **state)
{
    (void)state;

    struct plugin_options options = given((char *[WORDS_MAX]){ NULL });

    assert_int_equal(options.limit_count, 0);
    assert_int_equal(options.metrics, METRICS_ALL);
    assert_int_equal(options.format, OUTPUT_TEXT);
    assert_null(options.policy_path);
    assert_null(options.replay_path);
    assert_int_equal(port_range_size(options.range), 0);
    assert_int_equal(options.top, TOP_DEFAULT);
    assert_int_equal(options.timeout_s, TIMEOUT_DEFAULT_S);
    assert_int_equal(options.timeout_state, CHECK_UNKNOWN);
    assert_int_equal(options.verbosity, 0);
    assert_int_equal(options.owners, OWNERS_NOT_SAID);
    assert_int_equal(options.look_s, 0);
    assert_false(options.no_ask);
    assert_false(options.all_namespaces);
    assert_false(options.anonymize);
    assert_false(options.help);
    assert_false(options.version);
}

static void assert_limit(const struct limit_option *limit, bool critical,
                         const char *metric, const char *range)
{
    struct text out = { 0 };

    threshold_format(&limit->threshold, &out);
    assert_int_equal(limit->critical, critical);
    assert_string_equal(limit->deciding ? "" : metric_names[limit->metric], metric);
    assert_string_equal(text_string(&out), range);
    text_clear(&out);
}

static void test_plugin_options_parse_keeps_limits_in_their_order(void **state)
{
    char *words[WORDS_MAX] = { "-w",         "60,time_wait=20000:",
                               "-c85",       "--warning=misconfigured=",
                               "--critical", "udp_port_usage=inside:1:2" };
    (void)state;

    struct plugin_options options = given(words);

    assert_int_equal(options.limit_count, 5);
    assert_limit(&options.limits[0], false, "", "60");
    assert_limit(&options.limits[1], false, "time_wait", "20000:");
    assert_limit(&options.limits[2], true, "", "85");
    assert_limit(&options.limits[3], false, "misconfigured", "");
    assert_limit(&options.limits[4], true, "udp_port_usage", "@1:2");
}

static void test_plugin_options_parse_takes_64_limits(void **state)
{
    char list[4 * LIMIT_OPTIONS_MAX + 1] = "";
    char *words[WORDS_MAX] = { "-w", list };
    (void)state;
    for (size_t i = 0; i < LIMIT_OPTIONS_MAX; i++)
        memcpy(list + 3 * i, "50,", 4);
    list[3 * LIMIT_OPTIONS_MAX - 1] = '\0';

    struct plugin_options options = given(words);

    assert_int_equal(options.limit_count, LIMIT_OPTIONS_MAX);
}

static void test_plugin_options_parse_refuses_a_65th_limit(void **state)
{
    char list[4 * LIMIT_OPTIONS_MAX + 1] = "";
    char *words[WORDS_MAX] = { "-w", list, "-c", "1" };
    struct plugin_options options = { 0 };
    struct error err = { 0 };
    (void)state;
    for (size_t i = 0; i < LIMIT_OPTIONS_MAX; i++)
        memcpy(list + 3 * i, "50,", 4);
    list[3 * LIMIT_OPTIONS_MAX - 1] = '\0';

    assert_false(parse(words, &options, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message, "-c: more than 64 thresholds");
}

static void test_plugin_options_parse_adds_metrics_up(void **state)
{
    char *words[WORDS_MAX] = { "-m", "time_wait,misconfigured", "--metrics=port_usage" };
    (void)state;

    struct plugin_options options = given(words);

    assert_int_equal(options.metrics, (1 << METRIC_TIME_WAIT) |
                                          (1 << METRIC_MISCONFIGURED) |
                                          (1 << METRIC_PORT_USAGE));
}

static void test_plugin_options_parse_allows_a_limit_of_a_metric_left_out(void **state)
{
    char *words[WORDS_MAX] = { "-m", "time_wait", "-w", "port_usage=10" };
    (void)state;

    struct plugin_options options = given(words);

    assert_int_equal(options.metrics, 1 << METRIC_TIME_WAIT);
    assert_int_equal(options.limit_count, 1);
}

static void test_plugin_options_parse_knows_every_format(void **state)
{
    (void)state;

    assert_int_equal(given((char *[WORDS_MAX]){ "-o", "text" }).format, OUTPUT_TEXT);
    assert_int_equal(given((char *[WORDS_MAX]){ "-o", "explain" }).format,
                     OUTPUT_EXPLAIN);
    assert_int_equal(given((char *[WORDS_MAX]){ "-o", "json" }).format, OUTPUT_JSON);
    assert_int_equal(given((char *[WORDS_MAX]){ "--output=prometheus" }).format,
                     OUTPUT_PROMETHEUS);
    assert_int_equal(given((char *[WORDS_MAX]){ "--output", "observation" }).format,
                     OUTPUT_OBSERVATION);
}

static void test_plugin_options_parse_borrows_the_paths(void **state)
{
    char *words[WORDS_MAX] = { "--policy", "/etc/p.json", "--replay=-" };
    (void)state;

    struct plugin_options options = given(words);

    assert_ptr_equal(options.policy_path, words[1]);
    assert_string_equal(options.replay_path, "-");
}

static void test_plugin_options_parse_allows_an_observation_of_a_replay(void **state)
{
    char *words[WORDS_MAX] = { "-o", "observation", "--replay", "seen.json" };
    (void)state;

    struct plugin_options options = given(words);

    assert_int_equal(options.format, OUTPUT_OBSERVATION);
    assert_string_equal(options.replay_path, "seen.json");
}

static void test_plugin_options_parse_reads_the_range(void **state)
{
    (void)state;

    struct plugin_options options = given((char *[WORDS_MAX]){ "--range", "1-65535" });

    assert_int_equal(options.range.first, 1);
    assert_int_equal(options.range.last, 65535);
}

static void test_plugin_options_parse_reads_numbers_to_their_borders(void **state)
{
    (void)state;

    assert_int_equal(given((char *[WORDS_MAX]){ "--top", "0" }).top, 0);
    assert_int_equal(given((char *[WORDS_MAX]){ "--top", "100" }).top, 100);
    assert_int_equal(given((char *[WORDS_MAX]){ "-t1" }).timeout_s, 1);
    assert_int_equal(given((char *[WORDS_MAX]){ "-t", "3600" }).timeout_s, 3600);
}

static void test_plugin_options_parse_knows_whom_to_name(void **state)
{
    (void)state;

    assert_int_equal(given((char *[WORDS_MAX]){ "--owners", "system" }).owners,
                     OWNERS_SYSTEM);
    assert_int_equal(given((char *[WORDS_MAX]){ "--owners=full" }).owners, OWNERS_FULL);
    assert_int_equal(given((char *[WORDS_MAX]){ "--owners", "none" }).owners,
                     OWNERS_NONE);
}

/* Who waits for a second to see more asked for it, or for the screen that needs it. */
static void test_plugin_options_parse_looks_for_a_screen_of_this_host(void **state)
{
    (void)state;

    assert_int_equal(given((char *[WORDS_MAX]){ "-o", "explain" }).look_s,
                     LOOK_DEFAULT_S);
    assert_int_equal(given((char *[WORDS_MAX]){ "-o", "explain", "--look", "0" }).look_s,
                     0);
    assert_int_equal(
        given((char *[WORDS_MAX]){ "-o", "explain", "--replay", "seen.json" }).look_s, 0);
    assert_int_equal(given((char *[WORDS_MAX]){ "-o", "json", "--look", "3" }).look_s, 3);
    assert_int_equal(given((char *[WORDS_MAX]){ "--look=60", "-t", "61" }).look_s,
                     LOOK_MAX_S);
    assert_int_equal(given((char *[WORDS_MAX]){ "-o", "explain", "-t", "1" }).look_s,
                     LOOK_DEFAULT_S);
}

static void test_plugin_options_parse_anonymizes_an_observation(void **state)
{
    (void)state;

    assert_true(
        given((char *[WORDS_MAX]){ "-o", "observation", "--anonymize" }).anonymize);
    assert_true(given((char *[WORDS_MAX]){ "--anonymize", "-oobservation", "--replay",
                                           "seen.json" })
                    .anonymize);
}

static void test_plugin_options_parse_knows_timeout_states_by_name_and_code(void **state)
{
    static const struct {
        char *word;
        enum check_state state;
    } states[] = {
        { "ok", CHECK_OK },           { "OK", CHECK_OK },
        { "Warning", CHECK_WARNING }, { "CRITICAL", CHECK_CRITICAL },
        { "unknown", CHECK_UNKNOWN }, { "0", CHECK_OK },
        { "1", CHECK_WARNING },       { "2", CHECK_CRITICAL },
        { "3", CHECK_UNKNOWN },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(states); i++) {
        char *words[WORDS_MAX] = { "--timeout-state", states[i].word };

        if (given(words).timeout_state != states[i].state)
            fail_msg("'%s'", states[i].word);
    }
}

static void test_plugin_options_parse_counts_verbose_up_to_three(void **state)
{
    (void)state;

    assert_int_equal(given((char *[WORDS_MAX]){ "-v" }).verbosity, 1);
    assert_int_equal(given((char *[WORDS_MAX]){ "-v", "--verbose" }).verbosity, 2);
    assert_int_equal(given((char *[WORDS_MAX]){ "-vvv" }).verbosity, 3);
    assert_int_equal(given((char *[WORDS_MAX]){ "-vvvvv" }).verbosity, 3);
}

static void test_plugin_options_parse_sees_that_nothing_is_to_be_asked(void **state)
{
    (void)state;

    assert_true(given((char *[WORDS_MAX]){ "--no-ask" }).no_ask);
}

static void test_plugin_options_parse_sees_that_all_namespaces_are_meant(void **state)
{
    (void)state;

    assert_true(given((char *[WORDS_MAX]){ "--all-namespaces" }).all_namespaces);
    assert_true(given((char *[WORDS_MAX]){ "-m", "time_wait,port_usage", "-o", "json",
                                           "--all-namespaces" })
                    .all_namespaces);
}

static void test_plugin_options_parse_sees_help_and_version(void **state)
{
    (void)state;

    assert_true(given((char *[WORDS_MAX]){ "-h" }).help);
    assert_true(given((char *[WORDS_MAX]){ "--help" }).help);
    assert_true(given((char *[WORDS_MAX]){ "-V" }).version);
    assert_true(given((char *[WORDS_MAX]){ "--version" }).version);
}

#define ONE_OF                                                                           \
    "(one of port_usage, destination_usage, time_wait, udp_port_usage, misconfigured, "  \
    "conntrack_usage, exhaustion_events)"
#define NOT_A_RANGE " is not a range (like 10, 10:, ~:10, 10:20, @10:20)"

struct bad_row {
    char *words[WORDS_MAX]; /* the name too */
    const char *message;
};

/* Those that tests/bad-input/table does not try through the programs. */
static const struct bad_row bad[] = {
    { { "-w", "TIME_WAIT=3" }, "-w: unknown metric 'TIME_WAIT' " ONE_OF },
    { { "-w", "time_wait=abc" }, "-w: 'abc'" NOT_A_RANGE },
    { { "-w", "time_wait==3" }, "-w: '=3'" NOT_A_RANGE },
    { { "-w", "time_wait" }, "-w: 'time_wait'" NOT_A_RANGE },
    { { "-w", "10, 20" }, "-w: ' 20'" NOT_A_RANGE },
    { { "-w", "10,,20" }, "-w: an empty entry in '10,,20'" },
    { { "-c", "10," }, "-c: an empty entry in '10,'" },
    { { "-c", "," }, "-c: an empty entry in ','" },
};

static void test_plugin_options_parse_refuses_with_one_line(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        struct plugin_options options = { .top = 77 };
        struct error err = { 0 };

        if (parse(bad[i].words, &options, &err) || options.top != 77)
            fail_msg("%s %s: accepted", bad[i].words[0], bad[i].words[1]);
        if (strcmp(err.message, bad[i].message) != 0)
            fail_msg("%s %s: %s", bad[i].words[0], bad[i].words[1], err.message);
    }
}

static void test_plugin_options_parse_refuses_an_endless_entry(void **state)
{
    char list[5000] = "time_wait=";
    char *words[WORDS_MAX] = { "-w", list };
    struct plugin_options options = { 0 };
    struct error err = { 0 };
    (void)state;
    memset(list + 10, '1', sizeof list - 11);

    assert_false(parse(words, &options, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message, "-w: 'time_wait=11111111111111111111111111111111111"
                                     "111111111111111...' is too long");
}

/* What `words` make of the defaults of `os`, as "warning/critical" of one metric. */
static void assert_limits(char *const words[WORDS_MAX], enum os_kind os,
                          enum metric_id metric, const char *expected)
{
    struct plugin_options options = given(words);
    struct metric_limits limits[METRIC_COUNT];
    struct text out = { 0 };

    metric_default_limits(os, limits);
    plugin_options_limits(&options, limits, os, limits);
    threshold_format(&limits[metric].warning, &out);
    text_add(&out, "/");
    threshold_format(&limits[metric].critical, &out);
    assert_string_equal(text_string(&out), expected);
    text_clear(&out);
}

static void test_plugin_options_limits_are_the_defaults_without_options(void **state)
{
    char *words[WORDS_MAX] = { NULL };
    (void)state;

    assert_limits(words, OS_LINUX, METRIC_DESTINATION_USAGE, "50/80");
    assert_limits(words, OS_WINDOWS, METRIC_PORT_USAGE, "50/80");
    assert_limits(words, OS_LINUX, METRIC_MISCONFIGURED, "0/");
}

/* The critical limits that were given, and no other, can raise CRITICAL where the policy
 * of the site is bad. */
static void test_plugin_options_limits_given_hold_in_full(void **state)
{
    char *words[WORDS_MAX] = { "-w", "60", "-c", "udp_port_usage=90,time_wait=" };
    struct plugin_options options = given(words);
    struct metric_limits limits[METRIC_COUNT];
    (void)state;

    metric_default_limits(OS_LINUX, limits);
    for (size_t i = 0; i < METRIC_COUNT; i++)
        limits[i].at_most_warning = true;
    plugin_options_limits(&options, limits, OS_LINUX, limits);

    for (size_t i = 0; i < METRIC_COUNT; i++)
        assert_int_equal(limits[i].at_most_warning,
                         i != METRIC_UDP_PORT_USAGE && i != METRIC_TIME_WAIT);
}

static void test_plugin_options_limits_bare_is_the_deciding_metric(void **state)
{
    char *words[WORDS_MAX] = { "-w", "60", "-c", "85" };
    (void)state;

    assert_limits(words, OS_LINUX, METRIC_DESTINATION_USAGE, "60/85");
    assert_limits(words, OS_LINUX, METRIC_PORT_USAGE, "80/");
    assert_limits(words, OS_WINDOWS, METRIC_PORT_USAGE, "60/85");
    assert_limits(words, OS_WINDOWS, METRIC_DESTINATION_USAGE, "/");
}

static void test_plugin_options_limits_empty_takes_the_default_away(void **state)
{
    char *words[WORDS_MAX] = { "-w", "misconfigured=", "-c", "udp_port_usage=" };
    (void)state;

    assert_limits(words, OS_LINUX, METRIC_MISCONFIGURED, "/");
    assert_limits(words, OS_LINUX, METRIC_UDP_PORT_USAGE, "80/");
}

static void test_plugin_options_limits_last_one_wins(void **state)
{
    char *words[WORDS_MAX] = { "-w", "60",
                               "-w", "destination_usage=70,time_wait=5",
                               "-w", "time_wait=" };
    (void)state;

    assert_limits(words, OS_LINUX, METRIC_DESTINATION_USAGE, "70/80");
    assert_limits(words, OS_LINUX, METRIC_TIME_WAIT, "/");
}

static void test_plugin_options_format_is_found_in_a_wrong_command_line(void **state)
{
    static const struct {
        char *words[5];
        enum output_format format;
    } rows[] = {
        { { "check", "-w", "abc", NULL }, OUTPUT_TEXT },
        { { "check", "--foo", "-ojson", NULL }, OUTPUT_JSON },
        { { "check", "-o", "prometheus", "x" }, OUTPUT_PROMETHEUS },
        { { "check", "--output", "json", "x" }, OUTPUT_JSON },
        { { "check", "--output=prometheus", "x", NULL }, OUTPUT_PROMETHEUS },
        { { "check", "--outputs", "json", NULL }, OUTPUT_TEXT },
        { { "check", "-o", "yaml", NULL }, OUTPUT_TEXT },
        { { "check", "x", "-o", NULL }, OUTPUT_TEXT },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        int argc = rows[i].words[3] ? 4 : 3;

        if (plugin_options_format(argc, rows[i].words) != rows[i].format)
            fail_msg("row %u: %s", (unsigned int)i, rows[i].words[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plugin_options_format_is_found_in_a_wrong_command_line),
        cmocka_unit_test(test_plugin_options_parse_defaults),
        cmocka_unit_test(test_plugin_options_parse_keeps_limits_in_their_order),
        cmocka_unit_test(test_plugin_options_parse_takes_64_limits),
        cmocka_unit_test(test_plugin_options_parse_refuses_a_65th_limit),
        cmocka_unit_test(test_plugin_options_parse_adds_metrics_up),
        cmocka_unit_test(test_plugin_options_parse_allows_a_limit_of_a_metric_left_out),
        cmocka_unit_test(test_plugin_options_parse_knows_every_format),
        cmocka_unit_test(test_plugin_options_parse_borrows_the_paths),
        cmocka_unit_test(test_plugin_options_parse_allows_an_observation_of_a_replay),
        cmocka_unit_test(test_plugin_options_parse_reads_the_range),
        cmocka_unit_test(test_plugin_options_parse_reads_numbers_to_their_borders),
        cmocka_unit_test(test_plugin_options_parse_knows_whom_to_name),
        cmocka_unit_test(test_plugin_options_parse_looks_for_a_screen_of_this_host),
        cmocka_unit_test(test_plugin_options_parse_anonymizes_an_observation),
        cmocka_unit_test(test_plugin_options_parse_knows_timeout_states_by_name_and_code),
        cmocka_unit_test(test_plugin_options_parse_counts_verbose_up_to_three),
        cmocka_unit_test(test_plugin_options_parse_sees_that_nothing_is_to_be_asked),
        cmocka_unit_test(test_plugin_options_parse_sees_that_all_namespaces_are_meant),
        cmocka_unit_test(test_plugin_options_parse_sees_help_and_version),
        cmocka_unit_test(test_plugin_options_parse_refuses_with_one_line),
        cmocka_unit_test(test_plugin_options_parse_refuses_an_endless_entry),
        cmocka_unit_test(test_plugin_options_limits_are_the_defaults_without_options),
        cmocka_unit_test(test_plugin_options_limits_given_hold_in_full),
        cmocka_unit_test(test_plugin_options_limits_bare_is_the_deciding_metric),
        cmocka_unit_test(test_plugin_options_limits_empty_takes_the_default_away),
        cmocka_unit_test(test_plugin_options_limits_last_one_wins),
    };

    return cmocka_run_group_tests_name("plugin/options", tests, NULL, NULL);
}
