/* SPDX-License-Identifier: MIT */
/* The words of monitoring servers, and hostile ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/alert.h"

#define TYPE_TEXT "expected SOFT or HARD"
#define STATE_TEXT                                                                       \
    "expected OK, WARNING, CRITICAL, UNKNOWN, PROBLEM, RECOVERY or RESOLVED"

/* What an alert looks like that nothing was read into. */
static const struct alert untouched = { CHECK_UNKNOWN, true, 77, 88 };

struct word_case {
    const char *name; /* printed on failure */
    struct alert_words words;
    struct alert expected;
};

static const struct word_case words_read[] = {
    { "Nagios critical",
      { "CRITICAL", "HARD", "3", "0" },
      { CHECK_CRITICAL, true, 3, 0 } },
    { "Nagios warning", { "WARNING", "SOFT", "1", "0" }, { CHECK_WARNING, false, 1, 0 } },
    { "Nagios ok", { "OK", "HARD", "1", "0" }, { CHECK_OK, true, 1, 0 } },
    { "unknown", { "UNKNOWN", "HARD", "4", "0" }, { CHECK_UNKNOWN, true, 4, 0 } },
    { "letter case", { "critical", "Hard", "1", "2" }, { CHECK_CRITICAL, true, 1, 2 } },
    { "Icinga numbers, hard",
      { "CRITICAL", "1", "1", "0" },
      { CHECK_CRITICAL, true, 1, 0 } },
    { "Icinga numbers, soft",
      { "CRITICAL", "0", "1", "0" },
      { CHECK_CRITICAL, false, 1, 0 } },
    { "Zabbix problem", { "PROBLEM", "HARD", "1", "" }, { CHECK_CRITICAL, true, 1, 0 } },
    { "Zabbix resolved", { "RESOLVED", "HARD", "1", NULL }, { CHECK_OK, true, 1, 0 } },
    { "recovery", { "Recovery", "HARD", "1", "0" }, { CHECK_OK, true, 1, 0 } },
    { "highest numbers",
      { "CRITICAL", "HARD", "4294967295", "4294967295" },
      { CHECK_CRITICAL, true, UINT32_MAX, UINT32_MAX } },
};

static void assert_alert_equal(const char *name, const struct alert *is,
                               const struct alert *expected)
{
    if (is->state != expected->state || is->hard != expected->hard ||
        is->attempt != expected->attempt ||
        is->downtime_depth != expected->downtime_depth)
        fail_msg("%s: is state %d hard %d attempt %u downtime %u", name, is->state,
                 is->hard, is->attempt, is->downtime_depth);
}

static void test_alert_parse_reads_the_words_of_each_server(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(words_read); i++) {
        struct alert alert = untouched;
        struct error err = { 0 };

        if (!alert_parse(&words_read[i].words, &alert, &err))
            fail_msg("%s: %s", words_read[i].name, err.message);
        assert_alert_equal(words_read[i].name, &alert, &words_read[i].expected);
    }
}

struct refused_case {
    const char *name; /* printed on failure */
    struct alert_words words;
    const char *message;
};

