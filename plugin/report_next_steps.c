/* SPDX-License-Identifier: MIT */
/* The next step for the person on call, from what is wrong. */
#include "plugin/report_details.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "checks/base/compiler.h"
#include "checks/model/metric.h"
#include "plugin/report_words.h"

static const struct result *result_of(const struct report *report, enum metric_id metric)
{
    return &report->verdict->results[metric];
}

static bool is_alert(const struct report *report, enum metric_id metric)
{
    const struct result *result = result_of(report, metric);

    return result->judged &&
           (result->state == CHECK_WARNING || result->state == CHECK_CRITICAL);
}

static bool is_windows(const struct report *report)
{
    return report->seen->os.kind == OS_WINDOWS;
}

/* The busiest destination where it is known which one it is, else NULL. */
static const struct destination *busiest(const struct report *report)
{
    const struct observed_tcp *tcp = &report->seen->tcp;

    if (tcp->top_count == 0 || words_is_bound_by_untracked(report))
        return NULL;
    return &tcp->top[0];
}

/* Sockets toward the busiest destination that a new connection cannot take over. */
static uint32_t busiest_sockets(const struct report *report)
{
    const struct destination *to = busiest(report);

    return to ? (uint32_t)(to->sockets - to->reusable)
              : report->seen->tcp.untracked_bound;
}

static void advise_on_connections(const struct observation *seen,
                                  const struct destination *to, struct text *out)
{
    const uint32_t half = to ? to->sockets / 2 : 0;
    const char *before = "reuse connections to ";
    const char *after =
        " (keep-alive, a connection pool), or spread them over more addresses\n";

    if (to && to->syn_sent > half) {
        before = "";
        after = " does not answer (SYN_SENT): check that server and the firewalls on the "
                "way; use a shorter connect timeout here\n";
    } else if (to && to->close_wait > half) {
        before = "a program on this host does not close its connections to ";
        after = " (CLOSE_WAIT): fix or restart it\n";
    } else if (to && to->established > half) {
        before = "many open connections (ESTABLISHED) to ";
        after = ": limit their number (the size of the connection pool), or spread them "
                "over more addresses\n";
    } else if (to && to->time_wait > half) {
        before = "many short connections (TIME_WAIT): reuse connections to ";
    }
    text_addf(out, "next: %s", before);
    if (to)
        words_destination(seen, to, out);
    else
        text_add(out, "each destination");
    text_add(out, after);
}

/* The sockets that fill the range toward one destination. */
enum culprit {
    CULPRIT_CONNECTIONS = 0, /* those toward it */
    CULPRIT_BLOCKED,         /* listeners and bound sockets */
    CULPRIT_CLOSED           /* those that called bind() before connect() */
};

static enum culprit culprit_of(const struct report *report)
{
    const struct observed_tcp *tcp = &report->seen->tcp;

    if (tcp->ports_closed >= busiest_sockets(report) &&
        tcp->ports_closed > tcp->ports_blocked)
        return CULPRIT_CLOSED;
    return tcp->ports_blocked >= busiest_sockets(report) ? CULPRIT_BLOCKED
                                                         : CULPRIT_CONNECTIONS;
}

/* The system refuses what less than nine tenths of the ports do not explain. */
static bool is_unexplained(const struct result *result)
{
    const struct measure *measure = &result->measure;

    return result->judged && result->state == CHECK_CRITICAL && result->why[0] &&
           10 * measure->part < 9 * measure->whole;
}

static bool is_connect_unexplained(const struct report *report)
{
    return report->seen->os.kind == OS_LINUX &&
           is_unexplained(result_of(report, METRIC_DESTINATION_USAGE));
}

/* Its sockets would explain it, if those in TIME_WAIT were in the way. */
static bool is_reuse_refused(const struct report *report)
{
    const struct destination *to = busiest(report);

    return is_connect_unexplained(report) && to &&
           10U * to->sockets >= 9U * report->seen->range[IP_PROTOCOL_TCP].usable;
}

/* port_usage warns of more than its number: bind() is slow, or finds nothing. */
static bool is_bind_in_trouble(const struct report *report)
{
    const struct result *ports = result_of(report, METRIC_PORT_USAGE);

    return ports->judged && ports->state == CHECK_WARNING && ports->why[0];
}

/* bind() before connect() fills the range toward the destination. */
static bool is_closed_by_bind(const struct report *report)
{
    return is_alert(report, METRIC_DESTINATION_USAGE) &&
           !is_connect_unexplained(report) && culprit_of(report) == CULPRIT_CLOSED;
}

static const char binders[] = " programs with a source address of their own (nginx "
                              "proxy_bind, HAProxy source, a local address in Java)";
static const char bind_cure[] = " remove that address, or set IP_BIND_ADDRESS_NO_PORT "
                                "there (current nginx and HAProxy do)\n";

