/* SPDX-License-Identifier: MIT */
/* The same as the text, for machines: one object, stable keys. */
#include "remediate/report.h"

#include <jansson.h>

#include "checks/model/json.h"
#include "checks/setting_json.h"
#include "checks/setting_words.h"
#include "remediate/report_consequence_json.h"
#include "remediate/report_parts_json.h"
#include "remediate/report_reserve_json.h"
#include "remediate/report_status_json.h"

/* Why there is no value, in words; JSON null: there is one. */
static json_t *new_no_value(const struct setting_result *result)
{
    struct text words = { 0 };
    json_t *string;

    if (result->seen && result->seen->presence == SETTING_SET)
        return json_null();
    setting_words_value(result, &words);
    string = words.failed ? NULL : report_json_string(text_string(&words));
    text_clear(&words);
    return string;
}

static json_t *new_item(const struct plan_item *item)
{
    const struct setting_result *result = item->result;
    const char *why = plan_item_why(item);
    json_t *object = setting_json(result);
    bool ok = object != NULL;

    json_put(object, "no_value", new_no_value(result), &ok);
    json_put(object, "why", report_json_string(why[0] != '\0' ? why : NULL), &ok);
    json_put(object, "risk", report_json_string(plan_item_risk(item)), &ok);
    json_put(object, "risks", report_json_lines(item->risks), &ok);
    json_put(object, "first_change", json_integer((json_int_t)item->first_change), &ok);
    json_put(object, "change_count", json_integer((json_int_t)item->change_count), &ok);
    json_put(object, "obstacle", report_json_string(item->obstacle), &ok);
    return report_json_whole(object, ok);
}

static void add_plan(json_t *root, const struct remediate_report *report, bool *ok)
{
    const struct plan *plan = report->plan;
    json_t *settings = json_array();

    for (size_t i = 0; i < plan->item_count; i++)
        report_json_append(settings, new_item(&plan->items[i]), ok);
    json_put(root, "settings", settings, ok);
    json_put(root, "reserved", remediate_reserve_json(&plan->reserve), ok);
    json_put(root, "changes",
             report_json_changes(plan->changes, plan->change_count, report->made), ok);
}

static void add_history(json_t *root, const struct remediate_report *report, bool *ok)
{
    const struct journal *journal = report->journal;
    json_t *runs = json_array();

    for (size_t i = journal->count; i > 0; i--)
        report_json_append(
            runs, report_json_run(&journal->runs[i - 1], journal, report->boot), ok);
    json_put(root, "runs", runs, ok);
    json_put(root, "refused", report_json_refusals(&journal->refusals), ok);
    json_put(root, "audited", report_json_refusals(&journal->audits), ok);
}

bool remediate_report_json(const struct remediate_report *report, struct text *out,
                           struct error *err)
{
    const struct outcome *outcome = report->outcome;
    json_t *root = json_object();
    bool ok = root != NULL;

    json_put(root, "schema", json_integer(REMEDIATE_SCHEMA), &ok);
    json_put(root, "version", report_json_string(PORT_EXHAUSTION_VERSION), &ok);
    json_put(root, "command", report_json_string(report->command), &ok);
    json_put(root, "outcome", report_json_string(remediate_exit_name(outcome->code)),
             &ok);
    json_put(root, "exit_code", json_integer((json_int_t)outcome->code), &ok);
    json_put(root, "message", report_json_string(text_string(&outcome->message)), &ok);
    json_put(root, "details", report_json_lines(text_string(&outcome->details)), &ok);
    json_put(root, "reboot", json_boolean(outcome->reboot), &ok);
    json_put(root, "policy", report_json_string(report->policy_source), &ok);
    json_put(root, "interrupted",
             report_json_string(report->interrupted ? report->interrupted->id : NULL),
             &ok);
    if (report->plan)
        add_plan(root, report, &ok);
    if (report->status)
        json_put(root, "status", report_status_json(report), &ok);
    if (report->undo)
        json_put(root, "changes",
                 report_json_changes(report->undo->changes, report->undo->change_count,
                                     report->made),
                 &ok);
    if (report->consequence)
        json_put(root, "usage", report_consequence_json(report->consequence), &ok);
    if (report->journal)
        add_history(root, report, &ok);
    json_put(root, "notes", report_json_lines(report->notes), &ok);
    root = report_json_whole(root, ok);
    json_text_add(root, JSON_INDENT(2), out);
    text_add(out, "\n");
    json_decref(root);
    return text_ok(out, err);
}
