/* SPDX-License-Identifier: MIT */
/* Numbers as numbers, ranges as "FIRST-LAST", and null where there is nothing. */
#include "checks/setting_json.h"

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

/* null: any value. */
static json_t *accepted_json(const struct policy_setting *rule)
{
    struct text range = { 0 };
    json_t *accepted = NULL;

    threshold_format(&rule->accepted, &range);
    if (!range.failed)
        accepted = range.length > 0 ? json_string(text_string(&range)) : json_null();
    text_clear(&range);
    return accepted;
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
