/* SPDX-License-Identifier: MIT */
/* A policy file over the built-in policy. */
#include "checks/model/policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/base/text.h"
#include "checks/model/crc32.h"
#include "checks/model/policy_parts_json.h"

enum { POLICY_SCHEMA = 1, COOL_DOWN_MAX_S = 604800 };

/* A range, a number (its upper bound, as on the command line) or null (no alert). */
static bool read_threshold(const struct json_reader *place, void *out, struct error *err)
{
    char number[NUMBER_TEXT_SIZE];
    struct error why = { 0 };
    const char *text = number;

    if (json_is_null(place->value)) {
        *(struct threshold *)out = (struct threshold){ 0 };
        return true;
    }
    if (json_is_number(place->value))
        number_format_double(json_number_value(place->value), number);
    else if (json_is_string(place->value))
        text = json_string_value(place->value);
    else
        return json_reader_fail(place, err,
                                "expected a range such as \"10:80\", a number or null");
    return threshold_parse(text, out, &why) ||
           json_reader_fail(place, err, "%s", why.message);
}

static const struct json_kind kind_threshold = { .read = read_threshold };

static const struct json_field limits_fields[] = {
    { "warning", FIELD_CUSTOM(metric_limits, warning, kind_threshold), FIELD_OPTIONAL },
    { "critical", FIELD_CUSTOM(metric_limits, critical, kind_threshold), FIELD_OPTIONAL },
};

static const struct json_field thresholds_fields[] = {
    { "linux", FIELD_BY_WORD(policy, limits[OS_LINUX], metric_names, kind_object),
      FIELD_ROWS_OF(limits_fields), FIELD_OPTIONAL },
    { "windows", FIELD_BY_WORD(policy, limits[OS_WINDOWS], metric_names, kind_object),
      FIELD_ROWS_OF(limits_fields), FIELD_OPTIONAL },
};

static bool read_act_on(const struct json_reader *place, void *out, struct error *err)
{
    const char *word = json_string_value(place->value);

    if (!word || (strcmp(word, "CRITICAL") != 0 && strcmp(word, "WARNING") != 0))
        return json_reader_fail(place, err, "expected \"CRITICAL\" or \"WARNING\"");
    (void)snprintf(out, place->field->size, "%s", word);
    return true;
}

static const struct json_kind kind_act_on = { .schema = "string", .read = read_act_on };

static const struct json_field gate_fields[] = {
    { "mode", FIELD_WORD(policy_gate, mode, policy_mode_names),
      .expected = "expected \"act\", \"live-only\" or \"audit\"",
      .flags = JSON_FLAG_OPTIONAL | JSON_FLAG_ANY_TYPE },
    { "act_on", FIELD_CUSTOM(policy_gate, act_on, kind_act_on), FIELD_OPTIONAL },
    { "cool_down", FIELD_VALUE(policy_gate, cool_down_s), .highest = COOL_DOWN_MAX_S,
      FIELD_OPTIONAL },
    { "confirm", FIELD_VALUE(policy_gate, confirm), FIELD_OPTIONAL },
};

static const struct json_field fields[] = {
    { "schema", FIELD_SCHEMA(POLICY_SCHEMA) },
    { "settings", FIELD_SAME(policy, kind_policy_settings), FIELD_OPTIONAL },
    { "thresholds", FIELD_SAME(policy, kind_object), FIELD_ROWS_OF(thresholds_fields),
      FIELD_OPTIONAL },
    { "ask", FIELD_VALUE(policy, ask), FIELD_OPTIONAL },
    { "owners", FIELD_WORD(policy, owners, owners_shown_names),
      .expected = "expected \"system\", \"full\" or \"none\"",
      .flags = JSON_FLAG_OPTIONAL | JSON_FLAG_ANY_TYPE },
    { "reserve", FIELD_OBJECT(policy, reserve, &policy_reserve_table), FIELD_OPTIONAL },
    { "reserve_users",
      FIELD_LIST(policy, reserve.users, reserve.user_count, kind_policy_user),
      FIELD_OPTIONAL },
    { "remediation", FIELD_ROWS(policy, gate, gate_fields), FIELD_OPTIONAL },
};
const struct json_table policy_table = { JSON_ROWS(fields) };

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
    ok = (top.unknown || json_reader_schema(&top, POLICY_SCHEMA, err)) &&
         json_fields_read(&top, &policy_table, policy, err) && text_ok(&unknown, err);
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