static const struct refused_case words_refused[] = {
    { "no state",
      { NULL, "HARD", "1", "0" },
      "the alert's state is missing; " STATE_TEXT },
    { "empty state",
      { "", "HARD", "1", "0" },
      "the alert's state is missing; " STATE_TEXT },
    { "host state",
      { "DOWN", "HARD", "1", "0" },
      "the alert's state is 'DOWN'; " STATE_TEXT },
    { "host recovery",
      { "UP", "HARD", "1", "0" },
      "the alert's state is 'UP'; " STATE_TEXT },
    { "beginning of a word",
      { "CRIT", "HARD", "1", "0" },
      "the alert's state is 'CRIT'; " STATE_TEXT },
    { "more than a word",
      { "CRITICALS", "HARD", "1", "0" },
      "the alert's state is 'CRITICALS'; " STATE_TEXT },
    { "command after the word",
      { "CRITICAL;reboot", "HARD", "1", "0" },
      "the alert's state is 'CRITICAL;reboot'; " STATE_TEXT },
    { "command substitution",
      { "$(reboot)", "HARD", "1", "0" },
      "the alert's state is '$(reboot)'; " STATE_TEXT },
    { "blank before the word",
      { " CRITICAL", "HARD", "1", "0" },
      "the alert's state is ' CRITICAL'; " STATE_TEXT },
    { "second line",
      { "CRITICAL\nOK", "HARD", "1", "0" },
      "the alert's state is 'CRITICAL OK'; " STATE_TEXT },
    { "not UTF-8",
      { "CRIT\xFF\xC3", "HARD", "1", "0" },
      "the alert's state is 'CRIT\?\?'; " STATE_TEXT },
    { "terminal escape",
      { "\x1B[2J", "HARD", "1", "0" },
      "the alert's state is ' [2J'; " STATE_TEXT },
    { "very long state",
      { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "HARD", "1", "0" },
      "the alert's state is "
      "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA...'; " STATE_TEXT },
    { "no type",
      { "CRITICAL", NULL, "1", "0" },
      "the alert's state type is missing; " TYPE_TEXT },
    { "empty type",
      { "CRITICAL", "", "1", "0" },
      "the alert's state type is missing; " TYPE_TEXT },
    { "unknown type",
      { "CRITICAL", "2", "1", "0" },
      "the alert's state type is '2'; " TYPE_TEXT },
    { "no attempt",
      { "CRITICAL", "HARD", NULL, "0" },
      "the alert's attempt is missing; expected a whole number of 1 or more" },
    { "attempt zero",
      { "CRITICAL", "HARD", "0", "0" },
      "the alert's attempt is '0'; expected a whole number of 1 or more" },
    { "negative attempt",
      { "CRITICAL", "HARD", "-1", "0" },
      "the alert's attempt is '-1'; expected a whole number of 1 or more" },
    { "attempt beyond 32 bits",
      { "CRITICAL", "HARD", "4294967296", "0" },
      "the alert's attempt is '4294967296'; expected a whole number of 1 or more" },
    { "macro left as it is",
      { "CRITICAL", "HARD", "1", "$SERVICEDOWNTIME$" },
      "the alert's downtime depth is '$SERVICEDOWNTIME$'; expected a whole number, or "
      "nothing" },
};

static void test_alert_parse_refuses_and_quotes_any_other_word(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(words_refused); i++) {
        struct alert alert = untouched;
        struct error err = { 0 };

        if (alert_parse(&words_refused[i].words, &alert, &err))
            fail_msg("%s: taken", words_refused[i].name);
        if (strcmp(err.message, words_refused[i].message) != 0)
            fail_msg("%s: says \"%s\"", words_refused[i].name, err.message);
        assert_int_equal(err.code, ERR_MALFORMED);
        assert_alert_equal(words_refused[i].name, &alert, &untouched);
    }
}

struct line_case {
    const char *name; /* printed on failure */
    const char *line;
    struct alert expected;
};

static const struct line_case lines_read[] = {
    { "as NRPE's fixed command says it",
      "CRITICAL HARD 1 0\n",
      { CHECK_CRITICAL, true, 1, 0 } },
    { "no end of line", "CRITICAL HARD 1 0", { CHECK_CRITICAL, true, 1, 0 } },
    { "end of line of Windows", "CRITICAL HARD 1 0\r\n", { CHECK_CRITICAL, true, 1, 0 } },
    { "no downtime", "PROBLEM HARD 1\n", { CHECK_CRITICAL, true, 1, 0 } },
    { "empty downtime", "PROBLEM HARD 1 \n", { CHECK_CRITICAL, true, 1, 0 } },
    { "many blanks", "  WARNING\t SOFT  2   3 ", { CHECK_WARNING, false, 2, 3 } },
};

static void test_alert_parse_line_reads_three_or_four_words(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(lines_read); i++) {
        struct alert alert = untouched;
        struct error err = { 0 };

        if (!alert_parse_line(lines_read[i].line, strlen(lines_read[i].line), &alert,
                              &err))
            fail_msg("%s: %s", lines_read[i].name, err.message);
        assert_alert_equal(lines_read[i].name, &alert, &lines_read[i].expected);
    }
}

struct bytes_case {
    const char *name; /* printed on failure */
    const char *bytes;
    size_t length;
    const char *message;
};

#define BYTES(text) text, sizeof(text) - 1

