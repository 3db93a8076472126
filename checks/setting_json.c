/* SPDX-License-Identifier: MIT */
/* Numbers as numbers, ranges as "FIRST-LAST", and null where there is nothing. */
#include "checks/setting_json.h"

#include <math.h>

#include "checks/model/json.h"
#include "checks/setting_words.h"

static json_t *now_json(const struct observed_setting *seen)
{
    return seen && seen->presence == SETTING_SET ? json_setting_value(&seen->value)
                                                 : json_null();
}

/* What the next boot brings; null where no file tells. */
static json_t *at_boot_json(const struct observed_setting *seen)
{
    return seen && seen->boot == BOOT_SET ? json_setting_value(&seen->boot_value)
                                          : json_null();
}

static json_t *waiting_since_json(const struct observed_setting *seen)
{
    return seen && seen->waiting_since_s != 0 ? json_time(seen->waiting_since_s)
                                              : json_null();
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

/* The values that are accepted, or with `outside` those that are not; null: any value. */
static json_t *accepted_json(const struct policy_setting *rule)
{
    const struct threshold *accepted = &rule->accepted;
    json_t *range = accepted->set ? json_object() : json_null();
    bool ok = range != NULL;

    if (!accepted->set)
        return range;
    json_put(range, "min", end_json(accepted->start), &ok);
    json_put(range, "max", end_json(accepted->end), &ok);
    if (accepted->inside)
        json_put(range, "outside", json_true(), &ok);
    if (ok)
        return range;
    json_decref(range);
    return NULL;
}

static json_t *recommended_json(const struct policy_setting *rule)
{
    if (rule->target == TARGET_VALUE)
        return json_setting_value(&rule->recommended);
    return rule->target == TARGET_ABSENT ? json_string("absent") : json_null();
}

json_t *setting_json(const struct setting_result *setting)
{
    const struct policy_setting *rule = setting->rule;
    json_t *object = json_object();
    bool ok = object != NULL;

    json_put(object, "name", json_clean(rule->name), &ok);
    json_put(object, "value", now_json(setting->seen), &ok);
    json_put(object, "at_boot", at_boot_json(setting->seen), &ok);
    json_put(object, "waiting_since", waiting_since_json(setting->seen), &ok);
    json_put(object, "accepted", accepted_json(rule), &ok);
    json_put(object, "recommended", recommended_json(rule), &ok);
    json_put(object, "state", json_string(setting_state_name(setting->state)), &ok);
    json_put(object, "reboot", json_boolean(setting_words_needs_reboot(rule)), &ok);
    json_put(object, "why", setting->why[0] ? json_clean(setting->why) : json_null(),
             &ok);
    if (ok)
        return object;
    json_decref(object);
    return NULL;
}
