/* SPDX-License-Identifier: MIT */
/* By /proc/self/mountinfo: listing the directory would tell of each file's inode only
 * what lies below the mount. */
#include "checks/host/linux/namespace_files.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks/base/text.h"
#include "checks/decode/mountinfo.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/namespace_list.h"
#include "checks/model/id_table.h"
#include "checks/model/listener.h"

enum {
    KNOWN_MAX = 4 * NET_NAMESPACES_MAX /* inodes that are told apart */
};

struct files {
    struct net_namespaces *out;
    struct id_table known; /* inodes: first those of out->list, by position */
    size_t listed;         /* of them */
    uint64_t own;
    bool add;
    uint32_t unmatched;
    struct error *err;
    bool failed;
};

/* The name of a file there; NULL when the path leads elsewhere. */
static const char *name_in_netns(const char *path)
{
    static const char *const directories[] = { "/run/netns/", "/var/run/netns/" };

    for (size_t i = 0; i < ARRAY_COUNT(directories); i++)
        if (strncmp(path, directories[i], strlen(directories[i])) == 0)
            return path + strlen(directories[i]);
    return NULL;
}

static void name(struct net_namespace *namespace, const char *file)
{
    if (namespace->names.netns[0] == '\0')
        unit_name_clean(file, strlen(file), namespace->names.netns);
}

/* By the first of its files that has room. */
static void name_listed(struct net_namespace *namespace, const char *path,
                        const char *file)
{
    name(namespace, file);
    if (namespace->path[0] == '\0' && strlen(path) < sizeof namespace->path)
        memcpy(namespace->path, path, strlen(path) + 1);
}

/* A path that has no room is one that cannot be entered. */
static bool add(struct files *files, uint64_t inode, const char *path, const char *file)
{
    struct net_namespace *added;

    if (strlen(path) >= sizeof added->path) {
        files->out->unlisted++;
        files->out->unlisted_reason = "the path of its file is too long";
        return true;
    }
    added = namespace_list_add(files->out, inode, files->err);
    if (!added) {
        files->failed = files->out->count < NET_NAMESPACES_MAX;
        return !files->failed;
    }
    added->inode = inode;
    memcpy(added->path, path, strlen(path) + 1);
    name(added, file);
    return true;
}

static bool see(void *context, uint64_t inode, const char *path)
{
    struct files *files = context;
    const char *file = name_in_netns(path);
    const uint32_t before = files->known.count;
    uint32_t at;

    if (!file || inode == files->own)
        return true;
    at = id_table_find(&files->known, inode);
    if (at < files->listed) {
        name_listed(&files->out->list[at], path, file);
        return true;
    }
    if (at < before) /* mounted twice */
        return true;
    if (files->add)
        return add(files, inode, path, file);
    files->unmatched++;
    return true;
}

/* One of which no inode is told gets a number that is none, so that positions are those
 * of the list. True when all are told. */
static bool know_listed(struct files *files)
{
    bool all = true;

    for (size_t i = 0; i < files->out->count; i++) {
        const uint64_t inode = files->out->list[i].inode;

        if (inode == 0 || id_table_find(&files->known, inode) != i)
            (void)id_table_find(&files->known, UINT64_MAX - i);
        all = all && inode != 0;
    }
    files->listed = files->known.count;
    return all;
}

bool namespace_files_read(bool all_seen, struct net_namespaces *out, uint32_t *unmatched,
                          struct error *err)
{
    struct files files = { .out = out, .err = err };
    struct text mounts = { 0 };
    struct stat own;

    if (stat("/proc/self/ns/net", &own) < 0 ||
        !proc_mounts_read("/proc/self/mountinfo", &mounts) ||
        !strstr(text_string(&mounts), "/netns/")) {
        text_clear(&mounts);
        return true;
    }
    if (!id_table_make(&files.known, KNOWN_MAX, err)) {
        text_clear(&mounts);
        return false;
    }
    files.own = (uint64_t)own.st_ino;
    files.add = know_listed(&files) && all_seen;
    (void)mountinfo_net_namespaces(text_string(&mounts), see, &files);
    *unmatched = files.unmatched;
    id_table_clear(&files.known);
    text_clear(&mounts);
    return !files.failed;
}
