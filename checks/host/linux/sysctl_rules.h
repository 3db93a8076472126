/* SPDX-License-Identifier: MIT */
/* What a file says of a sysctl, and where it says so; the statements of all files of
 * sysctl.d about a few keys, and which one holds. */
#ifndef CHECKS_HOST_LINUX_SYSCTL_RULES_H
#define CHECKS_HOST_LINUX_SYSCTL_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/decode/sysctl_conf.h"

/* One assignment. Strings owned; zeroed = there is none. */
struct sysctl_source {
    char *value;   /* text as it stands in the file, trimmed */
    char *file;    /* full path, below the root that was asked for */
    uint32_t line; /* from 1 */
};

/* Replaces *out by a copy. ERR_MEMORY; *out is then unchanged. */
MUST_CHECK bool sysctl_source_set(struct sysctl_source *out, const char *value,
                                  const char *file, uint32_t line, struct error *err);

void sysctl_source_clear(struct sysctl_source *source);

/* All that files say of one sysctl. */
struct sysctl_configured {
    /* What systemd-sysctl writes at boot: /etc, /run, /usr/local/lib, /usr/lib/sysctl.d
     * (and /lib/sysctl.d where that is another directory), by sysctl.d(5). */
    struct sysctl_source boot;
    /* /etc/sysctl.conf where none of those files is it: systemd does not read it then,
     * `sysctl --system` (procps; at boot of systems without systemd) reads it last. */
    struct sysctl_source sysctl_conf;
    /* The active profile of tuned, which writes after the boot, and again when asked. */
    struct sysctl_source tuned;
};

void sysctl_configured_clear(struct sysctl_configured *configured);

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
