/* SPDX-License-Identifier: MIT */
/* Record -> line, for the remediation alone: the check links nothing of it. */
#include "checks/model/journal_record.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks/model/crc32.h"
#include "checks/model/json_fields.h"
#include "checks/model/machine_id.h"

/* Adds the line of a record. */
static bool add_line(const struct journal_record *record, struct text *out,
                     struct error *err)
{
    struct json_writer writer = { .root = record, .ok = true };
    json_t *object =
        json_fields_write(&writer, journal_record_tables[record->kind], record);
    struct text json = { 0 };
    bool added;

    json_text_add(writer.ok ? object : NULL, JSON_COMPACT, &json);
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

bool journal_encode_begin(const struct journal_run *run, struct text *out,
                          struct error *err)
{
    const struct journal_record record = { .kind = RECORD_BEGIN, .run = *run };

    return is_writable(run, err) && add_line(&record, out, err);
}

bool journal_encode_step(enum journal_record_kind kind, const char *id, size_t change,
                         struct text *out, struct error *err)
{
    struct journal_record record = { .kind = kind, .change = change };

    (void)snprintf(record.run.id, sizeof record.run.id, "%s", id);
    return add_line(&record, out, err);
}

/* The record's name is its id, too. */
static bool encode_alerts(enum journal_record_kind kind,
                          const struct journal_refusals *refusals, struct text *out,
                          struct error *err)
{
    struct journal_record record = { .kind = kind, .refusals = *refusals };

    (void)snprintf(record.run.id, sizeof record.run.id, "%s", journal_record_name(kind));
    return add_line(&record, out, err);
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
    const struct journal_record record = { .kind = RECORD_END, .run = *run };

    return add_line(&record, out, err);
}
