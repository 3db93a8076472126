/* SPDX-License-Identifier: MIT */
/* Line -> record, for both programs; strict, since it steers what is put back. And the
 * tables of the records, in both directions. */
#include "checks/model/journal_record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/ascii.h"
#include "checks/base/utf8.h"
#include "checks/model/crc32.h"
#include "checks/model/json_fields.h"
#include "checks/model/machine_id.h"

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

const char *const run_outcome_names[RUN_OUTCOME_COUNT] = {
    [RUN_OPEN] = "open",         [RUN_APPLIED] = "applied",
    [RUN_RESTORED] = "restored", [RUN_INCOMPLETE] = "incomplete",
    [RUN_FOREIGN] = "foreign",
};

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

static bool copy_value(const struct json_reader *place, char **out, struct error *err)
{
    const char *string = NULL;

    if (!json_reader_string(place, &string, err))
        return false;
    free(*out);
    *out = text_copy(string);
    if (!*out)
        (void)error_set(err, ERR_MEMORY, "not enough memory for the journal");
    return *out != NULL;
}

static bool check_length(const struct json_reader *place, const char *value,
                         struct error *err)
{
    return strlen(value) <= CHANGE_VALUE_MAX ||
           json_reader_limit(place, err, "longer than %d bytes", CHANGE_VALUE_MAX);
}

static bool read_value(const struct json_reader *place, void *out, struct error *err)
{
    char **value = out;

    return json_is_null(place->value) ||
           (copy_value(place, value, err) && check_length(place, *value, err));
}

static bool read_hex(const struct json_reader *place, void *out, struct error *err)
{
    char **value = out;

    if (!copy_value(place, value, err))
        return false;
    return unhex(*value)
               ? check_length(place, *value, err)
               : json_reader_fail(place, err, "expected pairs of hex digits, never 00");
}

/* JSON knows only UTF-8, and a file may hold anything: that goes as hex digits. */
static bool is_utf8(const char *value)
{
    size_t length;

    while (value && *value) {
        length = utf8_length(value);
        if (length == 0)
            return false;
        value += length;
    }
    return true;
}

static bool is_not_utf8(const struct json_writer *writer, const void *in)
{
    (void)writer;
    return !is_utf8(*(const char *const *)in);
}

static bool is_not_hex(const struct json_writer *writer, const void *in)
{
    return !is_not_utf8(writer, in);
}

static json_t *write_value(struct json_writer *writer, const void *in)
{
    const char *value = *(const char *const *)in;

    (void)writer;
    return value ? json_string(value) : json_null();
}

/* Two hex digits per byte. */
static json_t *write_hex(struct json_writer *writer, const void *in)
{
    struct text hex = { 0 };
    json_t *string;

    (void)writer;
    for (const char *byte = *(const char *const *)in; *byte; byte++)
        text_addf(&hex, "%02x", (unsigned int)(unsigned char)*byte);
    string = hex.failed ? NULL : json_string(text_string(&hex));
    text_clear(&hex);
    return string;
}

static const struct json_kind kind_value = {
    .schema = NULL, read_value, write_value, is_not_utf8
};
static const struct json_kind kind_hex = {
    .schema = NULL, read_hex, write_hex, is_not_hex
};

static bool check_change(const struct json_reader *place, const void *in,
                         struct error *err)
{
    static const char *const keys[][2] = { { "from", "from_hex" }, { "to", "to_hex" } };

    (void)in;
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        if (!json_object_get(place->value, keys[i][0]) &&
            !json_object_get(place->value, keys[i][1]))
            return json_reader_fail_of(place, keys[i][0], err, "missing");
    return true;
}

static const struct json_field change_fields[] = {
    { "kind", FIELD_WORD(change, kind, change_kind_names), .expected = "unknown kind" },
    { "setting", FIELD_VALUE(change, setting), .flags = JSON_FLAG_EXACT,
      .expected = "a name" },
    { "place", FIELD_VALUE(change, place), .flags = JSON_FLAG_EXACT,
      .expected = "a name" },
    { "from", FIELD_CUSTOM(change, from, kind_value), FIELD_IF_ANY },
    { "from_hex", FIELD_CUSTOM(change, from, kind_hex), FIELD_IF_ANY },
    { "to", FIELD_CUSTOM(change, to, kind_value), FIELD_IF_ANY },
    { "to_hex", FIELD_CUSTOM(change, to, kind_hex), FIELD_IF_ANY },
    { "reboot", FIELD_VALUE(change, reboot) },
};
static const struct json_table change_table = { JSON_ROWS(change_fields),
                                                .check = check_change };