static const struct bytes_case lines_refused[] = {
    { "nothing", BYTES(""),
      "the alert's line '' has 0 words; expected STATE TYPE ATTEMPT [DOWNTIME]" },
    { "only an end of line", BYTES("\n"),
      "the alert's line '' has 0 words; expected STATE TYPE ATTEMPT [DOWNTIME]" },
    { "one word", BYTES("CRITICAL"),
      "the alert's line 'CRITICAL' has 1 word; expected STATE TYPE ATTEMPT [DOWNTIME]" },
    { "two words", BYTES("CRITICAL HARD\n"),
      "the alert's line 'CRITICAL HARD' has 2 words; expected STATE TYPE ATTEMPT "
      "[DOWNTIME]" },
    { "five words", BYTES("CRITICAL HARD 1 0 --policy=/x\n"),
      "the alert's line 'CRITICAL HARD 1 0 --policy=/x' has 5 words; expected STATE TYPE "
      "ATTEMPT [DOWNTIME]" },
    { "second line", BYTES("CRITICAL HARD 1 0\nreboot\n"),
      "the alert has more than one line: 'CRITICAL HARD 1 0 reboot'" },
    { "empty second line", BYTES("CRITICAL HARD 1 0\n\n"),
      "the alert has more than one line: 'CRITICAL HARD 1 0 '" },
    { "carriage return inside", BYTES("CRITICAL HARD\r1 0\n"),
      "the alert's line has a control character (0x0D, byte 14): 'CRITICAL HARD 1 0'" },
    { "NUL inside", BYTES("CRITICAL HARD 1 0\0reboot"),
      "the alert's line has a control character (0x00, byte 18): 'CRITICAL HARD 1 0 "
      "reboot'" },
    { "NUL first", BYTES("\0"),
      "the alert's line has a control character (0x00, byte 1): ' '" },
    { "DEL", BYTES("CRITICAL HARD 1\x7F"),
      "the alert's line has a control character (0x7F, byte 16): 'CRITICAL HARD 1 '" },
    { "unknown word", BYTES("CRITICAL;reboot HARD 1 0"),
      "the alert's state is 'CRITICAL;reboot'; " STATE_TEXT },
};

static void test_alert_parse_line_refuses_and_quotes_any_other_line(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(lines_refused); i++) {
        const struct bytes_case *row = &lines_refused[i];
        struct alert alert = untouched;
        struct error err = { 0 };

        if (alert_parse_line(row->bytes, row->length, &alert, &err))
            fail_msg("%s: taken", row->name);
        if (strcmp(err.message, row->message) != 0)
            fail_msg("%s: says \"%s\"", row->name, err.message);
        assert_int_equal(err.code, ERR_MALFORMED);
        assert_alert_equal(row->name, &alert, &untouched);
    }
}

/* "CRITICAL HARD 1" and blanks up to `length` bytes. */
static void fill_line(char *line, size_t length)
{
    static const char words[] = "CRITICAL HARD 1";

    memset(line, ' ', length);
    memcpy(line, words, sizeof words - 1);
}

static void test_alert_parse_line_takes_the_longest_line(void **state)
{
    char line[ALERT_LINE_MAX];
    struct alert alert = untouched;
    struct error err = { 0 };
    (void)state;

    fill_line(line, sizeof line);

    assert_true(alert_parse_line(line, sizeof line, &alert, &err));

    assert_int_equal(alert.state, CHECK_CRITICAL);
}

static void test_alert_parse_line_refuses_a_longer_line(void **state)
{
    char line[ALERT_LINE_MAX + 1];
    struct alert alert = untouched;
    struct error err = { 0 };
    (void)state;

    fill_line(line, sizeof line);

    assert_false(alert_parse_line(line, sizeof line, &alert, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message,
                        "the alert's line is longer than 256 bytes: 'CRITICAL HARD 1"
                        "                                             ...'");
    assert_alert_equal("longer line", &alert, &untouched);
}

/* Nothing before the line is a part of it, and its end is none of its words. */
static void test_alert_parse_line_cuts_its_end_alone(void **state)
{
    static const struct {
        const char *before;
        const char *line;
    } rows[] = {
        { "", "" },   { "\n", "" },   { "\r", "\n" },
        { "", "\r" }, { "", "\r\n" }, { "\r", "\r\n" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[ALERT_LINE_MAX + 2] = "";
        struct alert alert = untouched;
        struct error err = { 0 };

        (void)snprintf(line, sizeof line, "%s%s", rows[i].before, rows[i].line);
        assert_false(alert_parse_line(line + strlen(rows[i].before), strlen(rows[i].line),
                                      &alert, &err));
        assert_string_equal(err.message,
                            "the alert's line '' has 0 words; expected STATE "
                            "TYPE ATTEMPT [DOWNTIME]");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alert_parse_line_cuts_its_end_alone),
        cmocka_unit_test(test_alert_parse_reads_the_words_of_each_server),
        cmocka_unit_test(test_alert_parse_refuses_and_quotes_any_other_word),
        cmocka_unit_test(test_alert_parse_line_reads_three_or_four_words),
        cmocka_unit_test(test_alert_parse_line_refuses_and_quotes_any_other_line),
        cmocka_unit_test(test_alert_parse_line_takes_the_longest_line),
        cmocka_unit_test(test_alert_parse_line_refuses_a_longer_line),
    };

    return cmocka_run_group_tests_name("remediate/alert", tests, NULL, NULL);
}
