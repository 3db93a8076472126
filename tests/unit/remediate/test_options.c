/* SPDX-License-Identifier: MIT */
/* The command line of the remediation: what each command takes, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/options.h"

enum { WORDS_MAX = 16, LINE_MAX_LENGTH = 80 };

/* A command line with the program's name in front; NULL ends it. */
struct line {
    const char *words[WORDS_MAX];
};

#define LETTERS_64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* The options are large, and one case runs at a time. */
static struct remediate_options parsed;

static bool parse(const struct line *line, struct error *err)
{
    char storage[WORDS_MAX][300];
    char *argv[WORDS_MAX + 2] = { (char[]){ "remediate_port_exhaustion" } };
    int argc = 1;

    memset(&parsed, 0, sizeof parsed);
    for (size_t i = 0; i < WORDS_MAX && line->words[i]; i++) {
        (void)snprintf(storage[i], sizeof storage[i], "%s", line->words[i]);
        argv[argc++] = storage[i];
    }
    return remediate_options_parse(argc, argv, &parsed, err);
}

static void assert_parses(const struct line *line)
{
    struct error err = { 0 };

    if (!parse(line, &err))
        fail_msg("%s: %s", line->words[0] ? line->words[0] : "nothing", err.message);
}

static void test_remediate_options_parse_plans_by_default(void **state)
{
    (void)state;

    assert_parses(&(struct line){ { NULL } });

    assert_ptr_equal(parsed.command, &command_plan);
    assert_int_equal(parsed.timeout_s, 60);
    assert_false(parsed.dry_run);
    assert_false(parsed.json);
    assert_false(parsed.exit_3010);
    assert_false(parsed.force);
    assert_false(parsed.alert_given);
    assert_null(parsed.undo_id);
    assert_null(parsed.policy_path);
    assert_int_equal(parsed.only_count, 0);
}

static void test_remediate_options_parse_finds_each_command(void **state)
{
    static const char *const names[] = { "plan",    "apply",  "confirm",  "undo",
                                         "history", "status", "on-alert", "expire" };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        const bool has_operand = remediate_commands[i]->operand != NULL;

        assert_parses(&(struct line){ { names[i], has_operand ? "r-1" : NULL } });

        assert_ptr_equal(parsed.command, remediate_commands[i]);
        assert_string_equal(parsed.command->name, names[i]);
    }
    assert_null(remediate_commands[ARRAY_COUNT(names)]);
}

static void test_remediate_options_parse_reads_the_common_options(void **state)
{
    (void)state;

    assert_parses(&(struct line){ { "apply", "--dry-run", "-o", "json", "--exit-3010",
                                    "-t", "3600", "-v", "-v" } });

    assert_true(parsed.dry_run);
    assert_true(parsed.json);
    assert_true(parsed.exit_3010);
    assert_int_equal(parsed.timeout_s, 3600);
    assert_int_equal(parsed.verbosity, 2);
}

static void test_remediate_options_parse_borrows_id_and_policy(void **state)
{
    char program[] = "remediate_port_exhaustion";
    char undo[] = "undo";
    char id[] = "--id=20261121T040000Z-1";
    char option[] = "--policy";
    char policy[] = "/etc/x.json";
    char *argv[] = { program, undo, id, option, policy, NULL };
    struct error err = { 0 };
    (void)state;

    assert_true(remediate_options_parse(5, argv, &parsed, &err));

    assert_string_equal(parsed.undo_id, "20261121T040000Z-1");
    assert_ptr_equal(parsed.policy_path, policy);
}

static void test_remediate_options_parse_reads_a_trial(void **state)
{
    (void)state;

    assert_parses(&(struct line){ { "apply" } });
    assert_int_equal(parsed.trial_s, 0);
    assert_null(parsed.run);
    assert_parses(&(struct line){ { "apply", "--for", "90s" } });
    assert_int_equal(parsed.trial_s, 90);
    assert_parses(&(struct line){ { "apply", "--for=24h" } });
    assert_int_equal(parsed.trial_s, 86400);
}

