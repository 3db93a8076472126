/* SPDX-License-Identifier: MIT */
/* One process tells for all of its namespace: a pod's programs and the process that only
 * holds its namespace open are different ones. */
#include "checks/host/linux/namespace_names.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks/base/number.h"
#include "checks/decode/cgroup_line.h"
#include "checks/decode/pod_directory.h"
#include "checks/host/linux/cgroup_units.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/process_program.h"
#include "checks/host/linux/user_names.h"
#include "checks/model/listener.h"

enum {
    LOOKS_MAX = 16,         /* at processes of one namespace */
    USERS_MAX = 64,         /* different ones that are named; the others are numbers */
    PODS_MAX = 4096,        /* directories that are looked at */
    CGROUP_SIZE = 16 * 1024 /* some 2 KiB on hosts of version 1 */
};

/* What one process tells. */
struct told {
    enum namespace_telling telling;
    struct cgroup_owner group;
    char program[OWNER_NAME_SIZE];
    uint32_t uid;
};

static bool is_contained(enum owner_kind kind)
{
    return kind == OWNER_CONTAINER || kind == OWNER_POD;
}

/* Who is meant where a slice is a user's, or the unit runs what users bring. */
static void settle_user(struct told *told)
{
    struct cgroup_owner *group = &told->group;

    if (group->kind == OWNER_UNIT && user_is_person(told->uid) &&
        cgroup_unit_runs_users(group->name))
        *group = (struct cgroup_owner){ .kind = OWNER_USER };
    else if (group->has_uid)
        told->uid = group->uid;
}

static bool ask_group(const struct namespace_process *process, struct cgroup_owner *out)
{
    static char contents[CGROUP_SIZE];

    if (!proc_process_slurp(process->proc, process->pid, "cgroup", contents,
                            sizeof contents))
        return false;
    cgroup_line_decode(contents, out);
    return true;
}

static void ask(const struct namespace_process *process, bool program, struct told *out)
{
    struct stat status;
    bool is_there;

    *out = (struct told){ .telling = TELLING_NOTHING };
    is_there = ask_group(process, &out->group);
    if (program)
        process_program(process->proc, process->pid, out->program);
    if (!is_there && out->program[0] == '\0')
        return;
    if (is_contained(out->group.kind)) {
        out->telling =
            strcmp(out->program, "pause") == 0 ? TELLING_PAUSE : TELLING_CONTAINER;
        return;
    }
    if (fstatat(process->proc, process->pid, &status, 0) < 0)
        return;
    out->uid = (uint32_t)status.st_uid;
    settle_user(out);
    out->telling = out->group.kind == OWNER_UNIT ? TELLING_UNIT : TELLING_USER;
}

static void keep(const struct told *told, uint32_t pid, struct net_namespace *out)
{
    struct owner *owner = &out->names.owner;

    out->pid = pid;
    *owner = (struct owner){ .kind = told->group.kind, .pid_count = 1 };
    memcpy(owner->name, told->group.name, sizeof owner->name);
    memcpy(owner->program, told->program, sizeof owner->program);
    owner->pids[0].pid = pid;
    owner->person = !is_contained(owner->kind) &&
                    (user_is_person(told->uid) ||
                     (told->group.has_uid && user_is_person(told->group.uid)));
    out->names.pod[0] = '\0';
    if (owner->kind == OWNER_POD)
        (void)snprintf(out->names.pod, sizeof out->names.pod, "%s", owner->name);
}

/* One without a socket needs no program to tell more of it: a tenth of the whole look at
 * many idle ones (measured). */
static bool is_idle(const struct net_namespace *namespace)
{
    return namespace->totals_known && namespace->tcp_possible == 0 &&
           namespace->udp_possible == 0;
}

/* Without the right to trace the process its file says nothing. */
static uint64_t inode_of(const struct namespace_process *process)
{
    struct stat status;
    char path[64];

    (void)snprintf(path, sizeof path, "%.20s/ns/net", process->pid);
    return fstatat(process->proc, path, &status, 0) == 0 ? (uint64_t)status.st_ino : 0;
}

/* Through a process that may not be traced the namespace cannot be entered. */
static bool tells_more(const struct namespace_teller *known,
                       enum namespace_telling telling, bool can_be_entered)
{
    if (known->can_be_entered != can_be_entered)
        return can_be_entered;
    return telling > known->telling;
}

void namespace_names_look(const struct namespace_process *process,
                          struct namespace_teller *teller, struct net_namespace *out)
{
    struct told told;
    uint64_t inode;
    uint32_t pid;

    if (teller->telling == TELLING_CONTAINER || teller->looks == LOOKS_MAX ||
        !number_parse_u32(process->pid, UINT32_MAX, &pid, NULL))
        return;
    teller->looks++;
    inode = inode_of(process);
    if (inode != 0)
        out->inode = inode;
    ask(process, !is_idle(out), &told);
    if (out->pid != 0 && !tells_more(teller, told.telling, inode != 0))
        return;
    teller->telling = told.telling;
    teller->can_be_entered = inode != 0;
    teller->uid = told.uid;
    keep(&told, pid, out);
}

static bool has_user(const struct namespace_teller *teller)
{
    return teller->telling == TELLING_USER || teller->telling == TELLING_UNIT;
}

/* The position of the user among the different ones; `count` where there is no room. */
static size_t find_user(struct user_name users[USERS_MAX], size_t *count, uint32_t uid)
{
    size_t i = 0;

    while (i < *count && users[i].uid != uid)
        i++;
    if (i == *count && i < USERS_MAX)
        users[(*count)++].uid = uid;
    return i;
}

void namespace_names_users(const struct namespace_teller *tellers,
                           struct net_namespaces *out)
{
    static struct user_name users[USERS_MAX];
    size_t count = 0;

    for (size_t i = 0; i < out->count; i++)
        if (has_user(&tellers[i]))
            (void)find_user(users, &count, tellers[i].uid);
    if (count == 0)
        return;
    const bool named = user_names_find(users, count, NULL);
    (void)named; /* else they are numbers */
    for (size_t i = 0; i < out->count; i++) {
        char *user = out->list[i].names.owner.user;
        size_t at;

        if (!has_user(&tellers[i]))
            continue;
        at = find_user(users, &count, tellers[i].uid);
        if (at < count)
            memcpy(user, users[at].name, OWNER_NAME_SIZE);
        else
            (void)snprintf(user, OWNER_NAME_SIZE, "%u", (unsigned int)tellers[i].uid);
    }
}

static void name_pod(const struct pod_directory *pod, struct net_namespaces *out)
{
    for (size_t i = 0; i < out->count; i++) {
        struct net_namespace_names *names = &out->list[i].names;

        if (names->owner.kind == OWNER_POD && strcmp(names->owner.name, pod->uid) == 0)
            pod_directory_name(pod, names->pod, sizeof names->pod);
    }
}

static bool has_pods(const struct net_namespaces *out)
{
    for (size_t i = 0; i < out->count; i++)
        if (out->list[i].names.owner.kind == OWNER_POD)
            return true;
    return false;
}

void namespace_names_pods(const struct deadline *deadline, struct net_namespaces *out)
{
    const struct dirent *entry;
    DIR *pods = has_pods(out) ? opendir("/var/log/pods") : NULL;

    if (!pods)
        return;
    for (int i = 0; i < PODS_MAX && !deadline_passed(deadline); i++) {
        struct pod_directory pod;

        entry = readdir(pods);
        if (!entry)
            break;
        if (pod_directory_decode(entry->d_name, &pod))
            name_pod(&pod, out);
    }
    (void)closedir(pods);
}
