/* SPDX-License-Identifier: MIT */
/* Reading the sockets, and asking which of the used ports bind() closed to connect(). */
#include "checks/host/observe_tcp.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/host/observe_closed.h"
#include "checks/host/program.h"
#include "checks/model/closed_ports.h"

/* A recorded observation shows at least this many destinations, whatever --top says. */
enum { TOP_AT_LEAST = 10 };

/* Linux alone tells how old a TIME_WAIT is; without the range none was counted. */
static bool tells_ages(const struct observer *observer)
{
    return observer->seen->os.kind == OS_LINUX && observer->census.scope.range.first != 0;
}

/* Census -> observation. */
static void keep_census(struct observer *observer)
{
    const struct socket_census *census = &observer->census;
    struct observed_tcp *tcp = &observer->seen->tcp;
    size_t top = observer->request->top;

    if (top < TOP_AT_LEAST)
        top = TOP_AT_LEAST;
    if (top > OBSERVED_DESTINATIONS_MAX)
        top = OBSERVED_DESTINATIONS_MAX;
    tcp->reading.known = true;
    tcp->time_wait = census->time_wait;
    memcpy(tcp->states, census->by_state, sizeof tcp->states);
    tcp->ports_used = socket_census_ports_used(census);
    tcp->time_wait_only_known = true;
    tcp->ports_time_wait_only = socket_census_ports_time_wait_only(census);
    tcp->ports_blocked = socket_census_ports_blocked(census);
    tcp->destinations_seen = census->destinations.count;
    tcp->untracked_bound = destination_table_untracked_bound(&census->destinations);
    tcp->top_count = destination_table_top(&census->destinations, top, tcp->top);
    if (tells_ages(observer))
        socket_census_closings(census, tcp->top_count > 0 ? &tcp->top[0] : NULL,
                               &tcp->closings);
}

/* Linux alone hands ports out by halves. */
static bool has_halves(const struct observer *observer)
{
    return observer->seen->os.kind == OS_LINUX;
}

static void keep_halves(struct observer *observer)
{
    const struct socket_census *census = &observer->census;
    struct observed_tcp *tcp = &observer->seen->tcp;

    if (!has_halves(observer))
        return;
    tcp->odd_usable =
        port_set_count_odd(&census->scope.usable, census->scope.range.first);
    tcp->odd_used = port_set_count_odd(&census->used, census->scope.range.first);
}

/* What is known of bound-only sockets. */
static void keep_bound(struct observer *observer, const struct host_bound *bound)
{
    const uint32_t most = port_range_size(observer->census.scope.range);
    struct observed_tcp *tcp = &observer->seen->tcp;

    tcp->bound_known = bound->counted;
    if (!bound->counted)
        tcp->bound_possible = bound->possible < most ? bound->possible : most;
    if (bound->unread[0]) {
        (void)snprintf(tcp->bound_unread, sizeof tcp->bound_unread,
                       "bound-only sockets not read: %.160s", bound->unread);
        observation_note(observer->seen, "%s", tcp->bound_unread);
    } else if (!bound->visible) {
        observation_note(observer->seen, "%s", bound->reason);
    }
}

/* What a second pass is made for. */
struct second_pass {
    struct closed_sample sample;
    size_t asked;           /* of the sample; 0: nobody was asked */
    struct port_set closed; /* of these */
    struct mixed_destination mixed;
    bool has_mixed;
};

/* A second pass over the sockets, which knows the closed ports and the mixed destination.
 */
static bool read_again(struct observer *observer, const struct second_pass *pass,
                       struct error *err)
{
    const struct host *host = observer->host;
    struct socket_census *census = &observer->census;
    struct observed_tcp *tcp = &observer->seen->tcp;
    struct host_reading how = { 0 };
    struct host_bound bound = { 0 };

    socket_census_restart(census);
    if (!host->ops->read_tcp(host->self, &observer->request->deadline, census, &how,
                             &bound, err))
        return false;
    observer->seen->rows += census->rows;
    if (tcp->bound_known && !bound.counted)
        return error_set(err, ERR_IO, "bound-only sockets were read once only");
    socket_census_settle_mixed(census);
    if (pass->asked > 0)
        tcp->ports_closed = closed_ports_settle(census, &pass->sample, pass->asked);
    if (bound.counted) {
        tcp->bound_known = true;
        tcp->bound_possible = 0;
    }
    keep_census(observer);
    keep_halves(observer);
    return true;
}

/* Whether a pass as long as the first one would end in time. */
static bool has_time(const struct observer *observer, int64_t first_pass_ns)
{
    const int64_t left_ms = deadline_left_ms(&observer->request->deadline);

    return left_ms > 2 * (first_pass_ns / DEADLINE_NS_PER_MS);
}

/* Makes it where there is anything to find. Only ERR_MEMORY fails: what was seen in the
 * first pass stays. */
