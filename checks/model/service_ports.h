/* SPDX-License-Identifier: MIT */
/* The conventional ports of servers above 1023 and outside the range that Linux has by
 * default: what a wide range must not hand out, though nobody listens there now. */
#ifndef CHECKS_MODEL_SERVICE_PORTS_H
#define CHECKS_MODEL_SERVICE_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/model/policy_reserve.h"
#include "checks/model/port_range.h"

/* Of the parts that the recommended range adds to the default one of Linux, 10000-32767
 * and 61000-65535: so many at most, since each is a port less for connections. */
enum { SERVICE_PORTS_MAX = 256 };

/* A server and the port that it listens on unless told otherwise; names are static. */
struct service_port {
    uint16_t port;
    const char *service;
};

/* All of them, by port, each port once. Never made from /etc/services, which differs by
 * host and has clients, games and ghosts in it. */
const struct service_port *service_port_table(size_t *count);

/* Adds those inside `range` to *out. */
void service_ports_add(struct port_range range, struct port_set *out);

/* How many of them lie inside `range` and are not in `reserved` (NULL: nothing is). */
uint32_t service_ports_open(struct port_range range, const struct port_set *reserved);

/* The ports that Kubernetes gives to services, unless told otherwise, without a listener:
 * packets are rewritten before a socket is looked for. */
enum { NODE_PORT_FIRST = 30000, NODE_PORT_LAST = 32767 };

/*
 * The same with what the site says (Linux): those that are to be reserved in `range`
 * though nobody listens there. What it adds is in, what it drops is not; NodePorts are,
 * where it wants them whatever runs here.
 */
void service_ports_kept(const struct policy_reserve *policy, struct port_range range,
                        struct port_set *out);

/* The same on a host that shows a sign of Kubernetes, or does not: NodePorts where the
 * policy wants them there. */
void service_ports_kept_here(const struct policy_reserve *policy, bool kubernetes,
                             struct port_range range, struct port_set *out);

/* Whether the policy wants NodePorts on such a host. */
bool service_ports_wants_node_ports(const struct policy_reserve *policy, bool kubernetes);

#endif
