/* SPDX-License-Identifier: MIT */
/* One way to compare for each kind of place, and the nearest name for a typing error. */
#include "remediate/only.h"

#include <stdio.h>
#include <string.h>

#include "checks/base/ascii.h"
#include "checks/base/text.h"

/* Where names are looked for. */
struct scope {
    const struct policy *policy;
    enum os_kind os;
};

static bool is_same(const struct scope *scope, const char *a, const char *b)
{
    return scope->os == OS_WINDOWS ? ascii_same(a, b) : strcmp(a, b) == 0;
}

static bool is_in_scope(const struct scope *scope, const struct policy_setting *rule)
{
    return rule->os == scope->os;
}

/* "net.ipv4.conf.eth0/1.x" and "/proc/sys/net/ipv4/conf/eth0.1/x" -> "net/ipv4/...": the
 * first separator decides (man 5 sysctl.d). */
static void as_sysctl_path(const char *typed, char out[ONLY_NAME_SIZE])
{
    static const char root[] = "/proc/sys/";

    if (strncmp(typed, root, strlen(root)) == 0)
        typed += strlen(root);
    (void)snprintf(out, ONLY_NAME_SIZE, "%s", typed);
    if (typed[strcspn(typed, "./")] != '.')
        return;
    for (char *c = out; *c; c++)
        if (*c == '.' || *c == '/')
            *c = *c == '.' ? '/' : '.';
}

/* "HKLM\SYSTEM\...\X", "HKEY_LOCAL_MACHINE\...", "HKLM:\..." -> "SYSTEM\...\X". */
static const char *after_hive(const char *typed)
{
    static const char *const hives[] = { "HKLM\\", "HKLM:\\", "HKEY_LOCAL_MACHINE\\" };

    for (size_t i = 0; i < ARRAY_COUNT(hives); i++) {
        const char *rest = ascii_after(typed, hives[i]);

        if (rest)
            return rest;
    }
    return typed;
}

static bool names_range(const struct policy_setting *rule, const char *typed)
{
    enum ip_protocol protocol;
    enum ip_family family;
    char lower[ONLY_NAME_SIZE];
    size_t length = 0;

    for (; typed[length]; length++)
        lower[length] = ascii_lower(typed[length]);
    lower[length] = '\0';
    return place_range_parse(lower, &protocol, &family, NULL) &&
           protocol == rule->place.protocol;
}

/* Whether it is the whole name of the setting, or of its place. */
static bool names_whole(const struct scope *scope, const struct policy_setting *rule,
                        const char *typed)
{
    char name[ONLY_NAME_SIZE];

    if (is_same(scope, rule->name, typed))
        return true;
    switch (rule->place.kind) {
    case PLACE_SYSCTL:
        as_sysctl_path(typed, name);
        return is_same(scope, rule->place.path, name);
    case PLACE_REGISTRY:
        place_registry_name(&rule->place, name);
        return is_same(scope, name, after_hive(typed));
    case PLACE_DYNAMIC_RANGE:
        return names_range(rule, typed);
    }
    return false;
}

/* "tcp_rfc1337" of "net/ipv4/tcp_rfc1337", the value of a key. */
static const char *last_part(const struct policy_setting *rule)
{
    const char *slash = strrchr(rule->place.path, '/');

    if (rule->place.kind == PLACE_REGISTRY)
        return rule->place.value;
    return rule->place.kind == PLACE_SYSCTL && slash ? slash + 1 : rule->name;
}

/* The one setting that is meant; NULL when there is none, or more than one. */
static const struct policy_setting *find(const struct scope *scope, const char *typed)
{
    const struct policy *policy = scope->policy;
    const struct policy_setting *found = NULL;
    size_t count = 0;

    for (size_t i = 0; i < policy->count; i++)
        if (is_in_scope(scope, &policy->settings[i]) &&
            names_whole(scope, &policy->settings[i], typed))
            return &policy->settings[i];
    for (size_t i = 0; i < policy->count; i++) {
        if (!is_in_scope(scope, &policy->settings[i]) ||
            !is_same(scope, last_part(&policy->settings[i]), typed))
            continue;
        found = &policy->settings[i];
        count++;
    }
    return count == 1 ? found : NULL;
}

/* How many letters must be changed, added or dropped to make one of the other, whatever
 * their case (Levenshtein). Both are shorter than PLACE_PART_SIZE. */
static size_t distance(const char *a, const char *b)
{
    size_t row[PLACE_PART_SIZE];
    const size_t width = strlen(b);

    for (size_t j = 0; j <= width; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t j = 0; j < width; j++) {
            size_t best = diagonal + (ascii_lower(a[i]) != ascii_lower(b[j]));

            diagonal = row[j + 1];
            if (diagonal + 1 < best)
                best = diagonal + 1;
            if (row[j] + 1 < best)
                best = row[j] + 1;
            row[j + 1] = best;
        }
    }
    return row[width];
}

/* The last part of what was typed. */
static const char *typed_part(const char *typed)
{
    const char *part = typed;

    for (const char *c = typed; *c; c++)
        if (*c == '.' || *c == '/' || *c == '\\')
            part = c + 1;
    return part;
}

/* NULL: nothing is near. */
static const struct policy_setting *find_nearest(const struct scope *scope,
                                                 const char *typed)
{
    const char *part = typed_part(typed);
    const struct policy_setting *nearest = NULL;
    size_t most = strlen(part) / 3; /* a third of the letters may be wrong */

    if (strlen(part) >= PLACE_PART_SIZE)
        return NULL;
    for (size_t i = 0; i < scope->policy->count; i++) {
        const struct policy_setting *rule = &scope->policy->settings[i];
        size_t far;

        if (!is_in_scope(scope, rule))
            continue;
        far = distance(part, last_part(rule));
        if (far > most || (nearest && far == most))
            continue;
        nearest = rule;
        most = far;
    }
    return nearest;
}

static bool refuse(const struct scope *scope, const char *typed, struct error *err)
{
    const struct policy_setting *nearest = find_nearest(scope, typed);
    char quoted[ERR_QUOTE_SIZE];
    struct text names = { 0 };

    for (size_t i = 0; i < scope->policy->count; i++)
        if (is_in_scope(scope, &scope->policy->settings[i]))
            text_addf(&names, "%s%s", names.length > 0 ? ", " : "",
                      scope->policy->settings[i].name);
    (void)error_set(err, ERR_ABSENT,
                    "'%s' is not a setting of this system and its policy%s%s%s "
                    "(one of %s)",
                    error_quote(typed, quoted), nearest ? "; did you mean " : "",
                    nearest ? nearest->name : "", nearest ? "?" : "",
                    text_string(&names));
    text_clear(&names);
    return false;
}

bool only_resolve(char (*names)[ONLY_NAME_SIZE], size_t count,
                  const struct policy *policy, enum os_kind os, struct error *err)
{
    const struct scope scope = { policy, os };

    for (size_t i = 0; i < count; i++) {
        const struct policy_setting *rule = find(&scope, names[i]);

        if (!rule)
            return refuse(&scope, names[i], err);
        (void)snprintf(names[i], ONLY_NAME_SIZE, "%s", rule->name);
    }
    return true;
}
