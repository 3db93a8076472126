/* SPDX-License-Identifier: MIT */
/* What network namespaces are called: by the control group and the program of a process
 * in them, and a kubelet's directories. */
#ifndef CHECKS_HOST_LINUX_NAMESPACE_NAMES_H
#define CHECKS_HOST_LINUX_NAMESPACE_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/host/deadline.h"
#include "checks/host/linux/namespace_walk.h"
#include "checks/model/net_namespace.h"

/* How well the process tells what the namespace is, that is known by now. */
enum namespace_telling {
    TELLING_NOTHING = 0, /* it was gone */
    TELLING_USER,        /* a user's, of no unit */
    TELLING_UNIT,
    TELLING_PAUSE, /* of a pod or container, and does nothing but hold it */
    TELLING_CONTAINER
};

/* What the look at processes of one namespace came to. Zeroed = none was looked at. */
struct namespace_teller {
    enum namespace_telling telling;
    bool can_be_entered; /* its file ns/net may be looked at */
    uint32_t looks;
    uint32_t uid; /* of the process, where `telling` is that of a user or a unit */
};

/* Looks at one more process of a namespace, and keeps it as the one that is known where
 * it tells more than the one before; some looks are enough. Fills pid, owner and, where
 * that is permitted, inode; where the totals tell of no socket, no program. */
void namespace_names_look(const struct namespace_process *process,
                          struct namespace_teller *teller, struct net_namespace *out);

/* Names the users of tellers[0..out->count), which are those of out->list. */
void namespace_names_users(const struct namespace_teller *tellers,
                           struct net_namespaces *out);

/* "NAMESPACE/POD" instead of the uids of pods, where a kubelet's directory tells it. */
void namespace_names_pods(const struct deadline *deadline, struct net_namespaces *out);

#endif
