/* SPDX-License-Identifier: MIT */
/* misconfigured: settings outside what the policy accepts; and advice for the
 * remediation. */
#include "checks/check.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/text.h"
#include "checks/model/service_ports.h"
#include "checks/model/utc_time.h"

static void say(struct setting_result *result, const char *format, ...) PRINTF_LIKE(2, 3);

static void say(struct setting_result *result, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(result->why, sizeof result->why, format, arguments);
    va_end(arguments);
}

/* The number that `accepted` is about: a value, or how many ports a range has. */
static int64_t judged_number(const struct setting_value *value)
{
    return value->kind == SETTING_PORT_RANGE ? (int64_t)port_range_size(value->range)
                                             : value->number;
}

/* Where everything above is accepted, or everything below, what is further that way is
 * better: it is left alone. */
static bool is_better(const struct policy_setting *rule, int64_t number)
{
    const struct threshold *accepted = &rule->accepted;

    if (rule->advice == ADVISE_WRONG || !accepted->set || accepted->inside)
        return false;
    if (accepted->end == INFINITY)
        return number > rule->recommended.number;
    return accepted->start <= 0 && number < rule->recommended.number;
}

/* On Linux a range begins at a port of the parity that it began at before: it may lack
 * one port of the recommended ones. */
static int64_t recommended_ports(const struct policy_setting *rule,
                                 const struct setting_value *value)
{
    const struct port_range wanted = rule->recommended.range;
    const bool shifted = ((value->range.first ^ wanted.first) & 1) != 0;

    return judged_number(&rule->recommended) - (rule->os == OS_LINUX && shifted);
}

/* A range with as many ports or more is left alone: it is never narrowed. */
static bool is_recommended(const struct policy_setting *rule,
                           const struct setting_value *value)
{
    if (rule->target == TARGET_NONE)
        return true;
    if (rule->target == TARGET_ABSENT)
        return false;
    if (value->kind == SETTING_PORT_RANGE)
        return judged_number(value) >= recommended_ports(rule, value);
    return setting_value_equal(value, &rule->recommended) ||
           is_better(rule, value->number);
}

/*
 * A range with ports of services in it that are not reserved. Where it is wide enough,
 * this is all that is the matter with it. Windows cannot reserve them: there it matters
 * where the range reaches below the recommended one. A recorded range may be judged by a
 * policy that keeps none.
 */
static bool lies_over_services(const struct setting_result *result,
                               const struct policy *policy)
{
    const struct setting_value *value = &result->seen->value;
    const struct port_range wanted = result->rule->recommended.range;
    const struct port_range below = { value->range.first, (uint16_t)(wanted.first - 1) };
    struct port_set kept;

    if (value->kind != SETTING_PORT_RANGE || result->seen->service_ports == 0 ||
        result->rule->target != TARGET_VALUE)
        return false;
    if (result->rule->os == OS_WINDOWS)
        return service_ports_open(below, NULL) > 0;
    service_ports_kept(&policy->reserve, value->range, &kept);
    return port_set_count(&kept) > 0;
}

/* Whose ports are counted as those of services: a site can add any. */
static const char *whose_services(const struct policy_reserve *reserve,
                                  const struct observed_setting *seen)
{
    struct port_set built_in = { 0 };
    struct port_set own;

    service_ports_kept(reserve, seen->value.range, &own);
    service_ports_add(seen->value.range, &built_in);
    port_set_remove(&own, &built_in);
    if (port_set_count(&own) == 0)
        return "services";
    return reserve->built_in ? "services or of the policy's reserve"
                             : "the policy's reserve";
}

/* Whether the site's policy wants what the built-in one holds to be wrong: MaxUserPort
 * set, tcp_timestamps off. */
