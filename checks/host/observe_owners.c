/* SPDX-License-Identifier: MIT */
/* Which sockets are looked at, and what a failure becomes. */
#include "checks/host/observe_owners.h"

#include <stdio.h>
#include <stdlib.h>

#include "checks/host/observe_counters.h"
#include "checks/host/observer.h"
#include "checks/host/program.h"
#include "checks/model/owner_census.h"

/* What one second look is made with. */
struct look {
    const struct host *host;
    const struct owners_request *request;
    struct observation *seen;
    struct owner_census census;
    bool filtered; /* only sockets toward the busiest destination are looked at */
};

struct visit {
    struct owner_census *census;
    const struct owned_request *wanted;
    struct error err;
};

/* Whether half of the ports in use or more are those toward the busiest destination: else
 * who holds the others, blocked ones among them, matters as much. */
static bool is_busiest_enough(const struct observed_tcp *tcp)
{
    return tcp->top_count > 0 &&
           2 * (uint32_t)destination_in_the_way(&tcp->top[0]) >= tcp->ports_used;
}

/* Sockets that the host was not asked for may come. */
static bool is_wanted(const struct owned_request *wanted, const struct socket_row *row)
{
    const struct destination to = { .local = row->local,
                                    .remote = row->remote,
                                    .remote_port = row->remote_port };

    if (row->local_port < wanted->ports.first || row->local_port > wanted->ports.last)
        return false;
    for (size_t i = 0; i < wanted->to_count; i++)
        if (wanted->to[i].device == row->device &&
            destination_is_alike(&wanted->to[i], &to))
            return true;
    return wanted->to_count == 0;
}

static bool add_row(void *context, const struct socket_row *row)
{
    struct visit *visit = context;

    return !is_wanted(visit->wanted, row) ||
           owner_census_add(visit->census, visit->wanted->protocol, row, &visit->err);
}

static bool visit_all(struct look *look, const struct owned_request *wanted,
                      struct error *err)
{
    const struct host *host = look->host;
    struct visit visit = { .census = &look->census, .wanted = wanted };
    struct error failure = { 0 };

    if (host->ops->visit_owned(host->self, wanted, &look->request->deadline, add_row,
                               &visit, &failure))
        return true;
    if (visit.err.code != ERR_NONE)
        failure = visit.err;
    return error_set(err, failure.code, "%s", failure.message);
}

/* What was seen of UDP before the read failed is rubbish. */
static void forget_udp(struct owner_census *census)
{
    for (size_t i = 0; i < census->count; i++)
        census->tallies[i].udp = 0;
    census->others.udp = 0;
    census->nobody.udp = 0;
}

static bool look_at_tcp(struct look *look, struct error *err)
{
    const struct observed_tcp *tcp = &look->seen->tcp;
    struct owner_census *census = &look->census;
    struct owned_request wanted = {
        .protocol = IP_PROTOCOL_TCP,
        .ports = look->seen->range[IP_PROTOCOL_TCP].range,
        .bound = tcp->bound_known && tcp->states[CONN_BOUND] > 0,
    };

    look->filtered = look->request->depth == OWNERS_OF_BUSIEST && is_busiest_enough(tcp);
    while (census->to_count < tcp->top_count &&
           census->to_count < (look->filtered ? 1 : OWNED_DESTINATIONS_MAX)) {
        census->to[census->to_count] = tcp->top[census->to_count];
        census->to_count++;
    }
    if (look->filtered) {
        wanted.to = census->to;
        wanted.to_count = census->to_count;
        wanted.bound = false;
    }
    program_watchdog_stage("reading whose TCP sockets they are");
    return visit_all(look, &wanted, err);
}

static bool look_at_udp(struct look *look, struct error *err)
{
    const struct owned_request wanted = {
        .protocol = IP_PROTOCOL_UDP,
        .ports = look->seen->range[IP_PROTOCOL_UDP].range,
    };

    program_watchdog_stage("reading whose UDP sockets they are");
    return visit_all(look, &wanted, err);
}

/* Both protocols, as far as observe() has seen them. *known: whose they are was read.
 * Only ERR_MEMORY fails. */
