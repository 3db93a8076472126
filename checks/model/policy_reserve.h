/* SPDX-License-Identifier: MIT */
/* What a site says of the ports that a wide range must not hand out. */
#ifndef CHECKS_MODEL_POLICY_RESERVE_H
#define CHECKS_MODEL_POLICY_RESERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/model/port_range.h"

/* At most so many users; useradd accepts names of 32 bytes. */
enum { POLICY_USERS_MAX = 64, POLICY_USER_SIZE = 33 };

/* When the NodePorts of Kubernetes, which have no listener, are reserved. */
enum policy_node_ports {
    POLICY_NODE_PORTS_AUTO = 0, /* where something of Kubernetes is found */
    POLICY_NODE_PORTS_ALWAYS,
    POLICY_NODE_PORTS_NEVER
};

/* A user whose listeners are reserved without a bound. */
struct policy_user {
    char name[POLICY_USER_SIZE]; /* [A-Za-z0-9._-], as /etc/passwd has it; "" = `uid` */
    uint32_t uid;
};

/* Linux; only the remediation reserves. Owns nothing. */
struct policy_reserve {
    struct port_set add;  /* also without a listener */
    struct port_set drop; /* neither built in nor a NodePort; none of `add` */
    bool built_in;        /* the ports of service_ports.h */
    enum policy_node_ports node_ports;
    struct policy_user users[POLICY_USERS_MAX];
    size_t user_count;
};

#endif
