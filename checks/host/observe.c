/* SPDX-License-Identifier: MIT */
/* Reading a host once, and summing up what was seen. */
#include "checks/host/observe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/host/program.h"
#include "checks/model/journal.h"
#include "checks/model/service_ports.h"

/* A recorded observation shows at least this many destinations, whatever --top says. */
enum { TOP_AT_LEAST = 10 };

/* What one observation is made with. */
struct observer {
    const struct host *host;
    const struct observe_request *request;
    struct observation *seen;
    struct socket_census census; /* of TCP */
};

static bool asks_for(const struct observe_request *request, enum metric_id metric)
{
    return (request->metrics & (1U << metric)) != 0;
}

static bool asks_for_ports(const struct observe_request *request)
{
    return asks_for(request, METRIC_PORT_USAGE) ||
           asks_for(request, METRIC_DESTINATION_USAGE);
}

static void set_unknown(struct reading *reading, const char *reason)
{
    reading->known = false;
    (void)snprintf(reading->reason, sizeof reading->reason, "%s", reason);
}

/* A failure to read is data, unless no time or memory is left to go on with. */
static bool is_fatal(const struct observe_request *request, struct error *failure,
                     struct error *err)
{
    if (failure->code != ERR_MEMORY && !deadline_passed(&request->deadline))
        return false;
    if (failure->code != ERR_MEMORY)
        failure->code = ERR_TIMEOUT;
    if (err)
        *err = *failure;
    return true;
}

/* Fills the observed range of `protocol` and the set of its usable ports. */
static void keep_range(struct observer *observer, enum ip_protocol protocol,
                       const struct host_range *read, struct port_set *usable)
{
    struct observed_range *range = &observer->seen->range[protocol];
    bool fixed = port_range_size(observer->request->fixed_range) > 0;

    range->range = read->range;
    port_set_add_range(usable, read->range);
    if (read->reserved_known)
        port_set_remove(usable, &read->reserved);
    range->usable = port_set_count(usable);
    range->reserved = port_range_size(read->range) - range->usable;
    (void)snprintf(range->source, sizeof range->source, "%s", read->source);
    range->reading.known = read->reserved_known || fixed;
    if (!range->reading.known)
        set_unknown(&range->reading, read->reserved_reason);
    else if (!read->reserved_known)
        observation_note(observer->seen, "reserved ports not subtracted: %s",
                         read->reserved_reason);
    if (read->note[0])
        observation_note(observer->seen, "%s", read->note);
}

static bool observe_range(struct observer *observer, enum ip_protocol protocol,
                          struct port_set *usable, struct error *err)
{
    const struct host *host = observer->host;
    const struct observe_request *request = observer->request;
    struct host_range read = { 0 };
    struct error failure = { 0 };

    program_watchdog_stage("reading the port range");
    if (host->ops->read_range(host->self, protocol, request->fixed_range,
                              &request->deadline, &read, &failure)) {
        keep_range(observer, protocol, &read, usable);
        return true;
    }
    if (is_fatal(request, &failure, err))
        return false;
    set_unknown(&observer->seen->range[protocol].reading, failure.message);
    return true;
}

static void read_reuse(struct observer *observer)
{
    struct census_scope *scope = &observer->census.scope;
    const struct host *host = observer->host;
    struct error failure = { 0 };

    if (!host->ops->read_time_wait_reuse(host->self, &scope->reuse,
                                         &scope->reuse_delay_ms, &failure)) {
        scope->reuse = REUSE_NEVER;
        observation_note(observer->seen, "every TIME_WAIT counts as blocking: %s",
                         failure.message);
    }
}

/* Census -> observation. Called again when bound-only sockets were added. */
static void keep_census(struct observer *observer)
{
    struct observed_tcp *tcp = &observer->seen->tcp;
    const struct socket_census *census = &observer->census;
    size_t top = observer->request->top;

    if (top < TOP_AT_LEAST)
        top = TOP_AT_LEAST;
    if (top > OBSERVED_DESTINATIONS_MAX)
        top = OBSERVED_DESTINATIONS_MAX;
    tcp->reading.known = true;
    tcp->time_wait = census->time_wait;
    memcpy(tcp->states, census->by_state, sizeof tcp->states);
    tcp->ports_used = socket_census_ports_used(census);
    tcp->ports_blocked = socket_census_ports_blocked(census);
    tcp->destinations_seen = census->destinations.count;
    tcp->untracked_bound = destination_table_untracked_bound(&census->destinations);
    tcp->top_count = destination_table_top(&census->destinations, top, tcp->top);
}

