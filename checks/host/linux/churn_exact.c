/* SPDX-License-Identifier: MIT */
/* The kernel tells who connects, but not in which network namespace: /proc does, as long
 * as the process lives. */
#include "checks/host/linux/churn_exact.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "checks/decode/proc_status.h"
#include "checks/host/linux/linux_file.h"

/* The files have some 1,500 bytes. */
enum { STATUS_SIZE = 8192, PROC_PATH_SIZE = 64 };

/* 0 when it cannot be told: the process is gone, or may not be looked at. */
static uint64_t namespace_of(const char *process)
{
    char path[PROC_PATH_SIZE];
    struct stat status;

    (void)snprintf(path, sizeof path, "/proc/%s/ns/net", process);
    return stat(path, &status) < 0 ? 0 : (uint64_t)status.st_ino;
}

static uint32_t user_of(const char *process)
{
    char path[PROC_PATH_SIZE];
    char status[STATUS_SIZE];
    uint32_t uid = UINT32_MAX;

    (void)snprintf(path, sizeof path, "/proc/%s/status", process);
    if (!proc_file_slurp(path, status, sizeof status, NULL) ||
        !proc_status_number(status, "Uid", &uid))
        return UINT32_MAX;
    return uid;
}

static void look_at(const struct churn_exact *exact, uint32_t id,
                    struct churn_process *process)
{
    char name[16];
    uint64_t namespace;

    (void)snprintf(name, sizeof name, "%" PRIu32, id);
    namespace = namespace_of(name);
    if (namespace == 0)
        return;
    process->place = namespace == exact->own_namespace ? CHURN_HERE : CHURN_ELSEWHERE;
    process->uid = user_of(name);
}

/* A thread may have a namespace of its own; it may also end before its process. */
static struct churn_process *find_process(struct churn_exact *exact,
                                          const struct perf_sample *sample)
{
    bool is_new = false;
    struct churn_process *process =
        churn_processes_find(&exact->processes, sample->tid, sample->cgroup, &is_new);

    if (!process || !is_new)
        return process;
    look_at(exact, sample->tid, process);
    if (process->place == CHURN_GONE && sample->pid != sample->tid && sample->pid != 0)
        look_at(exact, sample->pid, process);
    return process;
}

static void count(struct churn_process *process, enum trace_kind kind)
{
    if (kind == TRACE_CONNECT) {
        process->opened++;
        return;
    }
    process->failed++;
    if (process->opened > 0) /* it began within the span */
        process->opened--;
}

static bool add_sample(void *context, const struct perf_sample *sample)
{
    struct churn_exact *exact = context;
    struct churn_process *process;
    struct trace_event event;
    struct destination to;

    if (!trace_event_decode(&exact->events.fields, sample->raw, sample->raw_length,
                            &event) ||
        event.kind == TRACE_OTHER)
        return true;
    to = (struct destination){ .local = event.local,
                               .remote = event.remote,
                               .remote_port = event.remote_port };
    if (!destination_is_alike(&to, exact->to))
        return true;
    process = find_process(exact, sample);
    if (process)
        count(process, event.kind);
    else
        exact->uncounted++;
    return true;
}

bool churn_exact_open(struct churn_exact *exact, const struct destination *to,
                      struct error *err)
{
    struct churn_exact opened = { .to = to, .own_namespace = namespace_of("self") };

    if (opened.own_namespace == 0)
        return error_set(err, ERR_IO, "cannot read /proc/self/ns/net");
    if (!churn_processes_make(&opened.processes, err) ||
        !churn_events_open(&opened.events, to, err)) {
        churn_exact_close(&opened);
        return false;
    }
    *exact = opened;
    return true;
}

bool churn_exact_read(struct churn_exact *exact, struct error *err)
{
    return churn_events_read(&exact->events, add_sample, exact, &exact->lost, err);
}

bool churn_exact_stop(struct churn_exact *exact, struct error *err)
{
    churn_events_stop(&exact->events);
    return churn_exact_read(exact, err);
}

void churn_exact_close(struct churn_exact *exact)
{
    churn_events_close(&exact->events);
    churn_processes_clear(&exact->processes);
}
