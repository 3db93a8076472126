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
#include "plugin/report_details.h"
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

/* What is over keeps its ports for a while. What is no one state's is taken for
 * connections. */
static bool leaves_time_wait(const struct explain_subject *subject, enum conn_state state)
{
    return subject->metric != METRIC_UDP_PORT_USAGE &&
           (state == CONN_UNKNOWN || state == CONN_ESTABLISHED ||
            state == CONN_FIN_WAIT_1 || state == CONN_FIN_WAIT_2 ||
            state == CONN_SYN_RECEIVED);
}

/* Whether to start it at once again would find the ports still taken. */
static bool must_wait(const struct explain_subject *subject, enum conn_state state)
{
    return leaves_time_wait(subject, state) && !is_reused(subject);
}

/* "60 s"; of Windows what a setting says: two of its pages tell another default. */
static void add_delay(const struct explain_subject *subject, struct paper *paper)
{
    const struct observed_setting *delay = setting_of(subject->seen, "TcpTimedWaitDelay");

    if (subject->seen->os.kind != OS_WINDOWS)
        paper_add(paper, "60\ts");
    else if (delay)
        paper_addf(paper, "%" PRId64 "\ts", delay->value.number);
    else
        paper_add(paper, "120 or 240\ts (TcpTimedWaitDelay)");
}

static bool ends_in(const char *name, const char *end)
{
    const size_t length = strlen(name);

    return length > strlen(end) && strcmp(name + length - strlen(end), end) == 0;
}

/* A command where there is one for certain. */
static void add_unit(const struct explain_subject *subject, const struct owner *owner,
                     const char *verb, struct paper *paper)
{
    if (subject->seen->os.kind == OS_WINDOWS)
        paper_addf(paper, "%s the service\t%s", verb, owner->name);
    else if (strchr(owner->name, '?'))
        paper_addf(paper, "%s the unit\t%s", verb, owner->name);
    else
        paper_addf(paper, "systemctl\t%s\t%s",
                   ends_in(owner->name, ".service") ? verb : "stop", owner->name);
}

/* A worker of IIS is no service: its application pool is recycled. */
static bool is_iis(const char *program)
{
    return strcmp(program, "w3wp.exe") == 0;
}

static void add_user(const struct explain_subject *subject, const struct owner *owner,
                     const char *verb, struct paper *paper)
{
    const char *program = explain_program(subject, owner);
    const bool has_user = explain_user(subject, owner)[0] != '\0';

    if (is_iis(program)) {
        paper_add(paper, "recycle the application pool of w3wp.exe (IIS Manager");
        if (explain_has_pids(subject, owner)) {
            paper_glue(paper, ";");
            paper_addf(paper, "appcmd list wp tells which one has pid\t%" PRIu32,
                       owner->pids[0].pid);
        }
        paper_glue(paper, ")");
        return;
    }
    paper_addf(paper, "%s %s%s", verb, program[0] ? program : "the program",
               has_user ? " of" : "");
    explain_whose(subject, owner, paper);
    explain_pids_alone(subject, owner, paper);
}

static void add_act(const struct explain_subject *subject, const struct owner *owner,
                    const char *verb, struct paper *paper)
{
    char unit[EXPLAIN_UNIT_SIZE];

    switch (owner->kind) {
    case OWNER_UNIT:
        add_unit(subject, owner, verb, paper);
        return;
    case OWNER_CONTAINER:
    case OWNER_POD:
        paper_addf(paper, "%s %s", verb, explain_unit(owner, unit));
        return;
    case OWNER_OTHER_CONTAINER:
        paper_addf(paper, "%s the other container that it runs in", verb);
        return;
    case OWNER_ENDED_UNIT:
    case OWNER_USER:
        add_user(subject, owner, verb, paper);
        return;
    case OWNER_SYSTEM:
        paper_addf(paper, "%s the web application (IIS) behind HTTP.sys", verb);
        return;
    }
}

static void add_ports(uint32_t ports, struct paper *paper)
{
    char count[PAPER_COUNT_SIZE];

    if (ports > 0)
        paper_addf(paper, "%s\tport%s", paper_count(ports, count), ports == 1 ? "" : "s");
    else
        paper_add(paper, "its ports");
}

