/* SPDX-License-Identifier: MIT */
/* A handle (root) leads to a group at once; a walk finds it for everybody else. */
#include "checks/host/linux/cgroup_names.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "checks/host/linux/cgroup_walk.h"
#include "checks/host/program.h"

/* linux/exportfs.h FILEID_KERNFS; the id of the root of the whole hierarchy, and what
 * sockets say where version 2 has no say. */
enum { HANDLE_KERNFS = 0xFE, ROOT_ID = 1 };

enum { WALK_CPU_NS = 20 * 1000 * 1000 };

struct search {
    const char *mount;
    const struct deadline *deadline;
    struct cgroup_named *wanted;
    size_t count;
    size_t left;
    bool is_whole; /* the root of the mount is that of the hierarchy */
};

static void keep(struct search *search, struct cgroup_named *group,
                 enum cgroup_sight sight, const char *path)
{
    group->sight = sight;
    if (sight == CGROUP_SEEN)
        cgroup_path_decode(path, &group->owner);
    search->left--;
}

/* The path of an open group below the mount; NULL when it is not there. */
static const char *below_mount(const struct search *search, int fd, char path[PATH_MAX])
{
    const size_t length = strlen(search->mount);
    char link[32];
    ssize_t got;

    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    got = readlink(link, path, PATH_MAX - 1);
    if (got < 0)
        return NULL;
    path[got] = '\0';
    if (strncmp(path, search->mount, length) != 0 ||
        (path[length] != '/' && path[length] != '\0'))
        return NULL;
    return path + length;
}

/* False when handles may not be opened here. */
static bool open_by_id(struct search *search, int mount, struct cgroup_named *group)
{
    union {
        struct file_handle handle;
        unsigned char bytes[sizeof(struct file_handle) + sizeof group->id];
    } id = { .handle = { .handle_bytes = sizeof group->id,
                         .handle_type = HANDLE_KERNFS } };
    char path[PATH_MAX];
    const char *found;
    int fd;

    memcpy(id.handle.f_handle, &group->id, sizeof group->id);
    fd = open_by_handle_at(mount, &id.handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && errno != ESTALE)
        return false;
    if (fd < 0) {
        keep(search, group, CGROUP_ENDED, "");
        return true;
    }
    found = below_mount(search, fd, path);
    (void)close(fd);
    keep(search, group, found ? CGROUP_SEEN : CGROUP_OUTSIDE, found);
    return true;
}

/* Handles of another file system mean something else. */
static bool is_of_groups(int mount)
{
    struct statfs status;

    return fstatfs(mount, &status) == 0 && status.f_type == CGROUP2_SUPER_MAGIC;
}

static void look_by_handle(struct search *search)
{
    const int mount = open(search->mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat status;
    bool handles;

    if (mount < 0)
        return;
    handles = is_of_groups(mount);
    search->is_whole = fstat(mount, &status) == 0 && status.st_ino == ROOT_ID;
    for (size_t i = 0; handles && i < search->count && !deadline_passed(search->deadline);
         i++)
        if (search->wanted[i].sight == CGROUP_UNSEEN &&
            !open_by_id(search, mount, &search->wanted[i]))
            break;
    (void)close(mount);
}

static int compare(const void *a, const void *b)
{
    const struct cgroup_named *left = a;
    const struct cgroup_named *right = b;

    return left->id < right->id ? -1 : left->id > right->id;
}

static bool see(void *context, const struct cgroup_found *group)
{
    struct search *search = context;
    const struct cgroup_named wanted = { .id = group->id };
    struct cgroup_named *found =
        bsearch(&wanted, search->wanted, search->count, sizeof wanted, compare);

    if (found && found->sight == CGROUP_UNSEEN)
        keep(search, found, CGROUP_SEEN, group->path);
    return search->left > 0;
}

/* Users make groups as they like: theirs come last. True when none was left out. */
static bool look_by_walk(struct search *search)
{
    static const char users[] = "user.slice";
    const int64_t start_ns = program_thread_cpu_ns();
    struct cgroup_walk walk = { .mount = search->mount,
                                .start = "",
                                .skip = users,
                                .deadline = search->deadline,
                                .cpu_ns = WALK_CPU_NS,
                                .visit = see,
                                .context = search };
    bool all = cgroup_walk(&walk);

    walk.cpu_ns -= program_thread_cpu_ns() - start_ns;
    if (search->left == 0 || walk.cpu_ns <= 0)
        return false;
    walk.start = users;
    walk.skip = NULL;
    return cgroup_walk(&walk) && all;
}

/* The root itself is on no walk: it is nobody's. */
static void see_root(struct search *search)
{
    for (size_t i = 0; i < search->count; i++)
        if (search->wanted[i].id <= ROOT_ID)
            keep(search, &search->wanted[i], CGROUP_SEEN, "/");
}

bool cgroup_names_find_at(const char *mount, struct cgroup_named *wanted, size_t count,
                          const struct deadline *deadline)
{
    struct search search = { .mount = mount,
                             .deadline = deadline,
                             .wanted = wanted,
                             .count = count,
                             .left = count };

    see_root(&search);
    if (search.left > 0)
        look_by_handle(&search);
    if (search.left == 0)
        return true;
    if (!look_by_walk(&search))
        return search.left == 0;
    for (size_t i = 0; i < count; i++)
        if (wanted[i].sight == CGROUP_UNSEEN)
            wanted[i].sight = search.is_whole ? CGROUP_ENDED : CGROUP_OUTSIDE;
    return true;
}

bool cgroup_names_find(struct cgroup_named *wanted, size_t count,
                       const struct deadline *deadline)
{
    char mount[CGROUP_MOUNT_SIZE];

    /* the root is known without a mount */
    if (!cgroup_find_mount(mount, sizeof mount))
        mount[0] = '\0';
    return cgroup_names_find_at(mount, wanted, count, deadline);
}
