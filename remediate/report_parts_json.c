/* SPDX-License-Identifier: MIT */
/* The values of the JSON: each is whole, or NULL. */
#include "remediate/report_parts_json.h"

#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/base/text.h"
#include "checks/model/json.h"
#include "checks/model/place.h"
#include "checks/model/port_range.h"
#include "checks/model/setting.h"
#include "remediate/report.h"
#include "remediate/trial.h"

/* Appends a value that is given away; one that could not be made, or appended, makes *ok
 * false: no report with something missing is printed. */
void report_json_append(json_t *array, json_t *value, bool *ok)
{
    if (json_array_append_new(array, value) != 0)
        *ok = false;
}

/* A new string from foreign text, whatever bytes it has; JSON null for NULL. */
json_t *report_json_string(const char *foreign)
{
    return foreign ? json_clean(foreign) : json_null();
}

/* The object or array when all of it could be made, else NULL. */
json_t *report_json_whole(json_t *container, bool ok)
{
    if (ok)
        return container;
    json_decref(container);
    return NULL;
}

/* A file's contents: harmless as all foreign text, with its ends of lines. */
static json_t *new_contents(const char *contents)
{
    json_t *string = NULL;
    struct text clean = { 0 };

    text_add(&clean, contents);
    text_make_printable(&clean);
    if (!clean.failed)
        string = json_string(text_string(&clean));
    text_clear(&clean);
    return string;
}

/* The lines of `lines` as a new array. */
json_t *report_json_lines(const char *lines)
{
    json_t *array = json_array();
    struct text line = { 0 };
    bool ok = array != NULL;

    for (const char *c = lines ? lines : ""; *c; c++) {
        if (*c != '\n') {
            text_add_bytes(&line, c, 1);
            continue;
        }
        report_json_append(array, report_json_string(text_string(&line)), &ok);
        text_cut(&line, 0);
    }
    ok = ok && !line.failed;
    text_clear(&line);
    return report_json_whole(array, ok);
}

json_t *report_json_time(int64_t time_s)
{
    return time_s != 0 ? json_time(time_s) : json_null();
}

/* "10000 65535" of the range's sysctl as the range that it is. */
static bool read_sysctl_range(const char *value, struct port_range *out)
{
    char text[PORT_RANGE_TEXT_SIZE];
    const char *blank = strchr(value, ' ');

    if (!blank || strlen(value) >= sizeof text)
        return false;
    (void)snprintf(text, sizeof text, "%s", value);
    text[blank - value] = '-';
    return port_range_parse(text, out, NULL);
}

static json_t *new_number_or_text(const char *value)
{
    int64_t number;

    return number_parse_i64(value, &number, NULL) ? json_integer((json_int_t)number)
                                                  : report_json_string(value);
}

json_t *report_json_sysctl(const char *key, const char *value)
{
    struct setting_value range = { .kind = SETTING_PORT_RANGE };
    char name[PLACE_PART_SIZE];

    place_sysctl_key(PLACE_PORT_RANGE, name);
    if ((strcmp(key, name) == 0 || strcmp(key, PLACE_PORT_RANGE) == 0) &&
        read_sysctl_range(value, &range.range))
        return json_setting_value(&range);
    return new_number_or_text(value);
}

/* In the same form as the value of a setting; JSON null: absent. */
static json_t *new_value(const struct change *change, const char *value)
{
    if (!value)
        return json_null();
    if (change->kind == CHANGE_FILE)
        return new_contents(value);
    return change->kind == CHANGE_SYSCTL ? report_json_sysctl(change->place, value)
                                         : new_number_or_text(value);
}

static json_t *new_change(const struct change *change, bool made)
{
    json_t *object = json_object();
    char name[CHANGE_NAME_SIZE];
    bool ok = object != NULL;

    json_put(object, "kind", report_json_string(change_kind_name(change->kind)), &ok);
    json_put(object, "setting", report_json_string(change->setting), &ok);
    json_put(object, "place", json_string(change_place_name(change, name)), &ok);
    json_put(object, "from", new_value(change, change->from), &ok);
    json_put(object, "to", new_value(change, change->to), &ok);
    json_put(object, "reboot", json_boolean(change->reboot), &ok);
    json_put(object, "made", json_boolean(made), &ok);
    return report_json_whole(object, ok);
}