static bool read_changes(const struct json_reader *place, void *out, struct error *err)
{
    struct journal_run *run = out;
    size_t count;

    if (!json_reader_array(place, CHANGES_MAX, err))
        return false;
    count = json_array_size(place->value);
    run->changes = count > 0 ? calloc(count, sizeof *run->changes) : NULL;
    if (count > 0 && !run->changes)
        return error_set(err, ERR_MEMORY, "not enough memory for the journal");
    for (size_t i = 0; i < count; i++) {
        struct json_reader item = json_reader_item(place, i);

        run->change_count = i + 1;
        if (!json_fields_read(&item, &change_table, &run->changes[i], err))
            return false;
        if (!change_place_is_new(run->changes, i))
            return json_reader_fail(&item, err, "changes a place a second time");
    }
    return true;
}

static json_t *write_changes(struct json_writer *writer, const void *in)
{
    const struct journal_run *run = in;

    return json_fields_list(writer, &change_table, run->changes, sizeof *run->changes,
                            run->change_count);
}

/* Its place is none of the run's own: what is tried is live only. */
static bool read_lasting(const struct json_reader *place, void *out, struct error *err)
{
    struct change *change = *(struct change **)out = calloc(1, sizeof *change);

    if (!change)
        return error_set(err, ERR_MEMORY, "not enough memory for the journal");
    return json_fields_read(place, &change_table, change, err);
}

static json_t *write_lasting(struct json_writer *writer, const void *in)
{
    return json_fields_write(writer, &change_table, *(const struct change *const *)in);
}

static const struct json_kind kind_changes = { .schema = "array",
                                               read_changes,
                                               write_changes };
static const struct json_kind kind_lasting = { .schema = "object",
                                               read_lasting,
                                               write_lasting };

/* Read before all else, see read_schema. Earlier versions know nothing of schema 2. */
static bool skip_schema(const struct json_reader *place, void *out, struct error *err)
{
    (void)place;
    (void)out;
    (void)err;
    return true;
}

static json_t *write_schema(struct json_writer *writer, const void *in)
{
    const struct journal_run *run = in;
    const bool newer = run->machine[0] || run->network[0] || run->uptime_s >= 0 ||
                       run->live_only || run->trial_until_s > 0 ||
                       (run->confirms && *run->confirms);

    (void)writer;
    return json_integer(newer ? JOURNAL_SCHEMA : 1);
}

static const struct json_kind kind_run_schema = { .schema = "integer",
                                                  skip_schema,
                                                  write_schema };

static bool check_id(const struct json_reader *member, const void *in, struct error *err)
{
    return journal_is_id(((const struct journal_record *)in)->run.id) ||
           json_reader_fail(member, err, "expected letters, digits and '-'");
}

static bool check_machine(const struct json_reader *member, const void *in,
                          struct error *err)
{
    return machine_id_is_digest(((const struct journal_record *)in)->run.machine) ||
           json_reader_fail(member, err, "expected 8 hex digits");
}

#define RUN_VALUE(member) FIELD_VALUE(journal_record, run.member)
#define JOURNAL_TIME(member)                                                             \
    FIELD_TIME(journal_record, member), .expected = "like 2026-01-31T23:59:59Z"
#define HEAD                                                                             \
    { "record", FIELD_WORD(journal_record, kind, record_names) },                        \
    {                                                                                    \
        "id", RUN_VALUE(id), .check = check_id                                           \
    }

