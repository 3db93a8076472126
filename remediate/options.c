/* SPDX-License-Identifier: MIT */
/* The option table of the remediation, and its help. */
#include "remediate/options.h"

#include <assert.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/base/option_table.h"
#include "checks/model/journal_record.h"
#include "remediate/trial.h"

/* The options on their way; `given` tells which rows were used. */
struct parse {
    struct remediate_options options;
    unsigned int given; /* bit 1 << enum row */
};

enum row {
    ROW_DRY_RUN = 0,
    ROW_FOR,
    ROW_LIVE_ONLY,
    ROW_ID,
    ROW_FORCE,
    ROW_POLICY,
    ROW_ONLY,
    ROW_OUTPUT,
    ROW_EXIT_3010,
    ROW_TIMEOUT,
    ROW_VERBOSE,
    ROW_STATE,
    ROW_STATE_TYPE,
    ROW_ATTEMPT,
    ROW_DOWNTIME,
    ROW_HELP,
    ROW_VERSION,
    ROW_COUNT
};

#define BIT(row) (1U << (row))
static bool store_dry_run(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    (void)argument;
    (void)err;
    parse->options.dry_run = true;
    parse->given |= BIT(ROW_DRY_RUN);
    return true;
}

static bool store_for(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    parse->given |= BIT(ROW_FOR);
    return duration_parse(argument, &trial_limits, &parse->options.trial_s, err);
}

static bool store_live_only(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    (void)argument;
    (void)err;
    parse->options.live_only = true;
    parse->given |= BIT(ROW_LIVE_ONLY);
    return true;
}

static bool store_id(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    (void)err;
    parse->options.undo_id = argument;
    parse->given |= BIT(ROW_ID);
    return true;
}

static bool store_force(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    (void)argument;
    (void)err;
    parse->options.force = true;
    parse->given |= BIT(ROW_FORCE);
    return true;
}

static bool store_policy(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    (void)err;
    parse->options.policy_path = argument;
    parse->given |= BIT(ROW_POLICY);
    return true;
}

/* `name` without the blanks around it; `rest` is what follows it in the list. */
static bool add_only(struct remediate_options *options, const char *name, size_t length,
                     struct error *err)
{
    const char *rest = name + length;
    char quoted[ERR_QUOTE_SIZE];

    while (length > 0 && *name == ' ') {
        name++;
        length--;
    }
    while (length > 0 && name[length - 1] == ' ')
        length--;
    if (length == 0 && *rest == '\0' && options->only_count > 0)
        return error_set(err, ERR_MALFORMED, "the list ends with a comma");
    if (length == 0)
        return error_set(err, ERR_MALFORMED, "an empty name in the list");
    if (length >= ONLY_NAME_SIZE)
        return error_set(err, ERR_LIMIT,
                         "the name of a setting has at most %d characters: '%s'",
                         ONLY_NAME_SIZE - 1, error_quote(name, quoted));
    if (options->only_count == SETTINGS_MAX)
        return error_set(err, ERR_LIMIT, "more than %d names", SETTINGS_MAX);
    memcpy(options->only[options->only_count], name, length);
    options->only[options->only_count][length] = '\0';
    options->only_count++;
    return true;
}

static bool store_only(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;
    const char *item = argument;

    parse->given |= BIT(ROW_ONLY);
    for (;;) {
        size_t length = strcspn(item, ",");

        if (!add_only(&parse->options, item, length, err))
            return false;
        if (item[length] == '\0')
            return true;
        item += length + 1;
    }
}

static bool store_output(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;
    char quoted[ERR_QUOTE_SIZE];

    parse->given |= BIT(ROW_OUTPUT);
    parse->options.json = strcmp(argument, "json") == 0;
    if (!parse->options.json && strcmp(argument, "text") != 0)
        return error_set(err, ERR_MALFORMED, "'%s' is not text or json",
                         error_quote(argument, quoted));
    return true;
}

static bool store_exit_3010(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    (void)argument;
    (void)err;
    parse->options.exit_3010 = true;
    parse->given |= BIT(ROW_EXIT_3010);
    return true;
}

static bool store_timeout(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    parse->given |= BIT(ROW_TIMEOUT);
    if (!number_parse_u32(argument, REMEDIATE_TIMEOUT_MAX_S, &parse->options.timeout_s,
                          err))
        return false;
    if (parse->options.timeout_s == 0)
        return error_set(err, ERR_MALFORMED,
                         "'0' leaves no time; expected 1 to %d seconds",
                         (int)REMEDIATE_TIMEOUT_MAX_S);
    return true;
}

