/* SPDX-License-Identifier: MIT */
/* status for machines: what the plan does not tell. */
#include <inttypes.h>

#include "remediate/drop_in.h"
#include "remediate/report.h"
#include "remediate/report_parts_json.h"
#include "remediate/trial.h"

/* The keys of our file; null: someone edited it. */
static json_t *keys(struct json_writer *writer, const void *in)
{
    struct drop_in kept = { 0 };
    struct error err = { 0 };
    json_t *object;

    if (!drop_in_parse(((const struct remediate_status *)in)->drop_in, &kept, &err))
        return err.code == ERR_MEMORY ? NULL : json_null();
    object = json_object();
    for (size_t i = 0; i < kept.count; i++)
        json_put(object, kept.lines[i].key,
                 report_json_sysctl(kept.lines[i].key, kept.lines[i].value), &writer->ok);
    drop_in_clear(&kept);
    return object;
}

static bool has_drop_in(const void *in)
{
    const struct remediate_status *status = in;

    return status->drop_in_path && status->drop_in;
}

static const struct json_field drop_in_rows[] = {
    { "path", FIELD_VALUE(remediate_status, drop_in_path) },
    { "keys", FIELD_MADE_BY(keys) },
};

static json_t *source(struct json_writer *writer, const void *in)
{
    (void)in;
    return json_clean(((const struct remediate_report *)writer->root)->policy_source);
}

static void print_sum(const void *in, struct text *out)
{
    text_addf(out, "%08" PRIx32, ((const struct policy *)in)->origin.crc32);
}

static const struct json_field policy_rows[] = {
    { "source", FIELD_MADE_BY(source) },
    { "crc32", FIELD_PRINTED(print_sum), FIELD_KNOWN(policy, origin.summed),
      FIELD_OR_NULL },
    { "mode", FIELD_WORD(policy, gate.mode, policy_mode_names) },
    { "act_on", FIELD_VALUE(policy, gate.act_on) },
    { "cool_down", FIELD_VALUE(policy, gate.cool_down_s) },
    { "confirm", FIELD_VALUE(policy, gate.confirm) },
};

/* Seconds that the trial still has; below 0: not known. */
static int64_t seconds_left(const struct json_writer *writer,
                            const struct journal_run *run)
{
    const int64_t uptime_s =
        ((const struct remediate_report *)writer->root)->status->uptime_s;
    const int64_t left = run->trial_until_s - uptime_s;

    return uptime_s < 0 ? -1 : left > 0 ? left : 0;
}

static json_t *state(struct json_writer *writer, const void *in)
{
    const struct remediate_status *status =
        ((const struct remediate_report *)writer->root)->status;

    return json_string(trial_state_name(in, status->journal, status->boot));
}

static json_t *left(struct json_writer *writer, const void *in)
{
    const int64_t seconds = seconds_left(writer, in);

    return seconds >= 0 ? json_integer((json_int_t)seconds) : json_null();
}

static json_t *overdue(struct json_writer *writer, const void *in)
{
    return json_boolean(seconds_left(writer, in) == 0);
}

static const struct json_field trial_rows[] = {
    { "run", FIELD_VALUE(journal_run, id) },
    { "state", FIELD_MADE_BY(state) },
    { "until", FIELD_VALUE(journal_run, trial_until_s) },
    { "left", FIELD_MADE_BY(left) },
    { "overdue", FIELD_MADE_BY(overdue) },
};
const struct json_table report_trial_on_table = { JSON_ROWS(trial_rows) };

/* null: none is on, or the journal could not be read. */
static json_t *trial(struct json_writer *writer, const void *in)
{
    const struct remediate_status *status = in;
    const struct journal_run *on =
        status->journal ? journal_trial(status->journal, status->boot) : NULL;

    return on ? json_fields_write(writer, &report_trial_on_table, on) : json_null();
}

/* null: there is none, or the journal could not be read. */
static json_t *last_run(const void *in)
{
    const struct remediate_status *status = in;
    const struct journal *journal = status->journal;

    return journal && journal->count > 0
               ? report_json_run(&journal->runs[journal->count - 1], journal,
                                 status->boot)
               : json_null();
}

static void print_confinement(const void *in, struct text *out)
{
    const struct text *line = &((const struct remediate_status *)in)->confinement;

    text_add(out, text_string(line));
    out->failed = out->failed || line->failed;
}

#define JOURNAL .via = FIELD_AT(remediate_status, journal)

static const struct json_field rows[] = {
    { "drop_in", FIELD_SAME(remediate_status, kind_object), FIELD_ROWS_OF(drop_in_rows),
      .when = has_drop_in, FIELD_OR_NULL },
    { "trial", FIELD_MADE_BY(trial) },
    { "last_run", FIELD_MADE(last_run) },
    { "refused", FIELD_OBJECT(journal, refusals, &report_refusals_table), JOURNAL,
      FIELD_OR_NULL },
    { "audited", FIELD_OBJECT(journal, audits, &report_refusals_table), JOURNAL,
      FIELD_OR_NULL },
    { "policy", FIELD_SAME(policy, kind_object), FIELD_ROWS_OF(policy_rows),
      .via = FIELD_AT(remediate_status, policy), FIELD_OR_NULL },
    { "confinement", FIELD_PRINTED(print_confinement), FIELD_OR_NULL },
};
const struct json_table report_status_table = { JSON_ROWS(rows) };
