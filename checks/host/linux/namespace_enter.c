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
#include "checks/host/linux/namespace_walk.h"
#include "checks/host/linux/netlink_sockets.h"

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

static bool open_target(const struct net_namespace *target, int *out, struct error *err)
{
    char path[32];

    if (target->pid == 0)
        return open_path(target->path, out, err);
    (void)snprintf(path, sizeof path, "/proc/%u/ns/net", (unsigned int)target->pid);
    *out = open(path, O_RDONLY | O_CLOEXEC);
    return *out >= 0 || not_opened(path, err);
}

static bool is_meant(int fd, const struct net_namespace *target)
{
    struct stat status;

    return fstat(fd, &status) == 0 &&
           (target->inode == 0 || (uint64_t)status.st_ino == target->inode);
}

bool namespace_is_foreign(const struct net_namespace *target)
{
    struct stat owner = { 0 };
    struct stat own = { 0 };
    bool known = false;
    int fd = -1;

    if (!open_target(target, &fd, NULL))
        return false;
    if (is_meant(fd, target)) {
        const int user = ioctl(fd, NS_GET_USERNS);

        known = user >= 0 && fstat(user, &owner) == 0 &&
                stat("/proc/self/ns/user", &own) == 0;
        if (user >= 0)
            (void)close(user);
    }
    (void)close(fd);
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
    ok = is_meant(fd, target) || has_ended(err);
    if (ok && setns(fd, CLONE_NEWNET) != 0)
        ok = linux_error_set(err, errno, "cannot enter the namespace");
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
