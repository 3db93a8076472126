/* SPDX-License-Identifier: MIT */
/* Settings in the words that both programs show. */
#include "checks/setting_words.h"

#include <math.h>

#include "checks/base/number.h"

void setting_words_typed(const struct policy_setting *rule, struct text *out)
{
    char key[PLACE_PART_SIZE];

    if (rule->place.kind == PLACE_SYSCTL && rule->place.path[0]) {
        place_sysctl_key(rule->place.path, key);
        text_add_clean(out, key, "");
    } else {
        text_add_clean(out, rule->name, "");
    }
}

void setting_words_value(const struct setting_result *setting, struct text *out)
{
    const enum setting_presence presence =
        setting->seen ? setting->seen->presence : SETTING_UNREAD;

    switch (presence) {
    case SETTING_SET:
        setting_value_format(&setting->seen->value, out);
        break;
    case SETTING_OS_DEFAULT:
        text_add(out, "not set");
        break;
    case SETTING_MISSING:
        text_add(out, "absent");
        break;
    case SETTING_WRONG_TYPE:
        text_add(out, "wrong type");
        break;
    case SETTING_UNREAD:
        text_add(out, "unread");
        break;
    }
}

static void add_number(double number, struct text *out)
{
    char text[NUMBER_TEXT_SIZE];

    number_format_double(number, text);
    text_add(out, text);
}

/* A Nagios range as a person says it; its start, end and direction are all known here. */
static void add_accepted_range(const struct threshold *range, const char *unit,
                               struct text *out)
{
    bool has_end = range->end < (double)INFINITY;
    /* Settings are never negative: a start of 0 says nothing. */
    bool has_start =
        range->start > -(double)INFINITY && (range->start != 0 || range->inside);

    if (range->inside)
        text_add(out, "not ");
    if (has_start)
        add_number(range->start, out);
    if (has_end && (!has_start || range->start != range->end)) {
        text_add(out, has_start ? " to " : "");
        add_number(range->end, out);
    }
    if (!has_start && !has_end) {
        text_add(out, "any");
        return;
    }
    text_add(out, unit);
    if (has_start && !has_end)
        text_add(out, " or more");
    else if (!has_start && range->end != 0)
        text_add(out, " or less");
}

void setting_words_accepted(const struct policy_setting *rule, struct text *out)
{
    const char *unit = rule->kind == SETTING_PORT_RANGE ? " ports" : "";

    if (rule->noted_only) {
        text_add(out, "-");
        return;
    }
    if (rule->absent_accepted)
        text_add(out, "absent or ");
    if (rule->accepted.set)
        add_accepted_range(&rule->accepted, unit, out);
    else
        text_add(out, "any");
}

void setting_words_recommended(const struct policy_setting *rule, struct text *out)
{
    switch (rule->target) {
    case TARGET_VALUE:
        setting_value_format(&rule->recommended, out);
        break;
    case TARGET_ABSENT:
        text_add(out, "absent");
        break;
    case TARGET_NONE:
        text_add(out, "-");
        break;
    }
}

bool setting_words_needs_reboot(const struct policy_setting *rule)
{
    /* The TCP/IP driver reads its registry values when it starts. */
    return rule->known ? rule->known->reboot : rule->place.kind == PLACE_REGISTRY;
}

void setting_words_boot(const struct setting_result *setting, struct text *out)
{
    const struct observed_setting *seen = setting->seen;

    if (!seen || seen->boot == BOOT_UNKNOWN)
        text_add(out, "-");
    else if (seen->boot == BOOT_UNSET)
        text_add(out, "not set");
    else
        setting_value_format(&seen->boot_value, out);
}
