/* SPDX-License-Identifier: MIT */
/* The worst metric, and from its cause what is to be looked at. */
#include "plugin/explain_subject.h"

#include "checks/base/compiler.h"
#include "plugin/report_words.h"

static const char *const states[CONN_STATE_COUNT] = {
    [CONN_UNKNOWN] = "?",
    [CONN_ESTABLISHED] = "ESTABLISHED",
    [CONN_SYN_SENT] = "SYN_SENT",
    [CONN_SYN_RECEIVED] = "SYN_RECV",
    [CONN_FIN_WAIT_1] = "FIN_WAIT1",
    [CONN_FIN_WAIT_2] = "FIN_WAIT2",
    [CONN_TIME_WAIT] = "TIME_WAIT",
    [CONN_CLOSED] = "CLOSED",
    [CONN_CLOSE_WAIT] = "CLOSE_WAIT",
    [CONN_LAST_ACK] = "LAST_ACK",
    [CONN_LISTEN] = "LISTEN",
    [CONN_CLOSING] = "CLOSING",
    [CONN_BOUND] = "bound",
};

const char *explain_state(enum conn_state state)
{
    return states[state];
}

bool explain_is_alert(const struct explain_subject *subject)
{
    return subject->result && (subject->result->state == CHECK_WARNING ||
                               subject->result->state == CHECK_CRITICAL);
}

bool explain_is_for_all(const struct explain_subject *subject)
{
    return subject->cause == CAUSE_BOUND_NEVER_CONNECTED ||
           subject->cause == CAUSE_LISTENERS ||
           subject->cause == CAUSE_BIND_BEFORE_CONNECT;
}

bool explain_counts(const struct explain_subject *subject, enum conn_state state)
{
    if (subject->cause == CAUSE_BOUND_NEVER_CONNECTED ||
        subject->cause == CAUSE_LISTENERS)
        return state == cause_state(subject->cause);
    return true;
}

static const struct owner_shares *find_shares(const struct explain_subject *subject)
{
    const struct observed_owners *owners = &subject->seen->owners;

    if (!owners->reading.known)
        return NULL;
    if (subject->metric == METRIC_UDP_PORT_USAGE)
        return &owners->udp;
    if (subject->to && !explain_is_for_all(subject))
        return owners->destination_count > 0 ? &owners->destinations[0] : NULL;
    return &owners->tcp;
}

void explain_subject_find(const struct report *report, struct explain_subject *out)
{
    enum metric_id order[METRIC_COUNT];
    const struct observed_tcp *tcp = &report->seen->tcp;
    const bool any = words_order(report, order) > 0;

    *out = (struct explain_subject){ .report = report, .seen = report->seen };
    if (!any)
        return;
    out->metric = order[0];
    out->result = &report->verdict->results[order[0]];
    if (out->metric == METRIC_DESTINATION_USAGE && tcp->top_count > 0 &&
        !words_is_bound_by_untracked(report))
        out->to = &tcp->top[0];
    if (explain_is_alert(out))
        out->cause = out->to ? cause_of_destination(report->seen, out->to)
                             : cause_of_metric(report->seen, out->metric);
    out->shares = find_shares(out);
}
