/* SPDX-License-Identifier: MIT */
/* The remediation, step by step, each held against Windows' own tools. */
#include "tests/windows-kit/lib/remedy_cycle.h"

#include <stdio.h>
#include <string.h>

#include "tests/windows-kit/lib/remedy_tools.h"
#include "tests/windows-kit/lib/remedy_trace.h"
#include "tests/windows-kit/lib/say.h"

/* Runs the remediation; true when it ended with one of the codes `wanted` (a bit each).
 */
static bool remediate(const struct remedy *remedy, const char *words, unsigned int wanted,
                      struct remedy_said *out, struct error *err)
{
    const char *arguments[REMEDY_WORDS_MAX] = { remedy->remediate, words };

    if (strcmp(words, "undo") == 0)
        arguments[2] = "--force"; /* a full host is not to stay changed */
    else if (strcmp(words, "apply") != 0) {
        arguments[2] = "-o";
        arguments[3] = "json";
    }
    if (!remedy_run(arguments, out, err))
        return false;
    return (out->code < 32 && wanted & (1U << out->code)) ||
           error_set(err, ERR_IO, "`%s` ended with %u: %.400s%.400s", words, out->code,
                     text_string(&out->output), text_string(&out->errors));
}

/* What the kit itself could not put back is not changed. */
static bool can_return(const struct remedy *remedy)
{
    struct text why = { 0 };
    bool can = remedy_values_can_return(&remedy->before, &why);

    if (!can)
        say_skip("remedy: apply and undo", text_string(&why));
    text_clear(&why);
    return can;
}

bool remedy_check_plan(struct remedy *remedy)
{
    static const char name[] = "remedy: the plan starts from what reg.exe and netsh say";
    struct remedy_said said = { 0 };
    struct error err = { 0 };
    bool ok = remediate(remedy, "plan", 1U << 0 | 1U << 1, &said, &err) &&
              remedy_judge_plan(text_string(&said.output), &remedy->before, &remedy->plan,
                                &err);

    remedy_said_clear(&said);
    if (!ok && err.code == ERR_UNSUPPORTED) {
        say_skip("remedy: apply and undo", err.message);
        return false;
    }
    if (!remedy_say(name, ok, &err, "the same values"))
        return false;
    if (remedy->plan.changes == 0) {
        say_skip("remedy: apply and undo",
                 "this host has all settings as recommended already");
        return false;
    }
    say_note("the plan has %zu changes, %zu of them wait for a reboot",
             remedy->plan.changes, remedy->plan.reboots);
    return can_return(remedy);
}

/* Against what Windows' own tools say now. */
static void check_values(const char *name, const struct remedy_values *wanted)
{
    struct remedy_values now = { 0 };
    struct text differ = { 0 };
    struct error err = { 0 };

    if (!remedy_read_values(&now, &err))
        (void)remedy_say(name, false, &err, "seven values");
    else if (remedy_values_same(wanted, &now, &differ))
        say_ok(name);
    else
        say_not_ok(name, text_string(&differ), "all values as said");
    text_clear(&differ);
}

static void check_history(const struct remedy *remedy, bool undone)
{
    struct remedy_said said = { 0 };
    struct error err = { 0 };
    bool ok = remediate(remedy, "history", 1U << 0, &said, &err) &&
              remedy_judge_history(text_string(&said.output), remedy->run, undone,
                                   &remedy->before, &remedy->plan, &err);

    (void)remedy_say(undone ? "remedy: history says that it was undone"
                            : "remedy: history says what was changed",
                     ok, &err, "the run with each change");
    remedy_said_clear(&said);
}

/* The check's exit code is its verdict, of whatever kind. */
static bool ask_check(const struct remedy *remedy, struct remedy_said *out,
                      struct error *err)
{
    const char *words[] = { remedy->check, "-m", "misconfigured", "-o", "json", NULL };

    return remedy_run(words, out, err);
}

