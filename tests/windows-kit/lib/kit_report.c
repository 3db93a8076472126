/* SPDX-License-Identifier: MIT */
/* The report as plain text. */
#include "tests/windows-kit/lib/kit_report.h"

#include <string.h>

/* As many differences are named in the last line. */
enum { TOLD_MAX = 4 };

static bool is_wrong(const struct kit_result *result)
{
    return result->ran && !result->skipped && result->why[0];
}

static void count_difference(const struct kit_report *report, const char *stage,
                             const char *words, struct kit_totals *totals)
{
    totals->differs++;
    totals->known += kit_known_reason(report->known, stage, words) != NULL;
}

static void count_entry(const struct kit_report *report, const struct kit_entry *entry,
                        struct kit_totals *totals)
{
    const struct kit_result *result = &entry->result;

    totals->ran += result->ran && !result->skipped;
    totals->skipped += result->skipped;
    totals->counted.passed += result->counted.passed;
    totals->counted.failed += result->counted.failed;
    totals->counted.skipped += result->counted.skipped;
    for (size_t i = 0; i < result->count; i++)
        if (result->lines[i].kind == KIT_LINE_NOT_OK)
            count_difference(report, entry->stage->name, result->lines[i].words, totals);
    if (is_wrong(result))
        count_difference(report, entry->stage->name, KIT_STAGE_ITSELF, totals);
}

struct kit_totals kit_report_count(const struct kit_report *report)
{
    struct kit_totals totals = { 0 };

    for (size_t i = 0; i < report->count; i++)
        count_entry(report, &report->entries[i], &totals);
    return totals;
}

bool kit_report_is_gone(const struct kit_report *report, const struct kit_known_row *row)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct kit_result *result = &report->entries[i].result;
        size_t length = strlen(row->name);

        if (strcmp(report->entries[i].stage->name, row->stage) != 0)
            continue;
        for (size_t j = 0; j < result->count; j++)
            if (result->lines[j].kind == KIT_LINE_SKIP &&
                strncmp(result->lines[j].words, row->name, length) == 0)
                return false;
        return !row->seen && result->ran && !result->skipped && !result->why[0];
    }
    return false;
}

static void add_lines(const struct kit_report *report, const struct kit_entry *entry,
                      struct text *out)
{
    static const char *const words[] = {
        [KIT_LINE_NOT_OK] = "not ok",
        [KIT_LINE_SKIP] = "skip",
        [KIT_LINE_ANSWER] = "answer",
        [KIT_LINE_NOTE] = "note",
    };

    for (size_t i = 0; i < entry->result.count; i++) {
        const struct kit_line *line = &entry->result.lines[i];
        const char *reason = NULL;

        if (line->kind == KIT_LINE_OK)
            continue;
        if (line->kind == KIT_LINE_NOT_OK)
            reason = kit_known_reason(report->known, entry->stage->name, line->words);
        text_addf(out, "    %s%s%s", words[line->kind] ? words[line->kind] : "",
                  words[line->kind] ? " " : "", line->words);
        if (reason)
            text_addf(out, " [known: %s]", reason);
        text_add(out, "\n");
    }
}

static void add_entry(const struct kit_report *report, const struct kit_entry *entry,
                      struct text *out)
{
    const struct kit_result *result = &entry->result;
    const char *reason;

    text_addf(out, "\n%s: %s\n", entry->stage->name, entry->stage->title);
    if (result->skipped) {
        text_addf(out, "    SKIPPED: %s\n", result->why);
        return;
    }
    if (!result->ran) {
        text_add(out, "    NOT RUN\n");
        return;
    }
    text_addf(out, "    %u passed, %u failed, %u skipped, %u s\n", result->counted.passed,
              result->counted.failed, result->counted.skipped, result->seconds);
    if (is_wrong(result)) {
        reason = kit_known_reason(report->known, entry->stage->name, KIT_STAGE_ITSELF);
        text_addf(out, "    THE STAGE FAILED: %s%s%s\n", result->why,
                  reason ? " [known] " : "", reason ? reason : "");
    }
    add_lines(report, entry, out);
}