/* Whether the bound-only sockets that nobody counted yet could change the verdict. */
static bool bound_matters(const struct observer *observer, uint32_t possible)
{
    const struct observe_request *request = observer->request;

    if (request->bound_always)
        return true;
    return possible > 0 && request->bound_matters &&
           request->bound_matters(request->context, observer->seen, possible);
}

static bool observe_bound(struct observer *observer, struct host_bound *bound,
                          struct error *err)
{
    const struct host *host = observer->host;
    const struct observe_request *request = observer->request;
    struct observed_tcp *tcp = &observer->seen->tcp;
    struct error failure = { 0 };

    if (bound->possible > port_range_size(observer->census.scope.range))
        bound->possible = port_range_size(observer->census.scope.range);
    tcp->bound_known = bound->counted;
    tcp->bound_possible = bound->counted ? 0 : bound->possible;
    if (bound->counted)
        return true;
    if (bound->visible && bound_matters(observer, bound->possible)) {
        program_watchdog_stage("reading bound-only sockets");
        if (!host->ops->read_bound(host->self, &request->deadline, &observer->census,
                                   bound, &failure)) {
            (void)snprintf(tcp->bound_unread, sizeof tcp->bound_unread,
                           "bound-only sockets not read: %.160s", failure.message);
            observation_note(observer->seen, "%s", tcp->bound_unread);
            return !is_fatal(request, &failure, err);
        }
        if (bound->visible) {
            keep_census(observer);
            tcp->bound_known = true;
            tcp->bound_possible = 0;
        }
    }
    if (!bound->visible)
        observation_note(observer->seen, "%s", bound->reason);
    return true;
}

static bool read_tcp(struct observer *observer, struct error *err)
{
    const struct host *host = observer->host;
    const struct observe_request *request = observer->request;
    struct host_reading how = { 0 };
    struct host_bound bound = { 0 };
    struct error failure = { 0 };

    program_watchdog_stage("reading TCP sockets");
    if (!host->ops->read_tcp(host->self, &request->deadline, &observer->census, &how,
                             &bound, &failure)) {
        set_unknown(&observer->seen->tcp.reading, failure.message);
        return !is_fatal(request, &failure, err);
    }
    keep_census(observer);
    (void)snprintf(observer->seen->tcp.source, sizeof observer->seen->tcp.source, "%s",
                   how.source);
    for (size_t i = 0; i < ARRAY_COUNT(how.notes); i++)
        if (how.notes[i][0])
            observation_note(observer->seen, "%s", how.notes[i]);
    return !asks_for_ports(request) || observe_bound(observer, &bound, err);
}

static bool observe_tcp(struct observer *observer, struct error *err)
{
    const struct observe_request *request = observer->request;
    struct census_scope *scope = &observer->census.scope;
    bool ok;

    if (!asks_for_ports(request) && !asks_for(request, METRIC_TIME_WAIT))
        return true;
    if (asks_for_ports(request)) {
        if (!observe_range(observer, IP_PROTOCOL_TCP, &scope->usable, err))
            return false;
        scope->range = observer->seen->range[IP_PROTOCOL_TCP].range;
        scope->hash_seed = program_secret();
        read_reuse(observer);
    }
    ok = read_tcp(observer, err);
    observer->seen->rows += observer->census.rows;
    return ok;
}

static bool observe_udp(struct observer *observer, struct error *err)
{
    const struct host *host = observer->host;
    const struct observe_request *request = observer->request;
    struct observed_udp *udp = &observer->seen->udp;
    struct socket_census census = { 0 };
    struct host_reading how = { 0 };
    struct error failure = { 0 };

    if (!asks_for(request, METRIC_UDP_PORT_USAGE))
        return true;
    if (!observe_range(observer, IP_PROTOCOL_UDP, &census.scope.usable, err))
        return false;
    census.scope.range = observer->seen->range[IP_PROTOCOL_UDP].range;
    program_watchdog_stage("reading UDP sockets");
    if (!host->ops->read_udp(host->self, &request->deadline, &census, &how, &failure)) {
        set_unknown(&udp->reading, failure.message);
        return !is_fatal(request, &failure, err);
    }
    udp->reading.known = true;
    udp->ports_used = socket_census_ports_used(&census);
    (void)snprintf(udp->source, sizeof udp->source, "%s", how.source);
    for (size_t i = 0; i < ARRAY_COUNT(how.notes); i++)
        if (how.notes[i][0])
            observation_note(observer->seen, "%s", how.notes[i]);
    observer->seen->rows += census.rows;
    return true;
}

