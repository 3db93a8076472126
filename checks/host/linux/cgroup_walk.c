/* SPDX-License-Identifier: MIT */
/* What users name, and how many there are, is theirs to choose: path, depth, number and
 * time are bounded. */
#include "checks/host/linux/cgroup_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "checks/base/compiler.h"
#include "checks/decode/mountinfo.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/program.h"

/* Groups are not nested deeper by anybody; each level holds a descriptor. */
enum { DEPTH_MAX = 12 };

struct walk {
    const struct cgroup_walk *wanted;
    int64_t end_cpu_ns;
    char path[CGROUP_PATH_SIZE];
    size_t unit_at; /* in the path; 0 = none yet */
    size_t unit_length;
    size_t left_of_unit;
    bool ended;
    bool left_out;
};

static bool ends_with(const char *name, const char *end)
{
    const size_t length = strlen(name);
    const size_t wanted = strlen(end);

    return length >= wanted && strcmp(name + length - wanted, end) == 0;
}

/* Units that have a control group and are no slice (systemd.unit(5)). */
static bool is_unit(const char *name)
{
    static const char *const types[] = { ".service", ".scope", ".socket", ".mount",
                                         ".swap" };

    for (size_t i = 0; i < ARRAY_COUNT(types); i++)
        if (ends_with(name, types[i]))
            return true;
    return false;
}

static bool is_out_of_time(const struct walk *walk)
{
    return deadline_passed(walk->wanted->deadline) ||
           (walk->wanted->cpu_ns > 0 && program_thread_cpu_ns() > walk->end_cpu_ns);
}

static void look_below(struct walk *walk, int parent, const char *name, int depth);

static bool is_skipped(const struct walk *walk, const struct dirent *entry, int depth)
{
    return depth == 0 && walk->wanted->skip &&
           strcmp(entry->d_name, walk->wanted->skip) == 0;
}

/* A group whose name is at the end of the path. */
static void look_at(struct walk *walk, int directory, const struct dirent *entry,
                    int depth)
{
    const bool has_unit = walk->unit_at > 0;
    struct cgroup_found found = { .path = walk->path, .id = entry->d_ino };

    if (has_unit && walk->left_of_unit == 0) {
        walk->left_out = true;
        return;
    }
    if (has_unit)
        walk->left_of_unit--;
    found.unit = has_unit ? walk->path + walk->unit_at : NULL;
    found.unit_length = walk->unit_length;
    walk->ended = !walk->wanted->visit(walk->wanted->context, &found);
    if (!walk->ended && !is_skipped(walk, entry, depth))
        look_below(walk, directory, entry->d_name, depth + 1);
}

/* One entry of a directory: the path is longer by it meanwhile. */
static void enter(struct walk *walk, int directory, const struct dirent *entry, int depth)
{
    const size_t length = strlen(walk->path);
    const bool starts_unit = walk->unit_at == 0 && is_unit(entry->d_name);
    const int more =
        snprintf(walk->path + length, sizeof walk->path - length, "/%s", entry->d_name);

    if (more < 0 || (size_t)more >= sizeof walk->path - length) {
        walk->path[length] = '\0';
        walk->left_out = true;
        return;
    }
    if (starts_unit) {
        walk->unit_at = length + 1;
        walk->unit_length = (size_t)more - 1;
        walk->left_of_unit = CGROUPS_OF_UNIT_MAX;
    }
    look_at(walk, directory, entry, depth);
    if (starts_unit)
        walk->unit_at = 0;
    walk->path[length] = '\0';
}

static bool is_group(const struct dirent *entry)
{
    return entry->d_type == DT_DIR && entry->d_name[0] != '.';
}

static void look_below(struct walk *walk, int parent, const char *name, int depth)
{
    const struct dirent *entry;
    DIR *directory;
    int fd;

    if (depth > DEPTH_MAX || is_out_of_time(walk)) {
        walk->left_out = true;
        walk->ended = depth <= DEPTH_MAX;
        return;
    }
    fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    directory = fd >= 0 ? fdopendir(fd) : NULL;
    if (!directory) {
        walk->left_out = walk->left_out || errno != ENOENT;
        if (fd >= 0)
            (void)close(fd);
        return;
    }
    while (!walk->ended && (entry = readdir(directory)) != NULL)
        if (is_group(entry))
            enter(walk, fd, entry, depth);
    (void)closedir(directory);
}

bool cgroup_walk(const struct cgroup_walk *wanted)
{
    static struct walk walk;
    const int fd = open(wanted->mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return false;
    walk = (struct walk){ .wanted = wanted,
                          .end_cpu_ns = program_thread_cpu_ns() + wanted->cpu_ns };
    if (wanted->start[0] != '\0')
        (void)snprintf(walk.path, sizeof walk.path, "/%s", wanted->start);
    look_below(&walk, fd, wanted->start[0] ? wanted->start : ".", 0);
    (void)close(fd);
    return !walk.ended && !walk.left_out;
}

bool cgroup_find_mount(char *mount, size_t size)
{
    struct text mounts = { 0 };
    const bool found = proc_mounts_read("/proc/self/mountinfo", &mounts) &&
                       mountinfo_find(text_string(&mounts), "cgroup2", mount, size);

    text_clear(&mounts);
    return found;
}
