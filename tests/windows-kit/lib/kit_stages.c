/* SPDX-License-Identifier: MIT */
/* The table, and what stands in braces in its arguments. */
#include "tests/windows-kit/lib/kit_stages.h"

#include <string.h>

/* What changes nothing comes first; what leaves TIME_WAIT behind comes last, since that
 * lasts up to four minutes; then what needs a restart. A limit ends a hang: a slow
 * machine is far below it. */
const struct kit_stage kit_stages[] = {
    { .name = "units",
      .title = "unit tests",
      .program = "run_units.exe",
      .arguments = "{kit}\\data\\units",
      .limit_min = 30,
      .length = "about 2 minutes" },
    { .name = "cases",
      .title = "cases of the check",
      .program = "run_cases.exe",
      .arguments = "{kit} {kit}\\data",
      .limit_min = 30,
      .length = "about 1 minute" },
    { .name = "faults",
      .title = "reads that fail",
      .program = "run_faults.exe",
      .arguments = "{kit}\\failing_check.exe",
      .limit_min = 30,
      .length = "about 1 minute" },
    { .name = "events",
      .title = "texts of the event log",
      .program = "run_event_text.exe",
      .arguments = "{kit}\\event_text.exe",
      .limit_min = 2,
      .length = "some seconds" },
    { .name = "record",
      .title = "recordings of what Windows says",
      .program = "record_host.exe",
      .arguments = "{check} {out}\\recordings",
      .limit_min = 15,
      .length = "about 1 minute" },
    { .name = "cross-user",
      .title = "the check beside Windows' own tools, as a user without rights",
      .program = "cross_check.exe",
      .arguments = "{check}",
      .whom = KIT_AS_USER,
      .limit_min = 15,
      .length = "about 1 minute" },
    { .name = "cross-elevated",
      .title = "the same, elevated",
      .program = "cross_check.exe",
      .arguments = "{check}",
      .elevated = true,
      .limit_min = 15,
      .length = "about 1 minute" },
    { .name = "cross-system",
      .title = "the same, as SYSTEM",
      .program = "cross_check.exe",
      .arguments = "{check}",
      .elevated = true,
      .whom = KIT_AS_SYSTEM,
      .limit_min = 15,
      .length = "about 1 minute" },
    { .name = "cross-networkservice",
      .title = "the same, as NETWORK SERVICE",
      .program = "cross_check.exe",
      .arguments = "{check}",
      .elevated = true,
      .whom = KIT_AS_NETWORK_SERVICE,
      .limit_min = 15,
      .length = "about 1 minute" },
    { .name = "msi",
      .title = "the MSI: install, repair, upgrade, remove",
      .program = "remedy.exe",
      .arguments = "--msi {kit}\\msi {list}",
      .elevated = true,
      .changes = true,
      .limit_min = 30,
      .length = "about 2 minutes" },
    { .name = "remedy",
      .title = "plan, apply, read back, undo",
      .program = "remedy.exe",
      .arguments = "{check} {remediate} {list}",
      .elevated = true,
      .changes = true,
      .limit_min = 30,
      .length = "about 1 minute" },
    { .name = "truth",
      .title = "the truth table of exhaustion: 255 ports are filled, 5 seconds at a time",
      .program = "windows_truth.exe",
      .arguments = "{check} {list}",
      .elevated = true,
      .changes = true,
      .limit_min = 30,
      .length = "about 2 minutes" },
    { .name = "truth-time-wait",
      .title = "the truth table, TIME_WAIT",
      .program = "windows_truth.exe",
      .arguments = "{check} {list} --time-wait",
      .elevated = true,
      .changes = true,
      .limit_min = 30,
      .length = "up to 10 minutes: TIME_WAIT lasts 2 to 4" },
    { .name = "remedy-restart-begin",
      .title = "changes that wait for a restart: apply",
      .program = "remedy.exe",
      .arguments = "--reboot-begin {check} {remediate} {list}",
      .elevated = true,
      .changes = true,
      .when = KIT_BEFORE_RESTART,
      .limit_min = 15,
      .length = "about 1 minute" },
    { .name = "reuse-begin",
      .title = "W11, the range of automatic reuse: set",
      .program = "windows_truth.exe",
      .arguments = "{check} {list} --reuse-begin",
      .elevated = true,
      .changes = true,
      .when = KIT_BEFORE_RESTART,
      .limit_min = 15,
      .length = "some seconds" },
    { .name = "reuse-end",
      .title = "W11, the range of automatic reuse: seen",
      .program = "windows_truth.exe",
      .arguments = "{check} {list} --reuse-end",
      .elevated = true,
      .changes = true,
      .when = KIT_AFTER_RESTART,
      .limit_min = 30,
      .length = "about 2 minutes" },
    { .name = "remedy-restart-end",
      .title = "changes that waited for a restart: in force, undo",
      .program = "remedy.exe",
      .arguments = "--reboot-end {check} {remediate} {list}",
      .elevated = true,
      .changes = true,
      .when = KIT_AFTER_RESTART,
      .limit_min = 15,
      .length = "about 1 minute" },
};
const size_t kit_stage_count = ARRAY_COUNT(kit_stages);

const struct kit_stage *kit_stage_find(const char *name)
{
    for (size_t i = 0; i < kit_stage_count; i++)
        if (_stricmp(kit_stages[i].name, name) == 0)
            return &kit_stages[i];
    return NULL;
}

const char *kit_stage_obstacle(const struct kit_stage *stage,
                               const struct kit_situation *situation)
{
    if (!situation->has_program)
        return "its program is not in this kit";
    if (stage->elevated && situation->user_only)
        return "needs elevation, and /user asks for none";
    if (stage->when != KIT_NOW && !situation->restart)
        return "needs a restart, to which nobody agreed";
    if (stage->elevated && !situation->elevated && !situation->asks)
        return "needs elevation, and nobody can be asked for it";
    return NULL;
}

/* "" for what is no word in braces. */
static const char *place_of(const char *at, const struct kit_places *places,
                            const char **below, size_t *length)
{
    const struct {
        const char *word;
        const char *value;
        const char *below;
    } words[] = {
        { "{check}", places->kit, "\\check_port_exhaustion.exe" },
        { "{remediate}", places->kit, "\\remediate_port_exhaustion.exe" },
        { "{kit}", places->kit, "" },
        { "{out}", places->out, "" },
        { "{list}", places->list, "" },
    };

    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        *length = strlen(words[i].word);
        if (strncmp(at, words[i].word, *length) == 0) {
            *below = words[i].below;
            return words[i].value;
        }
    }
    *length = 0;
    return "";
}

/* One argument, up to the next blank. */
static const char *add_argument(const char *at, const struct kit_places *places,
                                struct text *out)
{
    const char *below = "";
    size_t length;
    const char *value = place_of(at, places, &below, &length);
    size_t rest = strcspn(at + length, " ");
    const char *quote = length > 0 ? "\"" : "";

    text_addf(out, " %s%s%s%.*s%s", quote, value, below, (int)rest, at + length, quote);
    at += length + rest;
    return at + strspn(at, " ");
}

void kit_stage_command(const struct kit_stage *stage, const struct kit_places *places,
                       struct text *out)
{
    const char *at = stage->arguments;

    text_addf(out, "\"%s\\%s\"", places->kit, stage->program);
    while (*at)
        at = add_argument(at, places, out);
}