static bool look_again(struct observer *observer, struct second_pass *pass,
                       int64_t first_pass_ns, struct error *err)
{
    struct observed_tcp *tcp = &observer->seen->tcp;
    struct census_scope *scope = &observer->census.scope;
    struct error failure = { 0 };

    if (port_set_count(&pass->closed) == 0 && !pass->has_mixed)
        return true;
    scope->closed = &pass->closed;
    scope->closed_is_sample = pass->asked < pass->sample.pool;
    scope->mixed = pass->has_mixed ? &pass->mixed : NULL;
    program_watchdog_stage("reading TCP sockets again");
    if (!has_time(observer, first_pass_ns))
        (void)error_set(&failure, ERR_TIMEOUT, "no time for a second look");
    else if (read_again(observer, pass, &failure))
        return true;
    tcp->closed_known = CLOSED_NOT_COUNTED;
    tcp->closed_asked = 0;
    observation_note(observer->seen, "ports that bind() took are not counted: %.140s",
                     failure.message);
    return failure.code != ERR_MEMORY ||
           error_set(err, ERR_MEMORY, "%s", failure.message);
}

/* Whether the kernel told which of the used ports are closed. */
static bool ask_closed(struct observer *observer, struct second_pass *pass)
{
    struct observed_tcp *tcp = &observer->seen->tcp;
    struct error failure = { 0 };

    if (!observer->request->ask)
        return false;
    program_watchdog_stage("asking about ports in use");
    closed_ports_draw(&observer->census, observer->census.scope.hash_seed, &pass->sample);
    if (observe_closed_ask(observer, &pass->sample, &pass->closed, &pass->asked,
                           &failure)) {
        tcp->closed_known =
            pass->asked < pass->sample.pool ? CLOSED_SAMPLED : CLOSED_EXACT;
        tcp->closed_asked = (uint32_t)pass->asked;
        return true;
    }
    if (failure.code != ERR_UNSUPPORTED)
        observation_note(observer->seen, "ports that bind() took are estimated: %.140s",
                         failure.message);
    pass->closed = (struct port_set){ 0 };
    return false;
}

/* Finds the destination with a device that, with the sockets of none in its way, may be
 * busier than the busiest. */
static void find_mixed(const struct observed_tcp *tcp, struct second_pass *pass)
{
    int most = destination_in_the_way(&tcp->top[0]); /* zeroed: there is none */

    for (size_t i = 0; i < tcp->top_count; i++)
        for (size_t j = 0; tcp->top[i].device != 0 && j < tcp->top_count; j++) {
            const int both = destination_in_the_way(&tcp->top[i]) +
                             destination_in_the_way(&tcp->top[j]);

            if (tcp->top[j].device != 0 || both <= most ||
                !destination_is_alike(&tcp->top[i], &tcp->top[j]))
                continue;
            most = both;
            pass->has_mixed = true;
            pass->mixed.key = tcp->top[i];
        }
}

/* What one pass does not tell: closed ports, and which ports two kinds of sockets share.
 */
static bool refine(struct observer *observer, int64_t first_pass_ns, struct error *err)
{
    static struct second_pass pass;
    struct observed_tcp *tcp = &observer->seen->tcp;
    const bool suspected =
        has_halves(observer) && closed_ports_suspected(&observer->census);
    bool told;

    pass = (struct second_pass){ 0 };
    find_mixed(tcp, &pass);
    told = !suspected || ask_closed(observer, &pass);
    if (!look_again(observer, &pass, first_pass_ns, err))
        return false;
    if (told || !closed_ports_at_least(&observer->census, &tcp->ports_closed))
        return true;
    tcp->closed_known = CLOSED_AT_LEAST;
    keep_census(observer);
    return true;
}

static void keep_device(struct observer *observer, uint32_t index)
{
    const struct host *host = observer->host;
    struct observed_tcp *tcp = &observer->seen->tcp;
    struct observed_device *device = &tcp->devices[tcp->device_count];

    for (size_t i = 0; i < tcp->device_count; i++)
        if (tcp->devices[i].index == index)
            return;
    device->index = index;
    if (!host->ops->name_device(host->self, index, device->name))
        (void)snprintf(device->name, sizeof device->name, "#%" PRIu32, index);
    tcp->device_count++;
}

bool observe_tcp_sockets(struct observer *observer, struct error *err)
{
    const struct host *host = observer->host;
    const struct observe_request *request = observer->request;
    const int64_t start_ns = deadline_now_ns();
    struct observed_tcp *tcp = &observer->seen->tcp;
    struct host_reading how = { 0 };
    struct host_bound bound = { 0 };
    struct error failure = { 0 };

    program_watchdog_stage("reading TCP sockets");
    if (!host->ops->read_tcp(host->self, &request->deadline, &observer->census, &how,
                             &bound, &failure)) {
        reading_set_unknown(&tcp->reading, failure.message);
        return !observer_is_fatal(request, &failure, err);
    }
    observer->seen->rows += observer->census.rows;
    keep_census(observer);
    (void)snprintf(tcp->source, sizeof tcp->source, "%s", how.source);
    observer_keep_notes(observer, &how);
    if (!observer_asks_for_ports(request))
        return true;
    keep_bound(observer, &bound);
    keep_halves(observer);
    if (!refine(observer, deadline_now_ns() - start_ns, err))
        return false;
    for (size_t i = 0; i < tcp->top_count; i++)
        if (tcp->top[i].device != 0)
            keep_device(observer, tcp->top[i].device);
    return true;
}
