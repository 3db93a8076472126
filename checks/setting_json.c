/* SPDX-License-Identifier: MIT */
/* Numbers as numbers, ranges as "FIRST-LAST", and null where there is nothing. */
#include "checks/setting_json.h"

#include <math.h>

#include "checks/model/observation_parts_json.h"
#include "checks/setting_words.h"

static bool is_set(const void *in)
{
    return ((const struct observed_setting *)in)->presence == SETTING_SET;
}

static bool is_boot_set(const void *in)
{
    return ((const struct observed_setting *)in)->boot == BOOT_SET;
}

/* One end of a range; null: it has none. */
static json_t *end_json(double end)
{
    /* 2^53: up to there each whole number is a double. */
    const double exact = 9007199254740992.0;

    if (fabs(end) == (double)INFINITY) /* isinf() of mingw narrows to float */
        return json_null();
    return end >= -exact && end <= exact && (double)(json_int_t)end == end
               ? json_integer((json_int_t)end)
               : json_real(end);
}

static json_t *min(const void *in)
{
    return end_json(((const struct threshold *)in)->start);
}

static json_t *max(const void *in)
{
    return end_json(((const struct threshold *)in)->end);
}

static json_t *recommended(const void *in)
{
    const struct policy_setting *rule = in;

    if (rule->target == TARGET_VALUE)
        return json_setting_value(&rule->recommended);
    return rule->target == TARGET_ABSENT ? json_string("absent") : json_null();
}

static json_t *reboot(const void *in)
{
    return json_boolean(setting_words_needs_reboot(in));
}

/* The values that are accepted, or with `outside` those that are not. */
static const struct json_field accepted_rows[] = {
    { "min", FIELD_MADE(min) },
    { "max", FIELD_MADE(max) },
    { "outside", FIELD_VALUE(threshold, inside), FIELD_IF_ANY },
};

#define SEEN .via = FIELD_AT(setting_result, seen)
#define RULE .via = FIELD_AT(setting_result, rule)

static const struct json_field rows[] = {
    { "name", FIELD_VALUE(policy_setting, name), RULE },
    { "value", FIELD_CUSTOM(observed_setting, value, kind_setting_value), SEEN,
      .when = is_set, FIELD_OR_NULL },
    { "at_boot", FIELD_CUSTOM(observed_setting, boot_value, kind_setting_value), SEEN,
      .when = is_boot_set, FIELD_OR_NULL },
    { "waiting_since", FIELD_TIME(observed_setting, waiting_since_s), SEEN,
      FIELD_ANY_OR_NULL },
    { "accepted", FIELD_ROWS(policy_setting, accepted, accepted_rows), RULE,
      FIELD_KNOWN(policy_setting, accepted.set), FIELD_OR_NULL },
    { "recommended", FIELD_MADE(recommended), RULE },
    { "state", FIELD_WORD(setting_result, state, setting_state_names) },
    { "reboot", FIELD_MADE(reboot), RULE },
    { "why", FIELD_VALUE(setting_result, why), FIELD_ANY_OR_NULL },
};
const struct json_table setting_result_table = { JSON_ROWS(rows) };