/* What the next boot brings; of no use to anybody where the rules are another system's.
 */
static void observe_boot_values(struct observer *observer,
                                const struct policy_setting *const *rules)
{
    const struct host *host = observer->host;
    struct observation *seen = observer->seen;
    struct error failure = { 0 };

    if (!host->ops->read_boot_values(host->self, rules, seen, &failure))
        observation_note(seen, "values for the next boot not read: %s", failure.message);
    if (seen->settings_scope == SETTINGS_OF_NAMESPACE)
        observation_note(seen,
                         "not the network namespace of PID 1: the files of this host "
                         "say nothing of its next settings");
}

/* What the remediation left unfinished: a run without an end, values that wait for a
 * boot. */
static void see_unfinished(struct observation *seen, const struct journal *journal,
                           const char *boot)
{
    const struct journal_run *open = journal_open_run(journal);

    if (open) /* a clock that stood at 1970 must not hide it */
        seen->interrupted_since_s = open->time_s > 0 ? open->time_s : 1;
    for (size_t i = 0; i < seen->setting_count; i++)
        seen->settings[i].waiting_since_s =
            journal_waiting_since_s(journal, boot, seen->settings[i].name);
}

static void observe_journal(struct observer *observer, const char *boot)
{
    const struct host *host = observer->host;
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    struct error failure = { 0 };

    if (observer->request->journal)
        see_unfinished(observer->seen, observer->request->journal, boot);
    else if (host->ops->read_journal(host->self, &bytes, &failure) &&
             journal_decode(text_string(&bytes), bytes.length, &journal, &failure))
        see_unfinished(observer->seen, &journal, boot);
    else if (failure.code != ERR_ABSENT)
        observation_note(observer->seen, "journal of the remediation not read: %s",
                         failure.message);
    text_clear(&bytes);
    journal_clear(&journal);
}

/* Which ports of services a range hands out; Linux, which can reserve them, has counted
 * those that it does not. */
static void see_services(const struct observation *seen, struct observed_setting *setting)
{
    if (seen->os.kind == OS_WINDOWS && setting->presence == SETTING_SET &&
        setting->value.kind == SETTING_PORT_RANGE)
        setting->service_ports = service_ports_open(setting->value.range, NULL);
}

static bool observe_settings(struct observer *observer, const char *boot,
                             struct error *err)
{
    const struct policy_setting *rules[SETTINGS_MAX];
    const struct host *host = observer->host;
    const struct observe_request *request = observer->request;
    struct observation *seen = observer->seen;
    struct error failure = { 0 };

    if (!asks_for(request, METRIC_MISCONFIGURED))
        return true;
    program_watchdog_stage("reading the settings");
    for (size_t i = 0; i < request->policy->count; i++) {
        const struct policy_setting *rule = &request->policy->settings[i];
        struct observed_setting *setting = &seen->settings[seen->setting_count];

        if (rule->os != seen->os.kind)
            continue;
        rules[seen->setting_count++] = rule;
        (void)snprintf(setting->name, sizeof setting->name, "%s", rule->name);
        host->ops->read_setting(host->self, &rule->place, rule->kind, &request->deadline,
                                setting);
        see_services(seen, setting);
        if (deadline_passed(&request->deadline))
            return error_set(err, ERR_TIMEOUT, "no time left for %s", rule->name);
    }
    observe_boot_values(observer, rules);
    if (seen->settings_scope != SETTINGS_OF_NAMESPACE) /* else it is of the host's */
        observe_journal(observer, boot);
    seen->time_wait_overflow_known = host->ops->read_time_wait_overflow(
        host->self, &seen->time_wait_overflow, &failure);
    return true;
}

bool observe(const struct host *host, const struct observe_request *request,
             struct observation *out, struct error *err)
{
    struct observation seen = { 0 };
    struct observer observer = { .host = host, .request = request, .seen = &seen };
    struct host_identity identity = { 0 };
    int64_t start_ns = deadline_now_ns();
    bool ok;

    host->ops->identify(host->self, &identity);
    seen.os = identity.os;
    (void)snprintf(seen.host, sizeof seen.host, "%s", identity.hostname);
    seen.time_s = program_time_s();
    ok = observe_settings(&observer, identity.boot, err) && observe_tcp(&observer, err) &&
         observe_udp(&observer, err);
    socket_census_clear(&observer.census);
    if (!ok)
        return false;
    seen.duration_us = (deadline_now_ns() - start_ns) / 1000;
    *out = seen;
    return true;
}
