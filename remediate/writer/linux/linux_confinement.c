/* SPDX-License-Identifier: MIT */
/* What a run gives up for good before it reads anything foreign: rights, programs, files,
 * system calls; and how far the kernel knows these bounds. */
#include "remediate/writer/system.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "checks/host/linux/capabilities.h"
#include "checks/host/linux/container.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/safe_path.h"
#include "checks/host/linux/state_place.h"
#include "remediate/writer/linux/audit_log.h"
#include "remediate/writer/linux/landlock.h"
#include "remediate/writer/linux/safe_file.h"
#include "remediate/writer/linux/syscall_filter.h"

struct need {
    unsigned int resource; /* RLIMIT_... */
    rlim_t least;
    const char *name; /* of a limit without which no run begins; NULL = try only */
};

/* A run takes fewer than 20 descriptors and 256 KiB of the stack; the journal grows to 4
 * MiB. */
static const struct need needs[] = {
    { RLIMIT_NOFILE, 64, "open files (ulimit -n)" },
    { RLIMIT_FSIZE, (rlim_t)16 << 20, "bytes of a file (ulimit -f)" },
    { RLIMIT_STACK, (rlim_t)1 << 20, "bytes of the stack (ulimit -s)" },
    { RLIMIT_DATA, (rlim_t)1 << 30, NULL },
    { RLIMIT_AS, (rlim_t)1 << 30, NULL },
    { RLIMIT_CPU, 7200, NULL },
};

static bool raise_limit(const struct need *need, struct error *err)
{
    struct rlimit limit = { 0 };

    if (getrlimit(need->resource, &limit) == 0) {
        if (limit.rlim_cur >= need->least)
            return true;
        limit.rlim_cur = need->least;
        if (limit.rlim_max < need->least)
            limit.rlim_max = need->least;
        if (setrlimit(need->resource, &limit) == 0)
            return true;
    }
    return !need->name ||
           error_set(err, ERR_LIMIT, "the limit on %s is too low, expected %llu or more",
                     need->name, (unsigned long long)need->least);
}

bool system_raise_limits(struct error *err)
{
    if (geteuid() != 0)
        return true;
    for (size_t i = 0; i < ARRAY_COUNT(needs); i++)
        if (!raise_limit(&needs[i], err))
            return false;
    return true;
}

/* Root owns the files that a plan writes, and so needs no right for them. In a container
 * root may write net sysctls by CAP_NET_ADMIN only. CAP_DAC_READ_SEARCH: a policy may lie
 * in a home directory that is closed to others. */
static const uint32_t kept_capabilities =
    UINT32_C(1) << CAP_NET_ADMIN | UINT32_C(1) << CAP_DAC_READ_SEARCH;

/* The one file of it that is ours is replaced by another name, so the directory counts.
 */
#define SYSCTL_DIRECTORY "/etc/sysctl.d"
#define SYSCTL_OF_NET    "/proc/sys/net"

/* What this kernel kept; zeroed = nothing was bound yet. */
static struct {
    int landlock; /* its ABI, or minus an errno */
    enum syscall_bounds calls;
} bounds;

void system_prepare_places(bool begins)
{
    static const char *const places[] = { SYSCTL_DIRECTORY, STATE_DIRECTORY };
    int fd = -1;

    if (geteuid() != 0 || (!begins && access(STATE_DIRECTORY, F_OK) != 0))
        return;
    for (size_t i = 0; i < ARRAY_COUNT(places); i++)
        if (safe_directory_make(places[i], &fd, NULL))
            (void)close(fd);
}

static int reach(const char *path)
{
    int fd = -1;

    return safe_directory_reach(path, &fd, NULL) ? fd : -1;
}

/*
 * The directories stay open until the process ends. A rule is the inode's, and procfs
 * makes an inode anew whenever its name fell out of the kernel's cache: measured on Linux
 * 6.18, after `echo 2 > /proc/sys/vm/drop_caches` /proc/sys/net has another inode number
 * and no rule any more (EACCES), unless a descriptor holds the name.
 */
static int confine_writing(void)
{
    const struct landlock_place places[] = {
        /* No parents to judge: procfs is the kernel's, also in a user namespace. */
        { open(SYSCTL_OF_NET, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
          LANDLOCK_RIGHT_WRITE },
        { reach(SYSCTL_DIRECTORY),
          LANDLOCK_RIGHT_WRITE | LANDLOCK_RIGHT_CREATE | LANDLOCK_RIGHT_REMOVE },
        { reach(STATE_DIRECTORY),
          LANDLOCK_RIGHT_WRITE | LANDLOCK_RIGHT_CREATE | LANDLOCK_RIGHT_TRUNCATE },
    };

    return landlock_confine(places, ARRAY_COUNT(places));
}

bool system_bound_privileges(struct error *err)
{
    linux_container_prepare();
    audit_log_prepare();
    if (!capabilities_keep(kept_capabilities, err))
        return false;
    /* A kernel without one of these does without that bar; the other bounds hold. */
    bounds.landlock = confine_writing();
    bounds.calls = syscall_filter_install();
    return true;
}

void system_confinement(struct text *out)
{
    static const char *const calls[] = {
        [SYSCALLS_UNBOUND] = "system calls are not limited (no seccomp in this kernel)",
        [SYSCALLS_NO_PROGRAMS] = "no program can be run (seccomp)",
        [SYSCALLS_LISTED] = "system calls are limited to a list (seccomp)",
    };

    if (bounds.landlock > 0)
        text_addf(out,
                  "files can be written below " SYSCTL_OF_NET ", " SYSCTL_DIRECTORY
                  " and " STATE_DIRECTORY " only (Landlock ABI %d); ",
                  bounds.landlock);
    else
        text_addf(out,
                  "any file of root could be written, since Landlock is missing in this "
                  "kernel (%s); ",
                  strerror(-bounds.landlock));
    text_add(out, calls[bounds.calls]);
}
