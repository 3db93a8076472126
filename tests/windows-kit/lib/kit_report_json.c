/* SPDX-License-Identifier: MIT */
/* The report in JSON, for whoever compares many. */
#include <string.h>

#include <jansson.h>

#include "checks/model/json.h"
#include "tests/windows-kit/lib/kit_report.h"

static json_t *lines_of(const struct kit_result *result, enum kit_line_kind kind)
{
    json_t *list = json_array();

    for (size_t i = 0; i < result->count; i++)
        if (result->lines[i].kind == kind)
            (void)json_array_append_new(list, json_string(result->lines[i].words));
    return list;
}

static json_t *failures_of(const struct kit_report *report, const struct kit_entry *entry)
{
    json_t *list = json_array();

    for (size_t i = 0; i < entry->result.count; i++) {
        const struct kit_line *line = &entry->result.lines[i];

        if (line->kind == KIT_LINE_NOT_OK)
            (void)json_array_append_new(
                list, json_pack("{s:s, s:s?}", "words", line->words, "known",
                                kit_known_reason(report->known, entry->stage->name,
                                                 line->words)));
    }
    return list;
}

/* "W2: words" */
static json_t *answers_of(const struct kit_result *result)
{
    json_t *list = json_array();

    for (size_t i = 0; i < result->count; i++) {
        const char *words = result->lines[i].words;
        size_t length = strcspn(words, ":");

        if (result->lines[i].kind == KIT_LINE_ANSWER)
            (void)json_array_append_new(
                list, json_pack("{s:s%, s:s}", "question", words, length, "words",
                                words[length]
                                    ? words + length + 1 + strspn(words + length + 1, " ")
                                    : ""));
    }
    return list;
}

static const char *state_of(const struct kit_result *result)
{
    if (result->skipped)
        return "skipped";
    if (!result->ran)
        return "not run";
    return result->why[0] || result->counted.failed > 0 ? "failed" : "passed";
}

static json_t *stage_of(const struct kit_report *report, const struct kit_entry *entry)
{
    const struct kit_result *result = &entry->result;
    bool wrong = result->ran && !result->skipped && result->why[0];
    const char *known =
        wrong ? kit_known_reason(report->known, entry->stage->name, KIT_STAGE_ITSELF)
              : NULL;

    return json_pack(
        "{s:s, s:s, s:s, s:s?, s:s?, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o}", "name",
        entry->stage->name, "title", entry->stage->title, "state", state_of(result),
        "why", result->why[0] ? result->why : NULL, "known", known, "seconds",
        (int)result->seconds, "passed", (int)result->counted.passed, "failed",
        (int)result->counted.failed, "skipped", (int)result->counted.skipped, "failures",
        failures_of(report, entry), "skips", lines_of(result, KIT_LINE_SKIP), "answers",
        answers_of(result), "notes", lines_of(result, KIT_LINE_NOTE));
}

static json_t *gone_of(const struct kit_report *report)
{
    json_t *list = json_array();

    for (size_t i = 0; i < report->known->count; i++) {
        const struct kit_known_row *row = &report->known->rows[i];

        if (kit_report_is_gone(report, row))
            (void)json_array_append_new(
                list, json_pack("{s:s, s:s}", "stage", row->stage, "name", row->name));
    }
    return list;
}

bool kit_report_json(const struct kit_report *report, struct text *out, struct error *err)
{
    struct kit_totals totals = kit_report_count(report);
    json_t *stages = json_array();
    json_t *whole;

    for (size_t i = 0; i < report->count; i++)
        (void)json_array_append_new(stages, stage_of(report, &report->entries[i]));
    whole = json_pack(
        "{s:i, s:s, s:s, s:s, s:b, s:b, s:s?, s:i, s:i, s:i, s:i, s:i, s:o, s:o}",
        "schema", 1, "version", report->version, "windows", report->windows, "began",
        report->began, "elevated", report->elevated, "stopped", report->stopped,
        "not_restored", report->left[0] ? report->left : NULL, "passed",
        (int)totals.counted.passed, "failed", (int)totals.counted.failed, "skipped",
        (int)totals.counted.skipped, "differs", (int)totals.differs, "known",
        (int)totals.known, "no_longer_differs", gone_of(report), "stages", stages);
    json_text_add(whole, JSON_INDENT(2), out);
    text_add(out, "\n");
    json_decref(whole);
    return text_ok(out, err);
}
