/* SPDX-License-Identifier: MIT */
/* The statements of all files of sysctl.d about a few keys, and the writes that become of
 * them. */
#ifndef CHECKS_HOST_LINUX_SYSCTL_RULES_H
#define CHECKS_HOST_LINUX_SYSCTL_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/decode/sysctl_boot.h"
#include "checks/decode/sysctl_conf.h"

/* Whose configuration is read. */
struct sysctl_config {
    const char *root;        /* "" = this system; tests bring a tree of their own */
    const char *without;     /* full path of a file that is as if empty; NULL = none */
    bool systemd;            /* boots with systemd: else with procps' `sysctl --system` */
    const char *const *keys; /* "net/ipv4/tcp_tw_reuse" */
    size_t count;
};

/* More patterns than this that match one of the keys are no configuration. */
enum { SYSCTL_RULES_MAX = 256 };

struct sysctl_rule {
    char *key; /* owned */
    bool pattern;
    char *value; /* owned; NULL: "-key", never set by a pattern */
    char *file;  /* owned */
    uint32_t line;
};

/* Zeroed = none. In the order in which they are carried out. */
struct sysctl_rules {
    const char *const *keys; /* borrowed; the only ones of interest */
    size_t key_count;
    bool every;   /* procps: each line is carried out; else, as systemd-sysctl does, the
                     last one about a key or of a pattern */
    bool literal; /* tuned: neither patterns nor dashes mean anything */
    const char *file; /* borrowed; where the lines come from */
    struct sysctl_rule rules[SYSCTL_RULES_MAX];
    size_t count;
    bool too_many;
};

/* Takes one line in. False when out of memory, or of room (too_many). For
 * sysctl_conf_read: `context` is the struct sysctl_rules. */
bool sysctl_rules_add(void *context, const struct sysctl_conf_line *line);

/*
 * Adds the writes of the rules: of each rule about a key, and of each pattern that
 * matches one about which there is no rule of its own. ERR_MEMORY, ERR_LIMIT.
 */
MUST_CHECK bool sysctl_rules_carry_out(const struct sysctl_rules *rules,
                                       enum sysctl_writer by,
                                       struct sysctl_writes *writes, struct error *err);

void sysctl_rules_clear(struct sysctl_rules *rules);

#endif
