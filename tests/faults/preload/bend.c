/* SPDX-License-Identifier: MIT */
/* Preloaded into a program under test: memory that runs out, netlink that lies or never
 * answers, a clock that steps. Never shipped.
 *   BEND_MALLOC=N     the N-th allocation after main's start fails, and all after it with
 *                     BEND_MALLOC_ON=1
 *   BEND_NETLINK=HOW:N  the N-th netlink datagram: hang, error (ENOBUFS), empty, cut,
 *                     flag (MSG_TRUNC), sequence, garbage, refused, interrupted
 *   BEND_CLOCK=1      each look at the time of day is a day off, to and fro
 *   BEND_FIRED=FILE   made, and no longer empty when the fault was carried out
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { DAY_S = 86400 };

static long number_of(const char *name)
{
    const char *value = getenv(name);

    return value ? strtol(value, NULL, 10) : 0;
}

/* Open from the start: once bounded, the remediation can make no file there. */
static int fired_fd = -1;

/* Out of the way of the program's own descriptors. */
static void open_fired(void)
{
    const char *path = getenv("BEND_FIRED");
    const int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644) : -1;

    fired_fd = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 100);
    if (fd >= 0)
        (void)close(fd);
}

static void fired(void)
{
    const ssize_t ignored = write(fired_fd, "1", 1);
    (void)ignored;
}

/* --- Memory ----------------------------------------------------------------------------
 */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

/* Counted only in main and after it: the loader's failures are not the program's. */
static long allocations = -1;
static long fail_at;
static long fail_on;

static int refuse(void)
{
    if (allocations < 0 || fail_at == 0)
        return 0;
    allocations++;
    if (allocations != fail_at && !(fail_on && allocations > fail_at))
        return 0;
    if (allocations == fail_at)
        fired();
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return refuse() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return refuse() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return refuse() ? NULL : __libc_realloc(memory, size);
}

__attribute__((constructor)) static void begin(void)
{
    fail_at = number_of("BEND_MALLOC");
    fail_on = number_of("BEND_MALLOC_ON");
    open_fired();
    allocations = 0;
}

/* --- Netlink ---------------------------------------------------------------------------
 */

/* What is asked of the datagram that just came; the new length, -1 with errno. */
static ssize_t bend(const char *how, struct msghdr *message, ssize_t got)
{
    char *bytes = message->msg_iov->iov_base;
    struct nlmsghdr *header = (struct nlmsghdr *)(void *)bytes;

    if (strncmp(how, "empty", 5) == 0)
        return 0;
    if (strncmp(how, "cut", 3) == 0)
        return got > 20 ? got - 7 : got / 2;
    if (strncmp(how, "flag", 4) == 0)
        message->msg_flags |= MSG_TRUNC;
    else if (strncmp(how, "sequence", 8) == 0)
        header->nlmsg_seq += 7;
    else if (strncmp(how, "garbage", 7) == 0)
        memset(bytes, 0xa5, (size_t)got);
    else if (strncmp(how, "interrupted", 11) == 0)
        header->nlmsg_flags |= NLM_F_DUMP_INTR;
    else if (strncmp(how, "refused", 7) == 0) {
        struct nlmsgerr *refusal = NLMSG_DATA(header);

        header->nlmsg_type = NLMSG_ERROR;
        header->nlmsg_len = NLMSG_LENGTH(sizeof *refusal);
        refusal->error = -EPERM;
        return (ssize_t)header->nlmsg_len;
    }
    return got;
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    static ssize_t (*real)(int, struct msghdr *, int);
    static long count;
    const char *how = getenv("BEND_NETLINK");
    const char *colon = how ? strchr(how, ':') : NULL;
    ssize_t got;

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "recvmsg");
    if (!colon || ++count != strtol(colon + 1, NULL, 10))
        return real(fd, message, flags);
    fired();
    if (strncmp(how, "hang", 4) == 0)
        for (;;)
            (void)poll(NULL, 0, -1);
    if (strncmp(how, "error", 5) == 0) {
        errno = ENOBUFS;
        return -1;
    }
    got = real(fd, message, flags);
    return got > 0 ? bend(how, message, got) : got;
}

/* --- Time ------------------------------------------------------------------------------
 */

static time_t step(void)
{
    static long looks;

    if (number_of("BEND_CLOCK") == 0)
        return 0;
    fired();
    return ++looks % 2 ? DAY_S : -DAY_S;
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    static int (*real)(clockid_t, struct timespec *);
    int result;

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    result = real(clock, out);
    if (result == 0 && clock == CLOCK_REALTIME)
        out->tv_sec += step();
    return result;
}

time_t time(time_t *out)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