static bool is_reversed(const struct policy_setting *rule)
{
    const struct policy_setting *own;
    struct policy built_in;

    policy_init(&built_in);
    own = policy_find(&built_in, rule->name);
    if (!own || own->target == TARGET_NONE || rule->target == TARGET_NONE)
        return false;
    if (own->target != rule->target)
        return true;
    return rule->target == TARGET_VALUE &&
           threshold_alerts(&own->accepted, (double)judged_number(&rule->recommended));
}

/* The built-in reason speaks for the built-in target. */
static const char *why_of(const struct policy_setting *rule)
{
    return rule->known && !is_reversed(rule) ? rule->known->why
                                             : "the site's policy requires it";
}

/* A registry value or key that is not there. */
static void judge_absent(struct setting_result *result)
{
    const struct policy_setting *rule = result->rule;

    if (rule->noted_only) {
        result->state = SETTING_STATE_NOTED;
    } else if (rule->absent_accepted) {
        result->state = SETTING_STATE_RECOMMENDED;
    } else if (result->seen->presence == SETTING_MISSING) {
        result->state = SETTING_STATE_UNREAD;
        say(result, "this kernel or network namespace has no such key");
    } else {
        result->state = SETTING_STATE_WRONG;
        say(result, "not set, so the default of Windows applies; %s", why_of(rule));
    }
}

/* Whether the system itself would refuse the number. */
static bool is_invalid(struct setting_result *result, const struct os_version *os)
{
    int64_t lowest;
    int64_t highest;
    int64_t number = result->seen->value.number;

    if (result->rule->kind != SETTING_NUMBER ||
        !setting_valid_numbers(result->rule->name, os, &lowest, &highest) ||
        (number >= lowest && number <= highest))
        return false;
    say(result, "this Windows accepts only %" PRId64 " to %" PRId64, lowest, highest);
    return true;
}

/* Of a range that is short of the recommended one: what it would gain at most. What is
 * reserved of the new part, and who listens there, only a plan knows. */
static void say_shortage(struct setting_result *result)
{
    const struct policy_setting *rule = result->rule;
    const struct port_range now = result->seen->value.range;
    const struct port_range wanted = port_range_hull(now, rule->recommended.range);
    const uint32_t gain = port_range_size(wanted) - port_range_size(now);

    if (rule->kind == SETTING_PORT_RANGE && rule->target == TARGET_VALUE && gain > 0)
        say(result, "%s; the recommended range has up to %" PRIu32 " more", why_of(rule),
            gain);
    else
        say(result, "%s", why_of(rule));
}

static void judge_value(struct setting_result *result, const struct os_version *os)
{
    const struct policy_setting *rule = result->rule;
    const struct setting_value *value = &result->seen->value;

    if (rule->noted_only) {
        result->state = SETTING_STATE_NOTED;
    } else if (is_invalid(result, os)) {
        result->state = SETTING_STATE_WRONG;
    } else if (threshold_alerts(&rule->accepted, (double)judged_number(value))) {
        result->state = SETTING_STATE_WRONG;
        say_shortage(result);
    } else if (!is_recommended(rule, value)) {
        result->state = SETTING_STATE_ACCEPTED;
        say_shortage(result);
    } else if (result->over_services) {
        result->state = SETTING_STATE_ACCEPTED;
        if (rule->os == OS_LINUX)
            say(result,
                "it lies over %" PRIu32
                " port%s of %s: reserve %s (net.ipv4.ip_local_reserved_ports)",
                result->seen->service_ports, result->seen->service_ports == 1 ? "" : "s",
                result->services, result->seen->service_ports == 1 ? "it" : "them");
        else
            say(result, "it lies over the ports of services, and breaks WSL's mirrored "
                        "network");
    } else {
        result->state = SETTING_STATE_RECOMMENDED;
    }
}

/* The next boot brings the recommended value, or a range that has more than this one. */
static bool is_better_at_boot(const struct setting_result *result)
{
    const struct policy_setting *rule = result->rule;
    const struct setting_value *now = &result->seen->value;
    const struct setting_value *boot = &result->seen->boot_value;

    if (rule->target != TARGET_VALUE)
        return false;
    return (result->state == SETTING_STATE_ACCEPTED && is_recommended(rule, boot)) ||
           (now->kind == SETTING_PORT_RANGE &&
            port_range_covers(boot->range, now->range));
}

