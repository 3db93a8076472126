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
    const char *after = " (keep-alive, a pool), or spread them over more addresses\n";

    text_add(out, "next: ");
    if (to && to->syn_sent > to->sockets / 2) {
        text_add(out, "nobody answers at ");
        after = " (SYN_SENT): look at that server and at what filters on the way; here, "
                "give up sooner\n";
    } else if (to && to->close_wait > to->sockets / 2) {
        text_add(out, "a program here does not close its connections to ");
        after = " (CLOSE_WAIT): repair or restart it\n";
    } else if (to && to->time_wait > to->sockets / 2) {
        text_add(out, "connections are opened and closed in great number (TIME_WAIT): "
                      "reuse those to ");
    } else {
        text_add(out, "reuse connections to ");
    }
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
    text_add(out, is_windows(report)
                      ? "next: each port is spent once on this host: reuse connections, "
                        "or widen the dynamic range\n"
                      : "next: few ports are left for bind() and for new destinations: "
                        "reuse connections, or widen the range\n");
}

static void say_who_holds_tcp(const struct report *report, struct text *out)
{
    const struct destination *to = busiest(report);

    if (is_windows(report)) {
        text_add(out, "next: who holds the ports: netstat -anob (as administrator)\n");
        return;
    }
    text_add(out, "next: who holds the ports: ss -tanp");
    if (to && is_alert(report, METRIC_DESTINATION_USAGE)) {
        text_add(out, " dst ");
        words_endpoint(&to->remote, to->remote_port, out);
    }
    text_add(out, " (as root)\n");
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
        text_add(out, "next: many connections are opened and closed: reuse them "
                      "(keep-alive, a pool)\n");
}

static void advise_on_udp(const struct report *report, struct text *out)
{
    if (!is_alert(report, METRIC_UDP_PORT_USAGE))
        return;
    text_add(out, is_windows(report) ? "next: who holds the UDP ports: netstat -anob (as "
                                       "administrator)\n"
                                     : "next: who holds the UDP ports: ss -uanp (as "
                                       "root)\n");
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
        text_add(out, "next: name the range that cannot be read: --range FIRST-LAST\n");
    if (settings->judged && !settings->measure.known)
        text_add(out, "next: let this user read the settings that are unread, or drop "
                      "them in the policy\n");
}

static void advise_on_settings(const struct report *report, struct text *out)
{
    const struct verdict *verdict = report->verdict;
    size_t advised = 0;
    size_t waiting = 0;

    if (result_of(report, METRIC_MISCONFIGURED)->judged &&
        report->seen->interrupted_since_s > 0)
        text_add(out, "next: put back what the interrupted remediation did: "
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
        text_addf(out,
                  "next: %zu setting%s could be better: remediate_port_exhaustion plan\n",
                  advised, advised == 1 ? "" : "s");
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