void remedy_check_waiting(const struct remedy *remedy, bool waiting)
{
    struct remedy_said said = { 0 };
    struct error err = { 0 };
    bool ok = remediate(remedy, "status", 1U << 0, &said, &err) &&
              remedy_judge_waiting(text_string(&said.output), waiting, &remedy->before,
                                   &remedy->plan, &err);

    (void)remedy_say(waiting ? "remedy: status says what waits for a reboot"
                             : "remedy: status says that nothing waits for a reboot",
                     ok, &err, "the written registry values, and only until the boot");
    ok = ask_check(remedy, &said, &err) &&
         remedy_judge_waiting(text_string(&said.output), waiting, &remedy->before,
                              &remedy->plan, &err);
    (void)remedy_say(waiting ? "remedy: so does the check"
                             : "remedy: nor does the check say so",
                     ok, &err, "the same");
    remedy_said_clear(&said);
}

bool remedy_check_apply(struct remedy *remedy)
{
    struct remedy_said said = { 0 };
    struct error err = { 0 };
    struct error gain = { 0 };
    bool gains;
    bool ok = remediate(remedy, "apply", 1U << 0, &said, &err) &&
              remedy_judge_headline(text_string(&said.output), "APPLY", &remedy->plan,
                                    remedy->plan.reboots > 0, remedy->run, &err);

    gains = remedy_judge_gain(text_string(&said.output), &remedy->before, &remedy->plan,
                              &gain);
    remedy_said_clear(&said);
    if (!ok && remedy_is_wine() && remedy_is_refused(&err)) {
        say_skip("remedy: apply and undo", "Wine has no owners: what is shipped refuses "
                                           "to keep a journal there");
        return false;
    }
    if (!remedy_say("remedy: apply makes and verifies all changes", ok, &err,
                    "the plan's number of changes"))
        return false;
    (void)remedy_say("remedy: apply measures what was gained", gains, &gain,
                     "more usable ports");
    check_values("remedy: reg.exe and netsh say what the plan said", &remedy->plan.after);
    remedy_check_waiting(remedy, remedy->plan.reboots > 0);
    check_history(remedy, false);
    return true;
}

void remedy_check_undo(struct remedy *remedy, bool reboot)
{
    char run[REMEDY_RUN_SIZE];
    struct remedy_said said = { 0 };
    struct error err = { 0 };
    bool ok = remediate(remedy, "undo", 1U << 0, &said, &err) &&
              remedy_judge_headline(text_string(&said.output), "UNDO", &remedy->plan,
                                    reboot, run, &err);

    remedy_said_clear(&said);
    (void)remedy_say("remedy: undo takes all changes back", ok, &err,
                     "the plan's number of changes");
    check_values("remedy: reg.exe and netsh say what they said before", &remedy->before);
    check_history(remedy, true);
}

void remedy_stage_cycle(struct remedy *remedy)
{
    if (!remedy_begin(remedy, "remedy: apply and undo"))
        return;
    if (remedy_check_plan(remedy) && remedy_check_apply(remedy)) {
        remedy_check_event(remedy->run);
        remedy_check_access(remedy->state);
        remedy_check_undo(remedy, false);
        remedy_check_waiting(remedy, false);
    }
    remedy_end(remedy);
}

void remedy_stage_reboot_begin(struct remedy *remedy)
{
    struct error err = { 0 };

    if (!remedy_begin(remedy, "remedy: apply, reboot and undo"))
        return;
    if (remedy_check_plan(remedy) && remedy_check_apply(remedy) &&
        remedy_say("remedy: the next start of Windows will know the run",
                   remedy_keep(remedy, &err), &err, "its mark"))
        return;
    remedy_end(remedy);
}

/* The plan of before the boot, as the journal has it. */
static bool recall_plan(struct remedy *remedy, struct error *err)
{
    struct remedy_said said = { 0 };
    bool ok = remediate(remedy, "history", 1U << 0, &said, err) &&
              remedy_judge_run(text_string(&said.output), remedy->run, &remedy->before,
                               &remedy->plan, err);

    remedy_said_clear(&said);
    return ok;
}

void remedy_stage_reboot_end(struct remedy *remedy)
{
    struct error err = { 0 };

    if (!remedy_recall(remedy, &err) || !remedy->run[0]) {
        say_skip("remedy: apply, reboot and undo", "no run was begun before the reboot");
        return;
    }
    if (remedy_say("remedy: the run of before the reboot is in the journal",
                   recall_plan(remedy, &err), &err, "the run with its changes")) {
        check_values("remedy: the values outlived the reboot", &remedy->plan.after);
        remedy_check_waiting(remedy, false);
        remedy_check_undo(remedy, remedy->plan.reboots > 0);
    }
    remedy_end(remedy);
}
