/* SPDX-License-Identifier: MIT */
/* The same as the text, for machines: one object, stable keys. */
#include "remediate/report.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/model/json.h"
#include "checks/model/place.h"
#include "checks/model/port_range.h"
#include "checks/setting_json.h"
#include "checks/setting_words.h"
#include "remediate/report_consequence_json.h"
#include "remediate/report_reserve_json.h"

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

/* "10000 65535" of the range's sysctl as the range that it is. */
static bool read_sysctl_range(const struct change *change, const char *value,
                              struct port_range *out)
{
    char text[PORT_RANGE_TEXT_SIZE];
    const char *blank = strchr(value, ' ');

    if (change->kind != CHANGE_SYSCTL || strcmp(change->place, PLACE_PORT_RANGE) != 0 ||
        !blank || strlen(value) >= sizeof text)
        return false;
    (void)snprintf(text, sizeof text, "%s", value);
    text[blank - value] = '-';
    return port_range_parse(text, out, NULL);
}

/* A number, a range or a text, in the same form as the value of a setting; JSON null:
 * absent. */
static json_t *new_value(const struct change *change, const char *value)
{
    struct setting_value range = { .kind = SETTING_PORT_RANGE };
    int64_t number;

    if (!value || change->kind == CHANGE_FILE)
        return new_string(value);
    if (number_parse_i64(value, &number, NULL))
        return json_integer((json_int_t)number);
    return read_sysctl_range(change, value, &range.range) ? json_setting_value(&range)
                                                          : new_string(value);
}

static json_t *new_change(const struct change *change, bool made)
{
    json_t *object = json_object();
    char name[CHANGE_NAME_SIZE];
    bool ok = object != NULL;

    json_put(object, "kind", new_string(change_kind_name(change->kind)), &ok);
    json_put(object, "setting", new_string(change->setting), &ok);
    json_put(object, "place", json_string(change_place_name(change, name)), &ok);
    json_put(object, "from", new_value(change, change->from), &ok);
    json_put(object, "to", new_value(change, change->to), &ok);
    json_put(object, "reboot", json_boolean(change->reboot), &ok);
    json_put(object, "made", json_boolean(made), &ok);
    return whole(object, ok);
}

static json_t *new_changes(const struct change *changes, size_t count, uint32_t made)
{
    json_t *array = json_array();
    bool ok = array != NULL;

    for (size_t i = 0; i < count; i++)
        append(array, new_change(&changes[i], made >> i & 1), &ok);
    return whole(array, ok);
}

/* Those of the journal, as the run left them. */
static json_t *new_run_changes(const struct journal_run *run)
{
    uint32_t made = 0;

    for (size_t i = 0; i < run->change_count; i++)
        made |= (uint32_t)remediate_change_was_made(run, i) << i;
    return new_changes(run->changes, run->change_count, made);
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

static void add_plan(json_t *root, const struct remediate_report *report, bool *ok)
{
    const struct plan *plan = report->plan;
    json_t *settings = json_array();

    for (size_t i = 0; i < plan->item_count; i++)
        append(settings, new_item(&plan->items[i]), ok);
    json_put(root, "settings", settings, ok);
    json_put(root, "reserved", remediate_reserve_json(&plan->reserve), ok);
    json_put(root, "changes",
             new_changes(plan->changes, plan->change_count, report->made), ok);
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
    json_put(object, "changes", new_run_changes(run), &ok);
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
        add_plan(root, report, &ok);
    if (report->undo)
        json_put(
            root, "changes",
            new_changes(report->undo->changes, report->undo->change_count, report->made),
            &ok);
    if (report->consequence)
        json_put(root, "usage", report_consequence_json(report->consequence), &ok);
    if (report->journal)
        add_history(root, report->journal, &ok);
    json_put(root, "notes", new_lines(report->notes), &ok);
    root = whole(root, ok);
    json_text_add(root, JSON_INDENT(2), out);
    text_add(out, "\n");
    json_decref(root);
    return text_ok(out, err);
}
