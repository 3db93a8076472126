/* SPDX-License-Identifier: MIT */
/* Which sockets are ended in which order decides what a pool looks like that shrank. */
#include "tests/host/tools/lib/held.h"

#include <errno.h>
#include <unistd.h>

#include "tests/host/tools/lib/attempt.h"

bool held_add(struct held_sockets *held, const struct attempt *attempt, int listener)
{
    struct held *fresh = &held->all[held->count];

    if (held->count == HELD_MAX) {
        errno = EMFILE;
        return false;
    }
    *fresh = (struct held){ attempt_open(attempt), -1, attempt->group };
    if (fresh->fd < 0) {
        return false;
    }
    fresh->peer = listener >= 0 ? loopback_accept(listener) : -1;
    if (listener >= 0 && fresh->peer < 0) {
        int saved = errno;

        loopback_abort(fresh->fd);
        errno = saved;
        return false;
    }
    held->count++;
    return true;
}

const struct held *held_newest(const struct held_sockets *held)
{
    return &held->all[held->count - 1];
}

static void close_end(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

static void abort_end(int *fd)
{
    if (*fd >= 0) {
        loopback_abort(*fd);
    }
    *fd = -1;
}

static void end_one(struct held *one, enum held_end how)
{
    switch (how) {
    case HELD_CLIENT_FIRST:
        close_end(&one->fd);
        close_end(&one->peer);
        break;
    case HELD_SERVER_FIRST:
        close_end(&one->peer);
        close_end(&one->fd);
        break;
    case HELD_LEAVE_CLIENT:
        close_end(&one->fd);
        break;
    case HELD_LEAVE_SERVER:
        close_end(&one->peer);
        break;
    case HELD_ABORT:
        abort_end(&one->fd);
        abort_end(&one->peer);
        break;
    }
}

/* Forgets those of which no end is left. */
static void compact(struct held_sockets *held)
{
    size_t kept = 0;

    for (size_t i = 0; i < held->count; i++) {
        if (held->all[i].fd >= 0 || held->all[i].peer >= 0) {
            held->all[kept++] = held->all[i];
        }
    }
    held->count = kept;
}

uint32_t held_end(struct held_sockets *held, const struct held_choice *choice,
                  enum held_end how)
{
    uint32_t done = 0;

    for (size_t i = 0; i < held->count && done < choice->count; i++) {
        struct held *one = &held->all[choice->youngest ? held->count - 1 - i : i];

        if (!choice->by_group || one->group == choice->group) {
            end_one(one, how);
            done++;
        }
    }
    compact(held);
    return done;
}

void held_mark_ports(const struct held_sockets *held, bool used[65536])
{
    for (size_t i = 0; i < held->count; i++) {
        struct endpoint at = { .length = sizeof(at.address) };

        if (held->all[i].fd >= 0 &&
            getsockname(held->all[i].fd, (struct sockaddr *)&at.address, &at.length) ==
                0) {
            used[endpoint_port(&at)] = true;
        }
    }
}

int listeners_get(struct listeners *listeners, const struct endpoint *at)
{
    struct endpoint plain = endpoint_unmapped(at);
    int fd;

    for (size_t i = 0; i < listeners->count; i++) {
        if (endpoint_equal(&listeners->all[i].at, &plain)) {
            return listeners->all[i].fd;
        }
    }
    if (listeners->count == LISTENERS_MAX) {
        errno = EMFILE;
        return -1;
    }
    fd = loopback_listen(&plain);
    if (fd >= 0) {
        listeners->all[listeners->count].at = plain;
        listeners->all[listeners->count++].fd = fd;
    }
    return fd;
}
