/* SPDX-License-Identifier: MIT */
/* One socket, made as a program of a host would make it. */
#include "tests/host/tools/lib/attempt.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    CONNECT_WAIT_S = 120,         /* only ends a hang */
    BACKLOG = 16,                 /* each of these has one connection, or none */
    NO_PORT_OPTION = 24,          /* IP_BIND_ADDRESS_NO_PORT of <linux/in.h> */
    LOCAL_PORT_RANGE_OPTION = 51, /* IP_LOCAL_PORT_RANGE, Linux 6.3 */
    PORT_MAX = 65535,
};

/* What stands behind "NAME=" in the word, or NULL. */
static const char *value_of(const char *word, const char *name)
{
    size_t length = strlen(name);

    return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1
                                                                   : NULL;
}

static bool parse_ports(const char *text, uint32_t *out)
{
    unsigned first;
    unsigned last;

    if (sscanf(text, "%u-%u", &first, &last) != 2 || first == 0 || first > last ||
        last > PORT_MAX) {
        return false;
    }
    *out = last << 16 | first;
    return true;
}

static bool parse_source(const char *word, struct attempt *attempt)
{
    const char *bound = value_of(word, "bind");
    const char *late = value_of(word, "late");

    if (!bound && !late) {
        return false;
    }
    attempt->is_bound = true;
    attempt->is_late = late != NULL;
    return endpoint_parse(bound ? bound : late, &attempt->from);
}

bool attempt_parse_option(const char *word, struct attempt *attempt)
{
    const char *value;

    if (strcmp(word, "reuse") == 0) {
        return attempt->is_reused = true;
    }
    if (strcmp(word, "shared") == 0) {
        return attempt->is_shared = true;
    }
    if ((value = value_of(word, "device")) && strlen(value) < sizeof(attempt->device)) {
        (void)snprintf(attempt->device, sizeof(attempt->device), "%s", value);
        return true;
    }
    if ((value = value_of(word, "step"))) {
        return loopback_parse_number(value, 1, PORT_MAX, &attempt->step);
    }
    if ((value = value_of(word, "group"))) {
        return loopback_parse_number(value, 0, UINT32_MAX, &attempt->group);
    }
    if ((value = value_of(word, "ports"))) {
        return parse_ports(value, &attempt->ports);
    }
    return parse_source(word, attempt);
}

struct attempt attempt_next(struct attempt attempt)
{
    if (attempt.step > 0) {
        endpoint_set_port(&attempt.from,
                          (uint16_t)(endpoint_port(&attempt.from) + attempt.step));
    }
    return attempt;
}

static bool set_one(int fd, int level, int option, bool is_wanted)
{
    int one = 1;

    return !is_wanted || setsockopt(fd, level, option, &one, sizeof(one)) == 0;
}

static bool set_options(int fd, const struct attempt *attempt)
{
    struct timeval patience = { .tv_sec = CONNECT_WAIT_S };
    socklen_t length = (socklen_t)strlen(attempt->device);

    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    return set_one(fd, SOL_SOCKET, SO_REUSEADDR, attempt->is_reused) &&
           set_one(fd, SOL_SOCKET, SO_REUSEPORT, attempt->is_shared) &&
           set_one(fd, IPPROTO_IP, NO_PORT_OPTION, attempt->is_late) &&
           (attempt->ports == 0 ||
            setsockopt(fd, IPPROTO_IP, LOCAL_PORT_RANGE_OPTION, &attempt->ports,
                       sizeof(attempt->ports)) == 0) &&
           (length == 0 ||
            setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, attempt->device, length) == 0);
}

static bool reach_end(int fd, const struct attempt *attempt)
{
    const struct sockaddr *to = (const struct sockaddr *)&attempt->to.address;

    switch (attempt->end) {
    case ATTEMPT_BIND:
        return true;
    case ATTEMPT_LISTEN:
        return listen(fd, BACKLOG) == 0;
    case ATTEMPT_CONNECT:
        return connect(fd, to, attempt->to.length) == 0;
    case ATTEMPT_HALF:
        return connect(fd, to, attempt->to.length) == 0 || errno == EINPROGRESS;
    case ATTEMPT_REFUSED:
        return connect(fd, to, attempt->to.length) != 0 && errno == ECONNREFUSED;
    }
    return false;
}

int attempt_open(const struct attempt *attempt)
{
    int family = attempt->end == ATTEMPT_BIND || attempt->end == ATTEMPT_LISTEN
                     ? attempt->from.address.ss_family
                     : attempt->to.address.ss_family;
    int waits = attempt->end == ATTEMPT_HALF ? SOCK_NONBLOCK : 0;
    int fd = socket(family, attempt->type | SOCK_CLOEXEC | waits, 0);
    int saved;

    if (fd < 0) {
        return -1;
    }
    if (set_options(fd, attempt) &&
        (!attempt->is_bound || bind(fd, (const struct sockaddr *)&attempt->from.address,
                                    attempt->from.length) == 0) &&
        reach_end(fd, attempt)) {
        return fd;
    }
    saved = errno;
    close(fd);
    errno = saved;
    return -1;
}