/* Started again at once it would find its old ports taken, and seem not to help. */
static void add_wait(const struct explain_subject *subject, uint32_t ports,
                     struct paper *paper)
{
    paper_add(paper, "- wait");
    add_delay(subject, paper);
    paper_glue(paper, ",");
    paper_add(paper, "then start it:");
    add_ports(ports, paper);
    paper_add(paper, "come back");
    add_delay(subject, paper);
    paper_add(paper, "after the stop (TIME_WAIT), and a plain restart finds them taken");
}

static void act_on_program(const struct explain_subject *subject, struct paper *paper)
{
    struct explain_rows rows;
    const struct explain_row *row;
    enum conn_state state;

    explain_rows_fill(subject, &rows);
    row = explain_rows_holder(subject, &rows);
    if (!row && subject->cause == CAUSE_NONE) {
        paper_add(paper, "nothing stands out: end what holds more ports than it should");
        return;
    }
    state = row ? row->state : cause_state(subject->cause);
    if (row)
        add_act(subject, row->owner, must_wait(subject, state) ? "stop" : "restart",
                paper);
    else
        paper_addf(paper, "%s the program that has these sockets",
                   must_wait(subject, state) ? "stop" : "restart");
    if (must_wait(subject, state)) {
        add_wait(subject, row ? row->sockets : 0, paper);
        return;
    }
    paper_add(paper, "- frees");
    add_ports(row ? row->sockets : 0, paper);
    paper_add(paper, leaves_time_wait(subject, state)
                         ? "in about 1\ts (tcp_tw_reuse: TIME_WAIT is reused there)"
                     : row && is_iis(explain_program(subject, row->owner))
                         ? "when its old processes have ended"
                         : "at once");
}

/* How to try from here whether it answers. */
static void add_try(const struct explain_subject *subject, struct paper *paper)
{
    const bool windows = subject->seen->os.kind == OS_WINDOWS;
    char address[IP_ADDRESS_TEXT_SIZE];

    if (!subject->to)
        return;
    ip_address_format(&subject->to->remote, address);
    paper_addf(paper,
               windows ? "(for example: Test-NetConnection\t%s\t-Port\t%" PRIu16 ")"
                       : "(for example: nc\t-vz\t-w3\t%s\t%" PRIu16 ")",
               address, subject->to->remote_port);
}

static void act_on_server(const struct explain_subject *subject, struct paper *paper)
{
    struct text end = { 0 };

    if (subject->to)
        words_destination(subject->seen, subject->to, &end);
    else
        text_add(&end, "those servers");
    if (subject->cause == CAUSE_NOT_CLOSED_THERE) {
        paper_addf(paper,
                   "look at %s, which does not close its connections: restarting "
                   "something here frees no port",
                   text_string(&end));
    } else {
        paper_addf(paper, "look at %s and the network path to it", text_string(&end));
        if (!subject->report->place) /* from here another namespace's way is not seen */
            add_try(subject, paper);
        paper_glue(paper, ";");
        paper_add(paper, "this host is the victim, and restarting something here does "
                         "not help");
    }
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
    *percent = explain_percent(first->opened, look->opened);
    return &subject->seen->owners.list[first->owner];
}

/* TIME_WAIT has nobody who could be ended; who makes it may be known. */
static void act_on_openers(const struct explain_subject *subject, struct paper *paper)
{
    uint32_t percent = 0;
    const struct owner *owner = main_opener(subject, &percent);
    char unit[EXPLAIN_UNIT_SIZE];

    paper_add(paper, "no restart frees a port at once: TIME_WAIT belongs to no process.");
    if (!owner && !subject->seen->look.exact && subject->seen->os.kind == OS_LINUX &&
        !subject->report->replayed && !subject->report->place)
        paper_add(paper, "Run this as root: it counts who opens them.");
    paper_addf(paper, "Stop %s", owner ? "" : "the one that opens most");
    if (owner && explain_unit(owner, unit)[0])
        paper_add(paper, unit);
    else if (owner)
        explain_whose(subject, owner, paper);
    if (owner)
        paper_addf(paper, "(opens %" PRIu32 "%%)", percent);
    paper_glue(paper, ":");
    paper_add(paper, "growth ends, and ports come back within");
    add_delay(subject, paper);
}

void explain_now(const struct explain_subject *subject, struct paper *paper)
{
    const char *step = report_next_step(subject->report, subject->metric);

    if (!step && (!explain_is_alert(subject) || !metric_is_port_usage(subject->metric)))
        return;
    paper_head(paper, "NOW");
    if (step) {
        paper_add(paper, step);
        return;
    }
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
