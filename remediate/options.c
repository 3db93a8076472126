/* SPDX-License-Identifier: MIT */
/* The option table of the remediation, and its help. */
#include "remediate/options.h"

#include <string.h>

#include "checks/base/number.h"
#include "checks/base/option_table.h"
#include "checks/model/journal_record.h"
#include "remediate/trial.h"

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

static bool store_only(const char *argument, void *options, struct error *err)
{
    for (const char *item = argument;;) {
        size_t length = strcspn(item, ",");

        if (!add_only(options, item, length, err))
            return false;
        if (item[length] == '\0')
            return true;
        item += length + 1;
    }
}

static bool store_for(const char *argument, void *seconds, struct error *err)
{
    return duration_parse(argument, &trial_limits, seconds, err);
}

static bool store_output(const char *argument, void *json, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];

    if (strcmp(argument, "json") != 0 && strcmp(argument, "text") != 0)
        return error_set(err, ERR_MALFORMED, "'%s' is not text or json",
                         error_quote(argument, quoted));
    *(bool *)json = argument[0] == 'j';
    return true;
}

static bool store_timeout(const char *argument, void *seconds, struct error *err)
{
    if (!number_parse_u32(argument, REMEDIATE_TIMEOUT_MAX_S, seconds, err))
        return false;
    return *(uint32_t *)seconds > 0 ||
           error_set(err, ERR_MALFORMED, "'0' leaves no time; expected 1 to %d seconds",
                     (int)REMEDIATE_TIMEOUT_MAX_S);
}

/* Who takes an option. */
enum {
    PLANNERS = COMMAND_PLAN | COMMAND_APPLY,
    SURVEYORS = PLANNERS | COMMAND_UNDO | COMMAND_HISTORY | COMMAND_STATUS,
    REPORTERS = SURVEYORS | COMMAND_CONFIRM | COMMAND_EXPIRE
};

#define FILLS(member) OPTION_FILLS(struct remediate_options, member)

static const struct option_row rows[] = {
    { '\0', "dry-run", NULL, "apply: show the changes, make none", FILLS(dry_run),
      .commands = COMMAND_APPLY },
    { '\0', "for", "DURATION",
      "apply: try the changes for 90s, 30m or 2h\n(1m-24h), live only; confirm keeps "
      "them",
      FILLS(trial_s), .store = store_for, .commands = COMMAND_APPLY },
    { '\0', "live-only", NULL, "plan, apply: keep nothing for the next boot (Linux)",
      FILLS(live_only), .commands = PLANNERS },
    { '\0', "id", "ID", "undo: the run to revert (see history)", FILLS(undo_id),
      .commands = COMMAND_UNDO },
    { '\0', "force", NULL, "undo: revert even if it makes the host CRITICAL",
      FILLS(force), .commands = COMMAND_UNDO },
    { '\0', "policy", "FILE", "policy file (JSON) to use instead of the site's",
      FILLS(policy_path), .commands = SURVEYORS },
    { '\0', "only", "SETTING[,...]", "plan, apply: change only these settings",
      .store = store_only, .commands = PLANNERS },
    { 'o', "output", "FORMAT", "text (default) or json", FILLS(json),
      .store = store_output, .commands = REPORTERS },
    { '\0', "exit-3010", NULL, "Windows: exit 3010 instead of 0 when a\nreboot is needed",
      FILLS(exit_3010), .commands = SURVEYORS },
    { 't', "timeout", "SECONDS",
      "start no new change after SECONDS (1-3600,\ndefault 60)", FILLS(timeout_s),
      .store = store_timeout, .commands = REPORTERS },
    { 'v', "verbose", NULL, "print more", FILLS(verbosity), .most = UINT32_MAX,
      .commands = REPORTERS },
    /* An alert brings its facts and nothing else: what it may do is the site's policy. */
    { '\0', "state", "STATE", "on-alert: OK, WARNING, CRITICAL, ...", FILLS(alert.state),
      .commands = COMMAND_ON_ALERT },
    { '\0', "state-type", "TYPE", "on-alert: SOFT or HARD", FILLS(alert.type),
      .commands = COMMAND_ON_ALERT },
    { '\0', "attempt", "N", "on-alert: the check's attempt", FILLS(alert.attempt),
      .commands = COMMAND_ON_ALERT },
    { '\0', "downtime-depth", "[N]", "on-alert: above 0 means in downtime",
      FILLS(alert.downtime), .commands = COMMAND_ON_ALERT },
    { 'h', "help", NULL, "print this help", FILLS(help) },
    { 'V', "version", NULL, "print the version", FILLS(version) },
};

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

/* Its options; NULL = those of any. */
static struct option_table options_of(const struct command *command)
{
    return (struct option_table){ .rows = rows,
                                  .count = ARRAY_COUNT(rows),
                                  .command = command ? command->name : NULL,
                                  .command_bit = command ? command->bit : UINT32_MAX };
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
    /* Whoever reads the answer of a command without --output knows the text alone. */
    const struct option_table table = options_of(named_command(argc, argv, NULL));
    struct remediate_options options = { .json = false };

    option_table_peek(&table, "output", argc, argv, &options);
    return options.json;
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
    struct remediate_options options = { .timeout_s = REMEDIATE_TIMEOUT_DEFAULT_S };
    const struct alert_words *alert = &options.alert;
    int used = argc > 1 && argv[1][0] != '-';
    struct option_table table;

    options.command = named_command(argc, argv, err);
    if (!options.command || !take_operand(argc, argv, &options, err))
        return false;
    used += options.run && *options.run;
    /* What follows a command is parsed as if the command were the program. */
    table = options_of(options.command);
    if (!option_table_parse(&table, argc - used, argv + used, &options, err) ||
        !check_operand(&options, err))
        return false;
    options.alert_given =
        alert->state || alert->type || alert->attempt || alert->downtime;
    *out = options;
    return true;
}

void remediate_options_help(struct text *out)
{
    const struct option_table table = options_of(NULL);

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
    option_table_help(&table, out);
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
