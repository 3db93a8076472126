/* SPDX-License-Identifier: MIT */
/* The classic text format of Prometheus, for the textfile collectors: no timestamps, no
 * NaN, nothing for what could not be read. */
#include "plugin/report_prometheus.h"

#include <assert.h>
#include <inttypes.h>

#include "checks/cause.h"
#include "checks/cause_owners.h"
#include "checks/heading.h"
#include "checks/model/metric.h"
#include "plugin/owner_words.h"
#include "plugin/prometheus_lines.h"
#include "plugin/report_namespaces.h"
#include "plugin/report_words.h"

static double ratio(const struct measure *measure)
{
    if (measure->part >= measure->whole)
        return 1;
    return (double)measure->part / (double)measure->whole;
}

struct metric_words {
    const char *name;
    const char *help;
};

static const struct metric_words families[] = {
    [METRIC_PORT_USAGE] = { "port_usage_ratio",
                            "Usable TCP ports in use, over the usable ports." },
    [METRIC_DESTINATION_USAGE] = { "destination_usage_ratio",
                                   "Ports that a new connection to the busiest "
                                   "destination cannot use, over the usable ports." },
    [METRIC_TIME_WAIT] = { "time_wait_sockets",
                           "TCP sockets in TIME_WAIT, IPv4 and IPv6." },
    [METRIC_UDP_PORT_USAGE] = { "udp_port_usage_ratio",
                                "Usable UDP ports in use, over the usable ports." },
    [METRIC_MISCONFIGURED] = { "misconfigured_settings",
                               "Settings outside what the policy accepts." },
    [METRIC_CONNTRACK_USAGE] = { "conntrack_usage_ratio",
                                 "Entries of the connection tracking table, over its "
                                 "limit." },
    [METRIC_EXHAUSTION_EVENTS] = { "exhaustion_events",
                                   "Events 4231 and 4266 of Tcpip in the last ten "
                                   "minutes." },
};
static_assert(ARRAY_COUNT(families) == METRIC_COUNT, "every metric has a family");

static void add_metrics(const struct report *report, struct text *out)
{
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const struct result *result = &report->verdict->results[i];
        const struct measure *measure = &result->measure;

        if (!result->judged || !measure->known)
            continue;
        prometheus_gauge(out, families[i].name, families[i].help,
                         metric_is_percent(result->metric) ? ratio(measure)
                                                           : (double)measure->part);
    }
}

/* Beside the metric: what is no sign of exhaustion by itself, and when it was last. */
static void add_events(const struct observation *seen, struct text *out)
{
    const struct observed_events *events = &seen->events;

    if (!events->reading.known)
        return;
    prometheus_gauge(out, "collision_events",
                     "Events 4227 of Tcpip in the last ten minutes.", events->collided);
    if (events->newest_id != 0)
        prometheus_gauge(out, "newest_exhaustion_event_timestamp_seconds",
                         "When the newest event 4231 or 4266 of Tcpip was written.",
                         (double)events->newest_s);
}

/* How many ports more a usage may really have: it is a lower bound where this is there.
 */
static void add_unseen_ports(const struct report *report, struct text *out)
{
    size_t samples = 0;

    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const struct result *result = &report->verdict->results[i];

        if (!result->judged || !result->measure.at_least)
            continue;
        if (samples++ == 0)
            prometheus_begin(
                out, "ports_not_seen",
                "Ports that may be in use beside those that a usage counts.");
        prometheus_sample(out, "ports_not_seen", "metric", metric_names[i],
                          (double)result->measure.more);
    }
}

/* The first of those who have the cause: one name, whoever else there is. */
static void add_owner_of_cause(const struct report *report, enum metric_id metric,
                               enum cause cause, struct text *out)
{
    struct cause_owners owners;
    struct text words = { 0 };

    cause_owners(report->seen, metric, cause, &owners);
    if (owners.count == 0)
        return;
    owner_words(&report->seen->owners.list[owners.list[0].owner], report->owners, &words);
    prometheus_optional_label(out, "owner", text_string(&words));
    out->failed = out->failed || words.failed;
    text_clear(&words);
}

/* A usage has no label of its own for it: another cause, and another owner, would be
 * another series. */
static void add_causes(const struct report *report, struct text *out)
{
    size_t samples = 0;

    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const enum cause cause = cause_of_metric(report->seen, (enum metric_id)i);

        if (!report->verdict->results[i].judged || cause == CAUSE_NONE)
            continue;
        if (samples++ == 0)
            prometheus_begin(
                out, "cause_info",
                "What most of the ports that a usage counts have in common, and who "
                "has most "
                "of them.");
        text_add(out, PROMETHEUS_PREFIX "cause_info{");
        prometheus_label(out, "metric", metric_names[i]);
        prometheus_optional_label(out, "cause", cause_words[cause]);
        add_owner_of_cause(report, (enum metric_id)i, cause, out);
        text_add(out, "} 1\n");
    }
}