void kit_report_text(const struct kit_report *report, struct text *out)
{
    text_addf(out, "port-exhaustion %s, kit for a real Windows\n", report->version);
    text_addf(out, "Windows %s, %s, %s\n", report->windows,
              report->elevated ? "elevated" : "not elevated", report->began);
    if (report->stopped)
        text_add(out, "STOPPED before its end\n");
    if (report->left[0])
        text_addf(out, "NOT RESTORED: %s; run kit.cmd /restore\n", report->left);
    for (size_t i = 0; i < report->count; i++)
        add_entry(report, &report->entries[i], out);
    text_add(out, "\n");
    for (size_t i = 0; i < report->known->count; i++)
        if (kit_report_is_gone(report, &report->known->rows[i]))
            text_addf(out, "%s %s differs no longer: take its row out of known.txt\n",
                      report->known->rows[i].stage, report->known->rows[i].name);
    kit_report_summary(report, out);
}

static void add_skipped(const struct kit_report *report, struct text *out)
{
    const char *between = ": ";

    for (size_t i = 0; i < report->count; i++)
        if (report->entries[i].result.skipped) {
            text_addf(out, "%s%s", between, report->entries[i].stage->name);
            between = ", ";
        }
}

static void add_answers(const struct kit_report *report, struct text *out)
{
    const char *between = "";

    for (size_t i = 0; i < report->count; i++)
        for (size_t j = 0; j < report->entries[i].result.count; j++) {
            const struct kit_line *line = &report->entries[i].result.lines[j];

            if (line->kind != KIT_LINE_ANSWER)
                continue;
            text_addf(out, "%s%s", between, line->words);
            between = "; ";
        }
    if (!between[0])
        text_add(out, "nothing");
}

/* The first few of what is not known to differ; the report has them all. */
struct unknown {
    unsigned int told;
    unsigned int left_out;
};

static bool is_told(struct unknown *unknown, struct text *out)
{
    if (unknown->told >= TOLD_MAX) {
        unknown->left_out++;
        return false;
    }
    text_add(out, unknown->told > 0 ? "; " : ": ");
    unknown->told++;
    return true;
}

/* Of a line the name before its ':'. */
static void add_unknown_of(const struct kit_report *report, const struct kit_entry *entry,
                           struct unknown *unknown, struct text *out)
{
    const char *stage = entry->stage->name;

    if (is_wrong(&entry->result) &&
        !kit_known_reason(report->known, stage, KIT_STAGE_ITSELF) &&
        is_told(unknown, out))
        text_addf(out, "%s (%s)", stage, entry->result.why);
    for (size_t i = 0; i < entry->result.count; i++) {
        const struct kit_line *line = &entry->result.lines[i];

        if (line->kind == KIT_LINE_NOT_OK &&
            !kit_known_reason(report->known, stage, line->words) && is_told(unknown, out))
            text_addf(out, "%s '%.*s'", stage, (int)strcspn(line->words, ":"),
                      line->words);
    }
}

static void add_unknown(const struct kit_report *report, struct text *out)
{
    struct unknown unknown = { 0 };

    for (size_t i = 0; i < report->count; i++)
        add_unknown_of(report, &report->entries[i], &unknown, out);
    if (unknown.left_out > 0)
        text_addf(out, "; and %u more in the report", unknown.left_out);
}

void kit_report_summary(const struct kit_report *report, struct text *out)
{
    struct kit_totals totals = kit_report_count(report);

    text_addf(out,
              "Counted: %u passed, %u failed, %u skipped in %u stages; %u stages skipped",
              totals.counted.passed, totals.counted.failed, totals.counted.skipped,
              totals.ran, totals.skipped);
    add_skipped(report, out);
    text_add(out, "\nAnswered: ");
    add_answers(report, out);
    text_addf(out, "\nDiffers: %u", totals.differs);
    if (totals.known > 0)
        text_addf(out, ", %u of them known", totals.known);
    add_unknown(report, out);
    text_addf(out, ". To send: %s\n", report->directory);
}
