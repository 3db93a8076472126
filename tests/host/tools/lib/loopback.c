/* SPDX-License-Identifier: MIT */
/* The test tools make real sockets; what they share is written once, here. */
#include "tests/host/tools/lib/loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The wait only ends a hang: on loopback a connection is there when connect() returns. */
enum { ACCEPT_WAIT_MS = 120 * 1000, BACKLOG = 4096, MAPPED_IPV4_AT = 12 };

/* Each namespace has its own /proc/PID/net/dev; unlike ns/net it can be looked at without
 * the right to trace PID 1. A root in which the network passes for PID 1's has a mark
 * (be_home in tests/host/lib.sh). */
void loopback_require_namespace(const char *program)
{
    struct stat own;
    struct stat init;

    if (access("/.port-exhaustion-lab", F_OK) == 0)
        return;
    if (stat("/proc/self/net/dev", &own) == 0 && stat("/proc/1/net/dev", &init) == 0 &&
        own.st_ino != init.st_ino) {
        return;
    }
    fprintf(stderr, "%s: not in a network namespace of its own; use unshare --net\n",
            program);
    exit(2);
}

/* "fe80::1%lan0": a link-local address is one of a link. */
static bool parse_ipv6(char *host, struct sockaddr_in6 *out)
{
    char *link = strchr(host, '%');

    if (link) {
        *link++ = '\0';
        out->sin6_scope_id = if_nametoindex(link);
    }
    return (!link || out->sin6_scope_id != 0) &&
           inet_pton(AF_INET6, host, &out->sin6_addr) == 1;
}

static bool parse_address(char *host, uint16_t port, struct endpoint *out)
{
    struct endpoint parsed = { 0 };
    struct sockaddr_in *ipv4 = (struct sockaddr_in *)&parsed.address;
    struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)&parsed.address;

    if (inet_pton(AF_INET, host, &ipv4->sin_addr) == 1) {
        ipv4->sin_family = AF_INET;
        parsed.length = sizeof(*ipv4);
    } else if (parse_ipv6(host, ipv6)) {
        ipv6->sin6_family = AF_INET6;
        parsed.length = sizeof(*ipv6);
    } else {
        return false;
    }
    endpoint_set_port(&parsed, port);
    *out = parsed;
    return true;
}

bool endpoint_parse(const char *text, struct endpoint *out)
{
    char host[LOOPBACK_TEXT_SIZE];
    bool bracket = text[0] == '[';
    const char *end = strchr(text, bracket ? ']' : ':');
    const char *start = bracket ? text + 1 : text;
    const char *rest = end ? end + (bracket ? 1 : 0) : text + strlen(text);
    size_t length = (size_t)((end ? end : rest) - start);
    uint32_t port = 0;

    if ((bracket && !end) || length >= sizeof(host)) {
        return false;
    }
    memcpy(host, start, length);
    host[length] = '\0';
    if (*rest != '\0' &&
        (*rest != ':' || !loopback_parse_number(rest + 1, 0, 65535, &port))) {
        return false;
    }
    return parse_address(host, (uint16_t)port, out);
}

const char *endpoint_text(const struct endpoint *endpoint)
{
    static char text[LOOPBACK_TEXT_SIZE + 16];
    char host[LOOPBACK_TEXT_SIZE] = "?";

    (void)getnameinfo((const struct sockaddr *)&endpoint->address, endpoint->length, host,
                      sizeof(host), NULL, 0, NI_NUMERICHOST);
    (void)snprintf(text, sizeof(text),
                   endpoint->address.ss_family == AF_INET6 ? "[%s]:%u" : "%s:%u", host,
                   (unsigned)endpoint_port(endpoint));
    return text;
}

/* sin_port and sin6_port lie at the same place. */
uint16_t endpoint_port(const struct endpoint *endpoint)
{
    return ntohs(((const struct sockaddr_in *)&endpoint->address)->sin_port);
}

void endpoint_set_port(struct endpoint *endpoint, uint16_t port)
{
    ((struct sockaddr_in *)&endpoint->address)->sin_port = htons(port);
}

static void add_to_ipv4(void *address, uint32_t steps)
{
    uint32_t number;

    memcpy(&number, address, sizeof(number));
    number = htonl(ntohl(number) + steps);
    memcpy(address, &number, sizeof(number));
}

struct endpoint endpoint_step(struct endpoint endpoint, uint32_t steps)
{
    struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)&endpoint.address;

    if (endpoint.address.ss_family == AF_INET) {
        add_to_ipv4(&((struct sockaddr_in *)&endpoint.address)->sin_addr, steps);
    } else if (IN6_IS_ADDR_V4MAPPED(&ipv6->sin6_addr)) {
        add_to_ipv4(&ipv6->sin6_addr.s6_addr[MAPPED_IPV4_AT], steps);
    } else {
        endpoint_set_port(&endpoint, (uint16_t)(endpoint_port(&endpoint) + steps));
    }
    return endpoint;
}

struct endpoint endpoint_unmapped(const struct endpoint *endpoint)
{
    const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)&endpoint->address;
    struct endpoint plain = { .length = sizeof(struct sockaddr_in) };
    struct sockaddr_in *ipv4 = (struct sockaddr_in *)&plain.address;

    if (endpoint->address.ss_family != AF_INET6 ||
        !IN6_IS_ADDR_V4MAPPED(&ipv6->sin6_addr)) {
        return *endpoint;
    }
    ipv4->sin_family = AF_INET;
    ipv4->sin_port = ipv6->sin6_port;
    memcpy(&ipv4->sin_addr, &ipv6->sin6_addr.s6_addr[MAPPED_IPV4_AT],
           sizeof(ipv4->sin_addr));
    return plain;
}

bool endpoint_equal(const struct endpoint *one, const struct endpoint *other)
{
    return one->length == other->length &&
           memcmp(&one->address, &other->address, one->length) == 0;
}

int loopback_listen(const struct endpoint *at)
{
    int one = 1;
    int saved;
    int fd = socket(at->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return -1;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
        bind(fd, (const struct sockaddr *)&at->address, at->length) == 0 &&
        listen(fd, BACKLOG) == 0) {
        return fd;
    }
    saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

int loopback_accept(int listener)
{
    struct pollfd wait = { .fd = listener, .events = POLLIN };
    int ready = poll(&wait, 1, ACCEPT_WAIT_MS);

    if (ready == 1) {
        return accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    }
    errno = ready == 0 ? ETIMEDOUT : errno;
    return -1;
}

void loopback_abort(int fd)
{
    struct linger reset = { .l_onoff = 1, .l_linger = 0 };

    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    close(fd);
}

uint32_t loopback_raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return 1024;
    }
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_max > 1000000 ? 1000000 : (uint32_t)limit.rlim_max;
}

const char *loopback_errno_name(int error)
{
    const char *name = error == 0 ? "-" : strerrorname_np(error);

    return name ? name : "E?";
}

bool loopback_parse_number(const char *text, uint32_t least, uint32_t most, uint32_t *out)
{
    char *end;
    unsigned long long value;

    if (*text < '0' || *text > '9') {
        return false;
    }
    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || value < least || value > most) {
        return false;
    }
    *out = (uint32_t)value;
    return true;
}
