/* SPDX-License-Identifier: MIT */
/* The precedence of sysctl.d(5) between lines: own statements, patterns, exclusions. */
#include "checks/host/linux/sysctl_rules.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/text.h"

/* No name of the kernel's is longer, and none is empty. */
enum { NAME_SIZE = 256 };

/* Copies what stands before the next slash; false when it is too long. */
static bool take_name(const char **path, char out[NAME_SIZE])
{
    const size_t length = strcspn(*path, "/");

    if (length >= NAME_SIZE)
        return false;
    memcpy(out, *path, length);
    out[length] = '\0';
    *path += length;
    return true;
}

/* As glob(3) would over /proc/sys: it takes a pattern apart at every slash, one within
 * brackets too. */
static bool matches(const char *pattern, const char *key)
{
    char part[NAME_SIZE];
    char name[NAME_SIZE];

    for (;;) {
        if (!take_name(&pattern, part) || !take_name(&key, name) ||
            fnmatch(part, name, FNM_PERIOD) != 0 || *pattern != *key)
            return false;
        if (*pattern == '\0')
            return true;
        pattern++;
        key++;
    }
}

static bool is_of_interest(const struct sysctl_rules *rules,
                           const struct sysctl_conf_line *line)
{
    if (rules->literal && (line->pattern || line->ignore_errors))
        return false;
    for (size_t i = 0; i < rules->key_count; i++)
        if (line->pattern ? matches(line->key, rules->keys[i])
                          : strcmp(line->key, rules->keys[i]) == 0)
            return true;
    return false;
}

static void clear_rule(struct sysctl_rule *rule)
{
    free(rule->key);
    free(rule->value);
    free(rule->file);
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

static bool make_rule(const struct sysctl_rules *rules,
                      const struct sysctl_conf_line *line, struct sysctl_rule *out)
{
    *out = (struct sysctl_rule){ .key = text_copy(line->key),
                                 .pattern = line->pattern,
                                 .value = line->value ? text_copy(line->value) : NULL,
                                 .file = text_copy(rules->file),
                                 .line = line->number };
    if (out->key && out->file && (out->value || !line->value))
        return true;
    clear_rule(out);
    return false;
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
    struct sysctl_rule rule;
    size_t at;

    if (!is_of_interest(rules, line))
        return true;
    at = rules->every ? rules->count : find_rule(rules, line->key);
    rules->too_many = at == SYSCTL_RULES_MAX;
    if (rules->too_many || !make_rule(rules, line, &rule))
        return false;
    if (at < rules->count && same_value(rules->rules[at].value, line->value)) {
        clear_rule(&rules->rules[at]);
        rules->rules[at] = rule;
        return true;
    }
    if (at < rules->count)
        remove_rule(rules, at);
    rules->rules[rules->count++] = rule;
    return true;
}

static bool write_key(const struct sysctl_rule *rule, size_t key, enum sysctl_writer by,
                      struct sysctl_writes *writes, struct error *err)
{
    return sysctl_writes_add(writes,
                             &(struct sysctl_write){ .key = key,
                                                     .by = by,
                                                     .value = rule->value,
                                                     .file = rule->file,
                                                     .line = rule->line },
                             err);
}

bool sysctl_rules_carry_out(const struct sysctl_rules *rules, enum sysctl_writer by,
                            struct sysctl_writes *writes, struct error *err)
{
    for (size_t i = 0; i < rules->count; i++) {
        const struct sysctl_rule *rule = &rules->rules[i];

        for (size_t key = 0; rule->value && key < rules->key_count; key++) {
            const char *name = rules->keys[key];
            const bool holds = rule->pattern ? matches(rule->key, name) &&
                                                   find_rule(rules, name) == rules->count
                                             : strcmp(rule->key, name) == 0;

            if (holds && !write_key(rule, key, by, writes, err))
                return false;
        }
    }
    return true;
}