static void test_remediate_options_parse_takes_the_run_to_expire(void **state)
{
    char program[] = "remediate_port_exhaustion";
    char expire[] = "expire";
    char run[] = "20261121T040000Z-1";
    char option[] = "--output=json";
    char *argv[] = { program, expire, run, option, NULL };
    struct error err = { 0 };
    (void)state;

    assert_true(remediate_options_parse(4, argv, &parsed, &err));
    assert_ptr_equal(parsed.run, run);
    assert_true(parsed.json);
    assert_parses(&(struct line){ { "expire", "--help" } });
    assert_true(parsed.help);
    assert_parses(&(struct line){ { "expire", "--version" } });
}

static void test_remediate_options_parse_splits_only(void **state)
{
    (void)state;

    assert_parses(
        &(struct line){ { "plan", "--only", "a, tcp_tw_reuse ", "--only=third" } });

    assert_int_equal(parsed.only_count, 3);
    assert_string_equal(parsed.only[0], "a");
    assert_string_equal(parsed.only[1], "tcp_tw_reuse");
    assert_string_equal(parsed.only[2], "third");
}

static void test_remediate_options_parse_reads_an_alert(void **state)
{
    char program[] = "remediate_port_exhaustion";
    char command[] = "on-alert";
    char state_word[] = "--state=CRITICAL";
    char type[] = "--state-type=HARD";
    char attempt[] = "--attempt=3";
    char depth[] = "--downtime-depth=0";
    char *argv[] = { program, command, state_word, type, attempt, depth, NULL };
    struct error err = { 0 };
    (void)state;

    assert_true(remediate_options_parse(6, argv, &parsed, &err));

    assert_true(parsed.alert_given);
    assert_string_equal(parsed.alert.state, "CRITICAL");
    assert_string_equal(parsed.alert.type, "HARD");
    assert_string_equal(parsed.alert.attempt, "3");
    assert_string_equal(parsed.alert.downtime, "0");
}

static void test_remediate_options_parse_sees_one_word_of_an_alert(void **state)
{
    static const char *const words[] = { "--state=OK", "--state-type=HARD", "--attempt=3",
                                         "--downtime-depth=" };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        assert_parses(&(struct line){ { "on-alert", words[i] } });
        if (!parsed.alert_given)
            fail_msg("%s", words[i]);
    }
    assert_parses(&(struct line){ { "on-alert" } });
    assert_false(parsed.alert_given);
}

static void test_remediate_options_parse_reads_the_shortest_timeout(void **state)
{
    (void)state;

    assert_parses(&(struct line){ { "plan", "-t1" } });
    assert_int_equal(parsed.timeout_s, 1);
}

struct refused_case {
    struct line line;
    const char *message;
};

/* Those that tests/bad-input/table does not try through the programs. */
static const struct refused_case refused[] = {
    { { { "expire" } }, "expire needs RUN behind it (see history)" },
    { { { "expire", "-v" } }, "expire needs RUN behind it (see history)" },
    { { { "expire", "-v", "r-1" } }, "unexpected argument 'r-1'" },
    { { { "expire", "r-1", "r-2" } }, "unexpected argument 'r-2'" },
    { { { "expire", "../r" } }, "'../r' cannot be the id of a run" },
    { { { "expire", "" } }, "'' cannot be the id of a run" },
    { { { "confirm", "r-1" } }, "unexpected argument 'r-1'" },
    { { { "apply", "--for" } }, "option '--for' needs an argument" },
    { { { "apply", "--for=" } }, "--for: the argument is empty" },
    { { { "apply", "--for=59s" } }, "--for: '59s' is not within 1m to 24h" },
    { { { "apply", "undo" } }, "unexpected argument 'undo'" },
    { { { "--dry-run", "apply" } }, "unexpected argument 'apply'" },
    { { { "plan", "-t" } }, "option '-t' needs an argument" },
    { { { "plan", "--policy=" } }, "--policy: the argument is empty" },
    { { { "plan", "--only=a,,b" } }, "--only: an empty name in the list" },
    { { { "plan", "--only=a," } }, "--only: the list ends with a comma" },
    { { { "plan", "--only=a, " } }, "--only: the list ends with a comma" },
    { { { "plan", "--only= " } }, "--only: an empty name in the list" },
    { { { "plan", "--only", LETTERS_64 LETTERS_64 LETTERS_64 LETTERS_64 } },
      "--only: the name of a setting has at most 255 characters: "
      "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...'" },
};

