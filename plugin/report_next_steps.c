/* SPDX-License-Identifier: MIT */
/* The next step for the person on call, from what is wrong. */
#include "plugin/report_details.h"

#include <assert.h>
#include <inttypes.h>

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

static void advise_on_connections(const struct destination *to, struct text *out)
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
        words_endpoint(&to->remote, to->remote_port, out);
    else
        text_add(out, "each destination");
    text_add(out, after);
}

static void advise_on_destination(const struct report *report, struct text *out)
{
    uint32_t blocked = report->seen->tcp.ports_blocked;

    if (blocked >= busiest_sockets(report))
        text_addf(out,
                  "next: listeners and bound sockets hold %" PRIu32
                  " ports of the range: move them out of it\n",
                  blocked);
    else
        advise_on_connections(busiest(report), out);
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

static void say_who_holds_tcp(const struct report *report, struct text *out)
{
    const struct destination *to = busiest(report);

    if (is_windows(report)) {
        text_add(
            out,
            "next: to see who holds the ports, run as administrator: netstat -anob\n");
        return;
    }
    text_add(out, "next: to see who holds the ports, run as root: ss -tanp");
    if (to && is_alert(report, METRIC_DESTINATION_USAGE)) {
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
    if (ports)
        advise_on_ports(report, out);
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

static void advise_on_unknown(const struct report *report, struct text *out)
{
    const struct result *settings = result_of(report, METRIC_MISCONFIGURED);

    if (is_range_unread(report, METRIC_PORT_USAGE, IP_PROTOCOL_TCP) ||
        is_range_unread(report, METRIC_DESTINATION_USAGE, IP_PROTOCOL_TCP) ||
        is_range_unread(report, METRIC_UDP_PORT_USAGE, IP_PROTOCOL_UDP))
        text_add(
            out,
            "next: the port range cannot be read: give it with --range FIRST-LAST\n");
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

        if (result->judged && result->state == state)
            return sections[i].section;
    }
    return NULL;
}

void report_runbook(const struct report *report, struct text *out)
{
    const char *section = section_for(report, CHECK_CRITICAL);

    if (!section)
        section = section_for(report, CHECK_WARNING);
    if (!section && section_for(report, CHECK_UNKNOWN))
        section = "The check says UNKNOWN";
    if (section)
        text_addf(out, "\nrunbook.md: %s\n", section);
}
