/* SPDX-License-Identifier: MIT */
/* Who listens where. Users can open as many listeners as they like: what is kept of them
 * is bounded, and never crowds out those of the system. */
#ifndef CHECKS_MODEL_LISTENER_H
#define CHECKS_MODEL_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/policy_reserve.h"
#include "checks/model/port_range.h"
#include "checks/model/socket_row.h"

/* Room for the name of a unit, NUL included: [A-Za-z0-9@._:/-], cut. */
enum { UNIT_NAME_SIZE = 41 };

/* Users from here on are people, or made by them (systemd, login.defs: UID_MIN). */
enum { LISTENER_FIRST_USER = 1000 };

/* Owners of which all ports are kept. With more, those of the system share one owner
 * without a name; of users the lowest ones are kept: people come before the users that
 * they can make for themselves (subuid(5)). */
enum { LISTENER_SYSTEM_OWNERS_MAX = 1024, LISTENER_USERS_MAX = 512 };

/* A socket that listens (TCP), or has no peer (UDP). */
struct listener {
    enum ip_protocol protocol;
    uint16_t port;
    bool owned;                /* `uid` is known */
    uint32_t uid;              /* as the kernel tells it to this user namespace */
    char unit[UNIT_NAME_SIZE]; /* of the system, never of a user; "" = none, or unknown */
};

/* Whose listeners they are. */
struct listener_owner {
    bool owned;
    bool trusted; /* a user of the system, or whom the policy trusts: a unit of the system
                     may run what users bring (suexec, php-fpm, CI) */
    uint32_t uid;
    char unit[UNIT_NAME_SIZE]; /* "" = none */
    struct port_set *ports;    /* by protocol; owned */
};

/* Zeroed but for the trusted users = nobody listens. */
struct listener_table {
    uint32_t trusted[POLICY_USERS_MAX]; /* set before the first listener is added */
    size_t trusted_count;
    /* The trusted ones, by uid and unit, then the others: those of units, then those of
     * none, by uid and unit. */
    struct listener_owner *owners; /* owned */
    size_t count;
    size_t trusted_owners;                  /* of `count` */
    struct port_set all[IP_PROTOCOL_COUNT]; /* whoever listens */
    struct port_set rest; /* of users beyond LISTENER_USERS_MAX, both protocols */
};

/* Writes a name as outputs carry it: what is not of [A-Za-z0-9@._:/-] becomes '?', what
 * does not fit is cut. */
void unit_name_clean(const char *foreign, size_t length, char out[UNIT_NAME_SIZE]);

/* The same with room for `size` bytes, at least one, NUL included. */
void name_clean(const char *foreign, size_t length, char *out, size_t size);

/* Adds one. ERR_MEMORY. */
MUST_CHECK bool listener_table_add(struct listener_table *table,
                                   const struct listener *listener, struct error *err);

/* Adds ports of which nobody tells the owner: the system's. ERR_MEMORY. */
MUST_CHECK bool listener_table_add_ports(struct listener_table *table,
                                         enum ip_protocol protocol,
                                         const struct port_set *ports, struct error *err);

/* Frees it; the trusted users stay. Safe on zeroed, safe twice. */
void listener_table_clear(struct listener_table *table);

#endif
