/* SPDX-License-Identifier: MIT */
/* What a file says of a sysctl, and where it says so. */
#ifndef CHECKS_HOST_LINUX_SYSCTL_SOURCE_H
#define CHECKS_HOST_LINUX_SYSCTL_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

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

#endif
