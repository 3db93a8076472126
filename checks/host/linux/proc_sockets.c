/* SPDX-License-Identifier: MIT */
/* Reads the files piece by piece: under a flood of connections one of them may not end
 * for seconds (measured), so the deadline is looked at between the pieces. */
#include "checks/host/linux/proc_sockets.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "checks/base/compiler.h"
#include "checks/decode/proc_net_sockets.h"
#include "checks/host/linux/linux_file.h"

static char buffer[65536];

struct sink {
    struct socket_census *census;
    bool leading; /* only rows of listeners came so far */
    struct error err;
    /* Rows with owners go on to it; NULL = rows have none. */
    socket_row_visitor *owned;
    void *context;
};

/* Feeds the whole lines of the buffer and keeps the rest at its start. */
static bool feed(struct proc_net_sockets *file, size_t *held, struct error *err)
{
    size_t used = 0;

    if (!proc_net_sockets_decode(file, buffer, *held, &used, err))
        return false;
    memmove(buffer, buffer + used, *held - used);
    *held -= used;
    if (*held == sizeof buffer)
        return error_set(err, ERR_MALFORMED, "a line of %zu bytes or more", *held);
    return true;
}

static bool read_open_file(const char *path, int fd, const struct deadline *deadline,
                           struct proc_net_sockets *file, struct error *err)
{
    size_t held = 0;
    size_t got;

    do {
        if (deadline_passed(deadline))
            return error_set(err, ERR_TIMEOUT, "the time limit passed while reading %s",
                             path);
        if (!proc_file_read(path, fd, buffer + held, sizeof buffer - held, &got, err))
            return false;
        held += got;
        if (!feed(file, &held, err))
            return file->stopped ? false : error_prefix(err, "%s", path);
    } while (got > 0);
    return proc_net_sockets_finish(file, held, err) || error_prefix(err, "%s", path);
}

/* True when the whole file was read, or the visitor stopped it without an error. */
static bool read_file(const char *path, const struct deadline *deadline,
                      socket_row_visitor *visit, struct sink *sink)
{
    struct proc_net_sockets file = { .owners = sink->owned != NULL,
                                     .visit = visit,
                                     .context = sink };
    const long ticks_per_s = sysconf(_SC_CLK_TCK);
    bool ok;
    int fd = -1;

    if (!proc_file_open(path, &fd, &sink->err))
        return false;
    file.ticks_per_s = ticks_per_s > 0 ? (uint32_t)ticks_per_s : 0;
    sink->leading = true;
    ok = read_open_file(path, fd, deadline, &file, &sink->err);
    (void)close(fd);
    return ok || (file.stopped && sink->err.code == ERR_NONE);
}

/* Stops at the first row that is no listener: these stand first. */
static bool add_listener(void *context, const struct socket_row *row)
{
    struct sink *sink = context;

    return row->state == CONN_LISTEN &&
           socket_census_add_tcp(sink->census, row, &sink->err);
}

/* Leaves out the listeners that add_listener took. */
static bool add_tcp(void *context, const struct socket_row *row)
{
    struct sink *sink = context;

    sink->leading = sink->leading && row->state == CONN_LISTEN;
    return sink->leading || socket_census_add_tcp(sink->census, row, &sink->err);
}

static bool add_udp(void *context, const struct socket_row *row)
{
    struct sink *sink = context;

    socket_census_add_udp(sink->census, row);
    return true;
}

/* The file for IPv4 must be there, that for IPv6 may be missing. */
static bool read_both(const char *const paths[2], const struct deadline *deadline,
                      socket_row_visitor *visit, struct sink *sink)
{
    if (!read_file(paths[0], deadline, visit, sink))
        return false;
    if (read_file(paths[1], deadline, visit, sink))
        return true;
    if (sink->err.code != ERR_ABSENT)
        return false;
    error_clear(&sink->err);
    return true;
}

static bool read_tcp(const char *const paths[2], const struct deadline *deadline,
                     struct socket_census *census, struct error *err)
{
    struct sink sink = { .census = census };

    /* The census wants the listeners of both families before any other row. */
    if (read_both(paths, deadline, add_listener, &sink) &&
        read_both(paths, deadline, add_tcp, &sink))
        return true;
    return error_set(err, sink.err.code, "%s", sink.err.message);
}

bool proc_read_tcp(const struct deadline *deadline, struct socket_census *census,
                   struct error *err)
{
    static const char *const paths[2] = { "/proc/net/tcp", "/proc/net/tcp6" };

    return read_tcp(paths, deadline, census, err);
}

bool proc_read_tcp_of(uint32_t pid, const struct deadline *deadline,
                      struct socket_census *census, struct error *err)
{
    char path[32];
    char path6[32];
    const char *const paths[2] = { path, path6 };

    (void)snprintf(path, sizeof path, "/proc/%u/net/tcp", (unsigned int)pid);
    (void)snprintf(path6, sizeof path6, "/proc/%u/net/tcp6", (unsigned int)pid);
    return read_tcp(paths, deadline, census, err);
}

bool proc_read_udp(const struct deadline *deadline, struct socket_census *census,
                   struct error *err)
{
    static const char *const paths[2] = { "/proc/net/udp", "/proc/net/udp6" };
    struct sink sink = { .census = census };

    if (read_both(paths, deadline, add_udp, &sink))
        return true;
    return error_set(err, sink.err.code, "%s", sink.err.message);
}

static bool pass_row(void *context, const struct socket_row *row)
{
    struct sink *sink = context;

    return sink->owned(sink->context, row);
}

bool proc_visit_owned(enum ip_protocol protocol, const struct deadline *deadline,
                      socket_row_visitor *visit, void *context, struct error *err)
{
    static const char *const paths[IP_PROTOCOL_COUNT][2] = {
        [IP_PROTOCOL_TCP] = { "/proc/net/tcp", "/proc/net/tcp6" },
        [IP_PROTOCOL_UDP] = { "/proc/net/udp", "/proc/net/udp6" },
    };
    struct sink sink = { .owned = visit, .context = context };

    return read_both(paths[protocol], deadline, pass_row, &sink) ||
           error_set(err, sink.err.code, "%s", sink.err.message);
}
