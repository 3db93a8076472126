/* SPDX-License-Identifier: MIT */
/* remediate_port_exhaustion: options, command, report, exit. */
#include "checks/base/option_table.h"
#include "checks/host/program.h"
#include "remediate/command.h"
#include "remediate/command_consequence.h"
#include "remediate/command_steps.h"
#include "remediate/ending.h"
#include "remediate/options.h"
#include "remediate/outcome.h"
#include "remediate/report.h"
#include "remediate/writer/system.h"

static void add_report(struct command_context *context, struct text *out)
{
    const struct remediate_options *options = &context->session.options;
    const struct ledger *ledger = &context->session.ledger;
    struct outcome *outcome = &context->outcome;
    /* Who holds the lock may well be the run that has not ended yet; of one of our own
     * the outcome tells. */
    const bool is_untold = !ledger->contended && !context->ran;
    const struct remediate_report report = {
        .command = options->command->name,
        .outcome = outcome,
        .opening = context->opening.seen ? &context->opening : NULL,
        .plan = context->planned ? &context->plan : NULL,
        .journal = context->wants_history ? &ledger->journal : NULL,
        .boot = text_string(&context->session.boot),
        .consequence = command_consequence(context),
        .ran = context->ran,
        .made = context->made,
        .after = context->measured ? &context->after_verdict : NULL,
        .status = context->wants_status ? &context->status : NULL,
        .undo = context->undo.change_count > 0 ? &context->undo : NULL,
        .interrupted = is_untold ? session_open_run(&context->session) : NULL,
        .locked = ledger->locked,
        .notes = text_string(&context->survey.notes),
        .policy_source = text_string(&context->session.policy_source),
        .verbosity = options->verbosity,
    };

    if (outcome->code == EXIT_DONE && outcome->reboot && options->exit_3010)
        outcome->code = EXIT_REBOOT;
    if (!options->json)
        remediate_report_text(&report, out);
    else if (!remediate_report_json(&report, out, NULL))
        text_clear(out);
    /* Half a report is none: then only that there was no memory is said. */
    if (outcome->message.failed || outcome->details.failed ||
        context->survey.notes.failed)
        text_clear(out);
}

/* `prepared` false: the outcome tells why it is not executed. */
static int carry_out(struct command_context *context, bool prepared)
{
    const struct remediate_options *options = &context->session.options;
    struct ending ending = { .json = options->json,
                             .wait_s = options->command->changes && !options->dry_run
                                           ? ENDING_CHANGER_WAIT_S
                                           : ENDING_READER_WAIT_S };
    struct text out = { 0 };

    if (prepared)
        options->command->execute(context);
    add_report(context, &out);
    ending.exit_code = (int)context->outcome.code;
    ending.changed = context->outcome.changed;
    command_context_clear(context);
    return ending_print(&out, &ending);
}

/* No command was run. argc is 0 where the arguments could not be read either. */
static int fail(int argc, char *const *argv, const char *message)
{
    struct outcome outcome = { 0 };
    struct text out = { 0 };
    const struct ending ending = { .exit_code = EXIT_ERROR,
                                   .json = remediate_options_ask_json(argc, argv),
                                   .wait_s = ENDING_CHANGER_WAIT_S };

    (void)outcome_set(&outcome, EXIT_ERROR, "%s", message);
    if (ending.json) {
        const struct remediate_report report = {
            .command = remediate_options_named_command(argc, argv),
            .outcome = &outcome,
            .policy_source = "",
        };

        out.failed = !remediate_report_json(&report, &out, NULL);
    } else {
        text_addf(&out, "ERROR: %s\n", text_string(&outcome.message));
    }
    outcome_clear(&outcome);
    return ending_print(&out, &ending);
}

/* The command line alone is read before, and what a command must prepare. */
static bool give_up_rights(struct command_context *context, bool *prepared,
                           struct error *err)
{
    const struct remediate_options *options = &context->session.options;
    const struct command *command = options->command;

    if (!system_raise_limits(err))
        return false;
    *prepared = !command->prepare || command->prepare(context);
    if (*prepared && command->changes && !options->dry_run)
        system_prepare_places(command->begins);
    return system_bound_privileges(err);
}

int main(int argc, char **argv)
{
    static struct command_context context;
    struct remediate_options *options = &context.session.options;
    struct error err = { 0 };
    struct text out = { 0 };
    const struct ending told = { .exit_code = EXIT_DONE, .wait_s = ENDING_READER_WAIT_S };
    bool prepared = false;

    if (!program_start(&argc, &argv, &err))
        return fail(0, NULL, err.message);
    if (!remediate_options_parse(argc, argv, options, &err)) {
        (void)error_suffix(&err, OPTION_TABLE_HINT);
        return fail(argc, argv, err.message);
    }
    if (options->help) {
        remediate_options_help(&out);
        return ending_print(&out, &told);
    }
    if (options->version) {
        text_addf(&out, "remediate_port_exhaustion %s\n", PORT_EXHAUSTION_VERSION);
        return ending_print(&out, &told);
    }
    if (!give_up_rights(&context, &prepared, &err))
        return fail(argc, argv, err.message);
    return program_end(carry_out(&context, prepared));
}
