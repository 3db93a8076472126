/* SPDX-License-Identifier: MIT */
/* Who they are needs no rights, nor do their totals; their inodes, and so the names in
 * /run/netns, the right to trace their processes. */
#include "checks/host/linux/net_namespaces.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks/base/number.h"
#include "checks/host/linux/namespace_enter.h"
#include "checks/host/linux/namespace_files.h"
#include "checks/host/linux/namespace_find.h"
#include "checks/host/linux/namespace_list.h"
#include "checks/host/linux/namespace_names.h"
#include "checks/host/linux/namespace_totals.h"
#include "checks/host/linux/namespace_walk.h"
#include "checks/host/linux/proc_sockets.h"

enum {
    PROCESSES_MAX = 65536,
    MET_MAX = 2 * NET_NAMESPACES_MAX, /* ours too; more of them than are listed are
                                         counted */
};

/* linux/proc_ns.h PROC_PID_INIT_INO: where all processes of the machine are. */
static const ino_t initial_pids = 0xEFFFFFFC;

struct listing {
    struct net_namespaces *out;
    struct namespace_teller tellers[NET_NAMESPACES_MAX];
    uint32_t met; /* namespaces, our own included */
    bool own_known;
    uint64_t hashed; /* TCP sockets that are connected or listening, our own included */
    uint64_t alloc;  /* the most that was told */
    struct error *err;
    bool failed;
};

/* The totals of one more namespace. */
static bool read_more(const struct namespace_process *process, struct listing *listing,
                      struct namespace_totals *out)
{
    if (!namespace_totals_read(process->proc, process->pid, out))
        return false;
    listing->hashed += out->tcp;
    if (out->alloc > listing->alloc)
        listing->alloc = out->alloc;
    return true;
}

static void read_own(const struct namespace_process *process, struct listing *listing)
{
    struct namespace_totals totals = { 0 };

    if (!listing->own_known)
        listing->own_known = read_more(process, listing, &totals);
}

static void read_totals(const struct namespace_process *process, struct listing *listing,
                        struct net_namespace *out)
{
    struct namespace_totals totals = { 0 };

    if (out->totals_known || !read_more(process, listing, &totals))
        return;
    out->tcp_possible = totals.tcp + totals.time_wait;
    out->udp_possible = totals.udp;
    out->sockets_used = totals.used;
    out->totals_known = true;
}

/* The one that it is in, new or not; NULL where it is not listed. */
static struct net_namespace *listed(struct listing *listing,
                                    const struct namespace_process *process)
{
    struct net_namespaces *out = listing->out;
    const size_t at = process->position - (size_t)1;

    if (process->position >= listing->met) {
        listing->met = process->position + 1;
        if (!namespace_list_add(out, process->mark, listing->err))
            listing->failed = out->count < NET_NAMESPACES_MAX;
    }
    return at < out->count ? &out->list[at] : NULL;
}

static bool see(void *context, const struct namespace_process *process)
{
    struct listing *listing = context;
    struct net_namespace *namespace;

    if (process->position == 0) {
        read_own(process, listing);
        return true;
    }
    namespace = listed(listing, process);
    if (namespace) {
        read_totals(process, listing, namespace);
        namespace_names_look(process, &listing->tellers[process->position - 1],
                             namespace);
    }
    return !listing->failed;
}

static bool is_still_there(const struct net_namespace *target)
{
    char pid[16];

    (void)snprintf(pid, sizeof pid, "%u", (unsigned int)target->pid);
    return target->pid != 0 && namespace_mark(pid) == target->mark;
}

static void find_foreign(struct net_namespaces *out)
{
    for (size_t i = 0; out->may_enter && i < out->count; i++) {
        struct net_namespace *namespace = &out->list[i];

        if (!namespace->totals_known || namespace->sockets_used > 0 ||
            namespace->tcp_possible > 0)
        namespace->of_foreign_user = namespace_is_foreign(namespace);
    }
}

