/* SPDX-License-Identifier: MIT */
/* A policy that contradicts itself must not reach a machine: all of that is refused here.
 */
#include "checks/model/policy_settings_json.h"

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
static bool decode_accepted(const struct json_reader *place, struct policy_setting *rule,
                            struct error *err)
{
    struct error why = { 0 };

    if (json_is_integer(place->value) && rule->kind == SETTING_NUMBER) {
        double number = (double)json_integer_value(place->value);

        rule->accepted =
            (struct threshold){ .set = true, .start = number, .end = number };
    } else if (!json_is_string(place->value)) {
        return json_reader_fail(
            place, err,
            rule->kind == SETTING_PORT_RANGE
                ? "expected a range for the number of ports, such as \"28232:\""
                : "expected a range such as \"30:60\", or an integer");
    } else if (!threshold_parse(json_string_value(place->value), &rule->accepted, &why)) {
        return json_reader_fail(place, err, "%s", why.message);
    }
    rule->noted_only = false;
    return true;
}

/* One of two words; *second tells which. */
static bool decode_choice(const struct json_reader *place, const char *first_word,
                          const char *second_word, bool *second, struct error *err)
{
    const char *word =
        json_is_string(place->value) ? json_string_value(place->value) : "";

    *second = strcmp(word, second_word) == 0;
    if (*second || strcmp(word, first_word) == 0)
        return true;
    return json_reader_fail(place, err, "expected \"%s\" or \"%s\"", first_word,
                            second_word);
}

static bool decode_recommended_range(const struct json_reader *place,
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

static bool decode_recommended(const struct json_reader *place,
                               struct policy_setting *rule, struct error *err)
{
    bool registry = rule->place.kind == PLACE_REGISTRY;

    if (json_is_null(place->value)) {
        rule->target = TARGET_NONE;
        rule->recommended = (struct setting_value){ .kind = rule->kind };
        return true;
    }
    if (json_is_string(place->value) &&
        strcmp(json_string_value(place->value), "absent") == 0) {
        if (!registry)
            return json_reader_fail(place, err, "only a registry value can be removed");
        rule->target = TARGET_ABSENT;
        rule->recommended = (struct setting_value){ .kind = rule->kind };
        return true;
    }
    if (rule->kind == SETTING_PORT_RANGE)
        return decode_recommended_range(place, rule, err);
    if (!json_is_integer(place->value))
        return json_reader_fail(place, err,
                                registry ? "expected an integer, \"absent\" or null"
                                         : "expected an integer or null");
    rule->target = TARGET_VALUE;
    rule->recommended =
        (struct setting_value){ .number = json_integer_value(place->value) };
    return true;
}

static bool decode_members(const struct json_reader *place, struct policy_setting *rule,
                           struct error *err)
{
    struct json_reader member;
    bool second = false;

    if (json_reader_member(place, "accepted", &member) &&
        !decode_accepted(&member, rule, err))
        return false;
    if (json_reader_member(place, "absent", &member)) {
        if (!decode_choice(&member, "accepted", "wrong", &second, err))
            return false;
        rule->absent_accepted = !second;
    }
    if (json_reader_member(place, "recommended", &member) &&
        !decode_recommended(&member, rule, err))
        return false;
    if (json_reader_member(place, "advise", &member)) {
        if (!decode_choice(&member, "short", "wrong", &second, err))
            return false;
        rule->advice = second ? ADVISE_WRONG : ADVISE_SHORT;
    }
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
    struct json_reader blamed;

    if (!threshold_alerts(&rule->accepted, judged))
        return true;
    setting_value_format(&rule->recommended, &value);
    if (is_range)
        text_addf(&value, " (%" PRIu32 " ports)",
                  port_range_size(rule->recommended.range));
    if (threshold_is_plain(&rule->accepted))
        text_add(&accepted, "0:"); /* a bare "60" reads like that value alone */
    threshold_format(&rule->accepted, &accepted);
    if (json_reader_member(place, "recommended", &blamed)) {
        (void)json_reader_fail(&blamed, err, "%s is outside accepted %s",
                               text_string(&value), text_string(&accepted));
    } else {
        (void)json_reader_member(place, "accepted", &blamed);
        (void)json_reader_fail(
            &blamed, err, "%s excludes the recommended %s; give \"recommended\" as well",
            text_string(&accepted), text_string(&value));
    }
    text_clear(&value);
    text_clear(&accepted);
    return false;
}

static bool check_absent(const struct json_reader *place,
                         const struct policy_setting *rule, struct error *err)
{
    struct json_reader blamed;

    if (rule->absent_accepted)
        return true;
    if (json_reader_member(place, "recommended", &blamed))
        return json_reader_fail(&blamed, err,
                                "\"absent\" needs \"absent\": \"accepted\"");
    (void)json_reader_member(place, "absent", &blamed);
    return json_reader_fail(
        &blamed, err,
        "\"wrong\" excludes the recommended \"absent\"; give \"recommended\" as well");
}

static bool check_rule(const struct json_reader *place, const struct policy_setting *rule,
                       struct error *err)
{
    struct json_reader member;

    if (rule->target == TARGET_NONE)
        return true;
    if (rule->noted_only) {
        (void)json_reader_member(place, "accepted", &member);
        return json_reader_fail(&member, err,
                                "missing; a setting that is only noted needs it before "
                                "it can be recommended");
    }
    if (rule->target == TARGET_ABSENT)
        return check_absent(place, rule, err);
    (void)json_reader_member(place, "recommended", &member);
    return check_possible(&member, rule, err) && check_accepted(place, rule, err);
}

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
    static const char *const keys[] = { "accepted", "absent", "recommended", "advise",
                                        NULL };
    struct policy_setting rule = { 0 };
    size_t at = position_of(policy, place->key);

    if (json_is_null(place->value))
        return drop_setting(place, policy, err);
    if (!is_setting(place->key) && json_reader_skips(place))
        return true;
    if (!json_reader_object(place, keys, sizeof keys[0], ARRAY_COUNT(keys) - 1, err) ||
        !start_rule(place, policy, &rule, err) || !decode_members(place, &rule, err) ||
        !check_rule(place, &rule, err))
        return false;
    if (at == SETTINGS_MAX)
        return json_reader_limit(place, err, "a policy has at most %d settings",
                                 SETTINGS_MAX);
    policy->settings[at] = rule;
    if (at == policy->count)
        policy->count++;
    return true;
}

bool policy_settings_from_json(const struct json_reader *place, struct policy *policy,
                               struct error *err)
{
    const char *key;
    json_t *value;

    if (!json_reader_any_object(place, err))
        return false;
    json_object_foreach(place->value, key, value)
    {
        struct json_reader member = { .parent = place, .key = key, .value = value };

        if (!apply_setting(&member, policy, err))
            return false;
    }
    return true;
}
