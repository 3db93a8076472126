/* SPDX-License-Identifier: MIT */
/* The next step for the person on call, from what is wrong. */
#include "plugin/report_details.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "checks/base/compiler.h"
#include "checks/base/wrap.h"
#include "checks/cause.h"
#include "checks/cause_owners.h"
#include "checks/cause_words.h"
#include "checks/judge_namespaces.h"
#include "checks/model/metric.h"
#include "plugin/conntrack_words.h"
#include "plugin/namespace_words.h"
#include "plugin/owner_words.h"
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
           cause_of_metric(report->seen, METRIC_DESTINATION_USAGE) ==
               CAUSE_BIND_BEFORE_CONNECT;
}

/* Adds "LABEL words" in lines for a terminal, and empties `words`. */
static void say(const char *label, struct text *words, struct text *out)
{
    static const struct wrap wrap = { .width = REPORT_COLUMNS, .indent = 6 };

    wrap_add(&wrap, label, text_string(words), out);
    out->failed = out->failed || words->failed;
    text_clear(words);
}

static void say_next(const char *step, struct text *out)
{
    struct text words = { 0 };

    text_add(&words, step);
    say("next:", &words, out);
}

static void add_subject(const struct report *report, enum metric_id metric,
                        struct text *words)
{
    const struct destination *to = busiest(report);

    if (metric == METRIC_UDP_PORT_USAGE)
        text_add(words, "UDP ports: ");
    else if (metric == METRIC_PORT_USAGE)
        text_add(words, "TCP ports: ");
    else if (metric == METRIC_DESTINATION_USAGE && to) {
        words_destination(report->seen, to, words);
        text_add(words, ": ");
    }
}

static void add_reason(const struct report *report, enum metric_id metric,
                       enum cause cause, struct text *words)
{
    const bool to_busiest = metric == METRIC_DESTINATION_USAGE;

    if (to_busiest && is_reuse_refused(report))
        text_add(words, "TIME_WAIT is not reused there (a server without TCP timestamps, "
                        "or they were switched on later)");
    else if (to_busiest && cause == CAUSE_NONE && is_connect_unexplained(report))
        text_add(words, "the system finds no port, and the sockets of this destination "
                        "are too few to be the reason");
    else if (to_busiest && cause == CAUSE_NONE && !busiest(report))
        text_add(words, "too many destinations to tell which one is the busiest");
    else
        cause_words_why(report->seen, cause, words);
}

/* "mailer.service 24500 of 24560 sockets" */
static void say_who(const struct report *report, enum metric_id metric, enum cause cause,
                    struct text *out)
{
    const struct observation *seen = report->seen;
    struct cause_owners owners;
    struct text words = { 0 };

    cause_owners(seen, metric, cause, &owners);
    if (owners.count == 0 || report->owners == OWNERS_NONE)
        return;
    for (size_t i = 0; i < owners.count; i++) {
        text_add(&words, i > 0 ? ", " : "");
        owner_words(&seen->owners.list[owners.list[i].owner], report->owners, &words);
        text_addf(&words, " %" PRIu64, owners.list[i].sockets);
    }
    text_addf(&words, "%s of %" PRIu64 " %s", owners.count > 1 ? "," : "", owners.sockets,
              cause == CAUSE_SHORT_CONNECTIONS ? "connections opened" : "sockets");
    say("who:", &words, out);
}

static void advise_on_cause(const struct report *report, enum metric_id metric,
                            enum cause cause, struct text *out)
{
    struct text words = { 0 };

    add_subject(report, metric, &words);
    add_reason(report, metric, cause, &words);
    say("why:", &words, out);
    say_who(report, metric, cause, out);
    if (metric == METRIC_DESTINATION_USAGE && cause == CAUSE_NONE &&
        is_connect_unexplained(report))
        text_add(&words, "end other sockets on the range, or widen it");
    else
        cause_words_cure(report->seen, cause, &words);
    say("next:", &words, out);
}

static void advise_on_bind(const struct report *report, struct text *out)
{
    struct text words = { 0 };

    text_add(
        &words,
        "bind() finds fewer ports than connect(): programs that call it first "
        "are slow or fail (those with a source address of their own: nginx proxy_bind, "
        "HAProxy source, a local address in Java)");
    say("why:", &words, out);
    cause_words_cure(report->seen, CAUSE_BIND_BEFORE_CONNECT, &words);
    say("next:", &words, out);
}

static void advise_on_ports(const struct report *report, struct text *out)
{
    const enum cause cause = cause_of_metric(report->seen, METRIC_PORT_USAGE);

    if (is_bind_in_trouble(report)) {
        if (!is_closed_by_bind(report))
            advise_on_bind(report, out);
    } else if (!is_alert(report, METRIC_DESTINATION_USAGE) ||
               cause_of_metric(report->seen, METRIC_DESTINATION_USAGE) != cause) {
        advise_on_cause(report, METRIC_PORT_USAGE, cause, out);
    }
}