static void test_remediate_options_parse_names_what_is_wrong(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(refused); i++) {
        struct error err = { 0 };

        if (parse(&refused[i].line, &err))
            fail_msg("accepted, expected: %s", refused[i].message);
        assert_string_equal(err.message, refused[i].message);
        assert_int_equal(parsed.timeout_s, 0); /* nothing was stored */
    }
}

/* An option, and the letters of the commands that take it: plan, apply, undo, history
 * (h), on-alert (o). */
struct taken_case {
    const char *option;
    const char *name;
    const char *commands;
};

static const struct taken_case taken[] = {
    { "--dry-run", "dry-run", "a" },
    { "--for=30m", "for", "a" },
    { "--live-only", "live-only", "pa" },
    { "--id=x", "id", "u" },
    { "--force", "force", "u" },
    { "--policy=x", "policy", "pauhs" },
    { "--only=x", "only", "pa" },
    { "--output=json", "output", "pauhsce" },
    { "--exit-3010", "exit-3010", "pauhs" },
    { "--timeout=5", "timeout", "pauhsce" },
    { "--verbose", "verbose", "pauhsce" },
    { "--state=x", "state", "o" },
    { "--state-type=x", "state-type", "o" },
    { "--attempt=x", "attempt", "o" },
    { "--downtime-depth=x", "downtime-depth", "o" },
    { "--help", "help", "pauhsoce" },
    { "--version", "version", "pauhsoce" },
};

static void check_taken(const struct taken_case *row, const struct command *command)
{
    const char *name = command->name;
    struct error err = { 0 };
    char expected[128] = "";
    bool ok = command->operand
                  ? parse(&(struct line){ { name, "r-1", row->option } }, &err)
                  : parse(&(struct line){ { name, row->option } }, &err);

    if (!strchr(row->commands, name[0]))
        (void)snprintf(expected, sizeof expected, "%s does not accept --%s", name,
                       row->name);
    if (ok != (expected[0] == '\0') || strcmp(err.message, expected) != 0)
        fail_msg("%s %s: '%s', expected '%s'", name, row->option, err.message, expected);
}

static void test_remediate_options_parse_gives_each_command_its_options(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(taken); i++)
        for (const struct command *const *at = remediate_commands; *at; at++)
            check_taken(&taken[i], *at);
}

/* Two commands with one bit would take each other's options. */
static void test_remediate_commands_have_a_bit_of_their_own(void **state)
{
    unsigned int bits = 0;
    (void)state;

    for (const struct command *const *at = remediate_commands; *at; at++) {
        const unsigned int bit = (*at)->bit;

        if (bit == 0 || (bit & (bit - 1)) != 0 || (bits & bit) != 0)
            fail_msg("%s: %x, those before it %x", (*at)->name, bit, bits);
        bits |= bit;
    }
}