json_t *report_json_changes(const struct change *changes, size_t count, uint32_t made)
{
    json_t *array = json_array();
    bool ok = array != NULL;

    for (size_t i = 0; i < count; i++)
        report_json_append(array, new_change(&changes[i], made >> i & 1), &ok);
    return report_json_whole(array, ok);
}

/* Those of the journal, as the run left them. */
static json_t *new_run_changes(const struct journal_run *run)
{
    uint32_t made = 0;

    for (size_t i = 0; i < run->change_count; i++)
        made |= (uint32_t)remediate_change_was_made(run, i) << i;
    return report_json_changes(run->changes, run->change_count, made);
}

/* JSON null: not known, or none. */
static json_t *known_string(const char *foreign)
{
    return report_json_string(foreign && *foreign ? foreign : NULL);
}

/* Seconds since the boot; JSON null: not known. */
static json_t *uptime(int64_t uptime_s)
{
    return uptime_s >= 0 ? json_integer((json_int_t)uptime_s) : json_null();
}

/* One that was rolled back has no state. */
void report_json_put_trial(json_t *object, const struct journal_run *run,
                           const struct journal *journal, const char *boot, bool *ok)
{
    json_put(object, "state", known_string(trial_state_name(run, journal, boot)), ok);
    json_put(object, "until", json_integer((json_int_t)run->trial_until_s), ok);
}

/* The trial that the run began; JSON null: none. */
static json_t *new_trial(const struct journal_run *run, const struct journal *journal,
                         const char *boot)
{
    json_t *object;
    bool ok;

    if (run->trial_until_s == 0)
        return json_null();
    object = json_object();
    ok = object != NULL;
    report_json_put_trial(object, run, journal, boot, &ok);
    return report_json_whole(object, ok);
}

json_t *report_json_run(const struct journal_run *run, const struct journal *journal,
                        const char *boot)
{
    json_t *object = json_object();
    bool ok = object != NULL;

    json_put(object, "id", report_json_string(run->id), &ok);
    json_put(object, "begin", report_json_time(run->time_s), &ok);
    json_put(object, "end", report_json_time(run->end_s), &ok);
    json_put(object, "user", report_json_string(run->user), &ok);
    json_put(object, "command", report_json_string(run->command), &ok);
    json_put(object, "undoes", known_string(run->undoes), &ok);
    json_put(object, "outcome", report_json_string(run_outcome_name(run->outcome)), &ok);
    json_put(object, "undone", json_boolean(run->undone), &ok);
    json_put(object, "message", report_json_string(run->message), &ok);
    json_put(object, "policy", report_json_string(run->policy), &ok);
    json_put(object, "version", report_json_string(run->version), &ok);
    json_put(object, "boot", known_string(run->boot), &ok);
    json_put(object, "machine", known_string(run->machine), &ok);
    json_put(object, "network", known_string(run->network), &ok);
    json_put(object, "uptime", uptime(run->uptime_s), &ok);
    json_put(object, "end_uptime", uptime(run->end_uptime_s), &ok);
    json_put(object, "live_only", json_boolean(run->live_only), &ok);
    json_put(object, "trial", new_trial(run, journal, boot), &ok);
    json_put(object, "confirms", known_string(run->confirms), &ok);
    json_put(object, "confirmed", json_boolean(run->confirmed), &ok);
    json_put(object, "changes", new_run_changes(run), &ok);
    return report_json_whole(object, ok);
}

json_t *report_json_refusals(const struct journal_refusals *refusals)
{
    json_t *object = json_object();
    bool ok = object != NULL;

    json_put(object, "count", json_integer(refusals->count), &ok);
    json_put(object, "first", report_json_time(refusals->first_s), &ok);
    json_put(object, "last", report_json_time(refusals->last_s), &ok);
    json_put(object, "reason",
             report_json_string(refusals->count > 0 ? refusals->reason : NULL), &ok);
    return report_json_whole(object, ok);
}
