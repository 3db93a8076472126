/* SPDX-License-Identifier: MIT */
/* Perfdata: what the monitoring server draws and stores, in one fixed order. */
#include "plugin/report.h"

#include <inttypes.h>

#include "checks/heading.h"
#include "checks/model/metric.h"
#include "plugin/report_namespaces.h"
#include "plugin/report_words.h"

/* A count beside the metrics: no thresholds, so only its limits as a number. */
struct count {
    const char *label;
    uint64_t value;
    uint32_t most; /* 0 = no natural maximum */
    bool known;
};

static void begin(struct text *out)
{
    if (out->length > 0)
        text_add(out, " ");
}

static void add_metric(const struct result *result, bool with_limits, struct text *out)
{
    text_addf(out, "%s=", metric_names[result->metric]);
    words_measure(result->metric, &result->measure, out);
    text_add(out, ";");
    if (with_limits)
        threshold_format(&result->limits.warning, out);
    text_add(out, ";");
    if (with_limits)
        threshold_format(&result->limits.critical, out);
    text_add(out, metric_is_percent(result->metric) ? ";0;100" : ";0");
}

static void add_count(const struct count *count, struct text *out)
{
    text_addf(out, "%s=%" PRIu64 ";;;0", count->label, count->value);
    if (count->most > 0)
        text_addf(out, ";%" PRIu32, count->most);
}

/* Those that are known. */
static void add_known(const struct count *counts, size_t count, struct text *out)
{
    for (size_t i = 0; i < count; i++) {
        if (!counts[i].known)
            continue;
        begin(out);
        add_count(&counts[i], out);
    }
}

static void add_counts(const struct report *report, struct text *out)
{
    const struct observed_tcp *tcp = &report->seen->tcp;
    const struct observed_range *range = &report->seen->range[IP_PROTOCOL_TCP];
    bool has_range = range->reading.known;
    bool has_tcp = tcp->reading.known && has_range;
    const struct count counts[] = {
        { "ports_used", tcp->ports_used, range->usable, has_tcp },
        { "ports_usable", range->usable, 0, has_range },
        { "established", tcp->states[CONN_ESTABLISHED], 0, has_tcp },
        { "close_wait", tcp->states[CONN_CLOSE_WAIT], 0, has_tcp },
        { "bound", tcp->states[CONN_BOUND], 0, has_tcp && tcp->bound_known },
        { "closed_ports", tcp->ports_closed, range->usable,
          has_tcp && tcp->closed_known != CLOSED_NOT_COUNTED },
    };

    add_known(counts, ARRAY_COUNT(counts), out);
}

/* What stands behind the metric that it explains. */
static void add_happened(const struct report *report, struct text *out)
{
    const struct observed_events *events = &report->seen->events;
    const struct count counts[] = {
        { "events_4227", events->collided, 0,
          events->reading.known &&
              report->verdict->results[METRIC_EXHAUSTION_EVENTS].judged },
    };

    add_known(counts, ARRAY_COUNT(counts), out);
}

/* What the kernel counted since boot: "c" says that it only grows. */
static void add_conntrack_counters(const struct report *report, struct text *out)
{
    const struct observed_conntrack *conntrack = &report->seen->conntrack;

    if (!report->verdict->results[METRIC_CONNTRACK_USAGE].judged ||
        !conntrack->counters_known)
        return;
    begin(out);
    text_addf(out, "conntrack_insert_failed=%" PRIu64 "c;;;0", conntrack->insert_failed);
    text_addf(out, " conntrack_drop=%" PRIu64 "c;;;0", conntrack->dropped);
}

/* Those of [first, end) that are judged. */
static void add_metrics(const struct verdict *verdict, enum metric_id first,
                        enum metric_id end, bool with_limits, struct text *out)
{
    for (enum metric_id i = first; i < end; i++) {
        if (!verdict->results[i].judged || !verdict->results[i].measure.known)
            continue;
        begin(out);
        add_metric(&verdict->results[i], with_limits, out);
    }
}

/* Per second, to a tenth. */
static void add_close_rate(const struct report *report, struct text *out)
{
    double per_s;

    if (!heading_close_rate(report->seen, &per_s))
        return;
    begin(out);
    text_add(out, "close_rate=");
    words_rate(per_s, out);
    text_add(out, ";;;0");
}

/* Whatever came later stands behind what was there before: graphs go by the place. */
void report_perfdata(const struct report *report, bool with_limits, struct text *out)
{
    struct text words = { 0 };

    add_metrics(report->verdict, 0, METRIC_CONNTRACK_USAGE, with_limits, &words);
    if (words_judges_tcp_ports(report))
        add_counts(report, &words);
    add_metrics(report->verdict, METRIC_CONNTRACK_USAGE, METRIC_COUNT, with_limits,
                &words);
    add_conntrack_counters(report, &words);
    add_happened(report, &words);
    if (words_judges_tcp_ports(report))
        add_close_rate(report, &words);
    report_namespaces_perfdata(report, &words);
    text_add(out, text_string(&words));
    out->failed = out->failed || words.failed;
    text_clear(&words);
}
