/* SPDX-License-Identifier: MIT */
/* The statements of all files of sysctl.d about a few keys, and which one holds. */
#ifndef CHECKS_HOST_LINUX_SYSCTL_RULES_H
#define CHECKS_HOST_LINUX_SYSCTL_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/decode/sysctl_conf.h"
#include "checks/host/linux/sysctl_source.h"

/* More patterns than this that match one of the keys are no configuration. */
enum { SYSCTL_RULES_MAX = 256 };

struct sysctl_rule {
    char *key; /* owned */
    bool pattern;
    struct sysctl_source source; /* value NULL: "-key", never set by a pattern */
};

/* Zeroed = none. In the order in which systemd-sysctl keeps them. */
struct sysctl_rules {
    const char *const *keys; /* borrowed; the only ones of interest */
    size_t key_count;
    const char *file; /* borrowed; where the lines come from */
    struct sysctl_rule rules[SYSCTL_RULES_MAX];
    size_t count;
    bool too_many;
};

/* Takes one line in. False when out of memory, or of room (too_many). For
 * sysctl_conf_read: `context` is the struct sysctl_rules. */
bool sysctl_rules_add(void *context, const struct sysctl_conf_line *line);

/*
 * Copies what the rules say of `key` into *out: its last own statement, else the last
 * pattern that matches; none leaves *out as it is. ERR_MEMORY.
 */
MUST_CHECK bool sysctl_rules_find(const struct sysctl_rules *rules, const char *key,
                                  struct sysctl_source *out, struct error *err);

void sysctl_rules_clear(struct sysctl_rules *rules);

#endif
