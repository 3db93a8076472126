/* SPDX-License-Identifier: MIT */
/* A policy that contradicts itself must not reach a machine: all of that is refused here.
 */
#include "checks/model/policy_parts_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* netsh refuses a start below 1025 and fewer than 255 ports (KB929851). */
enum { NETSH_FIRST_LOWEST = 1025, NETSH_PORTS_LOWEST = 255 };

/* The name under which that place is in the built-in table or the policy already. */
static const char *name_of_place(const struct policy *policy, const struct place *wanted)
{
    size_t count;
    const struct setting *table = setting_table(&count);

    for (size_t i = 0; i < count; i++)
        if (place_equal(&table[i].place, wanted))
            return table[i].name;
    for (size_t i = 0; i < policy->count; i++)
        if (place_equal(&policy->settings[i].place, wanted))
            return policy->settings[i].name;
    return NULL;
}

/* A built-in setting that an earlier file dropped comes back as it was. */
static void restore_built_in(const char *name, struct policy_setting *out)
{
    struct policy built_in;
    const struct policy_setting *found;

    policy_init(&built_in);
    found = policy_find(&built_in, name);
    if (found)
        *out = *found;
}

/* The rule that the members of `place` change: the policy's own, or a new one. */
static bool start_rule(const struct json_reader *place, const struct policy *policy,
                       struct policy_setting *out, struct error *err)
{
    const struct policy_setting *old = policy_find(policy, place->key);
    struct error why = { 0 };
    struct json_reader accepted;
    const char *same;

    if (old) {
        *out = *old;
        return true;
    }
    if (setting_find(place->key)) {
        restore_built_in(place->key, out);
        return true;
    }
    if (!place_locate(place->key, &out->place, &out->os, &why))
        return json_reader_fail(place->parent, err, "%s", why.message);
    same = name_of_place(policy, &out->place);
    if (same)
        return json_reader_fail(place, err, "is the same setting as '%s'", same);
    if (!json_reader_member(place, "accepted", &accepted))
        return json_reader_fail(&accepted, err, "missing; a new setting needs it");
    (void)snprintf(out->name, sizeof out->name, "%s", place->key);
    return true;
}

/* A number is exactly that value; of a range only a count of ports makes sense. */
static bool read_accepted(const struct json_reader *place, void *out, struct error *err)
{
    struct policy_setting *rule = out;
    const char *text = json_string_value(place->value);
    struct error why = { 0 };

    if (json_is_integer(place->value) && rule->kind == SETTING_NUMBER) {
        double number = (double)json_integer_value(place->value);

        rule->accepted =
            (struct threshold){ .set = true, .start = number, .end = number };
    } else if (!text) {
        return json_reader_fail(
            place, err,
            rule->kind == SETTING_PORT_RANGE
                ? "expected a range for the number of ports, such as \"28232:\""
                : "expected a range such as \"30:60\", or an integer");
    } else if (!threshold_parse(text, &rule->accepted, &why)) {
        return json_reader_fail(place, err, "%s", why.message);
    }
    rule->noted_only = false;
    return true;
}

static bool read_recommended_range(const struct json_reader *place,
                                   struct policy_setting *rule, struct error *err)
{
    struct error why = { 0 };
    struct setting_value value = { .kind = SETTING_PORT_RANGE };

    if (!json_is_string(place->value))
        return json_reader_fail(place, err,
                                "expected a range of ports such as \"32768-65535\", or "
                                "null");
    if (!port_range_parse(json_string_value(place->value), &value.range, &why))
        return json_reader_fail(place, err, "%s", why.message);
    rule->target = TARGET_VALUE;
    rule->recommended = value;
    return true;
}

static bool read_recommended(const struct json_reader *place, void *out,
                             struct error *err)
{
    struct policy_setting *rule = out;
    const bool registry = rule->place.kind == PLACE_REGISTRY;
    const char *word = json_string_value(place->value);
    const bool absent = word && strcmp(word, "absent") == 0;

