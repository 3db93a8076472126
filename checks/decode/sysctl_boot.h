/* SPDX-License-Identifier: MIT */
/* What one boot makes of sysctls: the writes of its files in their order, played through
 * as the kernel would take or refuse them. */
#ifndef CHECKS_DECODE_SYSCTL_BOOT_H
#define CHECKS_DECODE_SYSCTL_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/observation.h"
#include "checks/model/os.h"
#include "checks/model/port_range.h"

/* Who writes. */
enum sysctl_writer {
    SYSCTL_BOOT = 0, /* systemd-sysctl or `sysctl --system` */
    SYSCTL_CONF,     /* the latter, from /etc/sysctl.conf, its last file */
    SYSCTL_TUNED,    /* tuned, from its active profile, after the boot */
    SYSCTL_REAPPLIED /* tuned, from the system's files, after its profile */
};

/* One write to a key. */
struct sysctl_write {
    size_t key; /* index among those that were asked for */
    enum sysctl_writer by;
    char *value;   /* owned; as it stands in the file, blanks around it removed */
    char *file;    /* owned; full path, below the root that was asked for */
    uint32_t line; /* from 1 */
};

/* In the order in which they are made. Zeroed = none. */
struct sysctl_writes {
    struct sysctl_write *writes;
    size_t count;
    size_t room;
    bool tuned_reapplies; /* the system's files of /etc and /run come after tuned */
};

/* More than this about a few keys is no configuration. */
enum { SYSCTL_WRITES_MAX = 8192 };

/* Adds a copy of *lent; of tuned's profile one value per key is kept, the latest.
 * ERR_MEMORY, ERR_LIMIT. */
MUST_CHECK bool sysctl_writes_add(struct sysctl_writes *writes,
                                  const struct sysctl_write *lent, struct error *err);

/* The last write of a key by that writer, NULL when there is none. */
const struct sysctl_write *sysctl_writes_last(const struct sysctl_writes *writes,
                                              size_t key, enum sysctl_writer by);

void sysctl_writes_clear(struct sysctl_writes *writes);

enum sysctl_kind { SYSCTL_NUMBER = 0, SYSCTL_PORT_RANGE, SYSCTL_PORT_LIST };

/* A key, and what it holds when all writes are made. */
struct sysctl_at_boot {
    const char *key; /* "net/ipv4/tcp_tw_reuse"; borrowed */
    enum sysctl_kind kind;
    enum setting_boot boot;  /* BOOT_UNKNOWN: a variable of tuned, nobody knows */
    int64_t number;          /* of SYSCTL_NUMBER, and */
    struct port_range range; /* of SYSCTL_PORT_RANGE, when BOOT_SET */
    const struct sysctl_write *source; /* the write that holds, not with BOOT_UNSET */
    /* "FILE:LINE: the kernel refuses 'X': why": the last write, which changed nothing;
     * else "" */
    char refused[OBSERVED_NOTE_SIZE];
};

/*
 * Fills keys[0..count), whose `key` and `kind` are set, and whose indices are those of
 * the writes. Where a range is among them, net.ipv4.ip_unprivileged_port_start should be:
 * the kernel refuses a range that begins below it, and it above the range.
 */
void sysctl_boot_play(const struct sysctl_writes *writes, const struct os_version *kernel,
                      struct sysctl_at_boot *keys, size_t count);

/* What files say of net.ipv4.ip_local_reserved_ports. Texts owned. */
struct boot_reserve {
    struct text list;     /* of the next boot, as it stands in the file */
    struct text file;     /* that says so; nothing when none does */
    struct text others;   /* the same of all files but the remediation's own */
    struct text refused;  /* a line that the kernel refuses; nothing when there is none */
    bool tuned_reapplies; /* tuned writes /etc and /run again, after its own profile */
};

void boot_reserve_clear(struct boot_reserve *reserve);

#endif