static void test_remediate_options_parse_limits_the_list(void **state)
{
    char program[] = "remediate_port_exhaustion";
    char plan[] = "plan";
    char list[16 + 2 * (SETTINGS_MAX + 1)] = "--only=a";
    char *argv[] = { program, plan, list, NULL };
    struct error err = { 0 };
    (void)state;

    for (size_t i = 1; i < SETTINGS_MAX; i++)
        memcpy(list + strlen("--only=a") + 2 * (i - 1), ",a", 3);
    assert_true(remediate_options_parse(3, argv, &parsed, &err));
    assert_int_equal(parsed.only_count, SETTINGS_MAX);
    memcpy(list + strlen(list), ",a", 3);
    assert_false(remediate_options_parse(3, argv, &parsed, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message, "--only: more than 64 names");
}

static void test_remediate_options_help_names_every_command_and_option(void **state)
{
    struct text out = { 0 };
    (void)state;

    remediate_options_help(&out);

    for (size_t i = 0; i < ARRAY_COUNT(taken); i++) {
        char wanted[64];

        (void)snprintf(wanted, sizeof wanted, "--%s", taken[i].name);
        if (!strstr(text_string(&out), wanted))
            fail_msg("the help does not tell of %s", wanted);
    }
    for (const struct command *const *at = remediate_commands; *at; at++)
        assert_non_null(strstr(text_string(&out), (*at)->summary));
    text_clear(&out);
}

static void test_remediate_options_help_fits_a_terminal(void **state)
{
    struct text out = { 0 };
    (void)state;

    remediate_options_help(&out);

    for (const char *line = text_string(&out); *line;) {
        size_t length = strcspn(line, "\n");

        if (length > LINE_MAX_LENGTH)
            fail_msg("%d columns: %.*s", (int)length, (int)length, line);
        line += length + 1;
    }
    text_clear(&out);
}

static void test_remediate_options_of_a_wrong_command_line(void **state)
{
    static const struct {
        char *words[6];
        const char *command;
        bool json;
    } rows[] = {
        { { "remediate", NULL }, "plan", false },
        { { "remediate", "--foo", "-ojson", NULL }, "plan", true },
        { { "remediate", "undo", "-o", "json", "x", NULL }, "undo", true },
        { { "remediate", "on-alert", "--output=json", NULL }, "on-alert", false },
        { { "remediate", "repair", "--output", "json", NULL }, NULL, true },
        { { "remediate", "apply", "-ojson", "-o", "text", NULL }, "apply", false },
        { { "remediate", "apply", "-ojson", "-o", "xml", NULL }, "apply", true },
        { { "remediate", "apply", "x", "-o", NULL }, "apply", false },
        { { "remediate", "plan", "-vo", "json", "--x", NULL }, "plan", true },
        { { "remediate", "plan", "-vvojson", "--x", NULL }, "plan", true },
        { { "remediate", "plan", "-t9ojson", "--x", NULL }, "plan", false },
        { { "remediate", "plan", "-xo", "json", NULL }, "plan", false },
        { { "remediate", "plan", "-", "json", NULL }, "plan", false },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        int argc = 0;
        const char *command;

        while (argc < 6 && rows[i].words[argc])
            argc++;
        command = remediate_options_named_command(argc, rows[i].words);
        if (remediate_options_ask_json(argc, rows[i].words) != rows[i].json ||
            (command && rows[i].command ? strcmp(command, rows[i].command) != 0
                                        : command != rows[i].command))
            fail_msg("row %u: %s", (unsigned int)i, command ? command : "none");
    }
    assert_false(remediate_options_ask_json(0, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_remediate_options_parse_plans_by_default),
        cmocka_unit_test(test_remediate_options_parse_finds_each_command),
        cmocka_unit_test(test_remediate_options_parse_reads_the_common_options),
        cmocka_unit_test(test_remediate_options_parse_borrows_id_and_policy),
        cmocka_unit_test(test_remediate_options_parse_reads_a_trial),
        cmocka_unit_test(test_remediate_options_parse_takes_the_run_to_expire),
        cmocka_unit_test(test_remediate_options_parse_splits_only),
        cmocka_unit_test(test_remediate_options_parse_reads_an_alert),
        cmocka_unit_test(test_remediate_options_parse_sees_one_word_of_an_alert),
        cmocka_unit_test(test_remediate_options_parse_reads_the_shortest_timeout),
        cmocka_unit_test(test_remediate_options_parse_names_what_is_wrong),
        cmocka_unit_test(test_remediate_options_parse_gives_each_command_its_options),
        cmocka_unit_test(test_remediate_commands_have_a_bit_of_their_own),
        cmocka_unit_test(test_remediate_options_parse_limits_the_list),
        cmocka_unit_test(test_remediate_options_of_a_wrong_command_line),
        cmocka_unit_test(test_remediate_options_help_names_every_command_and_option),
        cmocka_unit_test(test_remediate_options_help_fits_a_terminal),
    };

    return cmocka_run_group_tests_name("remediate/options", tests, NULL, NULL);
}
