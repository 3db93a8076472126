/* SPDX-License-Identifier: MIT */
/* One look at every process; a table tells the namespaces that were met already. */
#include "checks/host/linux/namespace_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "checks/model/id_table.h"

uint64_t namespace_mark(const char *pid)
{
    struct stat status;
    char path[64];

    (void)snprintf(path, sizeof path, "/proc/%.20s/net/sockstat", pid);
    return stat(path, &status) == 0 ? (uint64_t)status.st_ino : 0;
}

/* A process that is gone meanwhile, or a zombie, is nowhere. False ends the walk. */
static bool look_at(const struct namespace_walk *walk, struct id_table *met, int proc,
                    const char *pid, struct namespace_sight *sight)
{
    struct namespace_process process = { .proc = proc, .pid = pid };
    struct stat status;
    char path[64];

    (void)snprintf(path, sizeof path, "%.20s/net/sockstat", pid);
    if (fstatat(proc, path, &status, 0) < 0) {
        sight->hidden += errno == EACCES || errno == EPERM;
        return true;
    }
    process.mark = (uint64_t)status.st_ino;
    process.position = id_table_find(met, process.mark);
    if (process.position == ID_TABLE_NONE) {
        sight->overflow = true;
        return true;
    }
    return walk->visit(walk->context, &process);
}

static bool is_pid(const char *name)
{
    return name[0] >= '0' && name[0] <= '9';
}

static void look_at_all(const struct namespace_walk *walk, struct id_table *met,
                        DIR *processes, struct namespace_sight *sight)
{
    const struct dirent *entry;

    for (uint32_t i = 0; (entry = readdir(processes)) != NULL;) {
        if (!is_pid(entry->d_name))
            continue;
        sight->many = i++ == walk->processes_most;
        sight->late = !sight->many && deadline_passed(walk->deadline);
        if (sight->many || sight->late ||
            !look_at(walk, met, dirfd(processes), entry->d_name, sight))
            return;
    }
}

bool namespace_walk(const struct namespace_walk *walk, struct namespace_sight *sight,
                    struct error *err)
{
    const uint64_t own = namespace_mark("self");
    struct id_table met = { 0 };
    DIR *processes;

    *sight = (struct namespace_sight){ .unlisted = true };
    if (own == 0)
        return true;
    if (!id_table_make(&met, walk->namespaces_most, err))
        return false;
    (void)id_table_find(&met, own);
    processes = opendir("/proc");
    if (processes) {
        sight->unlisted = false;
        look_at_all(walk, &met, processes, sight);
        (void)closedir(processes);
    }
    id_table_clear(&met);
    return true;
}
