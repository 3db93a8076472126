/* SPDX-License-Identifier: MIT */
/* A policy file over the built-in policy. */
#include "checks/model/policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/base/text.h"
#include "checks/model/crc32.h"
#include "checks/model/json.h"
#include "checks/model/policy_reserve_json.h"
#include "checks/model/policy_settings_json.h"

enum { POLICY_SCHEMA = 1, COOL_DOWN_MAX_S = 604800 };

/* A range, a number (its upper bound, as on the command line) or null (no alert). */
static bool decode_threshold(const struct json_reader *place, struct threshold *out,
                             struct error *err)
{
    char number[NUMBER_TEXT_SIZE];
    struct error why = { 0 };
    const char *text = number;

    if (json_is_null(place->value)) {
        *out = (struct threshold){ 0 };
        return true;
    }
    if (json_is_number(place->value))
        number_format_double(json_number_value(place->value), number);
    else if (json_is_string(place->value))
        text = json_string_value(place->value);
    else
        return json_reader_fail(place, err,
                                "expected a range such as \"10:80\", a number or null");
    if (!threshold_parse(text, out, &why))
        return json_reader_fail(place, err, "%s", why.message);
    return true;
}

static bool apply_limits(const struct json_reader *place, struct metric_limits *limits,
                         struct error *err)
{
    static const char *const keys[] = { "warning", "critical", NULL };
    struct json_reader member;

    if (!json_reader_object(place, keys, sizeof keys[0], ARRAY_COUNT(keys) - 1, err))
        return false;
    if (json_reader_member(place, "warning", &member) &&
        !decode_threshold(&member, &limits->warning, err))
        return false;
    return !json_reader_member(place, "critical", &member) ||
           decode_threshold(&member, &limits->critical, err);
}

static bool apply_system(const struct json_reader *place,
                         struct metric_limits limits[METRIC_COUNT], struct error *err)
{
    const char *names[METRIC_COUNT + 1] = { NULL };

    for (size_t i = 0; i < METRIC_COUNT; i++)
        names[i] = metric_name((enum metric_id)i);
    if (!json_reader_object(place, names, sizeof names[0], ARRAY_COUNT(names) - 1, err))
        return false;
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        struct json_reader metric;

        if (json_reader_member(place, names[i], &metric) &&
            !apply_limits(&metric, &limits[i], err))
            return false;
    }
    return true;
}

static bool apply_thresholds(const struct json_reader *place, struct policy *policy,
                             struct error *err)
{
    static const enum os_kind systems[] = { OS_LINUX, OS_WINDOWS };
    const char *names[ARRAY_COUNT(systems) + 1] = { NULL };

    for (size_t i = 0; i < ARRAY_COUNT(systems); i++)
        names[i] = os_kind_name(systems[i]);
    if (!json_reader_object(place, names, sizeof names[0], ARRAY_COUNT(names) - 1, err))
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(systems); i++) {
        struct json_reader system;

        if (json_reader_member(place, names[i], &system) &&
            !apply_system(&system, policy->limits[systems[i]], err))
            return false;
    }
    return true;
}

static bool decode_act_on(const struct json_reader *place, struct policy_gate *gate,
                          struct error *err)
{
    const char *word =
        json_is_string(place->value) ? json_string_value(place->value) : "";

    if (strcmp(word, "CRITICAL") != 0 && strcmp(word, "WARNING") != 0)
        return json_reader_fail(place, err, "expected \"CRITICAL\" or \"WARNING\"");
    (void)snprintf(gate->act_on, sizeof gate->act_on, "%s", word);
    return true;
}

static bool decode_mode(const struct json_reader *place, struct policy_gate *gate,
                        struct error *err)
{
    const char *word =
        json_is_string(place->value) ? json_string_value(place->value) : "";

    for (int mode = 0; mode < POLICY_MODE_COUNT; mode++)
        if (strcmp(word, policy_mode_name((enum policy_mode)mode)) == 0) {
            gate->mode = (enum policy_mode)mode;
            return true;
        }
    return json_reader_fail(place, err, "expected \"act\", \"live-only\" or \"audit\"");
}

static bool apply_remediation(const struct json_reader *place, struct policy *policy,
                              struct error *err)
{
    static const char *const keys[] = { "mode", "act_on", "cool_down", "confirm", NULL };
    struct policy_gate *gate = &policy->gate;
    struct json_reader member;

