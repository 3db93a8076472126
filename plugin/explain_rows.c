/* SPDX-License-Identifier: MIT */
/* TIME_WAIT and orphans are rows of their own: nobody is blamed for them. */
#include "plugin/explain_rows.h"

#include "checks/cause_owners.h"

static const char closed[] = "no process: closed already";

static void add_row(struct explain_rows *rows, const struct explain_row *row)
{
    size_t at = rows->count;

    if (row->sockets == 0 || rows->count == EXPLAIN_ROWS_MAX)
        return;
    for (; at > 0 && rows->list[at - 1].sockets < row->sockets; at--)
        rows->list[at] = rows->list[at - 1];
    rows->list[at] = *row;
    rows->count++;
    rows->sockets += row->sockets;
}

static void add_others(struct explain_rows *rows, uint32_t sockets)
{
    rows->others += sockets;
    rows->sockets += sockets;
}

static bool has_states(const struct explain_subject *subject)
{
    return subject->metric != METRIC_UDP_PORT_USAGE;
}

/* UDP has no states, and its share is one row. */
static void add_share(const struct explain_subject *subject,
                      const struct owner_share *share, struct explain_rows *rows)
{
    const struct observed_owners *owners = &subject->seen->owners;
    struct explain_row row = { .sockets = share->sockets, .words = "" };

    if (share->owner >= owners->count)
        return;
    row.owner = &owners->list[share->owner];
    if (!has_states(subject)) {
        add_row(rows, &row);
        return;
    }
    for (int state = CONN_ESTABLISHED; state < CONN_STATE_COUNT; state++) {
        row.state = (enum conn_state)state;
        row.sockets = share->states[state];
        if (explain_counts(subject, row.state))
            add_row(rows, &row);
    }
}

static void add_shares(const struct explain_subject *subject, struct explain_rows *rows)
{
    const struct owner_shares *shares = subject->shares;
    const struct explain_row nobody = {
        .state =
            subject->cause == CAUSE_NOT_CLOSED_THERE ? CONN_FIN_WAIT_2 : CONN_UNKNOWN,
        .sockets = shares->nobody,
        .words = closed,
    };
    for (size_t i = 0; i < shares->count; i++)
        add_share(subject, &shares->list[i], rows);
    if (!explain_counts(subject, CONN_UNKNOWN))
        return;
    add_row(rows, &nobody);
    add_others(rows, shares->others);
}

/* How many sockets there are in each state is known all the same. */
static void add_states(const struct explain_subject *subject, struct explain_rows *rows)
{
    const struct destination *to = explain_is_for_all(subject) ? NULL : subject->to;
    const uint32_t toward[CONN_STATE_COUNT] = {
        [CONN_ESTABLISHED] = to ? to->established : 0,
        [CONN_SYN_SENT] = to ? to->syn_sent : 0,
        [CONN_CLOSE_WAIT] = to ? to->close_wait : 0,
        [CONN_FIN_WAIT_2] = to ? to->fin_wait_2 : 0,
    };

    for (int state = CONN_ESTABLISHED; state < CONN_STATE_COUNT; state++) {
        const struct explain_row row = {
            .state = (enum conn_state)state,
            .sockets = to ? toward[state] : (uint32_t)subject->seen->tcp.states[state],
            .words = "",
        };

        if (state != CONN_TIME_WAIT && explain_counts(subject, row.state))
            add_row(rows, &row);
    }
}

/* TIME_WAIT that a new connection cannot take over; of what is about no destination, all
 * that there is. */
static void add_time_wait(const struct explain_subject *subject,
                          struct explain_rows *rows)
{
    const struct destination *to = subject->to;
    const struct explain_row row = {
        .state = CONN_TIME_WAIT,
        .sockets = to ? (uint32_t)(to->time_wait - to->reusable)
                      : (uint32_t)subject->seen->tcp.states[CONN_TIME_WAIT],
        .words = closed,
    };

    if (!explain_is_for_all(subject))
        add_row(rows, &row);
}

/* So that the rows add up to the headline: ports of other sockets are in the way too. */
static void add_rest(const struct explain_subject *subject, struct explain_rows *rows)
{
    const struct measure *measure = &subject->result->measure;
    struct explain_row row = { .words = "toward the busiest destination" };

    if (!measure->known || measure->part <= rows->sockets ||
        (!subject->to && !explain_is_for_all(subject)))
        return;
    row.sockets = (uint32_t)(measure->part - rows->sockets);
    if (subject->to && explain_is_for_all(subject))
        add_row(rows, &row);
    else
        add_others(rows, row.sockets);
}

void explain_rows_fill(const struct explain_subject *subject, struct explain_rows *out)
{
    *out = (struct explain_rows){ 0 };
    if (has_states(subject))
        add_time_wait(subject, out);
    if (subject->shares)
        add_shares(subject, out);
    else if (has_states(subject))
        add_states(subject, out);
    add_rest(subject, out);
}

static bool is_proven(const struct cause_owners *proven,
                      const struct observed_owners *owners, const struct owner *owner)
{
    for (size_t i = 0; i < proven->count; i++)
        if (&owners->list[proven->list[i].owner] == owner)
            return true;
    return false;
}

const struct explain_row *explain_rows_holder(const struct explain_subject *subject,
                                              const struct explain_rows *rows)
{
    struct cause_owners proven;

    if (subject->report->owners == OWNERS_NONE)
        return NULL;
    cause_owners(subject->seen, subject->metric, subject->cause, &proven);
    for (size_t i = 0; i < rows->count; i++)
        if (rows->list[i].owner &&
            is_proven(&proven, &subject->seen->owners, rows->list[i].owner))
            return &rows->list[i];
    return NULL;
}
