/* SPDX-License-Identifier: MIT */
/* What to stop, how many ports that frees, and when: each of it is what the kernel does.
 */
#include "plugin/explain_now.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/cause_words.h"
#include "plugin/explain_names.h"
#include "plugin/explain_rows.h"
#include "plugin/report_words.h"

static const struct observed_setting *setting_of(const struct observation *seen,
                                                 const char *name)
{
    for (size_t i = 0; i < seen->setting_count; i++)
        if (strcmp(seen->settings[i].name, name) == 0 &&
            seen->settings[i].presence == SETTING_SET)
            return &seen->settings[i];
    return NULL;
}

/* TIME_WAIT is given to a new connection to the same destination after a second. */
static bool is_reused(const struct explain_subject *subject)
{
    const struct observed_setting *reuse = setting_of(subject->seen, "tcp_tw_reuse");
    const struct observed_setting *stamps = setting_of(subject->seen, "tcp_timestamps");

    if (!subject->to || explain_is_for_all(subject) || !reuse || !stamps ||
        stamps->value.number == 0)
        return false;
    return reuse->value.number == 1 ||
           (reuse->value.number == 2 && ip_address_is_loopback(&subject->to->remote));
}

/* Windows keeps TIME_WAIT as long as a setting says; its default is told in two ways. */
static void add_delay_of_windows(const struct explain_subject *subject,
                                 struct paper *paper)
{
    const struct observed_setting *delay = setting_of(subject->seen, "TcpTimedWaitDelay");

    if (delay)
        paper_addf(paper, "within %" PRId64 "\ts (TIME_WAIT, TcpTimedWaitDelay)",
                   delay->value.number);
    else
        paper_add(paper, "within TcpTimedWaitDelay (TIME_WAIT; 120 or 240\ts when that "
                         "is not set)");
}

/* When ports of that state are free again, once their process has ended. What is no one
 * state's is taken for connections. */
static void add_when(const struct explain_subject *subject, enum conn_state state,
                     struct paper *paper)
{
    const bool leaves_time_wait = state == CONN_UNKNOWN || state == CONN_ESTABLISHED ||
                                  state == CONN_FIN_WAIT_1 || state == CONN_FIN_WAIT_2 ||
                                  state == CONN_SYN_RECEIVED;

    if (subject->metric == METRIC_UDP_PORT_USAGE || !leaves_time_wait)
        paper_add(paper, "at once");
    else if (subject->seen->os.kind == OS_WINDOWS)
        add_delay_of_windows(subject, paper);
    else if (is_reused(subject))
        paper_add(paper, "in about 1\ts (closing leaves TIME_WAIT, reused there by "
                         "tcp_tw_reuse)");
    else
        paper_add(paper, "in about 60\ts (closing leaves TIME_WAIT)");
}

static bool ends_in(const char *name, const char *end)
{
    const size_t length = strlen(name);

    return length > strlen(end) && strcmp(name + length - strlen(end), end) == 0;
}

/* A command where there is one for certain. */
static void add_unit(const struct explain_subject *subject, const struct owner *owner,
                     struct paper *paper)
{
    if (subject->seen->os.kind == OS_WINDOWS)
        paper_addf(paper, "restart the service\t%s", owner->name);
    else if (strchr(owner->name, '?'))
        paper_addf(paper, "restart the unit\t%s", owner->name);
    else
        paper_addf(paper, "systemctl\t%s\t%s",
                   ends_in(owner->name, ".service") ? "restart" : "stop", owner->name);
}

static void add_user(const struct explain_subject *subject, const struct owner *owner,
                     struct paper *paper)
{
    const char *program = explain_program(subject, owner);
    const bool has_user = explain_user(subject, owner)[0] != '\0';

    paper_addf(paper, "stop or restart %s%s", program[0] ? program : "the program",
               has_user ? " of" : "");
    explain_whose(subject, owner, paper);
    if (explain_has_pids(subject, owner))
        paper_glue(paper, ",");
    explain_pids(subject, owner, paper);
}

static void add_act(const struct explain_subject *subject, const struct owner *owner,
                    struct paper *paper)
{
    char unit[EXPLAIN_UNIT_SIZE];