static void add_metric_states(const struct report *report, struct text *out)
{
    prometheus_begin(out, "metric_state",
                     "State of one metric: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.");
    for (size_t i = 0; i < METRIC_COUNT; i++)
        if (report->verdict->results[i].judged)
            prometheus_sample(out, "metric_state", "metric", metric_names[i],
                              (double)report->verdict->results[i].state);
}

static void add_sockets(const struct observed_tcp *tcp, struct text *out)
{
    prometheus_begin(out, "sockets", "TCP sockets on ports of the range.");
    for (int state = CONN_ESTABLISHED; state < CONN_STATE_COUNT; state++)
        if (state != CONN_BOUND || tcp->bound_known)
            prometheus_sample(out, "sockets", "state",
                              conn_state_name((enum conn_state)state),
                              (double)tcp->states[state]);
}

static void add_ports(const struct observation *seen, struct text *out)
{
    const struct observed_range *range = &seen->range[IP_PROTOCOL_TCP];
    double per_s;

    if (!range->reading.known)
        return;
    prometheus_gauge(out, "ports_usable", "TCP ports of the range that are not reserved.",
                     range->usable);
    if (!seen->tcp.reading.known)
        return;
    prometheus_gauge(out, "ports_used", "Usable TCP ports in use.", seen->tcp.ports_used);
    prometheus_gauge(out, "ports_blocked",
                     "Usable TCP ports that listeners and bound sockets hold.",
                     seen->tcp.ports_blocked);
    if (seen->tcp.closed_known != CLOSED_NOT_COUNTED)
        prometheus_gauge(
            out, "ports_closed",
            "Usable TCP ports that bind() took before connect(): no connect() can "
            "use them.",
            seen->tcp.ports_closed);
    if (heading_close_rate(seen, &per_s))
        prometheus_gauge(
            out, "close_rate",
            "TCP connections closed per second on usable ports, which now are in "
            "TIME_WAIT.",
            words_tenths(per_s));
    add_sockets(&seen->tcp, out);
}

static void add_destination(const struct report *report, const struct destination *to,
                            struct text *out)
{
    char address[IP_ADDRESS_TEXT_SIZE];

    text_add(out, PROMETHEUS_PREFIX "destination_ports{");
    ip_address_format(&to->local, address);
    prometheus_label(out, "local", address);
    ip_address_format(&to->remote, address);
    text_add(out, ",");
    prometheus_label(out, "remote", address);
    text_addf(out, ",port=\"%" PRIu16 "\"", to->remote_port);
    prometheus_optional_label(out, "device",
                              observation_device(report->seen, to->device));
    text_add(out, "}");
    prometheus_value(out, observation_destination_ports(report->seen, to));
}

static void add_destinations(const struct report *report, struct text *out)
{
    size_t count = words_destinations(report);

    if (count == 0 || !report->seen->range[IP_PROTOCOL_TCP].reading.known)
        return;
    prometheus_begin(out, "destination_ports",
                     "Ports that a new connection to this destination cannot use.");
    for (size_t i = 0; i < count; i++)
        add_destination(report, &report->seen->tcp.top[i], out);
}

static void add_ask_sample(const struct observation *seen, const char *name,
                           const struct ask *ask, double value, struct text *out)
{
    char address[IP_ADDRESS_TEXT_SIZE];

    text_addf(out, PROMETHEUS_PREFIX "%s{", name);
    prometheus_label(out, "kind", ask_kind_names[ask->kind]);
    ip_address_format(&ask->local, address);
    prometheus_optional_label(out, "local", ask->kind == ASK_UDP_CONNECT ? "" : address);
    if (ask->remote_port != 0) {
        ip_address_format(&ask->remote, address);
        prometheus_optional_label(out, "remote", address);
        text_addf(out, ",port=\"%" PRIu16 "\"", ask->remote_port);
    }
    prometheus_optional_label(out, "device", observation_device(seen, ask->device));
    text_add(out, "}");
    prometheus_value(out, value);
}

/* An answer that is not known, or was not confirmed, is none. */
static bool is_answered(const struct ask *ask)
{
    return ask->answer == ASK_FREE || (ask->answer == ASK_NONE && ask->confirmed);
}