/* What everybody is told, or who may enter, was not told. */
static bool was_ending(const struct net_namespace *namespace, bool may_enter)
{
    return !namespace->totals_known || (may_enter && namespace->inode == 0);
}

/* A second look at one of them. */
struct again {
    struct listing *listing;
    struct net_namespace *namespace;
    struct namespace_teller teller;
};

/* By a process that was not there, or was not looked at, before. */
static bool look_again(void *context, const struct namespace_process *process)
{
    struct again *again = context;

    again->teller = (struct namespace_teller){ 0 };
    read_totals(process, again->listing, again->namespace);
    namespace_names_look(process, &again->teller, again->namespace);
    return !was_ending(again->namespace, again->listing->out->may_enter);
}

/* Whether it ended with the process that was looked at; else another one tells of it. */
static bool has_ended(struct listing *listing, size_t at, const struct deadline *deadline)
{
    struct again again = { .listing = listing, .namespace = &listing->out->list[at] };
    enum namespace_found found;

    if (!was_ending(again.namespace, listing->out->may_enter) ||
        is_still_there(again.namespace))
        return false;
    found = namespace_find(again.namespace->mark, deadline, look_again, &again);
    if (found == NAMESPACE_TRIED)
        listing->tellers[at] = again.teller;
    return found == NAMESPACE_GONE;
}

/* A namespace that ended with its processes, while these were looked at. */
static void leave_out_ended(struct listing *listing, const struct deadline *deadline)
{
    struct net_namespaces *out = listing->out;
    size_t left = 0;

    for (size_t i = 0; i < out->count; i++) {
        if (has_ended(listing, i, deadline))
            continue;
        out->list[left] = out->list[i];
        listing->tellers[left++] = listing->tellers[i];
    }
    out->count = left;
}

static void add_note(struct net_namespaces *out, const char *format, ...)
    PRINTF_LIKE(2, 3);

static void add_note(struct net_namespaces *out, const char *format, ...)
{
    size_t length = strlen(out->note);
    va_list arguments;

    if (length > 0 && length + 2 < sizeof out->note) {
        memcpy(out->note + length, "; ", 3);
        length += 2;
    }
    va_start(arguments, format);
    (void)vsnprintf(out->note + length, sizeof out->note - length, format, arguments);
    va_end(arguments);
}

/* In a container of its own the other containers' processes are not there at all. */
static bool sees_own_processes_alone(void)
{
    struct stat status;

    return stat("/proc/self/ns/pid", &status) == 0 && status.st_ino != initial_pids;
}

/* hidepid=2: others are not there, PID 1 neither. */
static bool is_hidden(const struct namespace_sight *sight)
{
    return !sight->unlisted && (sight->hidden > 0 || access("/proc/1", F_OK) != 0);
}

/* Those that nobody met are counted as one: how many they are nobody knows. */
static void count_unmet(const struct namespace_sight *sight, struct net_namespaces *out)
{
    const char *why = sight->unlisted ? "/proc shows no processes"
                      : sight->late   ? "no time left to look at all processes"
                      : sight->many   ? "there are too many processes to look at"
                                      : NULL;

    if (!why)
        return;
    out->unlisted++;
    out->unlisted_reason = why;
}

static void tell_sight(const struct namespace_sight *sight, uint32_t unmatched,
                       struct net_namespaces *out)
{
    if (sight->unlisted)
        add_note(out, "/proc shows no processes: network namespaces were not found");
    if (is_hidden(sight))
        add_note(out, "processes are hidden (hidepid): their namespaces need "
                      "CAP_SYS_PTRACE");
    if (sight->late || sight->many)
        add_note(out, "not all processes were looked at: %s",
                 sight->late ? "no time" : "too many");
    else if (out->unlisted > 0 && !sight->unlisted)
        add_note(out, "not all network namespaces were looked at: too many");
    if (sees_own_processes_alone())
        add_note(out, "only processes of this container are visible");
    if (unmatched > 0)
        add_note(out,
                 "which of %" PRIu32 " files in /run/netns have no process needs "
                 "CAP_SYS_PTRACE",
                 unmatched);
    if (!out->may_enter && out->count > 0)
        add_note(out, "foreign ranges need CAP_SYS_ADMIN and CAP_SYS_PTRACE");
}

