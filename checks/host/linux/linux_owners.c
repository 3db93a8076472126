/* SPDX-License-Identifier: MIT */
/* Unit, container or pod by the control group, else the user; as root the programs. */
#include "checks/host/linux/linux_owners.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/linux/cgroup_names.h"
#include "checks/host/linux/cgroup_units.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/process_sockets.h"
#include "checks/host/linux/user_names.h"

/* What the kernel says where a user has no number: not told, or of another namespace. */
enum { OVERFLOW_UID = 65534 };

struct naming {
    const struct owner_census *census;
    const struct deadline *deadline;
    struct owner *named;
    struct observed_owners *out;
    struct cgroup_named *groups; /* owned; by id, each once */
    size_t group_count;
    struct user_name *users; /* owned; of each tally */
    bool foreign_users;      /* this user namespace has no numbers for some */
};

static void add_unread(struct naming *naming, const char *format, ...) PRINTF_LIKE(2, 3);

static void add_unread(struct naming *naming, const char *format, ...)
{
    char *unread = naming->out->unread;
    size_t length = strlen(unread);
    va_list arguments;

    if (length > 0 && length + 2 < sizeof naming->out->unread) {
        memcpy(unread + length, "; ", 3);
        length += 2;
    }
    va_start(arguments, format);
    (void)vsnprintf(unread + length, sizeof naming->out->unread - length, format,
                    arguments);
    va_end(arguments);
}

static int compare(const void *a, const void *b)
{
    const struct cgroup_named *left = a;
    const struct cgroup_named *right = b;

    return left->id < right->id ? -1 : left->id > right->id;
}

static void find_groups(struct naming *naming)
{
    struct cgroup_named *groups = naming->groups;
    size_t count = 0;

    for (size_t i = 0; i < naming->census->count; i++)
        if (naming->census->tallies[i].key.cgroup != 0)
            groups[count++].id = naming->census->tallies[i].key.cgroup;
    if (count == 0)
        return;
    qsort(groups, count, sizeof *groups, compare);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || groups[i].id != groups[naming->group_count - 1].id)
            groups[naming->group_count++] = groups[i];
    if (!cgroup_names_find(groups, naming->group_count, naming->deadline))
        add_unread(naming, "some control groups were not seen: no time, or not visible "
                           "here");
}

static const struct cgroup_named *group_of(const struct naming *naming, uint64_t id)
{
    static const struct cgroup_named none = { 0 };
    const struct cgroup_named wanted = { .id = id };
    const struct cgroup_named *found =
        naming->group_count > 0 ? bsearch(&wanted, naming->groups, naming->group_count,
                                          sizeof wanted, compare)
                                : NULL;

    return found ? found : &none;
}

/* Of a unit that runs what users bring, the user counts. */
static void name_group(const struct cgroup_named *group, uint32_t uid,
                       struct owner *named)
{
    static const enum owner_kind kinds[] = {
        [CGROUP_ENDED] = OWNER_ENDED_UNIT, [CGROUP_OUTSIDE] = OWNER_OTHER_CONTAINER
    };

    if (group->sight != CGROUP_SEEN) {
        named->kind = group->sight == CGROUP_UNSEEN ? OWNER_USER : kinds[group->sight];
        return;
    }
    if (group->owner.kind == OWNER_UNIT && user_is_person(uid) &&
        cgroup_unit_runs_users(group->owner.name))
        return;
    named->kind = group->owner.kind;
    memcpy(named->name, group->owner.name, sizeof named->name);
}

static bool is_told(const struct naming *naming, uint32_t uid)
{
    return uid != UINT32_MAX && !(uid == OVERFLOW_UID && naming->foreign_users);
}

/* Which user is named: where the socket does not tell, the one of the slice. */
static uint32_t user_of(const struct naming *naming, size_t tally)
{
    const struct owner_key *key = &naming->census->tallies[tally].key;
    const struct cgroup_named *group = group_of(naming, key->cgroup);

    return !is_told(naming, key->uid) && group->owner.has_uid ? group->owner.uid
                                                              : key->uid;
}

