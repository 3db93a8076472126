/* SPDX-License-Identifier: MIT */
/* Line -> record, for both programs; strict, since it steers what is put back. */
#include "checks/model/journal_record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/ascii.h"
#include "checks/model/crc32.h"
#include "checks/model/json.h"
#include "checks/model/machine_id.h"
#include "checks/model/utc_time.h"

static const char *const record_names[RECORD_KIND_COUNT] = {
    [RECORD_BEGIN] = "begin", [RECORD_START] = "start", [RECORD_DONE] = "done",
    [RECORD_BACK] = "back",   [RECORD_END] = "end",     [RECORD_REFUSED] = "refused",
    [RECORD_AUDIT] = "audit",
};

const char *journal_record_name(enum journal_record_kind kind)
{
    return record_names[kind];
}

bool journal_is_id(const char *id)
{
    static const char possible[] = "0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz";
    size_t length = strlen(id);

    return length > 0 && length < JOURNAL_ID_SIZE && strspn(id, possible) == length;
}

const char *run_outcome_name(enum run_outcome outcome)
{
    static const char *const names[RUN_OUTCOME_COUNT] = {
        [RUN_OPEN] = "open",         [RUN_APPLIED] = "applied",
        [RUN_RESTORED] = "restored", [RUN_INCOMPLETE] = "incomplete",
        [RUN_FOREIGN] = "foreign",
    };

    return names[outcome];
}

void journal_run_clear(struct journal_run *run)
{
    for (size_t i = 0; i < run->change_count; i++)
        change_clear(&run->changes[i]);
    free(run->changes);
    if (run->lasting)
        change_clear(run->lasting);
    free(run->lasting);
    free(run->boot);
    free(run->user);
    free(run->command);
    free(run->undoes);
    free(run->confirms);
    free(run->policy);
    free(run->version);
    free(run->message);
    *run = (struct journal_run){ 0 };
}

/* A new copy; NULL with ERR_MEMORY. */
static char *copy(const char *string, struct error *err)
{
    char *made = text_copy(string);

    if (!made)
        (void)error_set(err, ERR_MEMORY, "not enough memory for the journal");
    return made;
}

/* Exactly what the encoder prints. */
bool journal_line_sum(const char *line, size_t length, uint32_t *out)
{
    uint32_t sum = 0;

    if (length <= JOURNAL_SUM_LENGTH || line[JOURNAL_SUM_LENGTH - 1] != ' ')
        return false;
    for (size_t i = 0; i < JOURNAL_SUM_LENGTH - 1; i++) {
        int digit = hex_digit(line[i], 'a');

        if (digit < 0)
            return false;
        sum = sum << 4 | (uint32_t)digit;
    }
    *out = sum;
    return true;
}

bool journal_line_is_whole(const char *line, size_t length)
{
    uint32_t sum;

    return journal_line_sum(line, length, &sum) &&
           crc32_add(0, line + JOURNAL_SUM_LENGTH, length - JOURNAL_SUM_LENGTH) == sum;
}

static bool read_id(const struct json_reader *top, char out[JOURNAL_ID_SIZE],
                    struct error *err)
{
    struct json_reader place;

    if (!json_reader_required(top, "id", &place, err) ||
        !json_reader_line(&place, out, JOURNAL_ID_SIZE, err))
        return false;
    return journal_is_id(out) ||
           json_reader_fail(&place, err, "expected letters, digits and '-'");
}

/* A required string of one line, into a new copy. */
static bool read_line(const struct json_reader *top, const char *key, char **out,
                      struct error *err)
{
    struct json_reader place;
    const char *string = NULL;

    if (!json_reader_required(top, key, &place, err) ||
        !json_reader_string(&place, &string, err))
        return false;
    if (!text_is_clean(string))
        return json_reader_fail(&place, err, "control characters are not allowed");
    *out = copy(string, err);
    return *out != NULL;
}

static bool read_time_of(const struct json_reader *top, const char *key, int64_t *out,
                         struct error *err)
{
    struct json_reader place;
    const char *string = NULL;

    if (!json_reader_required(top, key, &place, err) ||
        !json_reader_string(&place, &string, err))
        return false;
    return utc_time_parse(string, out) ||
           json_reader_fail(&place, err, "expected a time like 2026-01-31T23:59:59Z");
}

