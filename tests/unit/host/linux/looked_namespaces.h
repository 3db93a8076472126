/* SPDX-License-Identifier: MIT */
/* Network namespaces that a test made (made_namespaces.h), as the host lists them. */
#ifndef TESTS_UNIT_HOST_LINUX_LOOKED_NAMESPACES_H
#define TESTS_UNIT_HOST_LINUX_LOOKED_NAMESPACES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "checks/host/host.h"
#include "tests/unit/host/linux/made_namespaces.h"

/* Ends with WRONG + the number of the first expectation that failed. */
#define MUST(number, condition)                                                          \
    do {                                                                                 \
        if (!(condition))                                                                \
            return WRONG + (number);                                                     \
    } while (0)

/* Everything that is looked at, and where to. */
static struct host host;
static struct net_namespaces found;
static struct error err;

static inline bool list(void)
{
    const struct deadline deadline = deadline_in_ms(60000);

    net_namespaces_clear(&found);
    error_clear(&err);
    return host_open(&host, &err) &&
           host.ops->list_namespaces(host.self, &deadline, &found, &err);
}

static inline const struct net_namespace *named(const char *netns)
{
    for (size_t i = 0; i < found.count; i++)
        if (strcmp(found.list[i].names.netns, netns) == 0)
            return &found.list[i];
    return NULL;
}

static inline bool enter(const struct net_namespace *target)
{
    error_clear(&err);
    return host.ops->enter_namespace(host.self, target, &err);
}

static inline bool has_range(uint16_t first, uint16_t last)
{
    const struct deadline deadline = deadline_in_ms(60000);
    struct host_range range = { 0 };

    return host.ops->read_range(host.self, IP_PROTOCOL_TCP, range.range, &deadline,
                                &range, NULL) &&
           range.range.first == first && range.range.last == last;
}

/* Rows of a census, by netlink where we are, or of a target from outside; -1 = failed. */
static inline int64_t rows_of(const struct net_namespace *target)
{
    const struct deadline deadline = deadline_in_ms(60000);
    static struct socket_census census;
    struct host_reading how = { 0 };
    struct host_bound bound = { 0 };
    bool ok;

    memset(&census, 0, sizeof census);
    error_clear(&err);
    ok = target ? host.ops->read_tcp_of(host.self, target, &deadline, &census, &err)
                : host.ops->read_tcp(host.self, &deadline, &census, &how, &bound, &err);
    return ok ? (int64_t)census.rows : -1;
}

static inline const struct net_namespace *of_pid(pid_t pid)
{
    for (size_t i = 0; i < found.count; i++)
        if (found.list[i].pid == (uint32_t)pid)
            return &found.list[i];
    return NULL;
}

#endif
