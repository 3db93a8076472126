/* SPDX-License-Identifier: MIT */
/* Whose sockets they are, as far as the system tells. Names are other people's text. */
#ifndef CHECKS_MODEL_OWNER_H
#define CHECKS_MODEL_OWNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/model/socket_row.h"

enum {
    OWNERS_MAX = 64,             /* named ones of one observation */
    OWNER_SHARES_MAX = 8,        /* of one thing: a destination, all TCP, UDP */
    OWNED_DESTINATIONS_MAX = 10, /* the first of observed_tcp.top: with owners */
    OWNER_PIDS_MAX = 4,
    OWNER_NAME_SIZE = 41 /* unit_name_clean; NUL included */
};

/* What `name` is the name of. */
enum owner_kind {
    OWNER_USER = 0,  /* no unit: the user alone; on Windows a program without a service */
    OWNER_UNIT,      /* a unit of the system, never one of a user; on Windows services */
    OWNER_CONTAINER, /* docker, podman, containerd, CRI-O, LXC, nspawn: 12 digits of its
                        id, or its name */
    OWNER_POD,       /* of Kubernetes: its uid */
    OWNER_ENDED_UNIT,      /* its control group was removed; no name */
    OWNER_OTHER_CONTAINER, /* its control group is outside of what is visible; no name */
    OWNER_SYSTEM           /* Windows: pid 4, "System (HTTP.sys)"; no name */
};
enum { OWNER_KIND_COUNT = OWNER_SYSTEM + 1 };

/* "user", "unit", "container", "pod", "ended_unit", "other_container", "system"; static.
 */
extern const char *const owner_kind_names[OWNER_KIND_COUNT];

/* Of one program: how many of the sockets in question it has open. */
struct owner_pid {
    uint32_t pid;
    uint32_t sockets; /* 0 = not counted: its descriptors were not all looked at */
};

/* (user, unit or container). Zeroed = a user whose name is not told. */
struct owner {
    enum owner_kind kind;
    char name[OWNER_NAME_SIZE]; /* of the unit, container or pod; "" = none */
    char user[OWNER_NAME_SIZE]; /* name, or number where /etc/passwd has none; "" = not
                                   told (Windows) */
    bool person; /* a login user's: outputs that travel do not name him, nor his program.
                    Windows: the program lies outside %SystemRoot% and %ProgramFiles% */
    char program[OWNER_NAME_SIZE];         /* what it calls itself; "" = not known */
    struct owner_pid pids[OWNER_PIDS_MAX]; /* not counted ones, then most sockets first */
    uint32_t pid_count; /* known ones; may be more than there is room for */
};

/* Adds a process where it belongs, or more sockets of one that is there; its program, if
 * not NULL, becomes the owner's when no other has more. */
void owner_add_pid(struct owner *owner, struct owner_pid pid, const char *program);

/* What one owner has of a thing. */
struct owner_share {
    uint32_t owner;                    /* position in observed_owners.list */
    uint32_t sockets;                  /* in any state */
    uint32_t states[CONN_STATE_COUNT]; /* of them; UDP has none */
};

/* Who shares a thing, most sockets first. Zeroed = nobody, or nobody looked. */
struct owner_shares {
    struct owner_share list[OWNER_SHARES_MAX];
    size_t count;
    uint32_t others; /* sockets of owners that are not listed */
    uint32_t nobody; /* sockets that have no owner: orphans. TIME_WAIT is not counted */
};

#endif
