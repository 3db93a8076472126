/* SPDX-License-Identifier: MIT */
/* status for machines: what the plan does not tell. */
#include "remediate/report_status_json.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks/model/json.h"
#include "remediate/drop_in.h"
#include "remediate/report_parts_json.h"

/* The keys of our file; JSON null: there is none, or someone edited it. */
static json_t *keys_json(const char *contents)
{
    struct drop_in kept = { 0 };
    struct error err = { 0 };
    json_t *keys;
    bool ok;

    if (!contents || !drop_in_parse(contents, &kept, &err))
        return err.code == ERR_MEMORY ? NULL : json_null();
    keys = json_object();
    ok = keys != NULL;
    for (size_t i = 0; i < kept.count; i++)
        json_put(keys, kept.lines[i].key,
                 report_json_sysctl(kept.lines[i].key, kept.lines[i].value), &ok);
    drop_in_clear(&kept);
    return report_json_whole(keys, ok);
}

static json_t *drop_in_json(const struct remediate_status *status)
{
    json_t *object;
    bool ok;

    if (!status->drop_in_path || !status->drop_in)
        return json_null();
    object = json_object();
    ok = object != NULL;
    json_put(object, "path", report_json_string(status->drop_in_path), &ok);
    json_put(object, "keys", keys_json(status->drop_in), &ok);
    return report_json_whole(object, ok);
}

/* Of a policy that could be read. */
static json_t *policy_json(const struct remediate_report *report)
{
    const struct policy *policy = report->status->policy;
    const struct policy_gate *gate = &policy->gate;
    json_t *object = json_object();
    char sum[9];
    bool ok = object != NULL;

    (void)snprintf(sum, sizeof sum, "%08" PRIx32, policy->origin.crc32);
    json_put(object, "source", report_json_string(report->policy_source), &ok);
    json_put(object, "crc32", report_json_string(policy->origin.summed ? sum : NULL),
             &ok);
    json_put(object, "mode", json_string(policy_mode_name(gate->mode)), &ok);
    json_put(object, "act_on", json_string(gate->act_on), &ok);
    json_put(object, "cool_down", json_integer((json_int_t)gate->cool_down_s), &ok);
    json_put(object, "confirm", json_boolean(gate->confirm), &ok);
    return report_json_whole(object, ok);
}

/* JSON null: none is on, or the journal could not be read. */
static json_t *trial_json(const struct remediate_status *status)
{
    const struct journal_run *trial =
        status->journal ? journal_trial(status->journal, status->boot) : NULL;
    json_t *object = trial ? json_object() : json_null();
    int64_t left;
    bool ok = object != NULL;

    if (!trial)
        return object;
    left = trial->trial_until_s - status->uptime_s;
    json_put(object, "run", report_json_string(trial->id), &ok);
    report_json_put_trial(object, trial, status->journal, status->boot, &ok);
    json_put(object, "left",
             status->uptime_s < 0 ? json_null()
                                  : json_integer((json_int_t)(left > 0 ? left : 0)),
             &ok);
    json_put(object, "overdue", json_boolean(status->uptime_s >= 0 && left <= 0), &ok);
    return report_json_whole(object, ok);
}

/* JSON null: there is none, or the journal could not be read. */
static json_t *last_run_json(const struct remediate_status *status)
{
    const struct journal *journal = status->journal;

    return journal && journal->count > 0
               ? report_json_run(&journal->runs[journal->count - 1], journal,
                                 status->boot)
               : json_null();
}

json_t *report_status_json(const struct remediate_report *report)
{
    const struct remediate_status *status = report->status;
    const struct journal *journal = status->journal;
    json_t *object = json_object();
    bool ok = object != NULL && !status->confinement.failed;

    json_put(object, "drop_in", drop_in_json(status), &ok);
    json_put(object, "trial", trial_json(status), &ok);
    json_put(object, "last_run", last_run_json(status), &ok);
    json_put(object, "refused",
             journal ? report_json_refusals(&journal->refusals) : json_null(), &ok);
    json_put(object, "audited",
             journal ? report_json_refusals(&journal->audits) : json_null(), &ok);
    json_put(object, "policy", status->policy ? policy_json(report) : json_null(), &ok);
    json_put(object, "confinement",
             report_json_string(status->confinement.length > 0
                                    ? text_string(&status->confinement)
                                    : NULL),
             &ok);
    return report_json_whole(object, ok);
}