static bool read_time(const struct json_reader *top, int64_t *out, struct error *err)
{
    return read_time_of(top, "time", out, err);
}

/* The bytes of a string of hex digits, in place; a NUL byte has no place in a value. */
static bool unhex(char *string)
{
    char *out = string;

    for (; *string; string += 2) {
        int high = hex_digit(string[0], 'a');
        int low = high < 0 ? -1 : hex_digit(string[1], 'a');

        if (low < 0 || high * 16 + low == 0)
            return false;
        *out++ = (char)(unsigned char)(high * 16 + low);
    }
    *out = '\0';
    return true;
}

static bool read_value(const struct json_reader *object, const char *key,
                       const char *hex_key, char **out, struct error *err)
{
    struct json_reader place;
    const char *string = NULL;
    bool is_hex = json_reader_member(object, hex_key, &place);

    if (!is_hex && !json_reader_required(object, key, &place, err))
        return false;
    if (!is_hex && json_is_null(place.value))
        return true;
    if (!json_reader_string(&place, &string, err))
        return false;
    *out = copy(string, err);
    if (!*out)
        return false;
    if (is_hex && !unhex(*out))
        return json_reader_fail(&place, err, "expected pairs of hex digits, never 00");
    return strlen(*out) <= CHANGE_VALUE_MAX ||
           json_reader_limit(&place, err, "longer than %d bytes", CHANGE_VALUE_MAX);
}

static bool read_kind(const struct json_reader *object, enum change_kind *out,
                      struct error *err)
{
    struct json_reader place;
    const char *name = NULL;

    if (!json_reader_required(object, "kind", &place, err) ||
        !json_reader_string(&place, &name, err))
        return false;
    return change_kind_from_name(name, out) ||
           json_reader_fail(&place, err, "unknown kind");
}

/* *out is the caller's to clear on failure too. */
static bool read_change(const struct json_reader *object, struct change *out,
                        struct error *err)
{
    static const char *const keys[] = { "kind", "setting", "place",  "from", "from_hex",
                                        "to",   "to_hex",  "reboot", NULL };
    struct json_reader place;

    return json_reader_object(object, keys, err) && read_kind(object, &out->kind, err) &&
           read_line(object, "setting", &out->setting, err) &&
           read_line(object, "place", &out->place, err) &&
           read_value(object, "from", "from_hex", &out->from, err) &&
           read_value(object, "to", "to_hex", &out->to, err) &&
           json_reader_required(object, "reboot", &place, err) &&
           json_reader_boolean(&place, &out->reboot, err);
}

static bool read_changes(const struct json_reader *top, struct journal_run *run,
                         struct error *err)
{
    struct json_reader place;
    size_t count;

    if (!json_reader_required(top, "changes", &place, err) ||
        !json_reader_array(&place, CHANGES_MAX, err))
        return false;
    count = json_array_size(place.value);
    if (count == 0)
        return true;
    run->changes = calloc(count, sizeof *run->changes);
    if (!run->changes)
        return error_set(err, ERR_MEMORY, "not enough memory for the journal");
    for (size_t i = 0; i < count; i++) {
        struct json_reader item = json_reader_item(&place, i);

        run->change_count = i + 1;
        if (!read_change(&item, &run->changes[i], err))
            return false;
        if (!change_place_is_new(run->changes, i))
            return json_reader_fail(&item, err, "changes a place a second time");
    }
    return true;
}

/* An open run has no message yet. */
static bool set_open(struct journal_run *run, struct error *err)
{
    run->end_uptime_s = -1;
    run->message = copy("", err);
    return run->message != NULL;
}

/* Seconds of CLOCK_BOOTTIME; `unknown` where the key is missing. */
static bool read_uptime_of(const struct json_reader *top, const char *key,
                           int64_t unknown, int64_t *out, struct error *err)
{
    struct json_reader place;

    *out = unknown;
    return !json_reader_member(top, key, &place) ||
           json_reader_integer(&place, unknown + 1, INT64_MAX, out, err);
}

static bool read_machine(const struct json_reader *top, char out[JOURNAL_MACHINE_SIZE],
                         struct error *err)
{
    struct json_reader place;

