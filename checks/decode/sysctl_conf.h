/* SPDX-License-Identifier: MIT */
/* One file of sysctl.d(5), line by line. */
#ifndef CHECKS_DECODE_SYSCTL_CONF_H
#define CHECKS_DECODE_SYSCTL_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* One statement of the file. Everything borrowed, only while the visitor runs. */
struct sysctl_conf_line {
    const char *key;    /* with slashes, as below /proc/sys: "net/ipv4/tcp_tw_reuse" */
    const char *value;  /* blanks around it removed; NULL = "-key", kept from globs */
    uint32_t number;    /* of the line, from 1 */
    bool pattern;       /* the key is a glob(7) pattern */
    bool ignore_errors; /* "-key = value" */
};

/*
 * Calls `visit` for every statement in order, until it returns false (out of memory: that
 * becomes ERR_MEMORY). Other lines are skipped, as systemd-sysctl does. CR, LF, CR LF and
 * NUL end a line, as they do there. A key whose first separator is '/' keeps its dots;
 * where it is '.', dots and slashes change places.
 */
MUST_CHECK bool sysctl_conf_read(const char *bytes, size_t length,
                                 bool (*visit)(void *context,
                                               const struct sysctl_conf_line *line),
                                 void *context, struct error *err);

/* Gives a key the form that the kernel's directories have, in place: "net.ipv4.x" and
 * "/net//ipv4/x" become "net/ipv4/x". */
void sysctl_conf_normalise_key(char *key);

#endif