    if (absent && !registry)
        return json_reader_fail(place, err, "only a registry value can be removed");
    if (absent || json_is_null(place->value)) {
        rule->target = absent ? TARGET_ABSENT : TARGET_NONE;
        rule->recommended = (struct setting_value){ .kind = rule->kind };
        return true;
    }
    if (rule->kind == SETTING_PORT_RANGE)
        return read_recommended_range(place, rule, err);
    if (!json_is_integer(place->value))
        return json_reader_fail(place, err,
                                registry ? "expected an integer, \"absent\" or null"
                                         : "expected an integer or null");
    rule->target = TARGET_VALUE;
    rule->recommended =
        (struct setting_value){ .number = json_integer_value(place->value) };
    return true;
}

/* Numbers that the system itself refuses or ignores. */
static bool check_possible(const struct json_reader *place,
                           const struct policy_setting *rule, struct error *err)
{
    /* The widest limits of any version: the file may serve hosts of several. */
    static const struct os_version newest = { .kind = OS_WINDOWS, .major = 10 };
    struct port_range range = rule->recommended.range;
    int64_t number = rule->recommended.number;
    int64_t lowest = 0;
    int64_t highest = UINT32_MAX;

    if (rule->place.kind == PLACE_DYNAMIC_RANGE) {
        if (range.first >= NETSH_FIRST_LOWEST &&
            port_range_size(range) >= NETSH_PORTS_LOWEST)
            return true;
        return json_reader_fail(
            place, err, "Windows accepts a range from %d on with %d ports or more",
            NETSH_FIRST_LOWEST, NETSH_PORTS_LOWEST);
    }
    if (rule->place.kind != PLACE_REGISTRY)
        return true;
    (void)setting_valid_numbers(rule->name, &newest, &lowest, &highest);
    if (number >= lowest && number <= highest)
        return true;
    return json_reader_fail(place, err,
                            "%" PRId64 " is not possible; Windows accepts %" PRId64
                            " to %" PRId64,
                            number, lowest, highest);
}

/* The recommended value must be an accepted one: else the host would stay wrong. */
static bool check_accepted(const struct json_reader *place,
                           const struct policy_setting *rule, struct error *err)
{
    bool is_range = rule->kind == SETTING_PORT_RANGE;
    double judged = is_range ? port_range_size(rule->recommended.range)
                             : (double)rule->recommended.number;
    struct text value = { 0 };
    struct text accepted = { 0 };

    if (!threshold_alerts(&rule->accepted, judged))
        return true;
    setting_value_format(&rule->recommended, &value);
    if (is_range)
        text_addf(&value, " (%" PRIu32 " ports)",
                  port_range_size(rule->recommended.range));
    if (threshold_is_plain(&rule->accepted))
        text_add(&accepted, "0:"); /* a bare "60" reads like that value alone */
    threshold_format(&rule->accepted, &accepted);
    if (json_object_get(place->value, "recommended"))
        (void)json_reader_fail_of(place, "recommended", err, "%s is outside accepted %s",
                                  text_string(&value), text_string(&accepted));
    else
        (void)json_reader_fail_of(
            place, "accepted", err,
            "%s excludes the recommended %s; give \"recommended\" as well",
            text_string(&accepted), text_string(&value));
    text_clear(&value);
    text_clear(&accepted);
    return false;
}

static bool check_absent(const struct json_reader *place,
                         const struct policy_setting *rule, struct error *err)
{
    if (rule->absent_accepted)
        return true;
    if (json_object_get(place->value, "recommended"))
        return json_reader_fail_of(place, "recommended", err,
                                   "\"absent\" needs \"absent\": \"accepted\"");
    return json_reader_fail_of(
        place, "absent", err,
        "\"wrong\" excludes the recommended \"absent\"; give \"recommended\" as well");
}

