/* SPDX-License-Identifier: MIT */
/* read(2) until nothing comes any more. */
#include "checks/host/linux/descriptor.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "checks/host/linux/linux_error.h"

bool descriptor_await(int fd, short events)
{
    struct pollfd awaited = { .fd = fd, .events = events };

    return poll(&awaited, 1, -1) >= 0 || errno == EINTR;
}

/* Whether a failed read is worth another. */
static bool may_go_on(int fd)
{
    return errno == EINTR || (errno == EAGAIN && descriptor_await(fd, POLLIN));
}

static bool add_all(int fd, const char *path, size_t limit, struct text *out,
                    struct error *err)
{
    char bytes[8192];
    size_t left = limit;

    for (;;) {
        const ssize_t got = read(fd, bytes, sizeof bytes);

        if (got < 0 && may_go_on(fd))
            continue;
        if (got < 0)
            return linux_error_set(err, errno, "cannot read '%s'", path);
        if (got == 0)
            return text_ok(out, err);
        if ((size_t)got > left)
            return error_set(err, ERR_LIMIT, "'%s' is larger than %zu bytes", path,
                             limit);
        left -= (size_t)got;
        text_add_bytes(out, bytes, (size_t)got);
        if (!text_ok(out, err))
            return false;
    }
}

bool descriptor_read_all(int fd, const char *path, size_t limit, struct text *out,
                         struct error *err)
{
    const size_t before = out->length;

    if (add_all(fd, path, limit, out, err))
        return true;
    text_cut(out, before);
    return false;
}
