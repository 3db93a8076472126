/* SPDX-License-Identifier: MIT */
/* A walk by the inodes that directories tell of their entries: no rights are needed, and
 * no file is opened. */
#include "checks/host/linux/cgroup_units.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks/decode/mountinfo.h"
#include "checks/host/linux/linux_file.h"

/* Groups are not nested deeper by anybody; each level holds a descriptor. */
enum { DEPTH_MAX = 12, MOUNTINFO_MAX = 1024 * 1024 };

struct walk {
    struct cgroup_units *out;
    const struct deadline *deadline;
    char unit[UNIT_NAME_SIZE]; /* that all below belongs to; "" = none yet */
    size_t left_of_unit;
    struct error *err;
    bool failed;
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

static bool add(struct walk *walk, uint64_t id)
{
    struct cgroup_units *out = walk->out;

    if (out->count == CGROUPS_MAX)
        return false;
    if (out->count == out->room) {
        const size_t room = out->room ? 2 * out->room : 256;
        struct cgroup_unit *more = realloc(out->units, room * sizeof *more);

        if (!more) {
            walk->failed = true;
            return error_set(walk->err, ERR_MEMORY, "not enough memory for the units");
        }
        out->units = more;
        out->room = room;
    }
    out->units[out->count].id = id;
    memcpy(out->units[out->count].unit, walk->unit, sizeof walk->unit);
    out->count++;
    return true;
}

static bool look_below(struct walk *walk, int parent, const char *name, int depth);

/* One entry of a directory: false ends the walk. */
static bool look_at(struct walk *walk, int directory, const struct dirent *entry,
                    int depth)
{
    const bool starts_unit = walk->unit[0] == '\0' && is_unit(entry->d_name);
    bool ok = true;

    if (starts_unit) {
        unit_name_clean(entry->d_name, strlen(entry->d_name), walk->unit);
        walk->left_of_unit = CGROUPS_OF_UNIT_MAX;
    }
    if (walk->unit[0] != '\0' && walk->left_of_unit > 0) {
        walk->left_of_unit--;
        ok = add(walk, entry->d_ino);
    }
    if (ok && (walk->unit[0] == '\0' || walk->left_of_unit > 0))
        ok = look_below(walk, directory, entry->d_name, depth + 1);
    if (starts_unit)
        walk->unit[0] = '\0';
    return ok;
}

/* A group that is gone meanwhile is passed over. */
static bool look_below(struct walk *walk, int parent, const char *name, int depth)
{
    const struct dirent *entry;
    DIR *directory;
    bool ok = true;
    int fd;

    if (depth > DEPTH_MAX || deadline_passed(walk->deadline))
        return depth > DEPTH_MAX;
    fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    directory = fd >= 0 ? fdopendir(fd) : NULL;
    if (!directory) {
        if (fd >= 0)
            (void)close(fd);
        return true;
    }
    while (ok && (entry = readdir(directory)) != NULL)
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
            ok = look_at(walk, fd, entry, depth);
    (void)closedir(directory);
    return ok;
}

static int compare(const void *a, const void *b)
{
    const struct cgroup_unit *left = a;
    const struct cgroup_unit *right = b;

    return left->id < right->id ? -1 : left->id > right->id;
}

bool cgroup_units_read_at(const char *mount, const struct deadline *deadline,
                          struct cgroup_units *out, struct error *err)
{
    struct walk walk = { .out = out, .deadline = deadline, .err = err };
    const int fd = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return true;
    (void)look_below(&walk, fd, "system.slice", 0);
    (void)close(fd);
    if (out->count > 0)
        qsort(out->units, out->count, sizeof *out->units, compare);
    return !walk.failed;
}

bool cgroup_units_read(const struct deadline *deadline, struct cgroup_units *out,
                       struct error *err)
{
    static const char path[] = "/proc/self/mountinfo";
    struct text mounts = { 0 };
    char mount[1024];
    bool found = false;
    int fd = -1;

    if (proc_file_open(path, &fd, NULL)) {
        found = descriptor_read_all(fd, path, MOUNTINFO_MAX, &mounts, NULL) &&
                mountinfo_find(text_string(&mounts), "cgroup2", mount, sizeof mount);
        (void)close(fd);
    }
    text_clear(&mounts);
    return !found || cgroup_units_read_at(mount, deadline, out, err);
}

const char *cgroup_units_find(const struct cgroup_units *units, uint64_t id)
{
    const struct cgroup_unit wanted = { .id = id };
    const struct cgroup_unit *found =
        units->count > 0
            ? bsearch(&wanted, units->units, units->count, sizeof wanted, compare)
            : NULL;

    return found ? found->unit : NULL;
}

bool cgroup_unit_runs_users(const char *unit)
{
    static const char *const names[] = { "anacron", "atd",    "bcron",         "condor",
                                         "cron",    "crond",  "cronie",        "dcron",
                                         "fcron",   "getty",  "serial-getty",  "dropbear",
                                         "pbs_mom", "slurmd", "console-getty", "ssh",
                                         "sshd" };
    const size_t length = strcspn(unit, ".@");

    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (strlen(names[i]) == length && memcmp(names[i], unit, length) == 0)
            return true;
    return false;
}

void cgroup_units_clear(struct cgroup_units *units)
{
    free(units->units);
    *units = (struct cgroup_units){ 0 };
}