static void advise_on_usage(const struct report *report, struct text *out)
{
    const bool destination = is_alert(report, METRIC_DESTINATION_USAGE);
    const bool ports = is_alert(report, METRIC_PORT_USAGE);
    const bool udp = is_alert(report, METRIC_UDP_PORT_USAGE);

    if (destination)
        advise_on_cause(report, METRIC_DESTINATION_USAGE,
                        cause_of_metric(report->seen, METRIC_DESTINATION_USAGE), out);
    if (ports)
        advise_on_ports(report, out);
    if (udp)
        advise_on_cause(report, METRIC_UDP_PORT_USAGE, CAUSE_UDP_NOT_CLOSED, out);
    if ((destination || ports || udp) && report->place)
        say_next(
            "check_port_exhaustion --all-namespaces -o explain: who holds the ports, "
            "and what to do at once",
            out);
    else if (destination || ports || udp)
        say_next(is_windows(report)
                     ? "check_port_exhaustion -o explain: who holds the ports, and what "
                       "to do at once"
                     : "check_port_exhaustion -o explain: who holds the ports, and what "
                       "to do at once (root sees programs too)",
                 out);
    else if (is_alert(report, METRIC_TIME_WAIT))
        advise_on_cause(report, METRIC_TIME_WAIT, CAUSE_SHORT_CONNECTIONS, out);
}

const char *report_next_step(const struct report *report, enum metric_id metric)
{
    if (!is_alert(report, metric))
        return NULL;
    if (metric == METRIC_CONNTRACK_USAGE)
        return "see what fills the table, or raise net.netfilter.nf_conntrack_max on the "
               "host (runbook)";
    if (metric == METRIC_EXHAUSTION_EVENTS)
        return "new connections failed then: find who takes the ports before it happens "
               "again (netstat -anobq, as administrator)";
    return NULL;
}

static bool is_snat_failing(const struct report *report)
{
    return result_of(report, METRIC_CONNTRACK_USAGE)->judged &&
           conntrack_words_snat_fails(&report->seen->conntrack);
}

static void advise_on_conntrack(const struct report *report, struct text *out)
{
    const char *step = report_next_step(report, METRIC_CONNTRACK_USAGE);

    if (step)
        say_next(step, out);
    if (is_snat_failing(report))
        say_next("see which destination uses up the ports of a SNAT rule (runbook: SNAT "
                 "has no ports left)",
                 out);
}

static void advise_on_namespaces(const struct report *report, struct text *out)
{
    struct text words = { 0 };

    if (report->namespaces && report->namespaces->unread > 0)
        say_next("a longer time (-t), or more rights (root, or CAP_SYS_ADMIN and "
                 "CAP_SYS_PTRACE), to read all namespaces",
                 out);
    if (!report->place)
        return;
    text_add(&words, "lsns --type net: whose ");
    if (namespace_words_number(report, &words)) {
        text_add(&words, " is, and a process in it (nsenter -t PID -n looks inside)");
        say("next:", &words, out);
    }
    text_clear(&words);
}

/* The moment may be over: then it is the next one that tells who takes the ports. */
static void advise_on_events(const struct report *report, struct text *out)
{
    const char *step = report_next_step(report, METRIC_EXHAUSTION_EVENTS);

    if (step && !is_alert(report, METRIC_PORT_USAGE) &&
        !is_alert(report, METRIC_UDP_PORT_USAGE))
        say_next(step, out);
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
    struct text words = { 0 };

    text_add(&words, "the ");
    text_add_clean(&words, unread, "|");
    text_addf(&words, " cannot be read: %s",
              is_range ? "give it with --range FIRST-LAST"
                       : "with --range FIRST-LAST usage is judged without them");
    say("next:", &words, out);
}

static void advise_on_unknown(const struct report *report, struct text *out)
{
    const struct result *settings = result_of(report, METRIC_MISCONFIGURED);
    const struct observed_range *tcp = &report->seen->range[IP_PROTOCOL_TCP];
    const struct observed_range *udp = &report->seen->range[IP_PROTOCOL_UDP];
    bool advised = is_range_unread(report, METRIC_PORT_USAGE, IP_PROTOCOL_TCP) ||
                   is_range_unread(report, METRIC_DESTINATION_USAGE, IP_PROTOCOL_TCP);

    if (report->place)
        return;
    if (advised)
        advise_on_range(tcp, out);
    if (is_range_unread(report, METRIC_UDP_PORT_USAGE, IP_PROTOCOL_UDP) &&
        !(advised && strcmp(tcp->unread, udp->unread) == 0))
        advise_on_range(udp, out);
    if (settings->judged && !settings->measure.known)
        say_next(
            "allow this user to read the unread settings, or drop them in the policy",
            out);
}

