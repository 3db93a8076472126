/* SPDX-License-Identifier: MIT */
/* The same as the text, for machines: one object, stable keys. */
#include "remediate/report.h"

#include <jansson.h>
#include <stdlib.h>

#include "checks/model/utc_time.h"
#include "checks/setting_words.h"

/* A new string from foreign text, whatever bytes it has; JSON null for NULL. */
static json_t *new_string(const char *foreign)
{
    struct text clean = { 0 };
    json_t *string;

    if (!foreign)
        return json_null();
    text_add_clean(&clean, foreign, "");
    string = json_string(text_string(&clean));
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
        (void)json_array_append_new(array, new_string(text_string(&line)));
        text_cut(&line, 0);
    }
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

        (void)json_object_set_new(object, "kind",
                                  new_string(change_kind_name(changes[i].kind)));
        (void)json_object_set_new(object, "setting", new_string(changes[i].setting));
        (void)json_object_set_new(object, "place", new_string(changes[i].place));
        (void)json_object_set_new(object, "from", new_string(changes[i].from));
        (void)json_object_set_new(object, "to", new_string(changes[i].to));
        (void)json_object_set_new(object, "reboot", json_boolean(changes[i].reboot));
        (void)json_array_append_new(array, object);
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
    string = new_string(text_string(&words));
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

    (void)json_object_set_new(object, "name", new_string(result->rule->name));
    (void)json_object_set_new(object, "now", new_words(setting_words_value, result));
    (void)json_object_set_new(object, "at_boot", new_words(setting_words_boot, result));
    (void)json_object_set_new(object, "accepted", new_words(add_accepted, result));
    (void)json_object_set_new(object, "recommended", new_words(add_recommended, result));
    (void)json_object_set_new(object, "state",
                              new_string(setting_state_name(result->state)));
    (void)json_object_set_new(object, "reboot",
                              json_boolean(setting_words_needs_reboot(result->rule)));
    (void)json_object_set_new(object, "why", new_string(result->why));
    (void)json_object_set_new(object, "risk", new_string(known ? known->risk : NULL));
    (void)json_object_set_new(object, "first_change",
                              json_integer((json_int_t)item->first_change));
    (void)json_object_set_new(object, "change_count",
                              json_integer((json_int_t)item->change_count));
    (void)json_object_set_new(object, "obstacle", new_string(item->obstacle));
    return object;
}

static void add_plan(json_t *root, const struct plan *plan)
{
    json_t *settings = json_array();

    for (size_t i = 0; i < plan->item_count; i++)
        (void)json_array_append_new(settings, new_item(&plan->items[i]));
    (void)json_object_set_new(root, "settings", settings);
    (void)json_object_set_new(root, "changes",
                              new_changes(plan->changes, plan->change_count));
}

static json_t *new_run(const struct journal_run *run)
{
    json_t *object = json_object();

    (void)json_object_set_new(object, "id", new_string(run->id));
    (void)json_object_set_new(object, "begin", new_time(run->time_s));
    (void)json_object_set_new(object, "end", new_time(run->end_s));
    (void)json_object_set_new(object, "user", new_string(run->user));
    (void)json_object_set_new(object, "command", new_string(run->command));
    (void)json_object_set_new(object, "undoes",
                              new_string(run->undoes[0] ? run->undoes : NULL));
    (void)json_object_set_new(object, "outcome",
                              new_string(run_outcome_name(run->outcome)));
    (void)json_object_set_new(object, "undone", json_boolean(run->undone));
    (void)json_object_set_new(object, "message", new_string(run->message));
    (void)json_object_set_new(object, "policy", new_string(run->policy));
    (void)json_object_set_new(object, "version", new_string(run->version));
    (void)json_object_set_new(object, "changes",
                              new_changes(run->changes, run->change_count));
    return object;
}

static json_t *new_refusals(const struct journal_refusals *refusals)
{
    json_t *object = json_object();

    (void)json_object_set_new(object, "count", json_integer(refusals->count));
    (void)json_object_set_new(object, "first", new_time(refusals->first_s));
    (void)json_object_set_new(object, "last", new_time(refusals->last_s));
    (void)json_object_set_new(object, "reason",
                              new_string(refusals->count > 0 ? refusals->reason : NULL));
    return object;
}

static void add_history(json_t *root, const struct journal *journal)
{
    json_t *runs = json_array();

    for (size_t i = journal->count; i > 0; i--)
        (void)json_array_append_new(runs, new_run(&journal->runs[i - 1]));
    (void)json_object_set_new(root, "runs", runs);
    (void)json_object_set_new(root, "refused", new_refusals(&journal->refusals));
}

bool remediate_report_json(const struct remediate_report *report, struct text *out,
                           struct error *err)
{
    const struct outcome *outcome = report->outcome;
    json_t *root = json_object();
    char *dumped;

    (void)json_object_set_new(root, "schema", json_integer(REMEDIATE_SCHEMA));
    (void)json_object_set_new(root, "version", new_string(PORT_EXHAUSTION_VERSION));
    (void)json_object_set_new(root, "command", new_string(report->command));
    (void)json_object_set_new(root, "outcome",
                              new_string(remediate_exit_name(outcome->code)));
    (void)json_object_set_new(root, "exit_code", json_integer((json_int_t)outcome->code));
    (void)json_object_set_new(root, "message",
                              new_string(text_string(&outcome->message)));
    (void)json_object_set_new(root, "details", new_lines(text_string(&outcome->details)));
    (void)json_object_set_new(root, "reboot", json_boolean(outcome->reboot));
    (void)json_object_set_new(root, "policy", new_string(report->policy_source));
    (void)json_object_set_new(
        root, "interrupted",
        new_string(report->interrupted ? report->interrupted->id : NULL));
    if (report->plan)
        add_plan(root, report->plan);
    if (report->undo)
        (void)json_object_set_new(
            root, "changes",
            new_changes(report->undo->changes, report->undo->change_count));
    if (report->journal)
        add_history(root, report->journal);
    (void)json_object_set_new(root, "notes", new_lines(report->notes));
    dumped = json_dumps(root, JSON_INDENT(2));
    json_decref(root);
    if (!dumped)
        return error_set(err, ERR_MEMORY, "not enough memory for the report");
    text_addf(out, "%s\n", dumped);
    free(dumped);
    return text_ok(out, err);
}
