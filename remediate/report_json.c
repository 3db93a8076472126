/* SPDX-License-Identifier: MIT */
/* The same as the text, for machines: one object, stable keys. */
#include "remediate/report.h"

#include <jansson.h>

#include "checks/model/json.h"
#include "checks/setting_json.h"
#include "checks/setting_words.h"

/* Appends a value that is given away; one that could not be made, or appended, makes *ok
 * false: no report with something missing is printed. */
static void append(json_t *array, json_t *value, bool *ok)
{
    if (json_array_append_new(array, value) != 0)
        *ok = false;
}

/* A new string from foreign text, whatever bytes it has; JSON null for NULL. */
static json_t *new_string(const char *foreign)
{
    return foreign ? json_clean(foreign) : json_null();
}

/* The object or array when all of it could be made, else NULL. */
static json_t *whole(json_t *container, bool ok)
{
    if (ok)
        return container;
    json_decref(container);
    return NULL;
}

/* The lines of `lines` as a new array. */
static json_t *new_lines(const char *lines)
{
    json_t *array = json_array();
    struct text line = { 0 };
    bool ok = array != NULL;

    for (const char *c = lines ? lines : ""; *c; c++) {
        if (*c != '\n') {
            text_add_bytes(&line, c, 1);
            continue;
        }
        append(array, new_string(text_string(&line)), &ok);
        text_cut(&line, 0);
    }
    ok = ok && !line.failed;
    text_clear(&line);
    return whole(array, ok);
}

static json_t *new_time(int64_t time_s)
{
    return time_s != 0 ? json_time(time_s) : json_null();
}

static json_t *new_change(const struct change *change)
{
    json_t *object = json_object();
    bool ok = object != NULL;

    json_put(object, "kind", new_string(change_kind_name(change->kind)), &ok);
    json_put(object, "setting", new_string(change->setting), &ok);
    json_put(object, "place", new_string(change->place), &ok);
    json_put(object, "from", new_string(change->from), &ok);
    json_put(object, "to", new_string(change->to), &ok);
    json_put(object, "reboot", json_boolean(change->reboot), &ok);
    return whole(object, ok);
}

static json_t *new_changes(const struct change *changes, size_t count)
{
    json_t *array = json_array();
    bool ok = array != NULL;

    for (size_t i = 0; i < count; i++)
        append(array, new_change(&changes[i]), &ok);
    return whole(array, ok);
}

/* What was found, in words: they also say why there is no value. */
static json_t *new_now(const struct setting_result *result)
{
    struct text words = { 0 };
    json_t *string;

    setting_words_value(result, &words);
    string = words.failed ? NULL : new_string(text_string(&words));
    text_clear(&words);
    return string;
}

static json_t *new_item(const struct plan_item *item)
{
    const struct setting_result *result = item->result;
    json_t *object = setting_json(result);
    bool ok = object != NULL;

    json_put(object, "now", new_now(result), &ok);
    json_put(object, "risk", new_string(plan_item_risk(item)), &ok);
    json_put(object, "risks", new_lines(item->risks), &ok);
    json_put(object, "first_change", json_integer((json_int_t)item->first_change), &ok);
    json_put(object, "change_count", json_integer((json_int_t)item->change_count), &ok);
    json_put(object, "obstacle", new_string(item->obstacle), &ok);
    return whole(object, ok);
}

static void add_plan(json_t *root, const struct plan *plan, bool *ok)
{
    json_t *settings = json_array();

    for (size_t i = 0; i < plan->item_count; i++)
        append(settings, new_item(&plan->items[i]), ok);
    json_put(root, "settings", settings, ok);
    json_put(root, "changes", new_changes(plan->changes, plan->change_count), ok);
}

static json_t *new_run(const struct journal_run *run)
{
    json_t *object = json_object();
    bool ok = object != NULL;

    json_put(object, "id", new_string(run->id), &ok);
    json_put(object, "begin", new_time(run->time_s), &ok);
    json_put(object, "end", new_time(run->end_s), &ok);
    json_put(object, "user", new_string(run->user), &ok);
    json_put(object, "command", new_string(run->command), &ok);
    json_put(object, "undoes", new_string(run->undoes[0] ? run->undoes : NULL), &ok);
    json_put(object, "outcome", new_string(run_outcome_name(run->outcome)), &ok);
    json_put(object, "undone", json_boolean(run->undone), &ok);
    json_put(object, "message", new_string(run->message), &ok);
    json_put(object, "policy", new_string(run->policy), &ok);
    json_put(object, "version", new_string(run->version), &ok);
    json_put(object, "changes", new_changes(run->changes, run->change_count), &ok);
    return whole(object, ok);
}

static json_t *new_refusals(const struct journal_refusals *refusals)
{
    json_t *object = json_object();
    bool ok = object != NULL;

    json_put(object, "count", json_integer(refusals->count), &ok);
    json_put(object, "first", new_time(refusals->first_s), &ok);
    json_put(object, "last", new_time(refusals->last_s), &ok);
    json_put(object, "reason", new_string(refusals->count > 0 ? refusals->reason : NULL),
             &ok);
    return whole(object, ok);
}

static void add_history(json_t *root, const struct journal *journal, bool *ok)
{
    json_t *runs = json_array();

    for (size_t i = journal->count; i > 0; i--)
        append(runs, new_run(&journal->runs[i - 1]), ok);
    json_put(root, "runs", runs, ok);
    json_put(root, "refused", new_refusals(&journal->refusals), ok);
}

bool remediate_report_json(const struct remediate_report *report, struct text *out,
                           struct error *err)
{
    const struct outcome *outcome = report->outcome;
    json_t *root = json_object();
    bool ok = root != NULL;

    json_put(root, "schema", json_integer(REMEDIATE_SCHEMA), &ok);
    json_put(root, "version", new_string(PORT_EXHAUSTION_VERSION), &ok);
    json_put(root, "command", new_string(report->command), &ok);
    json_put(root, "outcome", new_string(remediate_exit_name(outcome->code)), &ok);
    json_put(root, "exit_code", json_integer((json_int_t)outcome->code), &ok);
    json_put(root, "message", new_string(text_string(&outcome->message)), &ok);
    json_put(root, "details", new_lines(text_string(&outcome->details)), &ok);
    json_put(root, "reboot", json_boolean(outcome->reboot), &ok);
    json_put(root, "policy", new_string(report->policy_source), &ok);
    json_put(root, "interrupted",
             new_string(report->interrupted ? report->interrupted->id : NULL), &ok);
    if (report->plan)
        add_plan(root, report->plan, &ok);
    if (report->undo)
        json_put(root, "changes",
                 new_changes(report->undo->changes, report->undo->change_count), &ok);
    if (report->journal)
        add_history(root, report->journal, &ok);
    json_put(root, "notes", new_lines(report->notes), &ok);
    root = whole(root, ok);
    json_text_add(root, JSON_INDENT(2), out);
    text_add(out, "\n");
    json_decref(root);
    return text_ok(out, err);
}