    if (!json_reader_member(top, "machine", &place))
        return true;
    if (!json_reader_line(&place, out, JOURNAL_MACHINE_SIZE, err))
        return false;
    return machine_id_is_digest(out) ||
           json_reader_fail(&place, err, "expected 8 hex digits");
}

static bool read_network(const struct json_reader *top, char out[JOURNAL_NETWORK_SIZE],
                         struct error *err)
{
    struct json_reader place;

    return !json_reader_member(top, "network", &place) ||
           json_reader_line(&place, out, JOURNAL_NETWORK_SIZE, err);
}

static bool read_confirms(const struct json_reader *top, struct journal_run *run,
                          struct error *err)
{
    struct json_reader place;

    if (json_reader_member(top, "confirms", &place))
        return read_line(top, "confirms", &run->confirms, err);
    run->confirms = copy("", err);
    return run->confirms != NULL;
}

/* Its place is none of the run's own: what is tried is live only. */
static bool read_lasting(const struct json_reader *top, struct journal_run *run,
                         struct error *err)
{
    struct json_reader place;

    if (!json_reader_member(top, "lasting", &place))
        return true;
    run->lasting = calloc(1, sizeof *run->lasting);
    if (!run->lasting)
        return error_set(err, ERR_MEMORY, "not enough memory for the journal");
    return read_change(&place, run->lasting, err);
}

/* What schema 2 brought: earlier versions knew none of it. */
static bool read_optional(const struct json_reader *top, struct journal_run *run,
                          struct error *err)
{
    struct json_reader place;

    return read_machine(top, run->machine, err) && read_network(top, run->network, err) &&
           read_uptime_of(top, "uptime", -1, &run->uptime_s, err) &&
           read_uptime_of(top, "trial_until", 0, &run->trial_until_s, err) &&
           read_confirms(top, run, err) && read_lasting(top, run, err) &&
           (!json_reader_member(top, "live_only", &place) ||
            json_reader_boolean(&place, &run->live_only, err));
}

/* Not damaged, and not for this version to guess at. */
static bool refuse_newer(const char *what, struct error *err)
{
    return error_set(err, ERR_UNSUPPORTED,
                     "the journal was written by a newer version of port-exhaustion "
                     "(%s): install that version, or move the journal away",
                     what);
}

static bool read_schema(const struct json_reader *top, struct error *err)
{
    struct json_reader place;
    char what[80];
    int64_t schema;

    if (!json_reader_required(top, "schema", &place, err) ||
        !json_reader_integer(&place, 1, INT64_MAX, &schema, err))
        return false;
    (void)snprintf(what, sizeof what, "schema %" PRId64 ", this one reads up to %d",
                   schema, JOURNAL_SCHEMA);
    return schema <= JOURNAL_SCHEMA || refuse_newer(what, err);
}

static bool read_begin(const struct json_reader *top, struct journal_record *out,
                       struct error *err)
{
    static const char *const keys[] = { "record",      "id",      "schema",  "time",
                                        "boot",        "machine", "network", "uptime",
                                        "user",        "command", "undoes",  "confirms",
                                        "policy",      "version", "changes", "live_only",
                                        "trial_until", "lasting", NULL };
    struct journal_run *run = &out->run;

    return read_schema(top, err) && json_reader_object(top, keys, err) &&
           read_time(top, &run->time_s, err) && read_line(top, "boot", &run->boot, err) &&
           read_line(top, "user", &run->user, err) &&
           read_line(top, "command", &run->command, err) &&
           read_line(top, "undoes", &run->undoes, err) &&
           read_line(top, "policy", &run->policy, err) &&
           read_line(top, "version", &run->version, err) && set_open(run, err) &&
           read_optional(top, run, err) && read_changes(top, run, err);
}

static bool read_step(const struct json_reader *top, struct journal_record *out,
                      struct error *err)
{
    static const char *const keys[] = { "record", "id", "change", NULL };
    uint32_t change = 0;

    if (!json_reader_object(top, keys, err) ||
        !json_reader_u32_of(top, "change", CHANGES_MAX - 1, &change, err))
        return false;
    out->change = change;
    return true;
}