/* What is in a container has users of its own, but for root. */
static bool has_own_users(const struct owner *named)
{
    return named->kind == OWNER_CONTAINER || named->kind == OWNER_POD;
}

static void name_user(const struct naming *naming, uint32_t uid, const char *name,
                      struct owner *named)
{
    if (uid == UINT32_MAX)
        return;
    if (!is_told(naming, uid))
        (void)snprintf(named->user, sizeof named->user, "unknown-user");
    else if (has_own_users(named) && uid != 0)
        (void)snprintf(named->user, sizeof named->user, "%" PRIu32, uid);
    else
        (void)snprintf(named->user, sizeof named->user, "%s", name);
}

static void name_all(struct naming *naming)
{
    const size_t count = naming->census->count;
    struct error failure = { 0 };

    for (size_t i = 0; i < count; i++)
        naming->users[i].uid = user_of(naming, i);
    if (!user_names_find(naming->users, count, &failure))
        add_unread(naming, "users are numbers: %.90s", failure.message);
    for (size_t i = 0; i < count; i++) {
        const struct cgroup_named *group =
            group_of(naming, naming->census->tallies[i].key.cgroup);
        const uint32_t uid = naming->users[i].uid;
        struct owner *named = &naming->named[i];

        name_group(group, uid, named);
        name_user(naming, uid, naming->users[i].name, named);
        named->person = !has_own_users(named) &&
                        (user_is_person(uid) ||
                         (group->owner.has_uid && user_is_person(group->owner.uid)));
    }
}

/* Whether some users of the machine have no number here: else the map is one line of all
 * (man 7 user_namespaces). */
static bool has_foreign_users(void)
{
    char map[1024];

    return proc_file_slurp("/proc/self/uid_map", map, sizeof map, NULL) &&
           !strstr(map, " 4294967295\n");
}

static void tell_sight(struct naming *naming, const struct process_sight *sight)
{
    if (!sight->permitted) {
        add_unread(
            naming,
            "programs and pids need root, with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
        return;
    }
    if (sight->out_of_time)
        add_unread(naming, "not all processes were looked at: no time");
    if (sight->unlisted)
        add_unread(naming, "the processes could not be listed");
    if (sight->denied > 0)
        add_unread(naming, "%" PRIu32 " of %" PRIu32 " processes could not be looked at",
                   sight->denied, sight->processes);
    if (sight->in_part > 0)
        add_unread(naming,
                   "%" PRIu32 " of %" PRIu32
                   " processes have too many descriptors to look at all",
                   sight->in_part, sight->processes);
    if (naming->census->inodes_left > 0)
        add_unread(naming, "%zu sockets were not looked for",
                   naming->census->inodes_left);
}

static bool find_programs(struct naming *naming, struct error *err)
{
    struct process_sight sight = { 0 };

    if (!naming->census->programs)
        return true;
    if (!process_sockets_find(naming->census, naming->deadline, naming->named, &sight,
                              err))
        return false;
    naming->out->programs = sight.permitted;
    tell_sight(naming, &sight);
    return true;
}

bool linux_name_owners(void *self, const struct owner_census *census,
                       const struct deadline *deadline, struct owner *named,
                       struct observed_owners *out, struct error *err)
{
    struct naming naming = {
        .census = census,
        .deadline = deadline,
        .named = named,
        .out = out,
        .groups = calloc(census->count + 1, sizeof *naming.groups),
        .users = calloc(census->count + 1, sizeof *naming.users),
        .foreign_users = has_foreign_users(),
    };
    bool ok = naming.groups && naming.users;

    (void)self;
    if (ok) {
        find_groups(&naming);
        name_all(&naming);
        ok = find_programs(&naming, err);
    } else {
        (void)error_set(err, ERR_MEMORY, "not enough memory for the owners");
    }
    free(naming.groups);
    free(naming.users);
    return ok;
}
