/* SPDX-License-Identifier: MIT */
/* Processes of one network namespace, where the one that is known has ended. */
#ifndef CHECKS_HOST_LINUX_NAMESPACE_FIND_H
#define CHECKS_HOST_LINUX_NAMESPACE_FIND_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/host/deadline.h"
#include "checks/host/linux/namespace_walk.h"

/* What became of a search. */
enum namespace_found {
    NAMESPACE_GONE = 0, /* no process is in it */
    NAMESPACE_MISSED,   /* some may be, and no try was good */
    NAMESPACE_TRIED     /* one try was good */
};

/* What is wanted of a process. Returning true ends the search. */
typedef bool namespace_try(void *context, const struct namespace_process *process);

/* Tries one process of that namespace after the other; all of them again, a few times,
 * where they end under the tries. Needs no rights. */
MUST_CHECK enum namespace_found namespace_find(uint64_t mark,
                                               const struct deadline *deadline,
                                               namespace_try *try, void *context);

#endif