static bool read_outcome(const struct json_reader *top, enum run_outcome *out,
                         struct error *err)
{
    struct json_reader place;
    const char *name = NULL;

    if (!json_reader_required(top, "outcome", &place, err) ||
        !json_reader_string(&place, &name, err))
        return false;
    for (int outcome = RUN_APPLIED; outcome < RUN_OUTCOME_COUNT; outcome++)
        if (strcmp(run_outcome_name((enum run_outcome)outcome), name) == 0) {
            *out = (enum run_outcome)outcome;
            return true;
        }
    return json_reader_fail(&place, err,
                            "expected applied, restored, incomplete or foreign");
}

static bool read_end(const struct json_reader *top, struct journal_record *out,
                     struct error *err)
{
    static const char *const keys[] = { "record",  "id",      "time", "uptime",
                                        "outcome", "message", NULL };

    return json_reader_object(top, keys, err) && read_time(top, &out->run.end_s, err) &&
           read_uptime_of(top, "uptime", -1, &out->run.end_uptime_s, err) &&
           read_outcome(top, &out->run.outcome, err) &&
           read_line(top, "message", &out->run.message, err);
}

/* What an audit has besides: when the first one was by the clock of its boot. */
static bool read_first(const struct json_reader *top, struct journal_refusals *out,
                       struct error *err)
{
    struct json_reader place;

    return (!json_reader_member(top, "boot", &place) ||
            json_reader_line(&place, out->boot, sizeof out->boot, err)) &&
           read_uptime_of(top, "uptime", -1, &out->uptime_s, err);
}

/* A refusal has the keys that earlier versions know, and no other. */
static bool read_alerts(const struct json_reader *top, enum journal_record_kind kind,
                        struct journal_refusals *out, struct error *err)
{
    static const char *const of_audit[] = { "boot", "uptime", "record", "id", "time",
                                            "last", "count",  "reason", NULL };
    const char *const *keys = of_audit + (kind == RECORD_AUDIT ? 0 : 2);

    return json_reader_object(top, keys, err) && read_time(top, &out->first_s, err) &&
           (kind != RECORD_AUDIT || read_first(top, out, err)) &&
           read_time_of(top, "last", &out->last_s, err) &&
           json_reader_u32_of(top, "count", UINT32_MAX, &out->count, err) &&
           json_reader_line_of(top, "reason", out->reason, sizeof out->reason, err);
}

static bool read_record_kind(const struct json_reader *top, enum journal_record_kind *out,
                             struct error *err)
{
    struct json_reader place;
    const char *name = NULL;
    char shown[ERR_QUOTE_SIZE];
    char what[ERR_QUOTE_SIZE + 40];

    if (!json_reader_required(top, "record", &place, err) ||
        !json_reader_string(&place, &name, err))
        return false;
    for (int kind = 0; kind < RECORD_KIND_COUNT; kind++)
        if (strcmp(journal_record_name((enum journal_record_kind)kind), name) == 0) {
            *out = (enum journal_record_kind)kind;
            return true;
        }
    (void)snprintf(what, sizeof what, "record '%s', unknown to this one",
                   error_quote(name, shown));
    return refuse_newer(what, err);
}

static bool read_record(const struct json_reader *top, struct journal_record *out,
                        struct error *err)
{
    if (!json_reader_any_object(top, err) || !read_record_kind(top, &out->kind, err) ||
        !read_id(top, out->run.id, err))
        return false;
    if (out->kind == RECORD_BEGIN)
        return read_begin(top, out, err);
    if (out->kind == RECORD_REFUSED || out->kind == RECORD_AUDIT)
        return read_alerts(top, out->kind, &out->refusals, err);
    return out->kind == RECORD_END ? read_end(top, out, err) : read_step(top, out, err);
}

bool journal_record_read(const char *line, size_t length, struct journal_record *out,
                         struct error *err)
{
    struct journal_record record = { 0 };
    json_t *document =
        json_reader_parse(line + JOURNAL_SUM_LENGTH, length - JOURNAL_SUM_LENGTH, err);
    struct json_reader top = json_reader_top(document);
    bool ok = document && read_record(&top, &record, err);

    if (ok)
        *out = record;
    else
        journal_run_clear(&record.run);
    json_decref(document);
    return ok;
}
