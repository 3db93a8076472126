/* SPDX-License-Identifier: MIT */
/* All units of the system at once, for listeners: which groups they have is not known
 * before. */
#include "checks/host/linux/cgroup_units.h"

#include <stdlib.h>
#include <string.h>

#include "checks/host/linux/cgroup_walk.h"

struct sink {
    struct cgroup_units *out;
    struct error *err;
    bool failed;
};

static bool add(void *context, const struct cgroup_found *group)
{
    struct sink *sink = context;
    struct cgroup_units *out = sink->out;

    if (!group->unit)
        return true;
    if (out->count == CGROUPS_MAX)
        return false;
    if (out->count == out->room) {
        const size_t room = out->room ? 2 * out->room : 256;
        struct cgroup_unit *more = realloc(out->units, room * sizeof *more);

        if (!more) {
            sink->failed = true;
            return error_set(sink->err, ERR_MEMORY, "not enough memory for the units");
        }
        out->units = more;
        out->room = room;
    }
    out->units[out->count].id = group->id;
    unit_name_clean(group->unit, group->unit_length, out->units[out->count].unit);
    out->count++;
    return true;
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
    struct sink sink = { .out = out, .err = err };
    const struct cgroup_walk walk = { .mount = mount,
                                      .start = "system.slice",
                                      .deadline = deadline,
                                      .visit = add,
                                      .context = &sink };

    (void)cgroup_walk(&walk); /* who is left out has no unit */
    if (out->count > 0)
        qsort(out->units, out->count, sizeof *out->units, compare);
    return !sink.failed;
}

bool cgroup_units_read(const struct deadline *deadline, struct cgroup_units *out,
                       struct error *err)
{
    char mount[CGROUP_MOUNT_SIZE];

    return !cgroup_find_mount(mount, sizeof mount) ||
           cgroup_units_read_at(mount, deadline, out, err);
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
