/* SPDX-License-Identifier: MIT */
/* A number of a process, and a path, may mean something else by now: what was opened is
 * looked at before it is entered, and where we are after it. */
#include "checks/host/linux/namespace_enter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "checks/host/linux/capabilities.h"
#include "checks/host/linux/linux_ask.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/namespace_find.h"
#include "checks/host/linux/namespace_walk.h"
#include "checks/host/linux/netlink_sockets.h"

enum { SEARCH_MS = 500 }; /* for another process of one namespace */

/* Of the namespace that this process began in: opened before the first one is entered, -1
 * until then; and its mark. */
static int home = -1;
static uint64_t home_mark;

bool namespace_may_enter(void)
{
    return capabilities_have(NAMESPACE_RIGHTS);
}

static bool has_ended(struct error *err)
{
    return error_set(err, ERR_ABSENT, "the namespace ended meanwhile");
}

static bool open_home(struct error *err)
{
    if (home >= 0)
        return true;
    home_mark = namespace_mark("self");
    home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    return home >= 0 || linux_error_set(err, errno, "cannot read /proc/self/ns/net");
}

/* ESRCH: the process is ending. */
static bool not_opened(const char *path, struct error *err)
{
    return errno == ENOENT || errno == ESRCH
               ? has_ended(err)
               : linux_error_set(err, errno, "cannot enter %s", path);
}

/* What lies at a path might be a pipe or a device, which is not opened to find out. */
static bool open_path(const char *path, int *out, struct error *err)
{
    char link[32];
    const int at = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    struct statfs status;
    bool ok;

    if (at < 0)
        return not_opened(path, err);
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", at);
    ok = fstatfs(at, &status) == 0 && (unsigned long)status.f_type == NSFS_MAGIC;
    *out = ok ? open(link, O_RDONLY | O_CLOEXEC) : -1;
    (void)close(at);
    if (!ok) /* unmounted: what is left is an empty file */
        return has_ended(err);
    return *out >= 0 || not_opened(path, err);
}

/* What one open descriptor of a namespace is looked for with. */
struct opening {
    const struct net_namespace *target;
    int fd;               /* -1 until it is found */
    struct error failure; /* of the last try */
};

/* Where no inode is told, who has the number of the process now has the mark. */
static bool is_meant(const struct opening *opening, const char *pid)
{
    const struct net_namespace *target = opening->target;
    struct stat status;

    if (target->inode != 0)
        return fstat(opening->fd, &status) == 0 &&
               (uint64_t)status.st_ino == target->inode;
    return !pid || namespace_mark(pid) == target->mark;
}

static bool keep_meant(struct opening *opening, const char *pid)
{
    if (opening->fd < 0)
        return false;
    if (is_meant(opening, pid))
        return true;
    (void)close(opening->fd);
    opening->fd = -1;
    return has_ended(&opening->failure);
}

static bool try_process(void *context, const struct namespace_process *process)
{
    struct opening *opening = context;
    char path[64];

    error_clear(&opening->failure);
    (void)snprintf(path, sizeof path, "/proc/%.20s/ns/net", process->pid);
    opening->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (opening->fd < 0)
        return not_opened(path, &opening->failure);
    return keep_meant(opening, process->pid);
}

static bool try_path(struct opening *opening)
{
    error_clear(&opening->failure);
    return open_path(opening->target->path, &opening->fd, &opening->failure) &&
           keep_meant(opening, NULL);
}

/* By the process that is known, or its file in /run/netns. */
static bool open_known(struct opening *opening)
{
    const struct net_namespace *target = opening->target;
    char pid[16];
    const struct namespace_process known = { .pid = pid };

    (void)snprintf(pid, sizeof pid, "%u", (unsigned int)target->pid);
    return (target->pid != 0 && try_process(opening, &known)) ||
           (target->path[0] != '\0' && try_path(opening));
}

/* Or by any other process of it. */
static bool open_target(const struct net_namespace *target, int *out, struct error *err)
{
    const struct deadline deadline = deadline_in_ms(SEARCH_MS);
    struct opening opening = { .target = target, .fd = -1 };
    enum namespace_found found = NAMESPACE_GONE;

    if (open_known(&opening))
        found = NAMESPACE_TRIED;
    else if (target->pid != 0)
        found = namespace_find(target->mark, &deadline, try_process, &opening);
    if (found == NAMESPACE_MISSED && opening.failure.code == ERR_ABSENT)
        return error_set(err, ERR_IO, "its processes end too soon to enter it");
    if (found != NAMESPACE_TRIED)
        return error_set(err, opening.failure.code, "%s", opening.failure.message);
    *out = opening.fd;
    return true;
}

bool namespace_is_foreign(const struct net_namespace *target)
{
    struct opening opening = { .target = target, .fd = -1 };
    struct stat owner = { 0 };
    struct stat own = { 0 };
    bool known;
    int user;

    if (!open_known(&opening))
        return false;
    user = ioctl(opening.fd, NS_GET_USERNS);
    known =
        user >= 0 && fstat(user, &owner) == 0 && stat("/proc/self/ns/user", &own) == 0;
    if (user >= 0)
        (void)close(user);
    (void)close(opening.fd);
    return known && owner.st_ino != own.st_ino;
}

/* Kernels before 5.0 keep showing files of /proc/net that were opened before (kernel
 * commit 1fde6f21d90f). Where only a path is known, it must be another one than ours. */
static bool has_arrived(const struct net_namespace *target)
{
    const uint64_t mark = namespace_mark("self");

    return target->pid == 0 ? mark != home_mark : mark == target->mark;
}

/* What is known of a network is not true in another. */
static void forget_network(void *self)
{
    netlink_close(self);
    linux_ask_forget();
}

bool linux_enter_namespace(void *self, const struct net_namespace *target,
                           struct error *err)
{
    int fd = -1;
    bool ok;

    if (!open_home(err) || !open_target(target, &fd, err))
        return false;
    ok = setns(fd, CLONE_NEWNET) == 0 ||
         linux_error_set(err, errno, "cannot enter the namespace");
    (void)close(fd);
    if (!ok)
        return false;
    forget_network(self);
    if (has_arrived(target))
        return true;
    (void)error_set(err, ERR_UNSUPPORTED,
                    "/proc/net does not show the namespace that was entered");
    if (!linux_leave_namespace(self, NULL))
        (void)error_suffix(err, ", nor does the own one any more");
    return false;
}

bool linux_leave_namespace(void *self, struct error *err)
{
    forget_network(self);
    if (home < 0)
        return true;
    return setns(home, CLONE_NEWNET) == 0 ||
           linux_error_set(err, errno, "cannot return to the own network namespace");
}