/* A file undoes by the next boot what is good now, or brings what is better: that is no
 * fault, and the value now is judged as it is. */
static void judge_boot_set(struct setting_result *result)
{
    const struct observed_setting *seen = result->seen;
    struct text text = { 0 };

    setting_value_format(&seen->boot_value, &text);
    if (!is_better_at_boot(result)) {
        result->state = SETTING_STATE_WRONG;
        result->unsaved = result->rule->target == TARGET_VALUE;
        say(result, "the next boot sets %s (%.120s)", text_string(&text),
            seen->boot_source);
    } else if (result->state == SETTING_STATE_ACCEPTED &&
               is_recommended(result->rule, &seen->boot_value)) {
        result->advised = true;
        say(result, "accepted now, recommended at boot: %s (%.120s)", text_string(&text),
            seen->boot_source);
    } else {
        say(result, "%s now, the next boot sets more: %s (%.120s)",
            result->state == SETTING_STATE_ACCEPTED ? "accepted" : "recommended",
            text_string(&text), seen->boot_source);
    }
    text_clear(&text);
}

/* Set by hand or by a program, and in no file: not wrong, but worth keeping where what
 * the kernel starts with is worse. */
static void judge_boot_unset(struct setting_result *result, const struct os_version *os)
{
    const struct policy_setting *rule = result->rule;
    struct setting_value default_value = { 0 };
    struct text text = { 0 };

    if (rule->target != TARGET_VALUE ||
        !setting_kernel_default(rule->name, os, &default_value) ||
        setting_value_equal(&default_value, &result->seen->value) ||
        is_recommended(rule, &default_value))
        return;
    result->unsaved = true;
    setting_value_format(&default_value, &text);
    if (result->why[0] == '\0')
        say(result,
            "set at run time only: no file sets it at boot, a reboot changes it to %s",
            text_string(&text));
    text_clear(&text);
}

/* Good now; what becomes of it with the next boot. */
static void judge_boot(struct setting_result *result, const struct os_version *os)
{
    const struct observed_setting *seen = result->seen;

    if (seen->boot == BOOT_UNSET)
        judge_boot_unset(result, os);
    else if (seen->boot == BOOT_SET &&
             !setting_value_equal(&seen->boot_value, &seen->value))
        judge_boot_set(result);
}

/* Written by the remediation, in force after the next boot. */
static void judge_waiting(struct setting_result *result)
{
    char since[UTC_TIME_TEXT_SIZE];

    utc_time_format(result->seen->waiting_since_s, since);
    result->state = SETTING_STATE_WRONG;
    say(result, "applied, waiting for a reboot (since %s)", since);
}

/* A line that means to set it, and sets nothing, whatever else there is to say. */
static void name_refused(struct setting_result *result)
{
    char before[sizeof result->why];

    memcpy(before, result->why, sizeof before);
    say(result, "%s%s%.*s", result->seen->boot_refused, before[0] ? "; " : "",
        (int)(sizeof before / 2 - 2), before);
}

static bool is_good(enum setting_state state)
{
    return state == SETTING_STATE_ACCEPTED || state == SETTING_STATE_RECOMMENDED;
}

/* Windows has no list of reserved ports that a plan could add to. */
static bool is_beyond_advice(const struct setting_result *result)
{
    return result->rule->os == OS_WINDOWS && result->over_services &&
           is_recommended(result->rule, &result->seen->value);
}

