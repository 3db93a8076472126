/* SPDX-License-Identifier: MIT */
/* Written for the tests alone: it shares nothing with what the check asks or computes. */
#include "tests/host/tools/lib/port_oracle.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    NO_PORT_OPTION = 24,          /* IP_BIND_ADDRESS_NO_PORT of <linux/in.h> */
    LOCAL_PORT_RANGE_OPTION = 51, /* IP_LOCAL_PORT_RANGE, Linux 6.3 */
    FASTOPEN_CONNECT_OPTION = 30, /* TCP_FASTOPEN_CONNECT of <linux/tcp.h> */
    NO_COOKIE_OPTION = 34,        /* TCP_FASTOPEN_NO_COOKIE */
};

static bool read_range(unsigned *first, unsigned *last)
{
    FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "r");
    bool ok = file && fscanf(file, "%u %u", first, last) == 2 && *first <= *last &&
              *last < PORT_COUNT;

    if (file) {
        fclose(file);
    }
    return ok;
}

/* Takes away "a-b,c,...", which may be an empty line. */
static bool remove_reserved(bool usable[PORT_COUNT])
{
    FILE *file = fopen("/proc/sys/net/ipv4/ip_local_reserved_ports", "r");
    unsigned first;

    if (!file) {
        return false;
    }
    while (fscanf(file, "%u", &first) == 1) {
        unsigned last = first;
        int next = fgetc(file);

        if (next == '-') {
            if (fscanf(file, "%u", &last) != 1) {
                break;
            }
            next = fgetc(file);
        }
        for (unsigned port = first; port <= last && port < PORT_COUNT; port++) {
            usable[port] = false;
        }
        if (next != ',') {
            break;
        }
    }
    fclose(file);
    return true;
}

bool port_oracle_usable(bool usable[PORT_COUNT])
{
    unsigned first = 0;
    unsigned last = 0;

    if (!read_range(&first, &last)) {
        return false;
    }
    for (unsigned port = 0; port < PORT_COUNT; port++) {
        usable[port] = port >= first && port <= last;
    }
    return remove_reserved(usable);
}

/* A socket that connects without a SYN, from this port or not at all; -1 with errno. */
static int open_asker(const struct route *route, uint32_t port)
{
    const uint32_t range = port << 16 | port;
    const int one = 1;
    const socklen_t length = (socklen_t)strlen(route->device);
    int fd = socket(route->local.address.ss_family,
                    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int saved;

    if (fd < 0) {
        return -1;
    }
    if (setsockopt(fd, IPPROTO_TCP, FASTOPEN_CONNECT_OPTION, &one, sizeof(one)) == 0 &&
        setsockopt(fd, IPPROTO_TCP, NO_COOKIE_OPTION, &one, sizeof(one)) == 0 &&
        setsockopt(fd, IPPROTO_IP, NO_PORT_OPTION, &one, sizeof(one)) == 0 &&
        setsockopt(fd, IPPROTO_IP, LOCAL_PORT_RANGE_OPTION, &range, sizeof(range)) == 0 &&
        (length == 0 ||
         setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, route->device, length) == 0) &&
        bind(fd, (const struct sockaddr *)&route->local.address, route->local.length) ==
            0) {
        return fd;
    }
    saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

/* 1: the port can be had, 0: it cannot, -1: errno says why there is no answer. */
static int ask_port(const struct route *route, uint32_t port)
{
    int fd = open_asker(route, port);
    int error = 0;

    if (fd < 0) {
        errno = errno == EADDRNOTAVAIL ? ENODEV : errno; /* the address is gone */
        return -1;
    }
    if (connect(fd, (const struct sockaddr *)&route->remote.address,
                route->remote.length) != 0) {
        error = errno;
    }
    close(fd);
    errno = error;
    return error == 0 ? 1 : error == EADDRNOTAVAIL ? 0 : -1;
}

int32_t port_oracle_free(const struct route *route, const bool usable[PORT_COUNT])
{
    int32_t count = 0;

    for (uint32_t port = 1; port < PORT_COUNT; port++) {
        int answer = usable[port] ? ask_port(route, port) : 0;

        if (answer < 0) {
            return -1;
        }
        count += answer;
    }
    return count;
}

struct route port_oracle_nobody(void)
{
    struct route route = { 0 };

    (void)endpoint_parse("127.0.0.1", &route.local);
    (void)endpoint_parse("127.99.99.99:9", &route.remote);
    return route;
}

static bool read_ports(const char *path, bool used[PORT_COUNT])
{
    char line[512];
    FILE *file = fopen(path, "r");

    if (!file) {
        return errno == ENOENT; /* no IPv6 */
    }
    while (fgets(line, sizeof(line), file)) {
        unsigned port;

        if (sscanf(line, " %*u: %*[0-9A-F]:%4x ", &port) == 1) {
            used[port] = true;
        }
    }
    fclose(file);
    return true;
}

bool port_oracle_listed(bool used[PORT_COUNT])
{
    return read_ports("/proc/self/net/tcp", used) &&
           read_ports("/proc/self/net/tcp6", used);
}
