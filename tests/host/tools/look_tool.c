/* SPDX-License-Identifier: MIT */
/* Looks for a while who opens connections to one destination, through the product's own
 * READ seam. */
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "checks/host/host.h"
#include "checks/model/owner_census.h"
#include "tests/host/tools/lib/loopback.h"

enum { DEADLINE_MS = 600000, US_PER_S = 1000000, NS_PER_US = 1000 };

static const char usage[] =
    "usage: look_tool LOCAL REMOTE:PORT SPAN_MS\n"
    "Prints 'looking MS' (CLOCK_MONOTONIC) after the first look, then one JSON object.\n";

/* In place of the C library's, for the product's code too: the first pause comes after
 * the first look, and after the tracepoint was switched on. */
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                    struct timespec *remain)
{
    static bool told;

    if (!told) {
        told = true;
        printf("looking %lld\n", (long long)(deadline_now_ns() / DEADLINE_NS_PER_MS));
        (void)fflush(stdout);
    }
    return syscall(SYS_clock_nanosleep, clock, flags, request, remain) == 0 ? 0 : 4;
}

static struct ip_address address_of(const struct endpoint *end)
{
    if (end->address.ss_family == AF_INET)
        return ip_address_from_v4(&((const struct sockaddr_in *)&end->address)->sin_addr);
    return ip_address_from_v6(&((const struct sockaddr_in6 *)&end->address)->sin6_addr);
}

static uint64_t cpu_us(void)
{
    struct timespec used;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (uint64_t)used.tv_sec * US_PER_S + (uint64_t)used.tv_nsec / NS_PER_US;
}

static void print_look(const struct observed_look *look,
                       const struct owner_census *census, uint64_t took_us)
{
    printf("{\"exact\":%s,\"span_ms\":%u,\"opened\":%u,\"failed\":%u,\"closed\":%u,"
           "\"ports\":[%u,%u],\"shortest_ms\":%u,\"unread\":\"%s\",\"cpu_us\":%llu,"
           "\"openers\":[",
           look->exact ? "true" : "false", look->span_ms, look->opened, look->failed,
           look->closed, look->ports_first, look->ports_last, look->shortest_ms,
           look->unread, (unsigned long long)took_us);
    for (size_t i = 0; i < look->count; i++) {
        const struct owner_key *key = &census->tallies[look->openers[i].owner].key;

        printf("%s{\"uid\":%lld,\"cgroup\":%llu,\"opened\":%u}", i > 0 ? "," : "",
               key->uid == UINT32_MAX ? -1 : (long long)key->uid,
               (unsigned long long)key->cgroup, look->openers[i].opened);
    }
    puts("]}");
}

int main(int argc, char **argv)
{
    struct owner_census census = { 0 };
    struct observed_look look = { 0 };
    struct destination to = { 0 };
    struct look_request wanted = { .to = &to, .deadline = deadline_in_ms(DEADLINE_MS) };
    struct error err = { 0 };
    struct endpoint local;
    struct endpoint remote;
    struct host host;
    uint64_t before_us;

    if (argc != 4 || !endpoint_parse(argv[1], &local) ||
        !endpoint_parse(argv[2], &remote) ||
        !loopback_parse_number(argv[3], 1, 600000, &wanted.span_ms)) {
        fputs(usage, stderr);
        return 2;
    }
    to.local = address_of(&local);
    to.remote = address_of(&remote);
    to.remote_port = endpoint_port(&remote);
    before_us = cpu_us();
    if (!host_open(&host, &err) ||
        !host.ops->look(host.self, &wanted, &census, &look, &err)) {
        fprintf(stderr, "look_tool: %s\n", err.message);
        return 1;
    }
    print_look(&look, &census, cpu_us() - before_us);
    owner_census_clear(&census);
    host_close(&host);
    return 0;
}
