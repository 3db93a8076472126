/* SPDX-License-Identifier: MIT */
/* The namespaces for Prometheus: a bounded number of series. */
#include "plugin/report_namespaces.h"

#include <inttypes.h>

#include "checks/judge_namespaces.h"
#include "plugin/prometheus_lines.h"

/* Its number is its own; names are cut and cleaned, and two may be alike then. Our own
 * has the label that no other has. */
static void add_namespace_labels(const struct report *report, size_t at, struct text *out)
{
    const struct net_namespace *target;
    struct text number = { 0 };

    text_add(out, "{");
    if (at == NAMESPACE_OWN) {
        prometheus_label(out, "own", "true");
        text_add(out, "}");
        return;
    }
    target = &report->namespaces->found->list[at];
    text_addf(&number, "%" PRIu64, target->inode > 0 ? target->inode : target->mark);
    prometheus_label(out, "namespace",
                     target->names.netns[0] ? target->names.netns : text_string(&number));
    prometheus_optional_label(out, "netns", text_string(&number));
    if (report->owners != OWNERS_NONE) {
        if (target->names.owner.kind == OWNER_CONTAINER)
            prometheus_optional_label(out, "container", target->names.owner.name);
        prometheus_optional_label(out, "pod", target->names.pod);
    }
    text_add(out, "}");
    out->failed = out->failed || number.failed;
    text_clear(&number);
}

/* One series for each whose sockets were dumped, as many as are kept. */
static void
add_namespace_series(const struct report *report, const char *name, const char *help,
                     bool (*value)(const struct namespace_result *result, double *out),
                     struct text *out)
{
    const struct namespaces_verdict *all = report->namespaces;
    size_t samples = 0;

    for (size_t i = 0; i < all->row_count; i++) {
        const size_t at = all->rows[i];
        double number;

        if ((at != NAMESPACE_OWN && !all->found->list[at].seen) ||
            !value(&all->results[at], &number))
            continue;
        if (samples++ == 0)
            prometheus_begin(out, name, help);
        text_addf(out, PROMETHEUS_PREFIX "%s", name);
        add_namespace_labels(report, at, out);
        prometheus_value(out, number);
    }
}

static bool usage_of(const struct namespace_result *result, double *out)
{
    const struct namespace_usage *usage = &result->usage;

    *out = usage->part < usage->whole ? (double)usage->part / (double)usage->whole : 1;
    return result->usage.known;
}

static bool state_of(const struct namespace_result *result, double *out)
{
    *out = (double)result->state;
    return result->judged;
}

void report_namespaces_prometheus(const struct report *report, struct text *out)
{
    const struct namespaces_verdict *all = report->namespaces;

    if (!all)
        return;
    prometheus_gauge(out, "namespaces", "Network namespaces of this host.",
                     (double)all->count);
    if (namespaces_verdict_is_whole(all))
        prometheus_gauge(out, "namespaces_over",
                         "Of them, those with a usage beyond a limit.",
                         (double)all->over);
    prometheus_gauge(out, "namespaces_unread",
                     "Of them, those that may be beyond a limit and were not read.",
                     (double)all->unread);
    add_namespace_series(report, "namespace_usage_ratio",
                         "The usage of ports that decides on the state of a namespace.",
                         usage_of, out);
    add_namespace_series(report, "namespace_state",
                         "State of a namespace: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.",
                         state_of, out);
}