    if (!json_reader_object(place, keys, sizeof keys[0], ARRAY_COUNT(keys) - 1, err))
        return false;
    if (json_reader_member(place, "mode", &member) && !decode_mode(&member, gate, err))
        return false;
    if (json_reader_member(place, "act_on", &member) &&
        !decode_act_on(&member, gate, err))
        return false;
    if (json_reader_member(place, "cool_down", &member) &&
        !json_reader_u32_of(place, "cool_down", COOL_DOWN_MAX_S, &gate->cool_down_s, err))
        return false;
    return !json_reader_member(place, "confirm", &member) ||
           json_reader_boolean(&member, &gate->confirm, err);
}

static bool apply_document(const struct json_reader *top, struct policy *policy,
                           struct error *err)
{
    static const char *const keys[] = { "schema",  "settings",      "thresholds",  "ask",
                                        "reserve", "reserve_users", "remediation", NULL };
    struct json_reader part;

    if (!top->unknown && !json_reader_schema(top, POLICY_SCHEMA, err))
        return false;
    if (!json_reader_object(top, keys, sizeof keys[0], ARRAY_COUNT(keys) - 1, err))
        return false;
    if (json_reader_member(top, "settings", &part) &&
        !policy_settings_from_json(&part, policy, err))
        return false;
    if (json_reader_member(top, "thresholds", &part) &&
        !apply_thresholds(&part, policy, err))
        return false;
    if (json_reader_member(top, "ask", &part) &&
        !json_reader_boolean(&part, &policy->ask, err))
        return false;
    if (json_reader_member(top, "reserve", &part) &&
        !policy_reserve_from_json(&part, &policy->reserve, err))
        return false;
    if (json_reader_member(top, "reserve_users", &part) &&
        !policy_reserve_users_from_json(&part, &policy->reserve, err))
        return false;
    return !json_reader_member(top, "remediation", &part) ||
           apply_remediation(&part, policy, err);
}

/* The schema of a newer version than this one; 0 when it is none. */
static int64_t newer_schema(const json_t *document)
{
    const json_t *schema = json_object_get(document, "schema");
    int64_t number = json_is_integer(schema) ? json_integer_value(schema) : 0;

    return number > POLICY_SCHEMA ? number : 0;
}

static void tell_skipped(int64_t schema, const struct text *unknown,
                         struct policy *policy)
{
    struct error line = { 0 };

    if (unknown->length == 0)
        return;
    (void)error_set(&line, ERR_MALFORMED,
                    "the policy's schema %" PRId64
                    " is newer than this version, which does not know "
                    "and leaves out: %s",
                    schema, text_string(unknown));
    (void)snprintf(policy->origin.skipped, sizeof policy->origin.skipped, "%s",
                   line.message);
}

static bool decode(json_t *document, bool tolerant, struct policy *policy,
                   struct error *err)
{
    struct json_reader top = json_reader_top(document);
    int64_t newer = tolerant ? newer_schema(document) : 0;
    struct text unknown = { 0 };
    bool ok;

    if (newer > 0)
        top.unknown = &unknown;
    ok = apply_document(&top, policy, err) && text_ok(&unknown, err);
    if (ok)
        tell_skipped(newer, &unknown, policy);
    text_clear(&unknown);
    return ok;
}

static bool apply(struct policy *policy, const char *bytes, size_t length, bool tolerant,
                  struct error *err)
{
    struct policy changed = *policy;
    json_t *document;
    bool ok;

    if (length > POLICY_FILE_MAX)
        return error_set(err, ERR_LIMIT, "the policy is larger than %d bytes",
                         POLICY_FILE_MAX);
    document = json_reader_parse(bytes, length, err);
    if (!document)
        return false;
    ok = decode(document, tolerant, &changed, err);
    json_decref(document);
    if (!ok)
        return false;
    changed.origin.summed = true;
    changed.origin.crc32 = crc32_add(0, bytes, length);
    *policy = changed;
    return true;
}

bool policy_apply_json(struct policy *policy, const char *bytes, size_t length,
                       struct error *err)
{
    return apply(policy, bytes, length, false, err);
}

bool policy_apply_newer_json(struct policy *policy, const char *bytes, size_t length,
                             struct error *err)
{
    return apply(policy, bytes, length, true, err);
}