static void advise_on_closed(const struct observed_tcp *tcp, struct text *out)
{
    text_addf(out,
              "next: %s%" PRIu32 " ports were taken by bind() before connect(), by%s:%s",
              tcp->closed_known == CLOSED_SAMPLED    ? "about "
              : tcp->closed_known == CLOSED_AT_LEAST ? "at least "
                                                     : "",
              tcp->ports_closed, binders, bind_cure);
}

static void advise_on_bind(struct text *out)
{
    text_addf(out, "next: bind() finds fewer ports than connect():%s call it first:%s",
              binders, bind_cure);
}

static void advise_on_destination(const struct report *report, struct text *out)
{
    if (is_reuse_refused(report))
        text_add(out, "next: TIME_WAIT is not reused there (a server without TCP "
                      "timestamps, or they were switched on later): reuse connections "
                      "(keep-alive, a connection pool), or widen the range\n");
    else if (is_connect_unexplained(report))
        text_add(out,
                 "next: the system finds no port, and the sockets of this "
                 "destination are too few to be the reason: end other sockets on the "
                 "range, or widen it\n");
    else if (culprit_of(report) == CULPRIT_CLOSED)
        advise_on_closed(&report->seen->tcp, out);
    else if (culprit_of(report) == CULPRIT_BLOCKED)
        text_addf(out,
                  "next: listeners and bound sockets hold %" PRIu32
                  " ports of the range: move them out of it\n",
                  report->seen->tcp.ports_blocked);
    else
        advise_on_connections(report->seen, busiest(report), out);
}

static void advise_on_ports(const struct report *report, struct text *out)
{
    text_add(
        out,
        is_windows(report)
            ? "next: each port can be used only once on this host: reuse connections, "
              "or widen the dynamic range\n"
            : "next: few ports are left for bind() and new destinations: "
              "reuse connections, or widen the range\n");
}

/* The busiest destination is not what fills the range. */
static bool is_held_by_others(const struct report *report)
{
    if (is_alert(report, METRIC_DESTINATION_USAGE))
        return is_closed_by_bind(report) ||
               (is_connect_unexplained(report) && !is_reuse_refused(report));
    return is_bind_in_trouble(report);
}

/* The sockets toward the destination, or all on the range where others fill it. */
static void say_who_holds_tcp(const struct report *report, struct text *out)
{
    const struct destination *to = busiest(report);
    const struct port_range range = report->seen->range[IP_PROTOCOL_TCP].range;

    if (is_windows(report)) {
        text_add(
            out,
            "next: to see who holds the ports, run as administrator: netstat -anob\n");
        return;
    }
    text_add(out, "next: to see who holds the ports, run as root: ss -tanp");
    if (is_held_by_others(report)) {
        text_addf(out, " 'sport >= :%" PRIu16 " and sport <= :%" PRIu16 "'", range.first,
                  range.last);
    } else if (to && is_alert(report, METRIC_DESTINATION_USAGE)) {
        text_add(out, " dst ");
        words_endpoint(&to->remote, to->remote_port, out);
    }
    text_add(out, "\n");
}

static void advise_on_tcp(const struct report *report, struct text *out)
{
    bool destination = is_alert(report, METRIC_DESTINATION_USAGE);
    bool ports = is_alert(report, METRIC_PORT_USAGE);

    if (destination)
        advise_on_destination(report, out);
    if (ports && !is_bind_in_trouble(report))
        advise_on_ports(report, out);
    else if (ports && !is_closed_by_bind(report))
        advise_on_bind(out);
    if (destination || ports)
        say_who_holds_tcp(report, out);
    else if (is_alert(report, METRIC_TIME_WAIT))
        text_add(out, "next: many short connections: reuse connections (keep-alive, a "
                      "connection pool)\n");
}

static void advise_on_udp(const struct report *report, struct text *out)
{
    if (!is_alert(report, METRIC_UDP_PORT_USAGE))
        return;
    text_add(out, is_windows(report)
                      ? "next: to see who holds the UDP ports, run as administrator: "
                        "netstat -anob\n"
                      : "next: to see who holds the UDP ports, run as root: ss -uanp\n");
}

static bool is_range_unread(const struct report *report, enum metric_id metric,
                            enum ip_protocol protocol)
{
    return result_of(report, metric)->judged &&
           !result_of(report, metric)->measure.known &&
           !report->seen->range[protocol].reading.known;
}

/* What was not read, by its name; with --range the reserved ports are left out. */
static void advise_on_range(const struct observed_range *range, struct text *out)
{
    const char *unread = range->unread[0] ? range->unread : "port range";
    bool is_range = strstr(unread, "port range") != NULL;

    text_add(out, "next: the ");
    text_add_clean(out, unread, "|");
    text_addf(out, " cannot be read: %s\n",
              is_range ? "give it with --range FIRST-LAST"
                       : "with --range FIRST-LAST usage is judged without them");
}

