/* SPDX-License-Identifier: MIT */
/* One more walk over all processes: only a namespace whose process ended under the look
 * costs it. */
#include "checks/host/linux/namespace_find.h"

#include <stddef.h>

#include "checks/host/linux/namespace_walk.h"
#include "checks/model/net_namespace.h"

enum {
    WALKS = 3,
    PROCESSES_MAX = 65536,
    MET_MAX = 2 * NET_NAMESPACES_MAX /* as when it was listed */
};

struct search {
    uint64_t mark;
    namespace_try *try;
    void *context;
    bool seen; /* a process of it, in this walk */
    bool tried;
};

static bool see(void *context, const struct namespace_process *process)
{
    struct search *search = context;

    if (process->mark != search->mark)
        return true;
    search->seen = true;
    search->tried = search->try(search->context, process);
    return !search->tried;
}

static bool saw_all(const struct namespace_sight *sight)
{
    return !sight->unlisted && !sight->late && !sight->many && !sight->overflow;
}

enum namespace_found namespace_find(uint64_t mark, const struct deadline *deadline,
                                    namespace_try *try, void *context)
{
    struct search search = { .mark = mark, .try = try, .context = context };
    const struct namespace_walk walk = { .deadline = deadline,
                                         .processes_most = PROCESSES_MAX,
                                         .namespaces_most = MET_MAX,
                                         .visit = see,
                                         .context = &search };
    struct namespace_sight sight;

    for (int i = 0; i < WALKS; i++) {
        search.seen = false;
        if (!namespace_walk(&walk, &sight, NULL))
            return NAMESPACE_MISSED;
        if (search.tried)
            return NAMESPACE_TRIED;
        if (!search.seen && saw_all(&sight))
            return NAMESPACE_GONE;
    }
    return NAMESPACE_MISSED;
}
