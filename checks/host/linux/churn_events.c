/* SPDX-License-Identifier: MIT */
/* One event and one ring for each processor that is on. A processor that is switched on
 * later is not counted. */
#include "checks/host/linux/churn_events.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "checks/decode/cpu_list.h"
#include "checks/host/linux/linux_file.h"

/* Bytes of a ring: some 2,500 samples between two readings. With many processors less,
 * so that all rings together stay small; a page is more on some machines. */
enum { RING_SIZE = 256 * 1024, RING_SIZE_OF_MANY = 32 * 1024, MANY_CPUS = 32 };

/* The file has some 1,900 bytes. */
enum { FORMAT_SIZE = 8192, CPU_LIST_SIZE = 4096 };

struct churn_cpu {
    int fd;
    struct perf_event_mmap_page *page; /* NULL = not mapped; the ring follows it */
    size_t ring_size;
    size_t page_size;
};

static bool read_fields(struct trace_fields *fields, struct error *err)
{
    static const char *const paths[] = {
        "/sys/kernel/tracing/events/sock/inet_sock_set_state/format",
        "/sys/kernel/debug/tracing/events/sock/inet_sock_set_state/format",
    };
    char format[FORMAT_SIZE];
    struct error absent = { 0 };

    if (proc_file_slurp(paths[0], format, sizeof format, &absent) ||
        proc_file_slurp(paths[1], format, sizeof format, NULL))
        return trace_fields_decode(format, fields, err);
    return error_set(err, absent.code, "%s", absent.message);
}

/* Where a hierarchy of version 1 has the controller, samples tell the groups of that one:
 * "9:perf_event:/" in place of "0::/". */
static bool tells_cgroups(void)
{
    char groups[CPU_LIST_SIZE];

    return proc_file_slurp("/proc/self/cgroup", groups, sizeof groups, NULL) &&
           !strstr(groups, ":perf_event:");
}

static size_t ring_size_for(size_t cpus, size_t page_size)
{
    const size_t wanted = cpus > MANY_CPUS ? RING_SIZE_OF_MANY : RING_SIZE;

    return wanted > page_size ? wanted : page_size;
}

/* EINVAL: this kernel (before 5.7) tells no control groups. */
static int open_event(struct churn_events *events, uint16_t cpu)
{
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_TRACEPOINT,
        .size = sizeof attributes,
        .config = events->fields.id,
        .sample_period = 1,
        .sample_type = (uint64_t)PERF_RING_TID | (uint64_t)PERF_RING_RAW |
                       (events->cgroups ? (uint64_t)PERF_RING_CGROUP : 0),
        .disabled = 1,
    };

    return (int)syscall(SYS_perf_event_open, &attributes, -1, (int)cpu, -1,
                        PERF_FLAG_FD_CLOEXEC);
}

static bool filter(int fd, const struct destination *to, struct error *err)
{
    char text[TRACE_FILTER_SIZE];

    trace_filter(to, true, text);
    if (ioctl(fd, PERF_EVENT_IOC_SET_FILTER, text) == 0)
        return true;
    trace_filter(to, false, text);
    return ioctl(fd, PERF_EVENT_IOC_SET_FILTER, text) == 0 ||
           linux_error_set(err, errno, "the tracepoint's filter was refused");
}

/* Takes over `fd`. */
static bool add_cpu(struct churn_events *events, int fd, size_t ring_size,
                    struct error *err)
{
    struct churn_cpu *cpu = &events->cpus[events->count++];
    void *page;

    cpu->fd = fd;
    cpu->ring_size = ring_size;
    page =
        mmap(NULL, cpu->page_size + ring_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED)
        return linux_error_set(err, errno, "the tracepoint's ring cannot be mapped");
    cpu->page = page;
    return true;
}

/* A processor that was switched off meanwhile is left out (ENODEV). */
static bool open_cpu(struct churn_events *events, uint16_t number, size_t ring_size,
                     const struct destination *to, struct error *err)
{
    int fd = open_event(events, number);

    if (fd < 0 && errno == EINVAL && events->cgroups && events->count == 0) {
        events->cgroups = false;
        fd = open_event(events, number);
    }
    if (fd < 0 && errno == ENODEV)
        return true;
    if (fd < 0)
        return linux_error_set(err, errno, "perf_event_open");
    return add_cpu(events, fd, ring_size, err) && filter(fd, to, err);
}

/* All at once: opening one takes longer. */
static bool enable_all(const struct churn_events *events, struct error *err)
{
    for (size_t i = 0; i < events->count; i++)
        if (ioctl(events->cpus[i].fd, PERF_EVENT_IOC_ENABLE, 0) < 0)
            return linux_error_set(err, errno, "the tracepoint cannot be enabled");
    return true;
}

static bool open_all(struct churn_events *events, const struct destination *to,
                     struct error *err)
{
    const size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
    static uint16_t online[CPU_LIST_MAX];
    char list[CPU_LIST_SIZE];
    size_t count = 0;

    if (!proc_file_slurp("/sys/devices/system/cpu/online", list, sizeof list, err) ||
        !cpu_list_decode(list, online, &count, err))
        return false;
    events->cpus = calloc(count, sizeof *events->cpus);
    if (!events->cpus)
        return error_set(err, ERR_MEMORY, "not enough memory for the rings");
    for (size_t i = 0; i < count; i++) {
        events->cpus[events->count].page_size = page_size;
        if (!open_cpu(events, online[i], ring_size_for(count, page_size), to, err))
            return false;
    }
    return true;
}

bool churn_events_open(struct churn_events *events, const struct destination *to,
                       struct error *err)
{
    *events = (struct churn_events){ .cgroups = tells_cgroups() };
    if (read_fields(&events->fields, err) && open_all(events, to, err) &&
        enable_all(events, err))
        return true;
    churn_events_close(events);
    return false;
}

/* data_head and data_tail: "Ring buffer" of man 2 perf_event_open. */
static bool read_cpu(const struct churn_events *events, struct churn_cpu *cpu,
                     perf_sample_visitor *visit, void *context, uint64_t *lost,
                     struct error *err)
{
    volatile struct perf_event_mmap_page *page = cpu->page;
    struct perf_ring ring = {
        .data = (const uint8_t *)cpu->page + cpu->page_size,
        .size = cpu->ring_size,
        .head = page->data_head,
        .tail = page->data_tail,
        .cgroups = events->cgroups,
    };
    bool ok;

    atomic_thread_fence(memory_order_acquire);
    ok = perf_ring_read(&ring, visit, context, lost, err);
    atomic_thread_fence(memory_order_seq_cst);
    page->data_tail = ring.tail;
    return ok;
}

bool churn_events_read(struct churn_events *events, perf_sample_visitor *visit,
                       void *context, uint64_t *lost, struct error *err)
{
    for (size_t i = 0; i < events->count; i++)
        if (!read_cpu(events, &events->cpus[i], visit, context, lost, err))
            return false;
    return true;
}

void churn_events_stop(struct churn_events *events)
{
    for (size_t i = 0; i < events->count; i++)
        (void)ioctl(events->cpus[i].fd, PERF_EVENT_IOC_DISABLE, 0);
}

void churn_events_close(struct churn_events *events)
{
    for (size_t i = 0; i < events->count; i++) {
        const struct churn_cpu *cpu = &events->cpus[i];

        if (cpu->page)
            (void)munmap(cpu->page, cpu->page_size + cpu->ring_size);
        (void)close(cpu->fd);
    }
    free(events->cpus);
    *events = (struct churn_events){ 0 };
}