static void advise_on_unknown(const struct report *report, struct text *out)
{
    const struct result *settings = result_of(report, METRIC_MISCONFIGURED);
    const struct observed_range *tcp = &report->seen->range[IP_PROTOCOL_TCP];
    const struct observed_range *udp = &report->seen->range[IP_PROTOCOL_UDP];
    bool advised = is_range_unread(report, METRIC_PORT_USAGE, IP_PROTOCOL_TCP) ||
                   is_range_unread(report, METRIC_DESTINATION_USAGE, IP_PROTOCOL_TCP);

    if (advised)
        advise_on_range(tcp, out);
    if (is_range_unread(report, METRIC_UDP_PORT_USAGE, IP_PROTOCOL_UDP) &&
        !(advised && strcmp(tcp->unread, udp->unread) == 0))
        advise_on_range(udp, out);
    if (settings->judged && !settings->measure.known)
        text_add(out, "next: allow this user to read the unread settings, or drop them "
                      "in the policy\n");
}

/* What a container's network has, its creator gives it: nothing of the host may change.
 */
static const char *where_to_change(const struct report *report)
{
    return report->seen->settings_scope == SETTINGS_OF_HOST
               ? "remediate_port_exhaustion plan"
               : "set them where the container is started (docker run or podman run "
                 "--sysctl, compose sysctls:, Kubernetes securityContext.sysctls)";
}

static void advise_on_settings(const struct report *report, struct text *out)
{
    const struct verdict *verdict = report->verdict;
    size_t advised = 0;
    size_t waiting = 0;

    if (result_of(report, METRIC_MISCONFIGURED)->judged &&
        report->seen->interrupted_since_s > 0)
        text_add(out, "next: roll back the interrupted remediation: "
                      "remediate_port_exhaustion undo\n");
    for (size_t i = 0; i < verdict->setting_count; i++) {
        const struct setting_result *setting = &verdict->settings[i];

        advised += setting->advised || setting->unsaved;
        waiting += setting->seen && setting->seen->waiting_since_s > 0;
    }
    if (waiting > 0)
        text_addf(out, "next: reboot: %zu setting%s for it\n", waiting,
                  waiting == 1 ? " waits" : "s wait");
    if (advised > 0)
        text_addf(out, "next: %zu setting%s not as recommended: %s\n", advised,
                  advised == 1 ? " is" : "s are", where_to_change(report));
}

void report_next_steps(const struct report *report, struct text *out)
{
    advise_on_tcp(report, out);
    advise_on_udp(report, out);
    advise_on_unknown(report, out);
    advise_on_settings(report, out);
}

static const char section_connect[] = "A new connection finds no free port";
static const char section_bind[] = "Programs take ports by bind()";

/* What the number of an alert does not tell has a section of its own. */
static const char *section_beyond_numbers(const struct report *report,
                                          enum metric_id metric)
{
    const struct result *result = result_of(report, metric);

    if (metric != METRIC_DESTINATION_USAGE && metric != METRIC_PORT_USAGE)
        return NULL;
    if (is_unexplained(result))
        return section_connect;
    if (metric == METRIC_PORT_USAGE)
        return is_bind_in_trouble(report) ? section_bind : NULL;
    return is_closed_by_bind(report) ? section_bind : NULL;
}

/* The first metric of this state in the order in which a person should look at them. */
static const char *section_for(const struct report *report, enum check_state state)
{
    static const struct {
        enum metric_id metric;
        const char *section;
    } sections[] = {
        { METRIC_DESTINATION_USAGE, "One destination has no ports left" },
        { METRIC_PORT_USAGE, "The range has no ports left" },
        { METRIC_UDP_PORT_USAGE, "UDP has no ports left" },
        { METRIC_TIME_WAIT, "Many sockets are in TIME_WAIT" },
        { METRIC_MISCONFIGURED, "Settings are misconfigured" },
    };
    static_assert(ARRAY_COUNT(sections) == METRIC_COUNT, "every metric has a section");

    for (size_t i = 0; i < ARRAY_COUNT(sections); i++) {
        const struct result *result = result_of(report, sections[i].metric);
        const char *beyond;

        if (!result->judged || result->state != state)
            continue;
        beyond = section_beyond_numbers(report, sections[i].metric);
        return beyond ? beyond : sections[i].section;
    }
    return NULL;
}

const char *report_runbook_section(const struct report *report)
{
    const char *section = section_for(report, CHECK_CRITICAL);

    if (!section)
        section = section_for(report, CHECK_WARNING);
    if (!section && section_for(report, CHECK_UNKNOWN))
        section = "The check says UNKNOWN";
    return section;
}

void report_runbook(const struct report *report, struct text *out)
{
    const char *section = report_runbook_section(report);

    if (section)
        text_addf(out, "\nrunbook.md: %s\n", section);
}
