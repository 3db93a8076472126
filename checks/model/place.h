/* SPDX-License-Identifier: MIT */
/* Where a value of a machine lives: the one table of each system, for who reads a place
 * and for who writes it. */
#ifndef CHECKS_MODEL_PLACE_H
#define CHECKS_MODEL_PLACE_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/os.h"
#include "checks/model/socket_row.h"

enum place_kind {
    PLACE_SYSCTL = 0,   /* /proc/sys/<path> */
    PLACE_REGISTRY,     /* HKLM, <path>\<value>, 64-bit view */
    PLACE_DYNAMIC_RANGE /* WMI / netsh, for <protocol> */
};

/* Room for a path or a value's name, and for the name of a whole place. */
enum { PLACE_PART_SIZE = 96, PLACE_NAME_SIZE = 256 };

/* Zeroed = the sysctl "". */
struct place {
    enum place_kind kind;
    char path[PLACE_PART_SIZE];  /* "net/ipv4/tcp_tw_reuse",
                                    "SYSTEM\CurrentControlSet\..." */
    char value[PLACE_PART_SIZE]; /* registry value name */
    enum ip_protocol protocol;   /* of a dynamic range */
};

/*
 * The place of a setting that is not built in: "net.ipv4.tcp_rfc1337" is a sysctl,
 * "Tcpip\Parameters\KeepAliveTime" and "Tcpip6\Parameters\X" are DWORDs under
 * SYSTEM\CurrentControlSet\Services. Anything else (a '/' or '..' in a sysctl, another
 * key) is ERR_MALFORMED. Fills *os too.
 */
MUST_CHECK bool place_locate(const char *name, struct place *place, enum os_kind *os,
                             struct error *err);

/* Whether both are one sysctl or registry value (whose names know no case). Dynamic
 * ranges have no name that a policy could give them, and are never equal. */
bool place_equal(const struct place *a, const struct place *b);

/* Sysctls ("net/ipv4/tcp_tw_reuse", below /proc/sys). */

#define PLACE_PORT_RANGE         "net/ipv4/ip_local_port_range"
#define PLACE_RESERVED_PORTS     "net/ipv4/ip_local_reserved_ports"
#define PLACE_UNPRIVILEGED_START "net/ipv4/ip_unprivileged_port_start"

/* No sysctl within reach has a longer path. */
enum { PLACE_SYSCTL_MAX = 200 };

/* Which sysctls this program changes, in words. */
#define PLACE_SYSCTL_REACH "net.ipv4, net.ipv6 or net.core"

/* Whether the sysctl is one of them: one rule for who plans and who writes. */
bool place_sysctl_in_reach(const char *path);

/* "net/ipv4/tcp_tw_reuse" -> "net.ipv4.tcp_tw_reuse", cut to its size. */
void place_sysctl_key(const char *path, char out[PLACE_PART_SIZE]);

/* Registry values. */

#define PLACE_TCPIP_KEY "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"

/* Prints "SYSTEM\...\Parameters\TcpTimedWaitDelay". */
void place_registry_name(const struct place *place, char out[PLACE_NAME_SIZE]);

/*
 * The reverse, for the keys of Tcpip and Tcpip6 alone; letter case of the key does not
 * matter. Every other name is ERR_UNSUPPORTED: this program changes no others. *out is
 * then unchanged.
 */
MUST_CHECK bool place_registry_parse(const char *name, struct place *out,
                                     struct error *err);

/* Dynamic ranges: one for each protocol and family. */

enum ip_family { IP_FAMILY_V4 = 0, IP_FAMILY_V6, IP_FAMILY_COUNT };

/* "tcp", "ipv4", as netsh takes them, "TCP", "IPv4" as people read them; static. */
const char *place_protocol_word(enum ip_protocol protocol);
const char *place_protocol_name(enum ip_protocol protocol);
const char *place_family_word(enum ip_family family);
const char *place_family_name(enum ip_family family);

/* "tcp/ipv4", ...; static. */
const char *place_range_name(enum ip_protocol protocol, enum ip_family family);

/* The reverse. ERR_ABSENT for another name; both are then unchanged. */
MUST_CHECK bool place_range_parse(const char *name, enum ip_protocol *protocol,
                                  enum ip_family *family, struct error *err);

#endif
