/* SPDX-License-Identifier: MIT */
/* By what /proc shows of PID 1. */
#include "checks/host/linux/init_view.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks/base/compiler.h"
#include "checks/decode/mount_of_path.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/state_place.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71 /* Linux 5.14 */
#endif

/* Where what is kept for the next boot, and for undo, would be. */
static const char *const kept_in[] = { "/etc/sysctl.d", STATE_DIRECTORY };

enum { KEPT_PATH_MAX = 64 };

/* Told by a file of /proc/PID/net, not by /proc/PID/ns/net, which needs the right to
 * trace PID 1: each namespace makes files, and so inode numbers, of its own there. With
 * hidepid=2 in /proc, PID 1 is there only for who has CAP_SYS_PTRACE. */
static bool sees_foreign_network(void)
{
    struct stat own;
    struct stat init;

    return stat("/proc/self/net/dev", &own) == 0 && stat("/proc/1/net/dev", &init) == 0 &&
           own.st_ino != init.st_ino;
}

/* Cuts a path to its parent; false at the root. */
static bool go_up(char path[KEPT_PATH_MAX])
{
    char *slash = strrchr(path, '/');

    if (!slash || slash == path)
        return false;
    *slash = '\0';
    return true;
}

/* What of the path neither has, a run would make: then its parent decides. */
static bool is_foreign_directory(const char *kept)
{
    char path[KEPT_PATH_MAX];
    struct stat own;
    struct stat init;

    (void)snprintf(path, sizeof path, "%s", kept);
    do {
        char of_init[sizeof "/proc/1/root" + KEPT_PATH_MAX];
        bool is_here = stat(path, &own) == 0;
        bool is_there;

        (void)snprintf(of_init, sizeof of_init, "/proc/1/root%s", path);
        is_there = stat(of_init, &init) == 0;
        if (is_here && is_there)
            return own.st_dev != init.st_dev || own.st_ino != init.st_ino;
        if (is_here != is_there)
            return true;
    } while (go_up(path));
    return false;
}

/* Anybody may read them. */
static bool is_mounted_elsewhere(void)
{
    struct text own = { 0 };
    struct text init = { 0 };
    bool differs = false;

    for (size_t i = 0; i < ARRAY_COUNT(kept_in) &&
                       (i > 0 || (proc_mounts_read("/proc/self/mountinfo", &own) &&
                                  proc_mounts_read("/proc/1/mountinfo", &init)));
         i++) {
        struct text here = { 0 };
        struct text there = { 0 };

        differs |= mount_of_path(text_string(&own), kept_in[i], &here) &&
                   mount_of_path(text_string(&init), kept_in[i], &there) &&
                   strcmp(text_string(&here), text_string(&there)) != 0;
        text_clear(&here);
        text_clear(&there);
    }
    text_clear(&own);
    text_clear(&init);
    return differs;
}

static bool sees_foreign_files(void)
{
    struct stat root;

    if (stat("/proc/1/root/", &root) != 0)
        return is_mounted_elsewhere();
    for (size_t i = 0; i < ARRAY_COUNT(kept_in); i++)
        if (is_foreign_directory(kept_in[i]))
            return true;
    return false;
}

/* What was seen while this process might. */
static struct {
    bool prepared;
    bool foreign_network;
    bool foreign_files;
} view;

void linux_init_view_prepare(void)
{
    if (view.prepared)
        return;
    view.foreign_network = sees_foreign_network();
    view.foreign_files = sees_foreign_files();
    view.prepared = true;
}

bool linux_is_foreign_network(void)
{
    return view.prepared ? view.foreign_network : sees_foreign_network();
}

bool linux_has_foreign_files(void)
{
    return view.prepared ? view.foreign_files : sees_foreign_files();
}

void linux_network_name(struct text *out)
{
    uint64_t cookie = 0;
    socklen_t size = sizeof cookie;
    struct stat status;
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) == 0)
        text_addf(out, "cookie %llu", (unsigned long long)cookie);
    else if (stat("/proc/self/ns/net", &status) == 0)
        text_addf(out, "inode %llu", (unsigned long long)status.st_ino);
    if (fd >= 0)
        (void)close(fd);
}
