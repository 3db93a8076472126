/* SPDX-License-Identifier: MIT */
/* Machine -> plan_facts, through the seams alone. */
#include "remediate/facts.h"

#include <stdio.h>

#include "checks/decode/sysctl_text.h"
#include "checks/host/linux/sysctl_config.h"
#include "checks/host/observe.h"
#include "checks/host/program.h"
#include "checks/model/utc_time.h"
#include "remediate/writer/system.h"

#define RESERVED_PLACE     "net/ipv4/ip_local_reserved_ports"
#define UNPRIVILEGED_PLACE "net/ipv4/ip_unprivileged_port_start"

static void note(struct facts *facts, const char *what, const struct error *why)
{
    text_addf(&facts->notes, "%s: ", what);
    text_add_clean(&facts->notes, why->message, "");
    text_add(&facts->notes, "\n");
}

static bool judge_host(struct session *session, uint32_t metrics,
                       struct observation *seen, struct verdict *verdict,
                       struct error *err)
{
    const struct observe_request request = { .metrics = metrics,
                                             .policy = &session->policy,
                                             .bound_always = true,
                                             .journal = &session->ledger.journal,
                                             .deadline = session->deadline };

    if (!observe(&session->host, &request, seen, err))
        return false;
    judge(seen, &session->policy, session->policy.limits[seen->os.kind], metrics,
          verdict);
    return true;
}

bool facts_usage(struct session *session, struct observation *seen,
                 struct verdict *verdict, struct error *err)
{
    return judge_host(session,
                      1U << METRIC_PORT_USAGE | 1U << METRIC_DESTINATION_USAGE |
                          1U << METRIC_UDP_PORT_USAGE,
                      seen, verdict, err);
}

/* Who listens anywhere: a census without a range counts listeners, whatever their port.
 */
static void find_listeners(struct facts *facts)
{
    struct session *session = facts->session;
    const struct host *host = &session->host;
    struct socket_census tcp = { 0 };
    struct socket_census udp = { 0 };
    struct host_reading how = { 0 };
    struct host_bound bound = { 0 };
    struct error err = { 0 };

    if (host->ops->read_tcp(host->self, &session->deadline, &tcp, &how, &bound, &err)) {
        facts->listeners[IP_PROTOCOL_TCP] = tcp.listening;
        facts->plan_facts.listeners[IP_PROTOCOL_TCP] = &facts->listeners[IP_PROTOCOL_TCP];
    } else {
        note(facts, "TCP listeners not seen, so no TCP range is widened", &err);
    }
    error_clear(&err);
    if (host->ops->read_udp(host->self, &session->deadline, &udp, &how, &err)) {
        facts->listeners[IP_PROTOCOL_UDP] = udp.listening;
        facts->plan_facts.listeners[IP_PROTOCOL_UDP] = &facts->listeners[IP_PROTOCOL_UDP];
    } else {
        note(facts, "UDP listeners not seen, so no UDP range is widened", &err);
    }
    socket_census_clear(&tcp);
    socket_census_clear(&udp);
}

/* The value of a place, NULL when it is absent or cannot be read (then noted). */
static const char *read_place(struct facts *facts, enum change_kind kind,
                              const char *place, struct text *out)
{
    const struct setting_writer *writer = &facts->session->writer;
    struct error err = { 0 };
    bool present = false;

    text_cut(out, 0);
    if (!writer->ops->read(writer->self, kind, place, &facts->session->deadline, &present,
                           out, &err)) {
        note(facts, place, &err);
        return NULL;
    }
    return present ? text_string(out) : NULL;
}

/* Kernels before 4.11 have no such limit. */
static void find_unprivileged_start(struct facts *facts)
{
    const char *text =
        read_place(facts, CHANGE_SYSCTL, UNPRIVILEGED_PLACE, &facts->answer);
    struct error unread = { 0 };
    int64_t start = 0;

    if (text && !sysctl_text_number(text, &start, &unread))
        note(facts, UNPRIVILEGED_PLACE, &unread);
    if (start > 0 && start <= UINT16_MAX)
        facts->plan_facts.unprivileged_start = (uint16_t)start;
}

/* Who reserves ports at the next boot. Files that cannot be read are noted, and judged
 * unseen: nothing of theirs can be kept. */
