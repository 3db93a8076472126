/* SPDX-License-Identifier: MIT */
/* remediate_port_exhaustion: options, session, command, report, exit. */
#include "checks/host/program.h"
#include "remediate/commands.h"
#include "remediate/options.h"
#include "remediate/outcome.h"
#include "remediate/session.h"
#include "remediate/writer/system.h"

static int print_and_exit(struct text *out, int exit_code, bool changed)
{
    bool ok = text_ok(out, NULL) && program_write_output(out->data, out->length, NULL);

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
    bool changed;

    commands[session->options.command](session, &outcome, &out);
    exit_code = (int)outcome.code;
    changed = outcome.changed;
    outcome_clear(&outcome);
    session_close(session);
    return print_and_exit(&out, exit_code, changed);
}

int main(int argc, char **argv)
{
    static struct session session;
    struct error err = { 0 };
    struct text out = { 0 };

    if (!program_start(&argc, &argv, &err) || !system_bound_privileges(&err) ||
        !remediate_options_parse(argc, argv, &session.options, &err)) {
        text_addf(&out, "REMEDIATE UNUSABLE: %s\n", err.message);
        return print_and_exit(&out, EXIT_UNUSABLE, false);
    }
    if (session.options.help) {
        remediate_options_help(&out);
        return print_and_exit(&out, EXIT_DONE, false);
    }
    if (session.options.version) {
        text_addf(&out, "remediate_port_exhaustion %s\n", PORT_EXHAUSTION_VERSION);
        return print_and_exit(&out, EXIT_DONE, false);
    }
    return run_command(&session);
}
