/* SPDX-License-Identifier: MIT */
/* Whose the sockets of this machine are, through the product's own READ seam: the
 * observation with its owners, as a JSON document. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/linux/cgroup_names.h"
#include "checks/host/observe.h"
#include "checks/host/observe_owners.h"
#include "checks/host/program.h"
#include "checks/model/observation_json.h"
#include "checks/model/policy.h"

static const char usage[] =
    "usage: owners_tool [--busiest] [--programs] [--none] [--us]\n"
    "  --busiest   of the busiest destination alone\n"
    "  --programs  programs and pids too\n"
    "  --none      the observation alone\n"
    "  --us        the time of both steps, in microseconds, and "
    "nothing else\n";

enum { TIME_MS = 60000, US_PER_MS = 1000 };

struct wish {
    struct owners_request owners;
    bool none;
    bool times;
};

static bool parse(int argc, char **argv, struct wish *wish)
{
    *wish = (struct wish){ .owners = { .depth = OWNERS_OF_ALL, .udp = true } };
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--busiest") == 0)
            wish->owners.depth = OWNERS_OF_BUSIEST;
        else if (strcmp(argv[i], "--programs") == 0)
            wish->owners.programs = true;
        else if (strcmp(argv[i], "--none") == 0)
            wish->none = true;
        else if (strcmp(argv[i], "--us") == 0)
            wish->times = true;
        else
            return false;
    }
    wish->owners.deadline = deadline_in_ms(TIME_MS);
    return true;
}

static bool observe_both(const struct wish *wish, struct observation *seen,
                         long long us[2], struct error *err)
{
    static struct policy policy;
    const struct observe_request request = { .metrics = METRICS_ALL,
                                             .policy = &policy,
                                             .deadline = deadline_in_ms(TIME_MS) };
    struct host host = { 0 };
    int64_t start_ns;
    bool ok;

    policy_init(&policy);
    if (!host_open(&host, err))
        return false;
    start_ns = program_thread_cpu_ns();
    ok = observe(&host, &request, seen, err);
    us[0] = (program_thread_cpu_ns() - start_ns) / US_PER_MS;
    start_ns = program_thread_cpu_ns();
    ok = ok && (wish->none || observe_owners(&host, &wish->owners, seen, err));
    us[1] = (program_thread_cpu_ns() - start_ns) / US_PER_MS;
    host_close(&host);
    return ok;
}

static int tell_group(const char *id)
{
    static const char *const sights[] = { [CGROUP_UNSEEN] = "unseen",
                                          [CGROUP_SEEN] = "seen",
                                          [CGROUP_ENDED] = "ended",
                                          [CGROUP_OUTSIDE] = "outside" };
    const struct deadline deadline = deadline_in_ms(TIME_MS);
    struct cgroup_named group = { .id = strtoull(id, NULL, 10) };

    (void)cgroup_names_find(&group, 1, &deadline);
    (void)puts(sights[group.sight]);
    return 0;
}

int main(int argc, char **argv)
{
    static struct observation seen;
    struct wish wish;
    struct text document = { 0 };
    struct error err = { 0 };
    long long us[2] = { 0 };

    if (argc == 3 && strcmp(argv[1], "--group") == 0)
        return tell_group(argv[2]);
    if (!parse(argc, argv, &wish)) {
        (void)fputs(usage, stderr);
        return 2;
    }
    if (!observe_both(&wish, &seen, us, &err) ||
        !observation_to_json(&seen, &document, &err)) {
        (void)fprintf(stderr, "owners_tool: %s\n", err.message);
        return 1;
    }
    if (wish.times)
        (void)printf("%lld %lld\n", us[0], us[1]);
    else
        (void)fputs(text_string(&document), stdout);
    text_clear(&document);
    return 0;
}
