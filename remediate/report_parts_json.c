/* SPDX-License-Identifier: MIT */
/* Changes, runs and refusals. */
#include "remediate/report_parts_json.h"

#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/base/text.h"
#include "checks/model/place.h"
#include "checks/model/port_range.h"
#include "checks/model/setting.h"
#include "remediate/report.h"
#include "remediate/trial.h"

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

static json_t *write_lines(struct json_writer *writer, const void *in)
{
    const char *lines = *(const char *const *)in;
    json_t *array = json_array();
    struct text line = { 0 };

    for (const char *c = lines ? lines : ""; *c; c++) {
        if (*c != '\n') {
            text_add_bytes(&line, c, 1);
            continue;
        }
        if (json_array_append_new(array, json_clean(text_string(&line))) != 0)
            writer->ok = false;
        text_cut(&line, 0);
    }
    writer->ok = writer->ok && !line.failed;
    text_clear(&line);
    return array;
}

const struct json_kind report_lines = { .schema = NULL, NULL, write_lines };

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
                                                  : json_clean(value);
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

/* Whether its run made it, and left it so. */
struct shown_change {
    const struct change *change;
    bool made;
};

static json_t *place(const void *in)
{
    char name[CHANGE_NAME_SIZE];

    return json_string(change_place_name(in, name));
}

static json_t *from(const void *in)
{
    return new_value(in, ((const struct change *)in)->from);
}

static json_t *to(const void *in)
{
    return new_value(in, ((const struct change *)in)->to);
}

#define CHANGE .via = FIELD_AT(shown_change, change)

static const struct json_field change_rows[] = {
    { "kind", FIELD_WORD(change, kind, change_kind_names), CHANGE },
    { "setting", FIELD_VALUE(change, setting), CHANGE },
    { "place", FIELD_MADE(place), CHANGE },
    { "from", FIELD_MADE(from), CHANGE },
    { "to", FIELD_MADE(to), CHANGE },
    { "reboot", FIELD_VALUE(change, reboot), CHANGE },
    { "made", FIELD_VALUE(shown_change, made) },
};
const struct json_table report_change_table = { JSON_ROWS(change_rows) };

json_t *report_json_changes(const struct change *changes, size_t count, uint32_t made)
{
    struct shown_change shown[CHANGES_MAX];
    struct json_writer writer = { .ok = true };
    json_t *array;

    for (size_t i = 0; i < count; i++)
        shown[i] = (struct shown_change){ &changes[i], made >> i & 1 };
    array =
        json_fields_list(&writer, &report_change_table, shown, sizeof shown[0], count);
    if (writer.ok)
        return array;
    json_decref(array);
    return NULL;
}

/* Those of the journal, as the run left them. */
static json_t *run_changes(const void *in)
{
    const struct journal_run *run = in;
    uint32_t made = 0;

    for (size_t i = 0; i < run->change_count; i++)
        made |= (uint32_t)remediate_change_was_made(run, i) << i;
    return report_json_changes(run->changes, run->change_count, made);
}

/* Where the trials of the journal's runs stand. */
struct trial_view {
    const struct journal *journal;
    const char *boot;
};

/* One that was rolled back has no state. */
static json_t *state(struct json_writer *writer, const void *in)
{
    const struct trial_view *view = writer->root;
    const char *name = trial_state_name(in, view->journal, view->boot);

    return name ? json_string(name) : json_null();
}

static const struct json_field trial_rows[] = {
    { "state", FIELD_MADE_BY(state) },
    { "until", FIELD_VALUE(journal_run, trial_until_s) },
};

#define RUN(member) FIELD_VALUE(journal_run, member)

static const struct json_field run_rows[] = {
    { "id", RUN(id) },
    { "begin", FIELD_TIME(journal_run, time_s) },
    { "end", FIELD_TIME(journal_run, end_s), FIELD_ANY_OR_NULL },
    { "user", RUN(user) },
    { "command", RUN(command) },
    { "undoes", RUN(undoes), FIELD_ANY_OR_NULL },
    { "outcome", FIELD_WORD(journal_run, outcome, run_outcome_names) },
    { "undone", RUN(undone) },
    { "message", RUN(message) },
    { "policy", RUN(policy) },
    { "version", RUN(version) },
    { "boot", RUN(boot), FIELD_ANY_OR_NULL },
    { "machine", RUN(machine), FIELD_ANY_OR_NULL },
    { "network", RUN(network), FIELD_ANY_OR_NULL },
    { "uptime", RUN(uptime_s), .highest = INT64_MAX, FIELD_ANY_OR_NULL },
    { "end_uptime", RUN(end_uptime_s), .highest = INT64_MAX, FIELD_ANY_OR_NULL },
    { "live_only", RUN(live_only) },
    { "trial", FIELD_SAME(journal_run, kind_object), FIELD_ROWS_OF(trial_rows),
      FIELD_KNOWN(journal_run, trial_until_s), FIELD_OR_NULL },
    { "confirms", RUN(confirms), FIELD_ANY_OR_NULL },
    { "confirmed", RUN(confirmed) },
    { "changes", FIELD_MADE(run_changes) },
};
const struct json_table report_run_table = { JSON_ROWS(run_rows) };

json_t *report_json_run(const struct journal_run *run, const struct journal *journal,
                        const char *boot)
{
    return json_fields_new(&report_run_table, &(struct trial_view){ journal, boot }, run);
}

static const struct json_field refusals_rows[] = {
    { "count", FIELD_VALUE(journal_refusals, count) },
    { "first", FIELD_TIME(journal_refusals, first_s), FIELD_ANY_OR_NULL },
    { "last", FIELD_TIME(journal_refusals, last_s), FIELD_ANY_OR_NULL },
    { "reason", FIELD_VALUE(journal_refusals, reason), FIELD_ANY_OR_NULL },
};
const struct json_table report_refusals_table = { JSON_ROWS(refusals_rows) };