static void add_asked(const struct observation *seen, struct text *out)
{
    const struct observed_asks *asked = &seen->asked;
    size_t answered = 0;

    for (size_t i = 0; i < asked->count; i++)
        answered += is_answered(&asked->asks[i]);
    if (answered == 0)
        return;
    prometheus_begin(
        out, "asked_port_free",
        "1 if the system finds a port for such a new socket, 0 if it finds none.");
    for (size_t i = 0; i < asked->count; i++)
        if (is_answered(&asked->asks[i]))
            add_ask_sample(seen, "asked_port_free", &asked->asks[i],
                           asked->asks[i].answer == ASK_FREE, out);
    prometheus_begin(out, "asked_cpu_seconds",
                     "CPU time that the system needed to look for it.");
    for (size_t i = 0; i < asked->count; i++)
        if (is_answered(&asked->asks[i]))
            add_ask_sample(seen, "asked_cpu_seconds", &asked->asks[i],
                           asked->asks[i].microseconds / 1e6, out);
}

static void add_setting_values(const struct verdict *verdict, struct text *out)
{
    size_t samples = 0;

    for (size_t i = 0; i < verdict->setting_count; i++) {
        const struct setting_result *setting = &verdict->settings[i];
        const struct setting_value *value;

        if (!setting->seen || setting->seen->presence != SETTING_SET)
            continue;
        if (samples++ == 0)
            prometheus_begin(out, "setting_value",
                             "Value of a setting; of a range, its ports.");
        value = &setting->seen->value;
        prometheus_sample(out, "setting_value", "setting", setting->rule->name,
                          value->kind == SETTING_PORT_RANGE
                              ? port_range_size(value->range)
                              : (double)value->number);
    }
}

static void add_wrong_settings(const struct verdict *verdict, struct text *out)
{
    size_t samples = 0;

    for (size_t i = 0; i < verdict->setting_count; i++) {
        const struct setting_result *setting = &verdict->settings[i];

        if (setting->state == SETTING_STATE_UNREAD)
            continue;
        if (samples++ == 0)
            prometheus_begin(out, "setting_wrong",
                             "1 if the policy does not accept the setting.");
        prometheus_sample(out, "setting_wrong", "setting", setting->rule->name,
                          setting->state == SETTING_STATE_WRONG);
    }
}

static void add_conntrack(const struct report *report, struct text *out)
{
    const struct observed_conntrack *conntrack = &report->seen->conntrack;

    if (!report->verdict->results[METRIC_CONNTRACK_USAGE].judged ||
        !conntrack->counters_known)
        return;
    prometheus_counter(out, "conntrack_insert_failed_total",
                       "Entries that found no free place or port, since boot.",
                       conntrack->insert_failed);
    prometheus_counter(out, "conntrack_drop_total",
                       "Packets dropped because they got no entry, since boot.",
                       conntrack->dropped);
}

static void add_info(const struct report *report, struct text *out)
{
    struct text sum = { 0 };

    words_policy_sum(report, &sum);
    prometheus_begin(
        out, "info",
        "The program, the system that it read and the policy; policy_crc32 is that of "
        "its file.");
    text_add(out, PROMETHEUS_PREFIX "info{");
    prometheus_label(out, "version", report->version);
    text_add(out, ",");
    prometheus_label(out, "os", os_kind_name(report->seen->os.kind));
    text_add(out, ",");
    prometheus_label(out, "policy", report->policy_source);
    text_add(out, ",");
    prometheus_label(out, "policy_crc32", text_string(&sum));
    out->failed = out->failed || sum.failed;
    text_clear(&sum);
    text_add(out, "} 1\n");
}

static void add_state(bool up, enum check_state state, struct text *out)
{
    prometheus_gauge(out, "up", "Whether the host could be judged.", up);
    prometheus_gauge(out, "state",
                     "State of the check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.",
                     (double)state);
}

void report_prometheus_failure(enum check_state state, const char *summary,
                               struct text *out)
{
    text_addf(out, "# %s\n", summary);
    add_state(false, state, out);
}

bool report_prometheus(const struct report *report, struct text *out, struct error *err)
{
    const struct observation *seen = report->seen;

    add_state(true, report->verdict->state, out);
    add_metric_states(report, out);
    add_metrics(report, out);
    if (report->verdict->results[METRIC_EXHAUSTION_EVENTS].judged)
        add_events(report->seen, out);
    add_unseen_ports(report, out);
    add_causes(report, out);
    if (words_judges_tcp_ports(report)) {
        add_ports(seen, out);
        add_destinations(report, out);
    }
    add_asked(seen, out);
    add_setting_values(report->verdict, out);
    add_wrong_settings(report->verdict, out);
    add_conntrack(report, out);
    report_namespaces_prometheus(report, out);
    add_info(report, out);
    prometheus_gauge(out, "read_seconds", "Time needed to read the host.",
                     (double)seen->duration_us / 1e6);
    prometheus_gauge(out, "observation_timestamp_seconds", "When the host was read.",
                     (double)seen->time_s);
    return text_ok(out, err);
}
