/* SPDX-License-Identifier: MIT */
/* Record -> line, for the remediation alone: the check links nothing of it. */
#include "checks/model/journal_record.h"

#include <inttypes.h>
#include <string.h>

#include "checks/model/crc32.h"
#include "checks/model/json.h"
#include "checks/model/machine_id.h"

/* Words for people: what would break a line is blanked. */
static void put_words(json_t *object, const char *key, const char *words, bool *ok)
{
    json_put_clean(object, key, words ? words : "", ok);
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
        json_put(object, key, string, ok);
    else
        json_put(object, hex_key, hex_string(value), ok);
}

static json_t *change_to_json(const struct change *change, bool *ok)
{
    json_t *object = json_object();

    json_put(object, "kind", json_string(change_kind_name(change->kind)), ok);
    json_put(object, "setting", json_string(change->setting), ok);
    json_put(object, "place", json_string(change->place), ok);
    put_value(object, "from", "from_hex", change->from, ok);
    put_value(object, "to", "to_hex", change->to, ok);
    json_put(object, "reboot", json_boolean(change->reboot), ok);
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

    json_put(object, "record", json_string(journal_record_name(kind)), ok);
    json_put(object, "id", json_string(id), ok);
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
                     "the %s '%s' has characters that the journal cannot store", what,
                     error_quote(name, shown));
}

static bool is_change_clean(const struct change *change, struct error *err)
{
    return is_clean(change->setting, "setting", err) &&
           is_clean(change->place, "place", err);
}

static bool is_writable(const struct journal_run *run, struct error *err)
{
    char shown[ERR_QUOTE_SIZE];

    if (!journal_is_id(run->id))
        return error_set(err, ERR_MALFORMED, "'%s' cannot be the id of a run",
                         error_quote(run->id, shown));
    if (run->machine[0] && !machine_id_is_digest(run->machine))
        return error_set(err, ERR_MALFORMED, "'%s' cannot be the digest of a machine",
                         error_quote(run->machine, shown));
    for (size_t i = 0; i < run->change_count; i++)
        if (!is_change_clean(&run->changes[i], err))
            return false;
    return !run->lasting || is_change_clean(run->lasting, err);
}

/* What earlier versions do not know, as far as it is known here. True = something. */
static bool put_optional(json_t *object, const struct journal_run *run, bool *ok)
{
    const bool confirms = run->confirms && *run->confirms;

    if (run->machine[0])
        json_put(object, "machine", json_string(run->machine), ok);
    if (run->network[0])
        put_words(object, "network", run->network, ok);
    if (run->uptime_s >= 0)
        json_put(object, "uptime", json_integer(run->uptime_s), ok);
    if (run->live_only)
        json_put(object, "live_only", json_true(), ok);
    if (run->trial_until_s > 0)
        json_put(object, "trial_until", json_integer(run->trial_until_s), ok);
    if (confirms)
        put_words(object, "confirms", run->confirms, ok);
    if (run->lasting)
        json_put(object, "lasting", change_to_json(run->lasting, ok), ok);
    return run->machine[0] || run->network[0] || run->uptime_s >= 0 || run->live_only ||
           run->trial_until_s > 0 || confirms;
}

bool journal_encode_begin(const struct journal_run *run, struct text *out,
                          struct error *err)
{
    bool ok = true;
    json_t *object;

    if (!is_writable(run, err))
        return false;
    object = new_record(RECORD_BEGIN, run->id, &ok);
    json_put(object, "schema", json_integer(1), &ok); /* keeps its place */
    json_put_time(object, "time", run->time_s, &ok);
    put_words(object, "boot", run->boot, &ok);
    put_words(object, "user", run->user, &ok);
    put_words(object, "command", run->command, &ok);
    put_words(object, "undoes", run->undoes, &ok);
    put_words(object, "policy", run->policy, &ok);
    put_words(object, "version", run->version, &ok);
    json_put(object, "changes", changes_to_json(run, &ok), &ok);
    if (put_optional(object, run, &ok))
        json_put(object, "schema", json_integer(JOURNAL_SCHEMA), &ok);
    return add_line(object, ok, out, err);
}

bool journal_encode_step(enum journal_record_kind kind, const char *id, size_t change,
                         struct text *out, struct error *err)
{
    bool ok = true;
    json_t *object = new_record(kind, id, &ok);

    json_put_number(object, "change", change, &ok);
    return add_line(object, ok, out, err);
}

/* The record's name is its id, too. */
static bool encode_alerts(enum journal_record_kind kind,
                          const struct journal_refusals *refusals, struct text *out,
                          struct error *err)
{
    bool ok = true;
    json_t *object = new_record(kind, journal_record_name(kind), &ok);

    json_put_time(object, "time", refusals->first_s, &ok);
    json_put_time(object, "last", refusals->last_s, &ok);
    json_put_number(object, "count", refusals->count, &ok);
    put_words(object, "reason", refusals->reason, &ok);
    if (kind == RECORD_AUDIT && refusals->boot[0] && refusals->uptime_s >= 0) {
        put_words(object, "boot", refusals->boot, &ok);
        json_put(object, "uptime", json_integer((json_int_t)refusals->uptime_s), &ok);
    }
    return add_line(object, ok, out, err);
}

bool journal_encode_refusals(const struct journal_refusals *refusals, struct text *out,
                             struct error *err)
{
    return encode_alerts(RECORD_REFUSED, refusals, out, err);
}

bool journal_encode_audits(const struct journal_refusals *audits, struct text *out,
                           struct error *err)
{
    return encode_alerts(RECORD_AUDIT, audits, out, err);
}

bool journal_encode_end(const struct journal_run *run, struct text *out,
                        struct error *err)
{
    bool ok = true;
    json_t *object = new_record(RECORD_END, run->id, &ok);

    json_put_time(object, "time", run->end_s, &ok);
    if (run->end_uptime_s >= 0)
        json_put(object, "uptime", json_integer(run->end_uptime_s), &ok);
    json_put(object, "outcome", json_string(run_outcome_name(run->outcome)), &ok);
    put_words(object, "message", run->message, &ok);
    return add_line(object, ok, out, err);
}