/* What a container's network has, its creator gives it: nothing of the host may change.
 */
static void add_where_to_change(const struct report *report, struct text *out)
{
    if (!report->place && report->seen->settings_scope == SETTINGS_OF_HOST)
        text_add(out, "remediate_port_exhaustion plan");
    else
        namespace_words_settings(report, out);
}

static void advise_on_settings(const struct report *report, struct text *out)
{
    const struct verdict *verdict = report->verdict;
    size_t advised = 0;
    size_t waiting = 0;
    struct text words = { 0 };

    if (result_of(report, METRIC_MISCONFIGURED)->judged &&
        report->seen->interrupted_since_s > 0)
        say_next("roll back the interrupted remediation: remediate_port_exhaustion undo",
                 out);
    for (size_t i = 0; i < verdict->setting_count; i++) {
        const struct setting_result *setting = &verdict->settings[i];

        advised += setting->advised || setting->unsaved;
        waiting += setting->seen && setting->seen->waiting_since_s > 0;
    }
    if (waiting > 0)
        text_addf(&words, "reboot: %zu setting%s for it\n", waiting,
                  waiting == 1 ? " waits" : "s wait");
    say("next:", &words, out);
    if (advised > 0) {
        text_addf(&words, "%zu setting%s not as recommended: ", advised,
                  advised == 1 ? " is" : "s are");
        add_where_to_change(report, &words);
    }
    say("next:", &words, out);
}

/* Why it is not known. */
static const char *reason_of(const struct result *result)
{
    if (!result->measure.known)
        return result->measure.reason;
    return result->state == CHECK_UNKNOWN ? result->why : "";
}

static bool is_reason_said(const struct report *report, const enum metric_id order[],
                           size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(reason_of(result_of(report, order[i])),
                   reason_of(result_of(report, order[at]))) == 0)
            return true;
    return false;
}

static void say_reasons(const struct report *report, struct text *out)
{
    enum metric_id order[METRIC_COUNT];
    const size_t count = words_order(report, order);
    struct text words = { 0 };

    for (size_t i = 0; i < count; i++) {
        const char *reason = reason_of(result_of(report, order[i]));

        if (reason[0] == '\0' || is_reason_said(report, order, i))
            continue;
        text_addf(&words, "%s: ", words_metric(order[i]));
        text_add_clean(&words, reason, "|");
        say("why:", &words, out);
    }
}

void report_next_steps(const struct report *report, struct text *out)
{
    say_reasons(report, out);
    advise_on_usage(report, out);
    advise_on_namespaces(report, out);
    advise_on_events(report, out);
    advise_on_conntrack(report, out);
    advise_on_unknown(report, out);
    advise_on_settings(report, out);
}

static const char section_connect[] = "A new connection finds no free port";
static const char section_bind[] = "Programs take ports by bind()";

static const char *const cause_sections[CAUSE_COUNT] = {
    [CAUSE_SHORT_CONNECTIONS] = "Many short connections",
    [CAUSE_TOO_MANY_OPEN] = "Too many connections are open",
    [CAUSE_NOT_CLOSED_HERE] = "A program does not close its connections",
    [CAUSE_NOBODY_ANSWERS] = "Nobody answers",
    [CAUSE_NOT_CLOSED_THERE] = "The other side does not close its connections",
    [CAUSE_BOUND_NEVER_CONNECTED] = "Ports are bound and not used",
    [CAUSE_BIND_BEFORE_CONNECT] = section_bind,
    [CAUSE_LISTENERS] = "Listeners are in the range",
};

/* What the number of an alert does not tell has a section of its own, and each cause. */
static const char *section_beyond_numbers(const struct report *report,
                                          enum metric_id metric)
{
    if (!is_alert(report, metric) || !metric_is_port_usage(metric))
        return NULL;
    if (metric != METRIC_UDP_PORT_USAGE && is_unexplained(result_of(report, metric)))
        return section_connect;
    if (metric == METRIC_PORT_USAGE && is_bind_in_trouble(report))
        return section_bind;
    return cause_sections[cause_of_metric(report->seen, metric)];
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
        { METRIC_EXHAUSTION_EVENTS, "Windows reported that ports ran out" },
        { METRIC_CONNTRACK_USAGE, "The connection tracking table is nearly full" },
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
    if (section && report->place)
        return "A pod or a container has no ports left";
    if (!section &&
        (section_for(report, CHECK_UNKNOWN) || report->verdict->state == CHECK_UNKNOWN))
        section = "The check says UNKNOWN";
    if (!section && is_snat_failing(report))
        section = "SNAT has no ports left";
    return section;
}

void report_runbook(const struct report *report, struct text *out)
{
    const char *section = report_runbook_section(report);

    if (section)
        text_addf(out, "\nrunbook.md: %s\n", section);
}
