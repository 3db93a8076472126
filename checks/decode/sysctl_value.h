/* SPDX-License-Identifier: MIT */
/* What the kernel makes of the bytes that are written to a file of /proc/sys: systemd,
 * procps and tuned hand over what stands behind a '=' as it is. */
#ifndef CHECKS_DECODE_SYSCTL_VALUE_H
#define CHECKS_DECODE_SYSCTL_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/os.h"
#include "checks/model/port_range.h"

/* The numbers that a key takes. */
struct sysctl_limits {
    int64_t lowest;
    int64_t highest;
    bool no_sign; /* refuses even "-0" */
};

/* Those of a key ("net/ipv4/tcp_tw_reuse") in that kernel; of one that is not known here:
 * those of every 32-bit number, signed or not. */
struct sysctl_limits sysctl_limits_of(const char *key, const struct os_version *kernel);

/*
 * All of these: true = the kernel takes the text, and *out is what the key holds then;
 * false = it refuses the write, why in *err (ERR_MALFORMED or ERR_LIMIT, one line that
 * quotes the culprit or names what was expected), and *out is unchanged.
 */

/* One integer. What follows a blank behind it is thrown away: "30 # was 60" is 30. */
MUST_CHECK bool sysctl_take_number(const char *text, const struct sysctl_limits *limits,
                                   int64_t *out, struct error *err);

/* Two ports for ip_local_port_range, in *out those it holds before: a second one that is
 * not there stays. `lowest`: net.ipv4.ip_unprivileged_port_start. */
MUST_CHECK bool sysctl_take_port_range(const char *text, uint16_t lowest,
                                       struct port_range *out, struct error *err);

/* The list of ip_local_reserved_ports: port_list_parse. */
MUST_CHECK bool sysctl_take_port_list(const char *text, struct port_set *out,
                                      struct error *err);

#endif
