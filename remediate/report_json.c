/* SPDX-License-Identifier: MIT */
/* The same as the text, for machines: one object, stable keys. */
#include "remediate/report.h"

#include "checks/setting_json.h"
#include "checks/setting_words.h"
#include "remediate/report_parts_json.h"

/* Why there is no value. */
static void print_no_value(const void *in, struct text *out)
{
    const struct setting_result *result = ((const struct plan_item *)in)->result;

    if (!result->seen || result->seen->presence != SETTING_SET)
        setting_words_value(result, out);
}

static void print_why(const void *in, struct text *out)
{
    text_add(out, plan_item_why(in));
}

static void print_risk(const void *in, struct text *out)
{
    const char *risk = plan_item_risk(in);

    text_add(out, risk ? risk : "");
}

static const struct json_field item_rows[] = {
    { "no_value", FIELD_PRINTED(print_no_value), FIELD_OR_NULL },
    { "why", FIELD_PRINTED(print_why), FIELD_OR_NULL },
    { "risk", FIELD_PRINTED(print_risk), FIELD_OR_NULL },
    { "risks", FIELD_CUSTOM(plan_item, risks, report_lines) },
    { "first_change", FIELD_VALUE(plan_item, first_change) },
    { "change_count", FIELD_VALUE(plan_item, change_count) },
    { "obstacle", FIELD_VALUE(plan_item, obstacle), FIELD_ANY_OR_NULL },
};
static const struct json_table item = { JSON_ROWS(item_rows),
                                        .before = &setting_result_table,
                                        .via = FIELD_AT(plan_item, result) };

static const struct json_field reservation_rows[] = {
    { "kind", FIELD_WORD(plan_reservation, kind, plan_reservation_names) },
    { "ports", FIELD_VALUE(plan_reservation, ports) },
    { "count", FIELD_VALUE(plan_reservation, count) },
    { "added", FIELD_VALUE(plan_reservation, added) },
    { "why", FIELD_VALUE(plan_reservation, why) },
};
const struct json_table report_reservation_table = { JSON_ROWS(reservation_rows) };

static json_t *reservation_list(struct json_writer *writer, const void *in)
{
    const struct plan_reservations *list = &((const struct plan_reserve *)in)->rows;

    return json_fields_list(writer, &report_reservation_table, list->rows,
                            sizeof list->rows[0], list->count);
}

/* All rows, whether the list changes or not. */
static const struct json_field reserve_rows[] = {
    { "limit", FIELD_VALUE(plan_reserve, limit), FIELD_ANY_OR_NULL },
    { "rows", FIELD_MADE_BY(reservation_list) },
};

static void print_outcome(const void *in, struct text *out)
{
    text_add(out, remediate_exit_name(((const struct outcome *)in)->code));
}

static bool has_changes(const void *in)
{
    const struct remediate_report *report = in;

    return report->plan || report->undo;
}

static json_t *changes(const void *in)
{
    const struct remediate_report *report = in;
    const struct journal_run *undo = report->undo;

    return undo ? report_json_changes(undo->changes, undo->change_count, report->made)
                : report_json_changes(report->plan->changes, report->plan->change_count,
                                      report->made);
}

static json_t *runs(struct json_writer *writer, const void *in)
{
    const struct remediate_report *report = writer->root;
    const struct journal *journal = in;
    json_t *array = json_array();

    for (size_t i = journal->count; i > 0; i--)
        if (json_array_append_new(array, report_json_run(&journal->runs[i - 1], journal,
                                                         report->boot)) != 0)
            writer->ok = false;
    return array;
}

static json_t *usage(const void *in)
{
    return json_fields_new(&report_consequence_table, in, in);
}

#define OUTCOME .via = FIELD_AT(remediate_report, outcome)
#define PLAN    .via = FIELD_AT(remediate_report, plan), FIELD_OPTIONAL
#define JOURNAL .via = FIELD_AT(remediate_report, journal), FIELD_OPTIONAL

static const struct json_field rows[] = {
    { "schema", FIELD_SCHEMA(REMEDIATE_SCHEMA) },
    { "version", FIELD_CONSTANT(PORT_EXHAUSTION_VERSION) },
    { "command", FIELD_VALUE(remediate_report, command), FIELD_ANY_OR_NULL },
    { "outcome", FIELD_PRINTED(print_outcome), OUTCOME },
    { "exit_code", FIELD_CUSTOM(outcome, code, kind_unsigned), OUTCOME },
    { "message", FIELD_CUSTOM(outcome, message, kind_text), OUTCOME },
    { "details", FIELD_CUSTOM(outcome, details, report_lines), OUTCOME },
    { "reboot", FIELD_VALUE(outcome, reboot), OUTCOME },
    { "policy", FIELD_VALUE(remediate_report, policy_source) },
    { "interrupted", FIELD_VALUE(journal_run, id),
      .via = FIELD_AT(remediate_report, interrupted), FIELD_OR_NULL },
    { "settings", FIELD_LIST(plan, items, item_count, kind_object), .detail = &item,
      PLAN },
    { "reserved", FIELD_ROWS(plan, reserve, reserve_rows), PLAN },
    { "changes", FIELD_MADE(changes), .when = has_changes },
    { "status", FIELD_SAME(remediate_status, kind_object), .detail = &report_status_table,
      .via = FIELD_AT(remediate_report, status), FIELD_OPTIONAL },
    { "usage", FIELD_MADE(usage), .via = FIELD_AT(remediate_report, consequence),
      FIELD_OPTIONAL },
    { "runs", FIELD_MADE_BY(runs), JOURNAL },
    { "refused", FIELD_OBJECT(journal, refusals, &report_refusals_table), JOURNAL },
    { "audited", FIELD_OBJECT(journal, audits, &report_refusals_table), JOURNAL },
    { "notes", FIELD_CUSTOM(remediate_report, notes, report_lines) },
};
const struct json_table remediate_report_table = { JSON_ROWS(rows) };

bool remediate_report_json(const struct remediate_report *report, struct text *out,
                           struct error *err)
{
    return json_fields_print(&remediate_report_table, report, JSON_INDENT(2), out, err);
}
