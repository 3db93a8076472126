/* SPDX-License-Identifier: MIT */
/* /proc/PID/net/sockstat of each namespace once: the inode of that file is the
 * namespace's, and everybody may look at it (ns/net needs ptrace rights). */
#include "checks/host/linux/other_namespaces.h"

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>

#include "checks/decode/proc_net_counters.h"
#include "checks/host/linux/linux_file.h"

enum {
    PROCESSES_MAX = 4096, /* a look at one costs 3 us (measured) */
    NAMESPACES_MAX = 1024,
    SOCKSTAT_SIZE = 4096 /* the files have some 250 bytes */
};

/* Namespaces that were looked at, by inode; the first one is our own. */
struct namespaces {
    ino_t seen[NAMESPACES_MAX];
    size_t count;
};

/* Processes of one namespace mostly follow each other: newest first. */
static bool is_seen(const struct namespaces *all, ino_t inode)
{
    for (size_t i = all->count; i > 0; i--)
        if (all->seen[i - 1] == inode)
            return true;
    return false;
}

static bool read_file(const char *pid, const char *name,
                      bool (*decode)(const char *, struct sockstat *, struct error *),
                      struct sockstat *out)
{
    char path[64];
    char contents[SOCKSTAT_SIZE];

    (void)snprintf(path, sizeof path, "/proc/%.20s/net/%s", pid, name);
    return proc_file_slurp(path, contents, sizeof contents, NULL) &&
           decode(contents, out, NULL);
}

/* 0 when they cannot be told; IPv6 may be off. */
static uint64_t sockets_of(const char *pid)
{
    struct sockstat totals = { 0 };

    if (!read_file(pid, "sockstat", sockstat_decode, &totals))
        return 0;
    (void)read_file(pid, "sockstat6", sockstat6_decode, &totals);
    return (uint64_t)totals.inuse + totals.inuse6;
}

/* What the process' namespace adds to those that were looked at. */
static uint64_t look_at(struct namespaces *all, const char *pid)
{
    struct stat status;
    char path[64];

    (void)snprintf(path, sizeof path, "/proc/%.20s/net/sockstat", pid);
    if (stat(path, &status) < 0 || is_seen(all, status.st_ino))
        return 0;
    all->seen[all->count++] = status.st_ino;
    return sockets_of(pid);
}

uint64_t other_namespaces_sockets(uint64_t enough, const struct deadline *deadline)
{
    static struct namespaces all;
    const struct dirent *entry;
    struct stat own;
    uint64_t sockets = 0;
    DIR *processes;

    if (stat("/proc/self/net/sockstat", &own) < 0)
        return 0;
    processes = opendir("/proc");
    if (!processes)
        return 0;
    all.seen[0] = own.st_ino;
    all.count = 1;
    for (int i = 0; i < PROCESSES_MAX && all.count < NAMESPACES_MAX && sockets < enough &&
                    !deadline_passed(deadline);) {
        entry = readdir(processes);
        if (!entry)
            break;
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
            continue;
        sockets += look_at(&all, entry->d_name);
        i++;
    }
    (void)closedir(processes);
    return sockets;
}