static bool store_verbose(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    (void)argument;
    (void)err;
    parse->given |= BIT(ROW_VERBOSE);
    parse->options.verbosity++;
    return true;
}

static bool store_alert(struct parse *parse, enum row row, const char **word,
                        const char *argument)
{
    parse->given |= BIT(row);
    parse->options.alert_given = true;
    *word = argument;
    return true;
}

static bool store_state(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    (void)err;
    return store_alert(parse, ROW_STATE, &parse->options.alert.state, argument);
}

static bool store_state_type(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    (void)err;
    return store_alert(parse, ROW_STATE_TYPE, &parse->options.alert.type, argument);
}

static bool store_attempt(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    (void)err;
    return store_alert(parse, ROW_ATTEMPT, &parse->options.alert.attempt, argument);
}

static bool store_downtime(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    (void)err;
    return store_alert(parse, ROW_DOWNTIME, &parse->options.alert.downtime, argument);
}

static bool store_help(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    (void)argument;
    (void)err;
    parse->given |= BIT(ROW_HELP);
    parse->options.help = true;
    return true;
}

static bool store_version(void *target, const char *argument, struct error *err)
{
    struct parse *parse = target;

    (void)argument;
    (void)err;
    parse->given |= BIT(ROW_VERSION);
    parse->options.version = true;
    return true;
}

static const struct option_row rows[] = {
    [ROW_DRY_RUN] = { '\0', "dry-run", NULL, "apply: show the changes, make none",
                      store_dry_run },
    [ROW_FOR] = { '\0', "for", "DURATION",
                  "apply: try the changes for 90s, 30m or 2h\n(1m-24h), live only; "
                  "confirm keeps them",
                  store_for },
    [ROW_LIVE_ONLY] = { '\0', "live-only", NULL,
                        "plan, apply: keep nothing for the next boot (Linux)",
                        store_live_only },
    [ROW_ID] = { '\0', "id", "ID", "undo: the run to revert (see history)", store_id },
    [ROW_FORCE] = { '\0', "force", NULL,
                    "undo: revert even if it makes the host CRITICAL", store_force },
    [ROW_POLICY] = { '\0', "policy", "FILE",
                     "policy file (JSON) to use instead of the site's", store_policy },
    [ROW_ONLY] = { '\0', "only", "SETTING[,...]",
                   "plan, apply: change only these settings", store_only },
    [ROW_OUTPUT] = { 'o', "output", "FORMAT", "text (default) or json", store_output },
    [ROW_EXIT_3010] = { '\0', "exit-3010", NULL,
                        "Windows: exit 3010 instead of 0 when a\nreboot is needed",
                        store_exit_3010 },
    [ROW_TIMEOUT] = { 't', "timeout", "SECONDS",
                      "start no new change after SECONDS (1-3600,\ndefault 60)",
                      store_timeout },
    [ROW_VERBOSE] = { 'v', "verbose", NULL, "print more", store_verbose },
    [ROW_STATE] = { '\0', "state", "STATE", "on-alert: OK, WARNING, CRITICAL, ...",
                    store_state },
    [ROW_STATE_TYPE] = { '\0', "state-type", "TYPE", "on-alert: SOFT or HARD",
                         store_state_type },
    [ROW_ATTEMPT] = { '\0', "attempt", "N", "on-alert: the check's attempt",
                      store_attempt },
    [ROW_DOWNTIME] = { '\0', "downtime-depth", "[N]",
                       "on-alert: above 0 means in downtime", store_downtime },
    [ROW_HELP] = { 'h', "help", NULL, "print this help", store_help },
    [ROW_VERSION] = { 'V', "version", NULL, "print the version", store_version },
};
static_assert(ARRAY_COUNT(rows) == ROW_COUNT, "every option has a row");

/* The command of that name, NULL with an error that names all of them. */
static const struct command *find_command(const char *word, struct error *err)
{
    struct text names = { 0 };
    char quoted[ERR_QUOTE_SIZE];

    for (const struct command *const *at = remediate_commands; *at; at++) {
        if (strcmp((*at)->name, word) == 0) {
            text_clear(&names);
            return *at;
        }
        text_addf(&names, "%s%s", names.length > 0 ? ", " : "", (*at)->name);
    }
    (void)error_set(err, ERR_MALFORMED, "unknown command '%s' (one of %s)",
                    error_quote(word, quoted), text_string(&names));
    text_clear(&names);
    return NULL;
}

