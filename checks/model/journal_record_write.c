/* SPDX-License-Identifier: MIT */
/* Record -> line, for the remediation alone: the check links nothing of it. */
#include "checks/model/journal_record.h"

#include <inttypes.h>
#include <string.h>

#include "checks/base/crc32.h"
#include "checks/model/json_text.h"
#include "checks/model/utc_time.h"

/* Puts a value that is given away into an object; one that could not be made fails the
 * whole record at its end. */
static void put(json_t *object, const char *key, json_t *value, bool *ok)
{
    if (json_object_set_new(object, key, value) != 0)
        *ok = false;
}

/* Words for people: what would break a line is blanked. */
static void put_clean(json_t *object, const char *key, const char *foreign, bool *ok)
{
    struct text clean = { 0 };

    text_add_clean(&clean, foreign ? foreign : "", "");
    put(object, key, clean.failed ? NULL : json_string(text_string(&clean)), ok);
    text_clear(&clean);
}

static void put_time(json_t *object, const char *key, int64_t time_s, bool *ok)
{
    char time[UTC_TIME_TEXT_SIZE];

    utc_time_format(time_s, time);
    put(object, key, json_string(time), ok);
}

/* A new string of two hex digits per byte. */
static json_t *hex_string(const char *bytes)
{
    struct text hex = { 0 };
    json_t *string = NULL;

    for (; *bytes; bytes++)
        text_addf(&hex, "%02x", (unsigned int)(unsigned char)*bytes);
    if (!hex.failed)
        string = json_string(text_string(&hex));
    text_clear(&hex);
    return string;
}

/* A value exactly as it is; JSON knows only UTF-8, and a file may hold anything. */
static void put_value(json_t *object, const char *key, const char *hex_key,
                      const char *value, bool *ok)
{
    json_t *string = value ? json_string(value) : json_null();

    if (string || !value)
        put(object, key, string, ok);
    else
        put(object, hex_key, hex_string(value), ok);
}

static json_t *change_to_json(const struct change *change, bool *ok)
{
    json_t *object = json_object();

    put(object, "kind", json_string(change_kind_name(change->kind)), ok);
    put(object, "setting", json_string(change->setting), ok);
    put(object, "place", json_string(change->place), ok);
    put_value(object, "from", "from_hex", change->from, ok);
    put_value(object, "to", "to_hex", change->to, ok);
    put(object, "reboot", json_boolean(change->reboot), ok);
    return object;
}

static json_t *changes_to_json(const struct journal_run *run, bool *ok)
{
    json_t *array = json_array();

    for (size_t i = 0; i < run->change_count; i++)
        if (json_array_append_new(array, change_to_json(&run->changes[i], ok)) != 0)
            *ok = false;
    return array;
}

/* A new object with what every record has. */
static json_t *new_record(enum journal_record_kind kind, const char *id, bool *ok)
{
    json_t *object = json_object();

    put(object, "record", json_string(journal_record_name(kind)), ok);
    put(object, "id", json_string(id), ok);
    return object;
}

/* Adds the line, and gives the object up. */
static bool add_line(json_t *object, bool ok, struct text *out, struct error *err)
{
    struct text json = { 0 };
    bool added;

    json_text_add(ok ? object : NULL, JSON_COMPACT, &json);
    added = text_ok(&json, err);
    if (added) {
        text_addf(out, "%08" PRIx32 " ", crc32_add(0, text_string(&json), json.length));
        text_add_bytes(out, text_string(&json), json.length);
        text_add(out, "\n");
        added = text_ok(out, err);
    }
    text_clear(&json);
    json_decref(object);
    return added;
}

/* A name must come back from the journal as it is. */
static bool is_clean(const char *name, const char *what, struct error *err)
{
    char shown[ERR_QUOTE_SIZE];

    if (!name || *name == '\0')
        return error_set(err, ERR_MALFORMED, "a change without a %s", what);
    return text_is_clean(name) ||
           error_set(err, ERR_MALFORMED,
                     "the %s '%s' holds characters that the journal cannot keep", what,
                     error_quote(name, shown));
}

bool journal_encode_begin(const struct journal_run *run, struct text *out,
                          struct error *err)
{
    bool ok = true;
    json_t *object;
    char shown[ERR_QUOTE_SIZE];

    if (!journal_is_id(run->id))
        return error_set(err, ERR_MALFORMED, "'%s' cannot be the id of a run",
                         error_quote(run->id, shown));
    for (size_t i = 0; i < run->change_count; i++)
        if (!is_clean(run->changes[i].setting, "setting", err) ||
            !is_clean(run->changes[i].place, "place", err))
            return false;
    object = new_record(RECORD_BEGIN, run->id, &ok);
    put(object, "schema", json_integer(JOURNAL_SCHEMA), &ok);
    put_time(object, "time", run->time_s, &ok);
    put_clean(object, "boot", run->boot, &ok);
    put_clean(object, "user", run->user, &ok);
    put_clean(object, "command", run->command, &ok);
    put_clean(object, "undoes", run->undoes, &ok);
    put_clean(object, "policy", run->policy, &ok);
    put_clean(object, "version", run->version, &ok);
    put(object, "changes", changes_to_json(run, &ok), &ok);
    return add_line(object, ok, out, err);
}

bool journal_encode_step(enum journal_record_kind kind, const char *id, size_t change,
                         struct text *out, struct error *err)
{
    bool ok = true;
    json_t *object = new_record(kind, id, &ok);

    put(object, "change", json_integer((json_int_t)change), &ok);
    return add_line(object, ok, out, err);
}

bool journal_encode_refusals(const struct journal_refusals *refusals, struct text *out,
                             struct error *err)
{
    bool ok = true;
    json_t *object = new_record(RECORD_REFUSED, "refused", &ok);

    put_time(object, "time", refusals->first_s, &ok);
    put_time(object, "last", refusals->last_s, &ok);
    put(object, "count", json_integer((json_int_t)refusals->count), &ok);
    put_clean(object, "reason", refusals->reason, &ok);
    return add_line(object, ok, out, err);
}

bool journal_encode_end(const struct journal_run *run, struct text *out,
                        struct error *err)
{
    bool ok = true;
    json_t *object = new_record(RECORD_END, run->id, &ok);

    put_time(object, "time", run->end_s, &ok);
    put(object, "outcome", json_string(run_outcome_name(run->outcome)), &ok);
    put_clean(object, "message", run->message, &ok);
    return add_line(object, ok, out, err);
}
