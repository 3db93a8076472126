/* SPDX-License-Identifier: MIT */
/* The network namespaces of a Linux machine: containers, pods, those of `ip netns`. */
#ifndef CHECKS_MODEL_NET_NAMESPACE_H
#define CHECKS_MODEL_NET_NAMESPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/error.h"
#include "checks/model/observation.h"
#include "checks/model/owner.h"

enum {
    NET_NAMESPACES_MAX = 4096,    /* more are counted, not looked at */
    NET_NAMESPACE_NAME_SIZE = 320 /* 63 and 253 characters, and "/" */
};

/* What a namespace is called, best first. Names are other people's text, cleaned as owner
 * names are (unit_name_clean). */
struct net_namespace_names {
    char netns[OWNER_NAME_SIZE];       /* its file in /run/netns; "" = none */
    char pod[NET_NAMESPACE_NAME_SIZE]; /* "default/web-7f9c", or the uid of the pod */
    struct owner owner; /* of a process in it: kind and name of its unit, container or
                           pod, its program and one pid; zeroed = no process is known */
};

/* How far it was looked at. */
enum net_namespace_sight {
    NET_NAMESPACE_SCREENED = 0, /* by its totals it cannot be above a limit */
    NET_NAMESPACE_SEEN,         /* `seen` is its observation */
    NET_NAMESPACE_LISTED, /* its sockets were counted, its range cannot be read: nobody
                             judges it */
    NET_NAMESPACE_UNREAD, /* it may be above a limit, and was not looked at: `reason` */
    NET_NAMESPACE_ENDED   /* it was gone when it was looked at */
};

struct net_namespace {
    uint64_t inode; /* of its nsfs file, as lsns and ip call it; 0 = not told */
    uint64_t mark;  /* tells it from the others of this boot, whatever the rights */
    uint32_t pid;   /* a process in it; 0 = none, only a name in /run/netns */
    char path[64];  /* in /run/netns; "" = none, or no room */
    struct net_namespace_names names;
    uint64_t tcp_possible; /* upper bound of its TCP sockets, bound-only ones aside */
    uint64_t udp_possible; /* the same of UDP */
    /* Sockets of programs, of any kind and state; bound-only ones too. UINT32_MAX = not
     * told. Before Linux 4.16 it is the whole machine's number. */
    uint32_t sockets_used;
    bool totals_known;    /* all three were read */
    bool of_foreign_user; /* made in another user namespace than ours, as anybody may;
                             told where it may be entered and has sockets */
    enum net_namespace_sight sight;
    char reason[ERR_TEXT_SIZE]; /* NET_NAMESPACE_UNREAD: why; else "" */
    uint32_t ports_listed; /* NET_NAMESPACE_LISTED: ports of our own range in use there */
    /* Owned; NULL unless NET_NAMESPACE_SEEN, and where so many others were worse that it
     * was not kept. */
    struct observation *seen;
};

/* All but the one that this process is in. Zeroed = nobody looked. */
struct net_namespaces {
    struct net_namespace *list; /* owned */
    size_t count;
    size_t unlisted; /* how many more there are than there was room or time for; at least
                        one where not all processes were looked at */
    const char *unlisted_reason; /* static; NULL = none are, or there are too many */
    bool may_enter;              /* each can be entered: with its range, it is judged */
    uint64_t bound_possible; /* upper bound of the bound-only TCP sockets of all of them
                                and of our own: nothing tells whose they are */
    char note[OBSERVED_NOTE_SIZE]; /* what could not be seen, and what that needs; "" */
};

/* Frees all of it. Safe on zeroed, safe twice. */
void net_namespaces_clear(struct net_namespaces *namespaces);

#endif
