/* SPDX-License-Identifier: MIT */
/* Reading a host once, and summing up what was seen. */
#include "checks/host/observe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/host/observe_asks.h"
#include "checks/host/observe_closings.h"
#include "checks/host/observe_happened.h"
#include "checks/host/observe_tcp.h"
#include "checks/host/observer.h"
#include "checks/host/program.h"
#include "checks/model/journal.h"
#include "checks/model/service_ports.h"

/* Fills the observed range of `protocol` and the set of its usable ports. */
static void keep_range(struct observer *observer, enum ip_protocol protocol,
                       const struct host_range *read, struct port_set *usable)
{
    struct observed_range *range = &observer->seen->range[protocol];
    bool fixed = port_range_size(observer->request->fixed_range) > 0;

    range->range = read->range;
    range->auto_reuse = read->auto_reuse;
    port_set_add_range(usable, read->range);
    if (read->reserved_known)
        port_set_remove(usable, &read->reserved);
    range->usable = port_set_count(usable);
    range->reserved = port_range_size(read->range) - range->usable;
    (void)snprintf(range->source, sizeof range->source, "%s", read->source);
    range->reading.known = read->reserved_known || fixed;
    if (!range->reading.known) {
        reading_set_unknown(&range->reading, read->reserved_reason);
        (void)snprintf(range->unread, sizeof range->unread, "%s",
                       read->unread[0] ? read->unread : "reserved ports");
    }
    if (range->reading.known && !read->reserved_known)
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
    struct observed_range *range;
    struct error failure = { 0 };

    program_watchdog_stage("reading the port range");
    if ((observer->has_range && host->ops->one_range) ||
        host->ops->read_range(host->self, protocol, request->fixed_range,
                              &request->deadline, &observer->range, &failure)) {
        observer->has_range = true;
        keep_range(observer, protocol, &observer->range, usable);
        return true;
    }
    if (observer_is_fatal(request, &failure, err))
        return false;
    range = &observer->seen->range[protocol];
    reading_set_unknown(&range->reading, failure.message);
    (void)snprintf(range->unread, sizeof range->unread, "%s port range",
                   place_protocol_name(protocol));
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

static bool observe_tcp(struct observer *observer, struct error *err)
{
    const struct observe_request *request = observer->request;
    struct census_scope *scope = &observer->census.scope;

    if (!observer_asks_for_ports(request) &&
        !observer_asks_for(request, METRIC_TIME_WAIT))
        return true;
    if (observer_asks_for_ports(request)) {
        if (!observe_range(observer, IP_PROTOCOL_TCP, &scope->usable, err))
            return false;
        scope->range = observer->seen->range[IP_PROTOCOL_TCP].range;
        scope->hash_seed = program_secret();
        read_reuse(observer);
    }
    return observe_tcp_sockets(observer, err);
}

static bool observe_udp(struct observer *observer, struct error *err)
{
    const struct host *host = observer->host;
    const struct observe_request *request = observer->request;
    struct observed_udp *udp = &observer->seen->udp;
    struct socket_census census = { 0 };
    struct host_reading how = { 0 };
    struct error failure = { 0 };

    if (!observer_asks_for(request, METRIC_UDP_PORT_USAGE))
        return true;
    if (!observe_range(observer, IP_PROTOCOL_UDP, &census.scope.usable, err))
        return false;
    census.scope.range = observer->seen->range[IP_PROTOCOL_UDP].range;
    program_watchdog_stage("reading UDP sockets");
    if (!host->ops->read_udp(host->self, &request->deadline, &census, &how, &failure)) {
        reading_set_unknown(&udp->reading, failure.message);
        return !observer_is_fatal(request, &failure, err);
    }
    udp->reading.known = true;
    udp->ports_used = socket_census_ports_used(&census);
    (void)snprintf(udp->source, sizeof udp->source, "%s", how.source);
    observer_keep_notes(observer, &how);
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
                           const struct journal_now *now)
{
    const struct journal_run *open = journal_open_run(journal);

    /* A clock that stood at 1970 must not hide it. */
    if (open && journal_run_is_here(open, now))
        seen->interrupted_since_s = open->time_s > 0 ? open->time_s : 1;
    for (size_t i = 0; i < seen->setting_count; i++)
        seen->settings[i].waiting_since_s =
            journal_waiting_since_s(journal, now, seen->settings[i].name);
}

static void observe_journal(struct observer *observer, const struct journal_now *now)
{
    const struct host *host = observer->host;
    struct text bytes = { 0 };
    struct journal journal = { 0 };
    struct error failure = { 0 };

    if (observer->request->journal)
        see_unfinished(observer->seen, observer->request->journal, now);
    else if (host->ops->read_journal(host->self, &bytes, &failure) &&
             journal_decode(text_string(&bytes), bytes.length, &journal, &failure))
        see_unfinished(observer->seen, &journal, now);
    else if (failure.code != ERR_ABSENT)
        observation_note(observer->seen, "journal of the remediation not read: %s",
                         failure.message);
    text_clear(&bytes);
    journal_clear(&journal);
}

/* How many of those that the policy keeps are not reserved; 0 where nobody can tell. */
static uint32_t count_open(const struct observer *observer, struct port_range range)
{
    const struct host *host = observer->host;
    const struct observe_request *request = observer->request;
    const struct port_range as_it_is = { 0 };
    struct host_range read = { 0 };
    struct port_set kept;

    service_ports_kept(&request->policy->reserve, range, &kept);
    /* most ranges begin above them all: a file less to read */
    if (port_set_count(&kept) == 0 ||
        !host->ops->read_range(host->self, IP_PROTOCOL_TCP, as_it_is, &request->deadline,
                               &read, NULL) ||
        !read.reserved_known)
        return 0;
    port_set_remove(&kept, &read.reserved);
    return port_set_count(&kept);
}

/* Which ports of services a range hands out. Linux can reserve them, and a site can say
 * which. */
static void see_services(const struct observer *observer,
                         const struct policy_setting *rule,
                         struct observed_setting *setting)
{
    if (setting->presence != SETTING_SET || setting->value.kind != SETTING_PORT_RANGE)
        return;
    if (observer->seen->os.kind == OS_WINDOWS)
        setting->service_ports = service_ports_open(setting->value.range, NULL);
    else if (rule->place.kind == PLACE_SYSCTL &&
             strcmp(rule->place.path, PLACE_PORT_RANGE) == 0)
        setting->service_ports = count_open(observer, setting->value.range);
}

static bool observe_settings(struct observer *observer, const struct journal_now *now,
                             struct error *err)
{
    const struct policy_setting *rules[SETTINGS_MAX];
    const struct host *host = observer->host;
    const struct observe_request *request = observer->request;
    struct observation *seen = observer->seen;
    struct error failure = { 0 };

    if (!observer_asks_for(request, METRIC_MISCONFIGURED))
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
        see_services(observer, rule, setting);
        if (deadline_passed(&request->deadline))
            return error_set(err, ERR_TIMEOUT, "no time left for %s", rule->name);
    }
    if (request->foreign) {
        seen->settings_scope = SETTINGS_OF_NAMESPACE;
        return true;
    }
    observe_boot_values(observer, rules);
    if (seen->settings_scope != SETTINGS_OF_NAMESPACE) /* else it is of the host's */
        observe_journal(observer, now);
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
    /* The journal is read in the network of PID 1 alone: SETTINGS_OF_NAMESPACE. */
    const struct journal_now now = { .boot = identity.boot, .machine = identity.machine };
    int64_t start_ns = deadline_now_ns();
    bool ok;

    host->ops->identify(host->self, &identity);
    seen.os = identity.os;
    (void)snprintf(seen.host, sizeof seen.host, "%s", identity.hostname);
    seen.time_s = program_time_s();
    ok = observe_tcp(&observer, err) && observe_udp(&observer, err);
    socket_census_clear(&observer.census);
    if (!ok)
        return false;
    observe_asks(&observer);
    if (!observe_happened(&observer, err) || !observe_settings(&observer, &now, err))
        return false;
    observe_closings_limit(&observer);
    observe_asks_again(&observer); /* as late as can be: a moment of want passes */
    seen.duration_us = (deadline_now_ns() - start_ns) / 1000;
    *out = seen;
    return true;
}
