/* SPDX-License-Identifier: MIT */
/* Network namespaces that a test makes, in namespaces of its own (alone.h). */
#ifndef TESTS_UNIT_HOST_LINUX_MADE_NAMESPACES_H
#define TESTS_UNIT_HOST_LINUX_MADE_NAMESPACES_H

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "tests/unit/host/linux/alone.h"

enum { LISTENERS = 5 };

static inline bool write_file(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    const bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static inline bool open_sockets(void)
{
    struct sockaddr_in any = { .sin_family = AF_INET };

    for (int i = 0; i < LISTENERS; i++) {
        const int fd = socket(AF_INET, SOCK_STREAM, 0);

        if (fd < 0 || listen(fd, 1) < 0)
            return false;
    }
    for (int i = 0; i < 2; i++) {
        const int fd = socket(AF_INET, SOCK_DGRAM, 0);

        if (fd < 0 || bind(fd, (struct sockaddr *)&any, sizeof any) < 0)
            return false;
    }
    return true;
}

/* A process in a network namespace of its own with that range, NULL = as it is, made with
 * more flags of unshare(2); -1 = not permitted. It lives until it is killed, or ends with
 * the process namespace. */
static inline pid_t start_with(int flags, const char *range, bool sockets)
{
    int ready[2];
    char byte = 0;
    pid_t child;

    if (pipe(ready) < 0)
        return -1;
    child = fork();
    if (child == 0) {
        if (unshare(CLONE_NEWNET | flags) < 0 || (sockets && !open_sockets()) ||
            (range && !write_file("/proc/sys/net/ipv4/ip_local_port_range", range)) ||
            write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            (void)pause();
    }
    (void)close(ready[1]);
    if (read(ready[0], &byte, 1) != 1)
        child = -1;
    (void)close(ready[0]);
    return child;
}

static inline pid_t start(const char *range, bool sockets)
{
    return start_with(0, range, sockets);
}

static inline void end(pid_t child)
{
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
}

/* As `ip netns add` does it. */
static inline bool name_it(pid_t process, const char *file)
{
    char from[64];

    (void)snprintf(from, sizeof from, "/proc/%d/ns/net", (int)process);
    return write_file(file, "") && mount(from, file, "none", MS_BIND, NULL) == 0;
}

/* One more process where another one is; it is not the one that is told of. */
static inline bool join(pid_t first)
{
    int ready[2];
    char path[64];
    char byte = 0;
    bool ok;

    (void)snprintf(path, sizeof path, "/proc/%d/ns/net", (int)first);
    if (pipe(ready) < 0)
        return false;
    if (fork() == 0) {
        const int fd = open(path, O_RDONLY | O_CLOEXEC);

        if (fd < 0 || setns(fd, CLONE_NEWNET) < 0 || write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            (void)pause();
    }
    (void)close(ready[1]);
    ok = read(ready[0], &byte, 1) == 1;
    (void)close(ready[0]);
    return ok;
}

/* One that is called blue, and one that is called alone and has no process; `*child` is
 * the process of the first. */
static inline bool make_two(pid_t *child)
{
    pid_t gone;

    if (mount("proc", "/proc", "proc", 0, NULL) < 0 ||
        mount("none", "/run", "tmpfs", 0, NULL) < 0 || mkdir("/run/netns", 0755) < 0)
        return false;
    *child = start("32000 32003", true);
    gone = start("40000 40009", false);
    if (*child < 0 || gone < 0 || !name_it(*child, "/run/netns/blue") ||
        !name_it(gone, "/run/netns/alone"))
        return false;
    end(gone);
    return true;
}

#endif