static bool check_rule(const struct json_reader *place, const void *in, struct error *err)
{
    const struct policy_setting *rule = in;
    struct json_reader member;

    if (rule->target == TARGET_NONE)
        return true;
    if (rule->noted_only)
        return json_reader_fail_of(place, "accepted", err,
                                   "missing; a setting that is only noted needs it "
                                   "before it can be recommended");
    if (rule->target == TARGET_ABSENT)
        return check_absent(place, rule, err);
    (void)json_reader_member(place, "recommended", &member);
    return check_possible(&member, rule, err) && check_accepted(place, rule, err);
}

static const struct json_kind kind_accepted = { .read = read_accepted };
static const struct json_kind kind_recommended = { .read = read_recommended };
static const char *const absent_names[] = { "wrong", "accepted" };
static const char *const advice_names[] = {
    [ADVISE_SHORT] = "short", [ADVISE_WRONG] = "wrong"
};

static const struct json_field fields[] = {
    { "accepted", FIELD_SAME(policy_setting, kind_accepted), FIELD_OPTIONAL },
    { "absent", FIELD_WORD(policy_setting, absent_accepted, absent_names),
      .expected = "expected \"accepted\" or \"wrong\"",
      .flags = JSON_FLAG_OPTIONAL | JSON_FLAG_ANY_TYPE },
    { "recommended", FIELD_SAME(policy_setting, kind_recommended), FIELD_OPTIONAL },
    { "advise", FIELD_WORD(policy_setting, advice, advice_names),
      .expected = "expected \"short\" or \"wrong\"",
      .flags = JSON_FLAG_OPTIONAL | JSON_FLAG_ANY_TYPE },
};
static const struct json_table rule_table = { JSON_ROWS(fields), .check = check_rule };

static size_t position_of(const struct policy *policy, const char *name)
{
    size_t at = 0;

    while (at < policy->count && strcmp(policy->settings[at].name, name) != 0)
        at++;
    return at;
}

static bool drop_setting(const struct json_reader *place, struct policy *policy,
                         struct error *err)
{
    size_t at = position_of(policy, place->key);

    if (at == policy->count)
        return json_reader_skips(place) ||
               json_reader_fail(place, err,
                                "there is no such setting, so it cannot be dropped");
    policy->count--;
    memmove(&policy->settings[at], &policy->settings[at + 1],
            (policy->count - at) * sizeof policy->settings[0]);
    return true;
}

/* Of this version; a newer one may know more. */
static bool is_setting(const char *name)
{
    struct place place;
    enum os_kind os;

    return setting_find(name) || place_locate(name, &place, &os, NULL);
}

static bool apply_setting(const struct json_reader *place, struct policy *policy,
                          struct error *err)
{
    struct policy_setting rule = { 0 };
    size_t at = position_of(policy, place->key);

    if (json_is_null(place->value))
        return drop_setting(place, policy, err);
    if (!is_setting(place->key) && json_reader_skips(place))
        return true;
    if (!json_fields_known(place, &rule_table, err) ||
        !start_rule(place, policy, &rule, err) ||
        !json_fields_values(place, &rule_table, &rule, err))
        return false;
    if (at == SETTINGS_MAX)
        return json_reader_limit(place, err, "a policy has at most %d settings",
                                 SETTINGS_MAX);
    policy->settings[at] = rule;
    if (at == policy->count)
        policy->count++;
    return true;
}

static bool read_settings(const struct json_reader *place, void *out, struct error *err)
{
    const char *key;
    json_t *value;

    if (!json_reader_any_object(place, err))
        return false;
    json_object_foreach(place->value, key, value)
    {
        struct json_reader member = { .parent = place, .key = key, .value = value };

        if (!apply_setting(&member, out, err))
            return false;
    }
    return true;
}

const struct json_kind kind_policy_settings = { .schema = "object",
                                                .read = read_settings,
                                                .entry = &rule_table };