static bool find_reserved_at_boot(struct facts *facts, struct error *err)
{
    struct plan_facts *plan = &facts->plan_facts;
    struct error unread = { 0 };

    if (!system_sysctl_at_boot(RESERVED_PLACE, &facts->reserved_boot,
                               &facts->reserved_source, &unread)) {
        note(facts, "ports reserved after the next boot not seen", &unread);
        return true;
    }
    if (!text_ok(&facts->reserved_boot, err) || !text_ok(&facts->reserved_source, err))
        return false;
    if (facts->reserved_source.length > 0) {
        plan->reserved_boot = text_string(&facts->reserved_boot);
        plan->reserved_source = text_string(&facts->reserved_source);
    }
    return true;
}

static bool gather_linux(struct facts *facts, struct error *err)
{
    struct plan_facts *plan = &facts->plan_facts;
    const struct setting_writer *writer = &facts->session->writer;
    char now[UTC_TIME_TEXT_SIZE];
    struct text container = { 0 };
    bool present = false;

    plan->container = system_is_container(&container);
    if (plan->container)
        text_addf(&facts->notes, "in a container (%s): live changes only\n",
                  text_string(&container));
    text_clear(&container);
    plan->reserved = read_place(facts, CHANGE_SYSCTL, RESERVED_PLACE, &facts->reserved);
    find_unprivileged_start(facts);
    if (!plan->container && !find_reserved_at_boot(facts, err))
        return false;
    plan->drop_in_path = SYSCTL_DROP_IN;
    if (!plan->container &&
        !writer->ops->read(writer->self, CHANGE_FILE, SYSCTL_DROP_IN,
                           &facts->session->deadline, &present, &facts->drop_in, err))
        return false;
    plan->drop_in = present ? text_string(&facts->drop_in) : NULL;
    utc_time_format(program_time_s(), now);
    text_addf(&facts->drop_in_note, "%s, remediate_port_exhaustion %s", now,
              PORT_EXHAUSTION_VERSION);
    plan->drop_in_note = text_string(&facts->drop_in_note);
    return true;
}

static const char *port_owner(void *context, enum ip_protocol protocol, uint16_t port)
{
    struct facts *facts = context;

    text_cut(&facts->answer, 0);
    system_port_owner(protocol, port, &facts->answer);
    return text_string(&facts->answer);
}

static const char *registry_value(void *context, const char *place)
{
    struct facts *facts = context;

    return read_place(facts, CHANGE_REGISTRY, place, &facts->answer);
}

static void gather_windows(struct facts *facts)
{
    static const char *const places[IP_PROTOCOL_COUNT][IP_FAMILY_COUNT] = {
        { "tcp/ipv4", "tcp/ipv6" },
        { "udp/ipv4", "udp/ipv6" },
    };
    struct session *session = facts->session;

    for (int protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++) {
        struct host_range read = { 0 };
        struct error err = { 0 };

        for (int family = 0; family < IP_FAMILY_COUNT; family++) {
            const char *range = read_place(facts, CHANGE_DYNAMIC_RANGE,
                                           places[protocol][family], &facts->answer);

            if (range && !port_range_parse(
                             range, &facts->plan_facts.dynamic[protocol][family], &err))
                note(facts, places[protocol][family], &err);
        }
        if (session->host.ops->read_range(session->host.self, (enum ip_protocol)protocol,
                                          (struct port_range){ 0 }, &session->deadline,
                                          &read, &err) &&
            read.reserved_known) {
            facts->excluded[protocol] = read.reserved;
            facts->plan_facts.excluded[protocol] = &facts->excluded[protocol];
        }
    }
    facts->plan_facts.port_owner = port_owner;
    facts->plan_facts.registry_value = registry_value;
    facts->plan_facts.context = facts;
}

bool facts_gather(struct session *session, struct facts *facts, struct error *err)
{
    struct plan_facts *plan = &facts->plan_facts;

    facts->session = session;
    if (!judge_host(session, 1U << METRIC_MISCONFIGURED, &facts->seen, &facts->verdict,
                    err))
        return false;
    plan->seen = &facts->seen;
    plan->verdict = &facts->verdict;
    for (size_t i = 0; i < session->options.only_count; i++)
        facts->only[i] = session->options.only[i];
    plan->only = facts->only;
    plan->only_count = session->options.only_count;
    find_listeners(facts);
    if (facts->seen.os.kind == OS_LINUX)
        return gather_linux(facts, err);
    gather_windows(facts);
    return true;
}

void facts_clear(struct facts *facts)
{
    text_clear(&facts->reserved);
    text_clear(&facts->reserved_boot);
    text_clear(&facts->reserved_source);
    text_clear(&facts->drop_in);
    text_clear(&facts->drop_in_note);
    text_clear(&facts->answer);
    text_clear(&facts->notes);
}