static const struct json_field begin_fields[] = {
    HEAD,
    { "schema", FIELD_CUSTOM(journal_record, run, kind_run_schema) },
    { "time", JOURNAL_TIME(run.time_s) },
    { "boot", RUN_VALUE(boot) },
    { "machine", RUN_VALUE(machine), .check = check_machine, FIELD_IF_ANY, .rank = 1 },
    { "network", RUN_VALUE(network), FIELD_IF_ANY, .rank = 1 },
    { "uptime", RUN_VALUE(uptime_s), .highest = INT64_MAX, FIELD_IF_ANY, .rank = 1 },
    { "user", RUN_VALUE(user) },
    { "command", RUN_VALUE(command) },
    { "undoes", RUN_VALUE(undoes) },
    { "confirms", RUN_VALUE(confirms), FIELD_IF_ANY, .rank = 2 },
    { "policy", RUN_VALUE(policy) },
    { "version", RUN_VALUE(version) },
    { "changes", FIELD_CUSTOM(journal_record, run, kind_changes) },
    { "live_only", RUN_VALUE(live_only), FIELD_IF_ANY, .rank = 1 },
    { "trial_until", RUN_VALUE(trial_until_s), .lowest = 1, .highest = INT64_MAX,
      FIELD_IF_ANY, .rank = 1 },
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): the pointer is the member */
    { "lasting", FIELD_CUSTOM(journal_record, run.lasting, kind_lasting), FIELD_IF_ANY,
      .rank = 2 },
};

static const struct json_field step_fields[] = {
    HEAD,
    { "change", FIELD_VALUE(journal_record, change), .highest = CHANGES_MAX - 1 },
};

static const struct json_field end_fields[] = {
    HEAD,
    { "time", JOURNAL_TIME(run.end_s) },
    { "uptime", RUN_VALUE(end_uptime_s), .highest = INT64_MAX, FIELD_IF_ANY },
    { "outcome", FIELD_WORD(journal_record, run.outcome, run_outcome_names),
      .expected = "expected applied, restored, incomplete or foreign",
      .lowest = RUN_APPLIED },
    { "message", RUN_VALUE(message) },
};

#define ALERTS                                                                           \
    HEAD, { "time", JOURNAL_TIME(refusals.first_s) },                                    \
        { "last", JOURNAL_TIME(refusals.last_s) },                                       \
        { "count", FIELD_VALUE(journal_record, refusals.count) },                        \
    {                                                                                    \
        "reason", FIELD_VALUE(journal_record, refusals.reason)                           \
    }

/* A refusal has the keys that earlier versions know, and no other. */
static const struct json_field refusals_fields[] = { ALERTS };

static bool has_uptime(const void *in)
{
    const struct journal_record *record = in;

    return record->refusals.boot[0] != '\0' && record->refusals.uptime_s >= 0;
}

static const struct json_field audits_fields[] = {
    ALERTS,
    { "boot", FIELD_VALUE(journal_record, refusals.boot), FIELD_IF_ANY,
      .when = has_uptime },
    { "uptime", FIELD_VALUE(journal_record, refusals.uptime_s), .highest = INT64_MAX,
      FIELD_IF_ANY, .when = has_uptime },
};

static const struct json_table step = { JSON_ROWS(step_fields) };
static const struct json_table refusals = { JSON_ROWS(refusals_fields) };
static const struct json_table audits = { JSON_ROWS(audits_fields) };
static const struct json_table begin = { JSON_ROWS(begin_fields) };
static const struct json_table end = { JSON_ROWS(end_fields) };

const struct json_table *const journal_record_tables[RECORD_KIND_COUNT] = {
    [RECORD_BEGIN] = &begin,  [RECORD_START] = &step, [RECORD_DONE] = &step,
    [RECORD_BACK] = &step,    [RECORD_END] = &end,    [RECORD_REFUSED] = &refusals,
    [RECORD_AUDIT] = &audits,
};

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

/* What no key says where it may be missing. */
static bool set_missing(struct journal_run *run, struct error *err)
{
    run->confirms = text_copy("");
    run->message = text_copy("");
    run->uptime_s = -1;
    run->end_uptime_s = -1;
    return (run->confirms && run->message) ||
           error_set(err, ERR_MEMORY, "not enough memory for the journal");
}

static bool read_record(const struct json_reader *top, struct journal_record *out,
                        struct error *err)
{
    if (!json_reader_any_object(top, err) || !read_record_kind(top, &out->kind, err))
        return false;
    if (out->kind == RECORD_BEGIN &&
        (!read_schema(top, err) || !set_missing(&out->run, err)))
        return false;
    return json_fields_read(top, journal_record_tables[out->kind], out, err);
}

bool journal_record_read(const char *line, size_t length, struct journal_record *out,
                         struct error *err)
{
    struct journal_record record = { .run.end_uptime_s = -1, .refusals.uptime_s = -1 };
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
