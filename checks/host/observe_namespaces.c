/* SPDX-License-Identifier: MIT */
/* Which namespaces are entered, in which order, and what becomes of a failure. */
#include "checks/host/observe_namespaces.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks/host/observe.h"
#include "checks/host/observer.h"
#include "checks/host/program.h"
#include "checks/model/namespace_limits.h"

static const char no_time[] = "no time left to look at it";

/* One that is looked at more closely. */
struct suspect {
    size_t at;       /* in the list */
    double share;    /* percent of its ports, an upper bound; INFINITY = not known */
    uint32_t usable; /* 0 = its range was not read */
};

/* One of the observations that are kept. */
struct kept {
    size_t at;
    double weight;
};

struct watch {
    const struct host *host;
    const struct namespaces_request *request;
    const struct observation *own;
    struct net_namespaces *found;
    struct namespace_limits limits;
    struct suspect *suspects; /* owned; room for all that were found */
    size_t count;
    uint64_t bound; /* bound-only sockets of which nobody knows yet where they are */
    struct kept kept[NAMESPACES_KEPT];
    size_t kept_count;
};

static struct net_namespace *target_of(const struct watch *watch, size_t at)
{
    return &watch->found->list[at];
}

static const struct deadline *deadline_of(const struct watch *watch)
{
    return &watch->request->observe->deadline;
}

bool namespace_visit(const struct host *host, const struct net_namespace *target,
                     const struct namespace_look *look, struct error *failure,
                     struct error *err)
{
    *failure = (struct error){ 0 };
    if (!host->ops->enter_namespace(host->self, target, failure))
        return true;
    look->look(look->context);
    return host->ops->leave_namespace(host->self, err);
}

/* It may be above a limit, and nobody knows. */
static void set_unread(struct net_namespace *target, const char *reason)
{
    target->sight = NET_NAMESPACE_UNREAD;
    (void)snprintf(target->reason, sizeof target->reason, "%s", reason);
}

/* It could not be entered, or read. */
static void set_failed(struct net_namespace *target, const struct error *failure)
{
    if (failure->code == ERR_ABSENT)
        target->sight = NET_NAMESPACE_ENDED;
    else
        set_unread(target, failure->code == ERR_TIMEOUT ? no_time : failure->message);
}

static double share_of(const struct net_namespace *target, uint32_t usable)
{
    const uint64_t most = target->tcp_possible > target->udp_possible
                              ? target->tcp_possible
                              : target->udp_possible;

    return usable == 0 ? INFINITY : 100.0 * (double)most / (double)usable;
}

/* So many of the bound-only sockets that nobody has found yet may be there. */
static uint64_t bound_in(const struct watch *watch, const struct net_namespace *target)
{
    return watch->bound < target->sockets_used ? watch->bound : target->sockets_used;
}

static bool may_cross(const struct watch *watch, const struct suspect *suspect,
                      uint64_t bound)
{
    const struct net_namespace *target = target_of(watch, suspect->at);

    return !target->totals_known || suspect->usable == 0 ||
           namespace_limits_may_cross(&watch->limits, target->tcp_possible + bound,
                                      target->udp_possible, suspect->usable);
}

static int by_share(const void *a, const void *b)
{
    const struct suspect *one = a;
    const struct suspect *other = b;

    if (one->share != other->share)
        return one->share < other->share ? 1 : -1;
    return one->at < other->at ? -1 : one->at > other->at;
}

static void sort(struct watch *watch)
{
    if (watch->count > 0)
        qsort(watch->suspects, watch->count, sizeof *watch->suspects, by_share);
}

/* Whose sockets nobody knows, or who has some; bound-only ones are in no other total. */
static bool has_sockets(const struct watch *watch, const struct net_namespace *target)
{
    return !target->totals_known || target->tcp_possible > 0 ||
           target->udp_possible > 0 ||
           (watch->found->may_enter && watch->limits.has_tcp &&
            bound_in(watch, target) > 0);
}

/* Most sockets first. */
static void suspect_all(struct watch *watch)
{
    const uint32_t usable = watch->own->range[IP_PROTOCOL_TCP].usable;

    for (size_t i = 0; i < watch->found->count; i++) {
        const struct net_namespace *target = target_of(watch, i);

        if (has_sockets(watch, target))
            watch->suspects[watch->count++] = (struct suspect){
                .at = i,
                .share = target->totals_known ? share_of(target, usable) : INFINITY,
            };
    }
    sort(watch);
}

/* What one range is read with. */
struct range_look {
    const struct watch *watch;
    struct net_namespace *target; /* its totals too, where nobody told them */
    uint32_t usable;              /* 0 = not read */
};

static uint32_t usable_of(const struct host_range *range)
{
    struct port_set usable = { 0 };

    port_set_add_range(&usable, range->range);
    if (range->reserved_known)
        port_set_remove(&usable, &range->reserved);
    return port_set_count(&usable);
}

