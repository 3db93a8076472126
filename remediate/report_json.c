/* SPDX-License-Identifier: MIT */
/* The same as the text, for machines: one object, stable keys. */
#include "remediate/report.h"

#include <jansson.h>

#include "checks/model/json_text.h"
#include "checks/model/utc_time.h"
#include "checks/setting_words.h"

/* Puts a value that is given away. One that could not be made, or put, makes the object
 * NULL, and so in the end the whole: no report with something missing is printed. */
static void put(json_t **object, const char *key, json_t *value)
{
    if (json_object_set_new(*object, key, value) == 0)
        return;
    json_decref(*object);
    *object = NULL;
}

/* The same for an array. */
static void append(json_t **array, json_t *value)
{
    if (json_array_append_new(*array, value) == 0)
        return;
    json_decref(*array);
    *array = NULL;
}

/* A new string from foreign text, whatever bytes it has; JSON null for NULL. */
static json_t *new_string(const char *foreign)
{
    struct text clean = { 0 };
    json_t *string;

    if (!foreign)
        return json_null();
    text_add_clean(&clean, foreign, "");
    string = clean.failed ? NULL : json_string(text_string(&clean));
    text_clear(&clean);
    return string;
}

/* The lines of `lines` as a new array. */
static json_t *new_lines(const char *lines)
{
    json_t *array = json_array();
    struct text line = { 0 };

    for (const char *c = lines ? lines : ""; *c; c++) {
        if (*c != '\n') {
            text_add_bytes(&line, c, 1);
            continue;
        }
        append(&array, new_string(text_string(&line)));
        text_cut(&line, 0);
    }
    if (line.failed)
        append(&array, NULL);
    text_clear(&line);
    return array;
}

static json_t *new_time(int64_t time_s)
{
    char text[UTC_TIME_TEXT_SIZE];

    if (time_s == 0)
        return json_null();
    utc_time_format(time_s, text);
    return json_string(text);
}

static json_t *new_changes(const struct change *changes, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *object = json_object();

        put(&object, "kind", new_string(change_kind_name(changes[i].kind)));
        put(&object, "setting", new_string(changes[i].setting));
        put(&object, "place", new_string(changes[i].place));
        put(&object, "from", new_string(changes[i].from));
        put(&object, "to", new_string(changes[i].to));
        put(&object, "reboot", json_boolean(changes[i].reboot));
        append(&array, object);
    }
    return array;
}

/* The words that `add` finds for a setting, as a new string. */
static json_t *new_words(void (*add)(const struct setting_result *, struct text *),
                         const struct setting_result *result)
{
    struct text words = { 0 };
    json_t *string;

    add(result, &words);
    string = words.failed ? NULL : new_string(text_string(&words));
    text_clear(&words);
    return string;
}

static void add_accepted(const struct setting_result *result, struct text *out)
{
    setting_words_accepted(result->rule, out);
}

static void add_recommended(const struct setting_result *result, struct text *out)
{
    setting_words_recommended(result->rule, out);
}

static json_t *new_item(const struct plan_item *item)
{
    const struct setting_result *result = item->result;
    const struct setting *known = result->rule->known;
    json_t *object = json_object();

    put(&object, "name", new_string(result->rule->name));
    put(&object, "now", new_words(setting_words_value, result));
    put(&object, "at_boot", new_words(setting_words_boot, result));
    put(&object, "accepted", new_words(add_accepted, result));
    put(&object, "recommended", new_words(add_recommended, result));
    put(&object, "state", new_string(setting_state_name(result->state)));
    put(&object, "reboot", json_boolean(setting_words_needs_reboot(result->rule)));
    put(&object, "why", new_string(result->why));
    put(&object, "risk", new_string(known ? known->risk : NULL));
    put(&object, "first_change", json_integer((json_int_t)item->first_change));
    put(&object, "change_count", json_integer((json_int_t)item->change_count));
    put(&object, "obstacle", new_string(item->obstacle));
    return object;
}

static void add_plan(json_t **root, const struct plan *plan)
{
    json_t *settings = json_array();

    for (size_t i = 0; i < plan->item_count; i++)
        append(&settings, new_item(&plan->items[i]));
    put(root, "settings", settings);
    put(root, "changes", new_changes(plan->changes, plan->change_count));
}

static json_t *new_run(const struct journal_run *run)
{
    json_t *object = json_object();

    put(&object, "id", new_string(run->id));
    put(&object, "begin", new_time(run->time_s));
    put(&object, "end", new_time(run->end_s));
    put(&object, "user", new_string(run->user));
    put(&object, "command", new_string(run->command));
    put(&object, "undoes", new_string(run->undoes[0] ? run->undoes : NULL));
    put(&object, "outcome", new_string(run_outcome_name(run->outcome)));
    put(&object, "undone", json_boolean(run->undone));
    put(&object, "message", new_string(run->message));
    put(&object, "policy", new_string(run->policy));
    put(&object, "version", new_string(run->version));
    put(&object, "changes", new_changes(run->changes, run->change_count));
    return object;
}

static json_t *new_refusals(const struct journal_refusals *refusals)
{
    json_t *object = json_object();

    put(&object, "count", json_integer(refusals->count));
    put(&object, "first", new_time(refusals->first_s));
    put(&object, "last", new_time(refusals->last_s));
    put(&object, "reason", new_string(refusals->count > 0 ? refusals->reason : NULL));
    return object;
}

static void add_history(json_t **root, const struct journal *journal)
{
    json_t *runs = json_array();

    for (size_t i = journal->count; i > 0; i--)
        append(&runs, new_run(&journal->runs[i - 1]));
    put(root, "runs", runs);
    put(root, "refused", new_refusals(&journal->refusals));
}

bool remediate_report_json(const struct remediate_report *report, struct text *out,
                           struct error *err)
{
    const struct outcome *outcome = report->outcome;
    json_t *root = json_object();

    put(&root, "schema", json_integer(REMEDIATE_SCHEMA));
    put(&root, "version", new_string(PORT_EXHAUSTION_VERSION));
    put(&root, "command", new_string(report->command));
    put(&root, "outcome", new_string(remediate_exit_name(outcome->code)));
    put(&root, "exit_code", json_integer((json_int_t)outcome->code));
    put(&root, "message", new_string(text_string(&outcome->message)));
    put(&root, "details", new_lines(text_string(&outcome->details)));
    put(&root, "reboot", json_boolean(outcome->reboot));
    put(&root, "policy", new_string(report->policy_source));
    put(&root, "interrupted",
        new_string(report->interrupted ? report->interrupted->id : NULL));
    if (report->plan)
        add_plan(&root, report->plan);
    if (report->undo)
        put(&root, "changes",
            new_changes(report->undo->changes, report->undo->change_count));
    if (report->journal)
        add_history(&root, report->journal);
    put(&root, "notes", new_lines(report->notes));
    json_text_add(root, JSON_INDENT(2), out);
    text_add(out, "\n");
    json_decref(root);
    return text_ok(out, err);
}