static bool list(struct listing *listing, const struct deadline *deadline,
                 struct error *err)
{
    const struct namespace_walk walk = { .deadline = deadline,
                                         .processes_most = PROCESSES_MAX,
                                         .namespaces_most = MET_MAX,
                                         .visit = see,
                                         .context = listing };
    struct net_namespaces *out = listing->out;
    struct namespace_sight sight;
    uint32_t unmatched = 0;

    if (!namespace_walk(&walk, &sight, err) || listing->failed)
        return false;
    out->may_enter = namespace_may_enter();
    leave_out_ended(listing, deadline);
    namespace_names_users(listing->tellers, out);
    namespace_names_pods(deadline, out);
    if (!namespace_files_read(!is_hidden(&sight) && !sight.late && !sight.many, out,
                              &unmatched, err))
        return false;
    count_unmet(&sight, out);
    find_foreign(out);
    out->bound_possible =
        listing->alloc > listing->hashed ? listing->alloc - listing->hashed : 0;
    tell_sight(&sight, unmatched, out);
    return true;
}

bool linux_list_namespaces(void *self, const struct deadline *deadline,
                           struct net_namespaces *out, struct error *err)
{
    static struct listing listing;
    struct net_namespaces found = { 0 };

    (void)self;
    memset(&listing, 0, sizeof listing);
    listing.out = &found;
    listing.met = 1;
    listing.err = err;
    if (!list(&listing, deadline, err)) {
        net_namespaces_clear(&found);
        return false;
    }
    *out = found;
    return true;
}

/* What the sockets of a target are read with. */
struct tcp_reading {
    const struct net_namespace *target;
    const struct deadline *deadline;
    struct socket_census *census;
    struct error failure; /* ERR_NONE: read */
};

/* Its number may be another process' by now: who it was is looked at before and after.
 * True: read, or failed for another reason than that it ended. */
static bool try_to_read(void *context, const struct namespace_process *process)
{
    struct tcp_reading *reading = context;
    const char *pid = process->pid;
    uint32_t number;
    bool ok;

    socket_census_restart(reading->census);
    error_clear(&reading->failure);
    if (!number_parse_u32(pid, UINT32_MAX, &number, &reading->failure) ||
        namespace_mark(pid) != reading->target->mark)
        return false;
    ok = proc_read_tcp_of(number, reading->deadline, reading->census, &reading->failure);
    return ok ? namespace_mark(pid) == reading->target->mark
              : reading->failure.code == ERR_TIMEOUT ||
                    reading->failure.code == ERR_MEMORY;
}

bool linux_read_tcp_of(void *self, const struct net_namespace *target,
                       const struct deadline *deadline, struct socket_census *census,
                       struct error *err)
{
    struct tcp_reading reading = { .target = target,
                                   .deadline = deadline,
                                   .census = census };
    enum namespace_found found = NAMESPACE_TRIED;
    char pid[16];
    const struct namespace_process known = { .pid = pid };

    (void)self;
    if (target->pid == 0)
        return error_set(err, ERR_UNSUPPORTED, "no process of the namespace is known");
    (void)snprintf(pid, sizeof pid, "%u", (unsigned int)target->pid);
    if (!try_to_read(&reading, &known))
        found = namespace_find(target->mark, deadline, try_to_read, &reading);
    if (found == NAMESPACE_GONE)
        return error_set(err, ERR_ABSENT, "the namespace ended meanwhile");
    if (found == NAMESPACE_MISSED && reading.failure.code == ERR_NONE)
        return error_set(err, ERR_IO, "its processes end too soon");
    return reading.failure.code == ERR_NONE ||
           error_set(err, reading.failure.code, "%s", reading.failure.message);
}
