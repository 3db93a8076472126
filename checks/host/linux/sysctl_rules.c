/* SPDX-License-Identifier: MIT */
/* The precedence of sysctl.d(5) between lines: own statements, patterns, exclusions. */
#include "checks/host/linux/sysctl_rules.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/text.h"

void sysctl_source_clear(struct sysctl_source *source)
{
    free(source->value);
    free(source->file);
    *source = (struct sysctl_source){ 0 };
}

bool sysctl_source_set(struct sysctl_source *out, const char *value, const char *file,
                       uint32_t line, struct error *err)
{
    struct sysctl_source copy = { .value = value ? text_copy(value) : NULL,
                                  .file = text_copy(file),
                                  .line = line };

    if (!copy.file || (value && !copy.value)) {
        sysctl_source_clear(&copy);
        return error_set(err, ERR_MEMORY, "out of memory");
    }
    sysctl_source_clear(out);
    *out = copy;
    return true;
}

void sysctl_configured_clear(struct sysctl_configured *configured)
{
    sysctl_source_clear(&configured->boot);
    sysctl_source_clear(&configured->sysctl_conf);
    sysctl_source_clear(&configured->tuned);
}

/* As glob(3) would over /proc/sys. */
static bool matches(const char *pattern, const char *key)
{
    return fnmatch(pattern, key, FNM_PATHNAME | FNM_PERIOD) == 0;
}

static bool is_of_interest(const struct sysctl_rules *rules,
                           const struct sysctl_conf_line *line)
{
    for (size_t i = 0; i < rules->key_count; i++)
        if (line->pattern ? matches(line->key, rules->keys[i])
                          : strcmp(line->key, rules->keys[i]) == 0)
            return true;
    return false;
}

static void clear_rule(struct sysctl_rule *rule)
{
    free(rule->key);
    sysctl_source_clear(&rule->source);
    *rule = (struct sysctl_rule){ 0 };
}

void sysctl_rules_clear(struct sysctl_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        clear_rule(&rules->rules[i]);
    rules->count = 0;
}

static size_t find_rule(const struct sysctl_rules *rules, const char *key)
{
    size_t at = 0;

    while (at < rules->count && strcmp(rules->rules[at].key, key) != 0)
        at++;
    return at;
}

static bool same_value(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void remove_rule(struct sysctl_rules *rules, size_t at)
{
    clear_rule(&rules->rules[at]);
    rules->count--;
    memmove(&rules->rules[at], &rules->rules[at + 1],
            (rules->count - at) * sizeof rules->rules[0]);
}

/* A repeated statement keeps its place in the order, a changed one moves to the end, as
 * in systemd-sysctl: it decides between patterns. */
bool sysctl_rules_add(void *context, const struct sysctl_conf_line *line)
{
    struct sysctl_rules *rules = context;
    struct sysctl_rule rule = { .pattern = line->pattern };
    size_t at;

    if (!is_of_interest(rules, line))
        return true;
    at = find_rule(rules, line->key);
    if (at < rules->count && same_value(rules->rules[at].source.value, line->value))
        return sysctl_source_set(&rules->rules[at].source, line->value, rules->file,
                                 line->number, NULL);
    if (at < rules->count)
        remove_rule(rules, at);
    rules->too_many = rules->count == SYSCTL_RULES_MAX;
    if (rules->too_many)
        return false;
    rule.key = text_copy(line->key);
    if (!rule.key ||
        !sysctl_source_set(&rule.source, line->value, rules->file, line->number, NULL)) {
        clear_rule(&rule);
        return false;
    }
    rules->rules[rules->count++] = rule;
    return true;
}

bool sysctl_rules_find(const struct sysctl_rules *rules, const char *key,
                       struct sysctl_source *out, struct error *err)
{
    const struct sysctl_rule *found = NULL;
    const size_t own = find_rule(rules, key);

    if (own < rules->count)
        found = &rules->rules[own];
    for (size_t i = 0; i < rules->count && own == rules->count; i++)
        if (rules->rules[i].pattern && rules->rules[i].source.value &&
            matches(rules->rules[i].key, key))
            found = &rules->rules[i];
    if (!found || !found->source.value)
        return true;
    return sysctl_source_set(out, found->source.value, found->source.file,
                             found->source.line, err);
}