static void read_range(void *context)
{
    static const struct port_range as_it_is;
    struct range_look *look = context;
    const struct host *host = look->watch->host;
    struct host_range range = { 0 };

    if (host->ops->read_range(host->self, IP_PROTOCOL_TCP, as_it_is,
                              deadline_of(look->watch), &range, NULL))
        look->usable = usable_of(&range);
    if (!look->target->totals_known)
        look->target->totals_known = host->ops->read_totals(
            host->self, &look->target->tcp_possible, &look->target->udp_possible, NULL);
}

/* Enters it where there is time left. False: it cannot be left. */
static bool visit(const struct watch *watch, struct net_namespace *target,
                  const struct namespace_look *look, struct error *err)
{
    struct error failure = { 0 };

    if (deadline_passed(deadline_of(watch)))
        (void)error_set(&failure, ERR_TIMEOUT, "%s", no_time);
    else if (!namespace_visit(watch->host, target, look, &failure, err))
        return false;
    if (failure.code != ERR_NONE)
        set_failed(target, &failure);
    return true;
}

/* Finds out what share of its ports each may use; one whose range cannot be read stays a
 * suspect. */
static bool read_ranges(struct watch *watch, struct error *err)
{
    size_t left = 0;

    program_watchdog_stage("reading the port ranges of other network namespaces");
    for (size_t i = 0; i < watch->count; i++) {
        struct suspect *suspect = &watch->suspects[i];
        struct net_namespace *target = target_of(watch, suspect->at);
        struct range_look range = { .watch = watch, .target = target };
        const struct namespace_look look = { .look = read_range, .context = &range };

        if (!visit(watch, target, &look, err))
            return false;
        if (target->sight != NET_NAMESPACE_SCREENED)
            continue;
        suspect->usable = range.usable;
        suspect->share = target->totals_known ? share_of(target, range.usable) : INFINITY;
        watch->suspects[left++] = *suspect;
    }
    watch->count = left;
    sort(watch);
    return true;
}

/* What one observation is made with. */
struct observe_look {
    const struct watch *watch;
    struct observation *seen;
    bool done;
    struct error failure; /* not done: why, where it was entered */
};

static void observe_one(void *context)
{
    struct observe_look *look = context;

    look->done = observe(look->watch->host, look->watch->request->observe, look->seen,
                         &look->failure);
}

/* Of those that are equally bad the first ones of the list are kept, and told. */
static bool is_less(const struct kept *one, const struct kept *other)
{
    return one->weight != other->weight ? one->weight < other->weight
                                        : one->at > other->at;
}

/* The least bad of those that are kept; there is one. */
static struct kept *least(struct watch *watch)
{
    struct kept *least = &watch->kept[0];

    for (size_t i = 1; i < watch->kept_count; i++)
        if (is_less(&watch->kept[i], least))
            least = &watch->kept[i];
    return least;
}

static void drop(struct net_namespace *target)
{
    free(target->seen);
    target->seen = NULL;
}

/* Memory does not grow with the number of namespaces. */
static void keep(struct watch *watch, size_t at, double weight)
{
    const struct kept one = { .at = at, .weight = weight };
    struct kept *place = &watch->kept[watch->kept_count];

    if (watch->kept_count < NAMESPACES_KEPT) {
        watch->kept_count++;
    } else {
        place = least(watch);
        if (is_less(&one, place)) {
            drop(target_of(watch, at));
            return;
        }
        drop(target_of(watch, place->at));
    }
    *place = one;
}

/* Its bound-only sockets are nowhere else. */
static void settle_bound(struct watch *watch, const struct observed_tcp *tcp)
{
    const uint64_t here = tcp->bound_known ? tcp->states[CONN_BOUND] : 0;

    watch->bound -= here < watch->bound ? here : watch->bound;
}

/* Dumps it and has it judged. ERR_MEMORY, or it cannot be left. */
static bool observe_suspect(struct watch *watch, size_t at, struct error *err)
{
    struct net_namespace *target = target_of(watch, at);
    struct observe_look one = { .watch = watch, .seen = calloc(1, sizeof *one.seen) };
    const struct namespace_look look = { .look = observe_one, .context = &one };
    const struct namespaces_request *request = watch->request;

    if (!one.seen)
        return error_set(err, ERR_MEMORY, "out of memory");
    if (!visit(watch, target, &look, err) || one.failure.code == ERR_MEMORY) {
        free(one.seen);
        return error_set(err, one.failure.code, "%s", one.failure.message);
    }
    if (!one.done) {
        if (target->sight == NET_NAMESPACE_SCREENED)
            set_failed(target, &one.failure);
        free(one.seen);
        return true;
    }
    target->sight = NET_NAMESPACE_SEEN;
    target->seen = one.seen;
    settle_bound(watch, &one.seen->tcp);
    keep(watch, at, request->weigh(request->context, at, one.seen));
    return true;
}