static bool look_at_sockets(struct look *look, bool *known, struct error *err)
{
    struct observation *seen = look->seen;
    struct observed_owners *owners = &seen->owners;
    const bool tcp = seen->tcp.reading.known && seen->range[IP_PROTOCOL_TCP].range.first;
    const bool udp = look->request->udp && seen->udp.reading.known &&
                     seen->range[IP_PROTOCOL_UDP].range.first;
    struct error failure = { 0 };

    *known = (tcp || udp) && (!tcp || look_at_tcp(look, &failure));
    if (!*known)
        reading_set_unknown(&owners->reading,
                            tcp ? failure.message : "the sockets were not read");
    if (*known && udp && !look_at_udp(look, &failure)) {
        forget_udp(&look->census);
        (void)snprintf(owners->unread, sizeof owners->unread,
                       "whose UDP sockets they are was not read: %.140s",
                       failure.message);
    }
    return failure.code != ERR_MEMORY ||
           error_set(err, ERR_MEMORY, "%s", failure.message);
}

/* Who opens connections to the busiest destination. Only ERR_MEMORY fails. */
static bool look_at_busiest(struct look *look, struct error *err)
{
    const struct host *host = look->host;
    struct observation *seen = look->seen;
    const struct look_request wanted = { .to = &seen->tcp.top[0],
                                         .span_ms = look->request->look_ms,
                                         .deadline = look->request->deadline };
    struct error failure = { 0 };

    if (seen->tcp.top_count == 0)
        return true;
    program_watchdog_stage("looking who opens connections");
    if (host->ops->look(host->self, &wanted, &look->census, &seen->look, &failure))
        return true;
    seen->look = (struct observed_look){ 0 };
    (void)snprintf(seen->look.unread, sizeof seen->look.unread, "%.190s",
                   failure.message);
    return failure.code != ERR_MEMORY ||
           error_set(err, ERR_MEMORY, "%s", failure.message);
}

/* A host may have no destination of its own, and track those of others: the time passes
 * for both. Half of what is left of the run at most, as in look(). */
static bool look_for_a_while(struct look *look, struct error *err)
{
    const int64_t most_ms = deadline_left_ms(&look->request->deadline) / 2;
    const int64_t wanted_ms = look->request->look_ms;
    const struct deadline until =
        deadline_in_ms(wanted_ms < most_ms ? wanted_ms : most_ms);
    struct counters_before before;
    bool ok;

    if (wanted_ms == 0)
        return true;
    observe_counters_before(look->host, look->seen, &before);
    ok = look_at_busiest(look, err);
    if (ok)
        observe_counters_after(look->host, &before, &until, look->seen);
    return ok;
}

static bool name_and_settle(struct look *look, struct error *err)
{
    const struct host *host = look->host;
    struct observed_owners *out = &look->seen->owners;
    struct owner *named = calloc(look->census.count + 1, sizeof *named);
    bool ok;

    if (!named)
        return error_set(err, ERR_MEMORY, "not enough memory for the owners");
    program_watchdog_stage("finding the owners' names");
    ok = host->ops->name_owners(host->self, &look->census, &look->request->deadline,
                                named, out, err);
    if (ok) {
        owner_census_settle(&look->census, named, out);
        owner_census_settle_look(named, out, &look->seen->look);
        if (look->filtered) /* the others were not looked at */
            out->tcp = (struct owner_shares){ 0 };
    }
    free(named);
    return ok;
}

/* Nobody knows whose the sockets are, but who opens them: that is something known. */
static void keep_openers(struct observed_owners *owners)
{
    if (owners->unread[0] == '\0')
        (void)snprintf(owners->unread, sizeof owners->unread, "%.190s",
                       owners->reading.reason);
    owners->reading = (struct reading){ .known = true };
}

bool observe_owners(const struct host *host, const struct owners_request *request,
                    struct observation *seen, struct error *err)
{
    struct look look = { .host = host,
                         .request = request,
                         .seen = seen,
                         .census.programs = request->programs };
    bool known = false;
    bool ok;

    seen->owners = (struct observed_owners){ 0 };
    seen->look = (struct observed_look){ 0 };
    ok = look_at_sockets(&look, &known, err);
    if (ok && !known) /* what was read before it failed is rubbish */
        owner_census_clear(&look.census);
    ok = ok && look_for_a_while(&look, err) && name_and_settle(&look, err);
    owner_census_clear(&look.census);
    seen->owners.reading.known = ok && known;
    if (ok && !known && seen->look.count > 0)
        keep_openers(&seen->owners);
    return ok;
}
