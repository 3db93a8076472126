/* SPDX-License-Identifier: MIT */
/* A process that ends at once is judged by its neighbours: a container's all live in one
 * namespace, a unit's in that of the host. */
#include "checks/model/churn_process.h"

#include <stdlib.h>

/* Ids of control groups beside those of processes. */
static const uint64_t OF_CGROUP = UINT64_C(1) << 63;

bool churn_processes_make(struct churn_processes *processes, struct error *err)
{
    struct churn_processes made = {
        .list = calloc(CHURN_PROCESSES_MAX, sizeof *made.list),
    };

    if (!made.list)
        return error_set(err, ERR_MEMORY,
                         "not enough memory for the processes of a look");
    if (!id_table_make(&made.ids, CHURN_PROCESSES_MAX, err)) {
        churn_processes_clear(&made);
        return false;
    }
    *processes = made;
    return true;
}

struct churn_process *churn_processes_find(struct churn_processes *processes,
                                           uint32_t pid, uint64_t cgroup, bool *is_new)
{
    const uint32_t known = processes->ids.count;
    const bool has_room = known < CHURN_PROCESSES_MAX / 2; /* the rest is for groups */
    const uint32_t position =
        id_table_find(&processes->ids, pid != 0 && has_room ? pid : OF_CGROUP | cgroup);
    struct churn_process *found;

    if (position == ID_TABLE_NONE)
        return NULL;
    found = &processes->list[position];
    *is_new = position == known && pid != 0 && has_room;
    if (position == known)
        *found = (struct churn_process){ .uid = UINT32_MAX, .cgroup = cgroup };
    return found;
}

/* What is known of a control group. */
struct group {
    enum churn_place place; /* here, where anybody of it is here */
    uint32_t uid;           /* of those who are there, where all have the same one */
    bool mixed;             /* they have not */
};

struct groups {
    struct id_table ids;
    struct group *known; /* owned; one for each id */
};

static void groups_clear(struct groups *groups)
{
    id_table_clear(&groups->ids);
    free(groups->known);
}

static void add_known(struct group *group, const struct churn_process *process)
{
    if (process->place == CHURN_GONE ||
        (group->place == CHURN_HERE && process->place == CHURN_ELSEWHERE))
        return;
    if (group->place != process->place)
        *group = (struct group){ .place = process->place, .uid = UINT32_MAX };
    if (process->uid == UINT32_MAX)
        return;
    group->mixed =
        group->mixed || (group->uid != UINT32_MAX && group->uid != process->uid);
    group->uid = group->mixed ? UINT32_MAX : process->uid;
}

static bool groups_make(const struct churn_processes *processes, struct groups *groups,
                        struct error *err)
{
    groups->known = calloc(CHURN_PROCESSES_MAX, sizeof *groups->known);
    if (!groups->known)
        return error_set(err, ERR_MEMORY,
                         "not enough memory for the control groups of a look");
    if (!id_table_make(&groups->ids, CHURN_PROCESSES_MAX, err))
        return false;
    for (uint32_t i = 0; i < processes->ids.count; i++) {
        const struct churn_process *process = &processes->list[i];
        const uint32_t known = groups->ids.count;
        const uint32_t position = id_table_find(&groups->ids, process->cgroup);

        if (position == known)
            groups->known[position] = (struct group){ .uid = UINT32_MAX };
        add_known(&groups->known[position], process);
    }
    return true;
}

/* Fills what is not known of it. */
static struct churn_process judged(struct groups *groups,
                                   const struct churn_process *process)
{
    struct churn_process out = *process;
    const struct group *group;

    if (process->cgroup == 0)
        return out;
    group = &groups->known[id_table_find(&groups->ids, process->cgroup)];
    if (out.place == CHURN_GONE)
        out.place = group->place;
    if (out.uid == UINT32_MAX && group->place == out.place)
        out.uid = group->uid;
    return out;
}

static bool add_up(const struct churn_process *process, struct owner_census *census,
                   struct churn_totals *totals, struct churn_sum *sum, struct error *err)
{
    const struct owner_key key = { .uid = process->uid, .cgroup = process->cgroup };
    size_t position;

    if (process->place == CHURN_ELSEWHERE)
        return true;
    if (!owner_census_find(census, &key, &position, err))
        return false;
    sum->opened += process->opened;
    sum->failed += process->failed;
    if (process->place == CHURN_GONE)
        sum->unplaced += process->opened + process->failed;
    if (position < OWNER_KEYS_MAX) {
        totals->counted[position] += process->opened;
        totals->seen[position] += process->failed;
    }
    return true;
}

bool churn_processes_add_up(const struct churn_processes *processes,
                            struct owner_census *census, struct churn_totals *totals,
                            struct churn_sum *sum, struct error *err)
{
    struct groups groups = { 0 };
    bool ok = groups_make(processes, &groups, err);

    for (uint32_t i = 0; ok && i < processes->ids.count; i++) {
        const struct churn_process process = judged(&groups, &processes->list[i]);

        ok = add_up(&process, census, totals, sum, err);
    }
    groups_clear(&groups);
    return ok;
}

void churn_processes_clear(struct churn_processes *processes)
{
    id_table_clear(&processes->ids);
    free(processes->list);
    *processes = (struct churn_processes){ 0 };
}