static bool observe_suspects(struct watch *watch, struct error *err)
{
    program_watchdog_stage("reading other network namespaces");
    for (size_t i = 0; i < watch->count; i++)
        if (may_cross(watch, &watch->suspects[i], 0) &&
            !observe_suspect(watch, watch->suspects[i].at, err))
            return false;
    return true;
}

/* Fewer than 1 % of its range are not counted there (design.md, "Never two truths"). */
static bool may_be_bound(const struct watch *watch, const struct suspect *suspect)
{
    const struct net_namespace *target = target_of(watch, suspect->at);
    const uint64_t bound = bound_in(watch, target);

    return target->sight == NET_NAMESPACE_SCREENED && bound * 100 > suspect->usable &&
           may_cross(watch, suspect, bound);
}

/* Whether this system lists such sockets is known of where there are any. */
static bool are_invisible(const struct net_namespace *target)
{
    return target->seen && !target->seen->tcp.bound_known &&
           target->seen->tcp.bound_possible > 0;
}

/* Bound-only sockets that nobody has found yet may be in any of them; each that is found
 * leaves fewer for the others. */
static bool observe_bound(struct watch *watch, struct error *err)
{
    for (size_t i = 0; watch->limits.has_tcp && i < watch->count; i++) {
        const struct suspect *suspect = &watch->suspects[i];

        if (!may_be_bound(watch, suspect))
            continue;
        if (!observe_suspect(watch, suspect->at, err))
            return false;
        if (are_invisible(target_of(watch, suspect->at)))
            return true;
    }
    return true;
}

/* Without its range nobody can say how bad it is: how many ports of ours it uses. */
static bool list_ports(struct watch *watch, struct net_namespace *target,
                       struct socket_census *census, struct error *err)
{
    const struct host *host = watch->host;
    struct error failure = { 0 };
    struct port_set ports;

    if (deadline_passed(deadline_of(watch)))
        (void)error_set(&failure, ERR_TIMEOUT, "%s", no_time);
    else if (host->ops->read_tcp_of(host->self, target, deadline_of(watch), census,
                                    &failure)) {
        ports = census->used;
        port_set_remove(&ports, &census->listening);
        target->ports_listed = port_set_count(&ports);
        target->sight = NET_NAMESPACE_LISTED;
        return true;
    }
    if (failure.code == ERR_MEMORY)
        return error_set(err, ERR_MEMORY, "%s", failure.message);
    set_failed(target, &failure);
    return true;
}

/* What everybody may read: those that could be above a limit if their ranges were ours.
 */
static bool list_suspects(struct watch *watch, struct error *err)
{
    static struct socket_census census;
    const struct observed_range *range = &watch->own->range[IP_PROTOCOL_TCP];
    bool ok = true;

    if (!watch->limits.has_tcp || !range->reading.known)
        return true;
    program_watchdog_stage("reading sockets of other network namespaces");
    for (size_t i = 0; ok && i < watch->count; i++) {
        watch->suspects[i].usable = range->usable;
        if (!may_cross(watch, &watch->suspects[i], 0))
            continue;
        census = (struct socket_census){ .scope = { .range = range->range,
                                                    .hash_seed = program_secret() } };
        port_set_add_range(&census.scope.usable, range->range);
        ok = list_ports(watch, target_of(watch, watch->suspects[i].at), &census, err);
        socket_census_clear(&census);
    }
    return ok;
}

static bool look_at_all(struct watch *watch, struct error *err)
{
    if (watch->found->count == 0)
        return true;
    watch->suspects = calloc(watch->found->count, sizeof *watch->suspects);
    if (!watch->suspects)
        return error_set(err, ERR_MEMORY, "out of memory");
    suspect_all(watch);
    if (!watch->found->may_enter)
        return list_suspects(watch, err);
    return read_ranges(watch, err) && observe_suspects(watch, err) &&
           observe_bound(watch, err);
}

bool observe_namespaces(const struct host *host, const struct namespaces_request *request,
                        const struct observation *own, struct net_namespaces *out,
                        struct error *err)
{
    struct watch watch = { .host = host, .request = request, .own = own, .found = out };
    bool ok;

    program_watchdog_stage("looking for network namespaces");
    if (!host->ops->list_namespaces(host->self, &request->observe->deadline, out, err))
        return false;
    namespace_limits_find(request->limits, request->observe->metrics,
                          request->observe->ask, &watch.limits);
    watch.bound = out->bound_possible;
    settle_bound(&watch, &own->tcp);
    ok = look_at_all(&watch, err);
    free(watch.suspects);
    return ok;
}
