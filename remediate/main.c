/* SPDX-License-Identifier: MIT */
/* remediate_port_exhaustion: options, session, command, report, exit. */
#include <stdio.h>

#include "checks/host/program.h"
#include "remediate/commands.h"
#include "remediate/options.h"
#include "remediate/outcome.h"
#include "remediate/report.h"
#include "remediate/session.h"
#include "remediate/writer/system.h"

#define NO_MEMORY                                                                        \
    "not enough memory for the report: remediate_port_exhaustion history tells what "    \
    "was "                                                                               \
    "done, undo takes it back"

/* When there is no memory for the report, what is known without it. */
static bool print_no_memory(bool json, int exit_code)
{
    char line[240];
    const int length =
        snprintf(line, sizeof line,
                 json ? "{\"schema\": 1, \"version\": \"" PORT_EXHAUSTION_VERSION
                        "\", \"exit_code\": %d, \"message\": \"" NO_MEMORY "\"}\n"
                      : "REMEDIATE: exit code %d, " NO_MEMORY "\n",
                 exit_code);

    return length > 0 && program_write_output(line, (size_t)length, NULL);
}

static int print_and_exit(struct text *out, int exit_code, bool changed, bool json)
{
    bool ok = text_ok(out, NULL) && out->length > 0
                  ? program_write_output(out->data, out->length, NULL)
                  : print_no_memory(json, exit_code);

    text_clear(out);
    /* Unread output is no success, but for "nothing touched" it must not be taken either:
     * what was changed and verified is in the journal. */
    return ok || exit_code != EXIT_DONE || changed ? exit_code : EXIT_UNUSABLE;
}

static int run_command(struct session *session)
{
    static void (*const commands[])(struct session *, struct outcome *, struct text *) = {
        [COMMAND_PLAN] = command_plan,         [COMMAND_APPLY] = command_apply,
        [COMMAND_UNDO] = command_undo,         [COMMAND_HISTORY] = command_history,
        [COMMAND_ON_ALERT] = command_on_alert,
    };
    struct outcome outcome = { 0 };
    struct text out = { 0 };
    int exit_code;
    const bool json = session->options.json;
    bool changed;

    commands[session->options.command](session, &outcome, &out);
    exit_code = (int)outcome.code;
    changed = outcome.changed;
    outcome_clear(&outcome);
    session_close(session);
    return print_and_exit(&out, exit_code, changed, json);
}

/* No command was run. argc is 0 where the arguments could not be read either. */
static int fail(int argc, char *const *argv, const char *message)
{
    struct outcome outcome = { 0 };
    struct text out = { 0 };
    const bool json = remediate_options_ask_json(argc, argv);

    (void)outcome_set(&outcome, EXIT_UNUSABLE, "%s", message);
    if (json) {
        const struct remediate_report report = {
            .command = remediate_options_named_command(argc, argv),
            .outcome = &outcome,
            .policy_source = "",
        };

        out.failed = !remediate_report_json(&report, &out, NULL);
    } else {
        text_addf(&out, "REMEDIATE UNUSABLE: %s\n", text_string(&outcome.message));
    }
    outcome_clear(&outcome);
    return print_and_exit(&out, EXIT_UNUSABLE, false, json);
}

int main(int argc, char **argv)
{
    static struct session session;
    struct error err = { 0 };
    struct text out = { 0 };

    if (!program_start(&argc, &argv, &err))
        return fail(0, NULL, err.message);
    if (!system_bound_privileges(&err) ||
        !remediate_options_parse(argc, argv, &session.options, &err))
        return fail(argc, argv, err.message);
    if (session.options.help) {
        remediate_options_help(&out);
        return print_and_exit(&out, EXIT_DONE, false, false);
    }
    if (session.options.version) {
        text_addf(&out, "remediate_port_exhaustion %s\n", PORT_EXHAUSTION_VERSION);
        return print_and_exit(&out, EXIT_DONE, false, false);
    }
    return program_end(run_command(&session));
}