    switch (owner->kind) {
    case OWNER_UNIT:
        add_unit(subject, owner, paper);
        return;
    case OWNER_CONTAINER:
    case OWNER_POD:
        paper_addf(paper, "restart %s", explain_unit(owner, unit));
        return;
    case OWNER_OTHER_CONTAINER:
        paper_add(paper, "restart the other container that it runs in");
        return;
    case OWNER_ENDED_UNIT:
    case OWNER_USER:
        add_user(subject, owner, paper);
        return;
    case OWNER_SYSTEM:
        paper_add(paper, "restart the web application (IIS) behind HTTP.sys");
        return;
    }
}

static void act_on_program(const struct explain_subject *subject, struct paper *paper)
{
    struct explain_rows rows;
    const struct explain_row *row;
    char count[PAPER_COUNT_SIZE];

    explain_rows_fill(subject, &rows);
    row = explain_rows_holder(subject, &rows);
    if (!row) {
        paper_add(paper,
                  "restart the program that has these sockets: its ports are free");
        add_when(subject, cause_state(subject->cause), paper);
        return;
    }
    add_act(subject, row->owner, paper);
    paper_addf(paper, "- frees %s\tport%s", paper_count(row->sockets, count),
               row->sockets == 1 ? "" : "s");
    add_when(subject, row->state, paper);
}

static void act_on_server(const struct explain_subject *subject, struct paper *paper)
{
    struct text end = { 0 };

    if (subject->to)
        words_destination(subject->seen, subject->to, &end);
    else
        text_add(&end, "those servers");
    if (subject->cause == CAUSE_NOT_CLOSED_THERE)
        paper_addf(paper,
                   "look at %s, which does not close its connections: restarting "
                   "something here frees no port",
                   text_string(&end));
    else
        paper_addf(paper,
                   "look at %s and at the way to it: this host is the victim; "
                   "restarting something here helps until it tries again",
                   text_string(&end));
    text_clear(&end);
}

/* Who opened most, where every connection was counted; NULL: nobody, or not counted. */
static const struct owner *main_opener(const struct explain_subject *subject,
                                       uint32_t *percent)
{
    const struct observed_look *look = &subject->seen->look;
    const struct observed_opener *first = &look->openers[0];

    if (!look->exact || look->count == 0 || 2 * first->opened < look->opened ||
        look->opened == 0 || first->owner >= subject->seen->owners.count ||
        subject->report->owners == OWNERS_NONE)
        return NULL;
    *percent = (uint32_t)(UINT64_C(100) * first->opened / look->opened);
    return &subject->seen->owners.list[first->owner];
}

static void act_on_openers(const struct explain_subject *subject, struct paper *paper)
{
    const bool windows = subject->seen->os.kind == OS_WINDOWS;
    uint32_t percent = 0;
    const struct owner *owner = main_opener(subject, &percent);
    char unit[EXPLAIN_UNIT_SIZE];

    paper_addf(paper,
               "no restart frees a port: TIME_WAIT belongs to no process. Ports come "
               "back %s",
               windows ? "after TcpTimedWaitDelay" : "60\ts after they were closed");
    if (!owner)
        return;
    paper_glue(paper, ";");
    paper_add(paper, "fewer are taken if");
    if (explain_unit(owner, unit)[0])
        paper_add(paper, unit);
    else
        explain_whose(subject, owner, paper);
    paper_addf(paper, "(%" PRIu32 "%%) slows down or pauses", percent);
}

void explain_now(const struct explain_subject *subject, struct paper *paper)
{
    if (!explain_is_alert(subject) || !metric_is_percent(subject->metric))
        return;
    paper_head(paper, "NOW");
    switch (cause_words_now(subject->cause)) {
    case CAUSE_NOW_PROGRAM:
        act_on_program(subject, paper);
        break;
    case CAUSE_NOW_SERVER:
        act_on_server(subject, paper);
        break;
    case CAUSE_NOW_NOWHERE:
        if (subject->cause == CAUSE_SHORT_CONNECTIONS)
            act_on_openers(subject, paper);
        else
            act_on_program(subject, paper);
        break;
    }
}