static void judge_setting(struct setting_result *result, const struct os_version *os)
{
    const struct observed_setting *seen = result->seen;
    const struct policy_setting *rule = result->rule;

    if (!seen) {
        say(result, "not in the observation");
    } else if (seen->presence == SETTING_SET) {
        judge_value(result, os);
    } else if (seen->presence == SETTING_WRONG_TYPE) {
        result->state = SETTING_STATE_WRONG;
        say(result, "%s", seen->reason);
    } else if (seen->presence == SETTING_UNREAD) {
        result->state = rule->noted_only ? SETTING_STATE_NOTED : SETTING_STATE_UNREAD;
        say(result, "%s", seen->reason[0] ? seen->reason : "not observed");
    } else {
        judge_absent(result);
    }
    result->target = rule->target;
    result->advised = rule->target != TARGET_NONE &&
                      (result->state == SETTING_STATE_WRONG ||
                       (result->state == SETTING_STATE_ACCEPTED &&
                        rule->advice == ADVISE_SHORT && !is_beyond_advice(result)));
    if (seen && is_good(result->state)) {
        if (seen->waiting_since_s > 0)
            judge_waiting(result);
        else if (seen->presence == SETTING_SET)
            judge_boot(result, os);
    }
    if (seen && seen->boot_refused[0] != '\0')
        name_refused(result);
}

/* TIME_WAIT near or over the kernel's limit: then the kernel throws TIME_WAIT away. */
static void note_buckets(const struct observation *seen, struct setting_result *result)
{
    uint64_t limit;

    if (!result->seen || result->seen->presence != SETTING_SET ||
        result->seen->value.number <= 0)
        return;
    limit = (uint64_t)result->seen->value.number;
    if (seen->time_wait_overflow_known && seen->time_wait_overflow > 0)
        say(result, "%" PRIu64 " TIME_WAIT dropped over this limit since boot",
            seen->time_wait_overflow);
    else if (seen->tcp.reading.known && seen->tcp.time_wait >= limit - limit / 10)
        say(result, "TIME_WAIT %" PRIu64 " is within 10 %% of this limit",
            seen->tcp.time_wait);
}

/* The unread settings by name, for the metric's reason. */
static void name_unread(const struct verdict *verdict, struct measure *out)
{
    size_t used = 0;

    for (size_t i = 0; i < verdict->setting_count; i++) {
        const struct setting_result *result = &verdict->settings[i];
        int length;

        if (result->state != SETTING_STATE_UNREAD || used >= sizeof out->reason)
            continue;
        length = snprintf(out->reason + used, sizeof out->reason - used, "%s%s: %s",
                          used ? "; " : "", result->rule->name, result->why);
        used += length > 0 ? (size_t)length : 0;
    }
}

/* The observed setting of that name, NULL when it was not looked at. */
static const struct observed_setting *find_observed(const struct observation *seen,
                                                    const char *name)
{
    for (size_t i = 0; i < seen->setting_count; i++)
        if (strcmp(seen->settings[i].name, name) == 0)
            return &seen->settings[i];
    return NULL;
}

static void measure(const struct observation *seen, const struct policy *policy,
                    struct verdict *verdict, struct measure *out)
{
    *out = (struct measure){ .known = true };
    for (size_t i = 0; i < policy->count; i++) {
        const struct policy_setting *rule = &policy->settings[i];
        struct setting_result *result = &verdict->settings[verdict->setting_count];

        if (rule->os != seen->os.kind)
            continue;
        verdict->setting_count++;
        result->rule = rule;
        result->seen = find_observed(seen, rule->name);
        result->over_services = result->seen && lies_over_services(result, policy);
        if (result->over_services)
            result->services = whose_services(&policy->reserve, result->seen);
        judge_setting(result, &seen->os);
        if (strcmp(rule->name, "tcp_max_tw_buckets") == 0)
            note_buckets(seen, result);
        if (result->state == SETTING_STATE_WRONG)
            out->part++;
        else if (result->state == SETTING_STATE_UNREAD)
            out->known = false;
    }
    if (seen->interrupted_since_s > 0)
        out->part++; /* what an interrupted remediation left is not right either */
    if (!out->known)
        name_unread(verdict, out);
}

const struct check check_misconfigured = {
    .measure = measure,
};
