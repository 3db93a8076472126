/* SPDX-License-Identifier: MIT */
/* What --help says, and that it says the truth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/options.h"

static void test_plugin_options_help_fits_80_columns(void **state)
{
    struct text help = { 0 };
    (void)state;

    plugin_options_help(&help);

    assert_true(help.length > 0);
    for (const char *line = help.data; *line;) {
        size_t length = strcspn(line, "\n");

        if (length > 80 || line[length] != '\n')
            fail_msg("%u columns: %.*s", (unsigned int)length, (int)length, line);
        line += length + 1;
    }
    text_clear(&help);
}

static void assert_in_help(const char *const words[], size_t count)
{
    struct text help = { 0 };

    plugin_options_help(&help);
    for (size_t i = 0; i < count; i++)
        if (!strstr(text_string(&help), words[i]))
            fail_msg("'%s' is not in the help", words[i]);
    text_clear(&help);
}

static void test_plugin_options_help_names_every_option(void **state)
{
    static const char *const options[] = {
        "-w, --warning METRIC=RANGE[,...]",
        "-c, --critical METRIC=RANGE[,...]",
        "-m, --metrics METRIC[,...]",
        "-o, --output FORMAT",
        "    --owners WHO",
        "    --look SECONDS",
        "    --anonymize",
        "    --policy FILE",
        "    --range FIRST-LAST",
        "    --top N",
        "    --replay FILE",
        "-t, --timeout SECONDS",
        "    --timeout-state STATE",
        "-v, --verbose",
        "-h, --help",
        "-V, --version",
    };
    (void)state;

    assert_in_help(options, ARRAY_COUNT(options));
}

/* The usage is text of its own: an option that is only a row of the table is not in it.
 */
static void test_plugin_options_help_has_each_option_in_its_usage(void **state)
{
    struct text help = { 0 };
    const char *options;
    size_t count = 0;
    (void)state;

    plugin_options_help(&help);
    options = strstr(text_string(&help), "\nOptions:\n");
    assert_non_null(options);
    for (const char *line = options; *line != '\0' && strncmp(line, "\nMetrics", 8) != 0;
         line += 1 + strcspn(line + 1, "\n")) {
        char wanted[40] = "";
        const char *found;

        if (sscanf(line, "\n  -%1[a-zA-Z],", wanted + 2) != 1 &&
            sscanf(line, "\n      -%30[a-z-]", wanted + 2) != 1)
            continue;
        wanted[0] = '[';
        wanted[1] = '-';
        found = strstr(text_string(&help), wanted);
        if (!found || found > options)
            fail_msg("the usage has no %s", wanted);
        count++;
    }
    assert_true(count >= 17);
    text_clear(&help);
}

static void test_plugin_options_help_shows_metrics_and_default_thresholds(void **state)
{
    static const char *const lines[] = {
        "\n                        Linux           Windows\n",
        "\n  port_usage            80 / -        * 50 / 80\n",
        "\n  destination_usage   * 50 / 80         - / -\n",
        "\n  time_wait             - / -           - / -\n",
        "\n  udp_port_usage        80 / 90         80 / 90\n",
        "\n  misconfigured         0 / -           0 / -\n",
    };
    (void)state;

    assert_in_help(lines, ARRAY_COUNT(lines));
}

static void test_plugin_options_help_has_words_for_each_metric(void **state)
{
    struct text help = { 0 };
    (void)state;

    plugin_options_help(&help);

    for (enum metric_id id = 0; id < METRIC_COUNT; id++) {
        char line[40];
        const char *found;

        (void)snprintf(line, sizeof line, "\n  %-18s  ", metric_names[id]);
        found = strstr(text_string(&help), line);
        if (!found || strncmp(found + strlen(line), "(null)", 6) == 0)
            fail_msg("%s has no words", metric_names[id]);
    }
    text_clear(&help);
}

static void test_plugin_options_help_tells_ranges_exit_codes_and_examples(void **state)
{
    static const char *const words[] = {
        "Usage: check_port_exhaustion ",
        "inside:10:20, -inf:10, 10:inf",
        "@10:20",
        "Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN",
        "\nExamples:\n",
    };
    (void)state;

    assert_in_help(words, ARRAY_COUNT(words));
}

/* Defaults stand in the help as words; the numbers behind them may not drift away. */
static void test_plugin_options_help_states_the_true_defaults(void **state)
{
    char top[80];
    char timeout[80];
    char look[200];
    const char *const lines[] = { top, timeout, look };
    (void)state;

    (void)snprintf(top, sizeof top, "0-%d\n%28s(default: %d)", OBSERVED_DESTINATIONS_MAX,
                   "", TOP_DEFAULT);
    (void)snprintf(timeout, sizeof timeout, "give up after 1-%d seconds (default: %d)",
                   TIMEOUT_MAX_S, TIMEOUT_DEFAULT_S);
    (void)snprintf(
        look, sizeof look,
        "look again after 0-%d seconds: who opens\n%28sconnections, whether usage grows "
        "(default: %d with\n%28s-o explain, else 0)",
        LOOK_MAX_S, "", LOOK_DEFAULT_S, "");

    assert_in_help(lines, ARRAY_COUNT(lines));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plugin_options_help_fits_80_columns),
        cmocka_unit_test(test_plugin_options_help_names_every_option),
        cmocka_unit_test(test_plugin_options_help_has_each_option_in_its_usage),
        cmocka_unit_test(test_plugin_options_help_shows_metrics_and_default_thresholds),
        cmocka_unit_test(test_plugin_options_help_has_words_for_each_metric),
        cmocka_unit_test(test_plugin_options_help_tells_ranges_exit_codes_and_examples),
        cmocka_unit_test(test_plugin_options_help_states_the_true_defaults),
    };

    return cmocka_run_group_tests_name("plugin/options_help", tests, NULL, NULL);
}