static bool takes(const struct command *command, const char *option)
{
    for (const char *const *name = command->takes; *name; name++)
        if (strcmp(*name, option) == 0)
            return true;
    return false;
}

/* The command that a command line names, NULL: none that there is. */
static const struct command *named_command(int argc, char *const *argv, struct error *err)
{
    if (argc < 2 || argv[1][0] == '-')
        return remediate_commands[0];
    return find_command(argv[1], err);
}

const char *remediate_options_named_command(int argc, char *const *argv)
{
    const struct command *command = named_command(argc, argv, NULL);

    return command ? command->name : NULL;
}

bool remediate_options_ask_json(int argc, char *const *argv)
{
    const struct command *command = named_command(argc, argv, NULL);
    bool json = false;
    const char *format;
    int at = 1;

    /* Whoever reads the answer of such a command knows the text alone. */
    if (command && !takes(command, "output"))
        return false;
    while ((format = option_table_next_argument(rows, ARRAY_COUNT(rows), "output", argc,
                                                argv, &at)) != NULL)
        if (strcmp(format, "json") == 0 || strcmp(format, "text") == 0)
            json = strcmp(format, "json") == 0;
    return json;
}

static bool check_combination(const struct parse *parse, struct error *err)
{
    const struct command *command = parse->options.command;

    for (size_t row = 0; row < ROW_COUNT; row++)
        if ((parse->given & BIT(row)) && !takes(command, rows[row].name))
            return error_set(err, ERR_MALFORMED, "%s does not accept --%s", command->name,
                             rows[row].name);
    return true;
}

static bool check_operand(const struct remediate_options *options, struct error *err)
{
    const struct command *command = options->command;

    if (!command->operand || *options->run || options->help || options->version)
        return true;
    return error_set(err, ERR_MALFORMED, "%s needs %s behind it (see history)",
                     command->name, command->operand);
}

/* The word behind the command's name, where it needs one. */
static bool take_operand(int argc, char *const *argv, struct remediate_options *options,
                         struct error *err)
{
    const struct command *command = options->command;
    char quoted[ERR_QUOTE_SIZE];

    if (!command->operand)
        return true;
    if (argc < 3 || argv[2][0] == '-') {
        /* As help does not need it. */
        options->run = "";
        return true;
    }
    if (!journal_is_id(argv[2]))
        return error_set(err, ERR_MALFORMED, "'%s' cannot be the id of a run",
                         error_quote(argv[2], quoted));
    options->run = argv[2];
    return true;
}

bool remediate_options_parse(int argc, char *const *argv, struct remediate_options *out,
                             struct error *err)
{
    struct parse parse = { .options = { .timeout_s = REMEDIATE_TIMEOUT_DEFAULT_S } };
    int used = argc > 1 && argv[1][0] != '-';

    parse.options.command = named_command(argc, argv, err);
    if (!parse.options.command)
        return false;
    if (!take_operand(argc, argv, &parse.options, err))
        return false;
    used += parse.options.run && *parse.options.run;
    /* What follows a command is parsed as if the command were the program. */
    if (!option_table_parse(rows, ARRAY_COUNT(rows), argc - used, argv + used, &parse,
                            err) ||
        !check_combination(&parse, err) || !check_operand(&parse.options, err))
        return false;
    *out = parse.options;
    return true;
}

void remediate_options_help(struct text *out)
{
    text_add(out, "Usage: remediate_port_exhaustion [COMMAND] [OPTION]...\n"
                  "Sets the TCP settings of this host to the recommended values.\n\n"
                  "Commands:\n");
    for (const struct command *const *at = remediate_commands; *at; at++)
        text_addf(out, "  %-9s %s\n", (*at)->name, (*at)->summary);
    text_add(out, "\n"
                  "on-alert takes the facts of an alert as options or, without options, "
                  "as one line\n"
                  "\"STATE TYPE ATTEMPT [DOWNTIME]\" on standard input. Only the site's "
                  "policy sets\n"
                  "its rules.\n"
                  "\nOptions:\n");
    option_table_help(rows, ARRAY_COUNT(rows), out);
    text_add(
        out,
        "\nExit codes:\n"
        "  0  nothing to do, or everything done and verified\n"
        "  1  plan, apply --dry-run: changes are needed; on-alert: only an audit\n"
        "  2  failed; everything was restored\n"
        "  3  usage, policy, privilege or environment error; nothing changed\n"
        "  4  refused: gate, cool-down, another run, a trial, unsafe file\n"
        "  5  failed, and manual action is needed: the output says what to restore\n");
}
