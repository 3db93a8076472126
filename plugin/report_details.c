/* SPDX-License-Identifier: MIT */
/* The long form: what the first line stands on, for the person on call. */
#include "plugin/report_details.h"

#include <inttypes.h>
#include <string.h>

#include "checks/base/text_table.h"
#include "checks/cause.h"
#include "checks/event_words.h"
#include "checks/model/metric.h"
#include "checks/model/utc_time.h"
#include "checks/setting_words.h"
#include "plugin/conntrack_words.h"
#include "plugin/report_asked.h"
#include "plugin/report_namespaces.h"
#include "plugin/report_words.h"

static void add_header(struct text_table *table, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_table_add(table, words[i]);
}

static void add_limit(const struct threshold *threshold, struct text *cell)
{
    if (threshold->set)
        threshold_format(threshold, cell);
    else
        text_add(cell, "-");
}

static void add_measure(const struct report *report, const struct result *result,
                        struct text_table *table)
{
    const struct measure *measure = &result->measure;
    struct text cell = { 0 };

    if (measure->known)
        words_value(report, result, &cell);
    else
        text_add(&cell, "-");
    text_table_take(table, &cell);
    add_limit(&result->limits.warning, &cell);
    text_add(&cell, " / ");
    add_limit(&result->limits.critical, &cell);
    text_table_take(table, &cell);
    if (!measure->known && measure->part > 0)
        text_addf(&cell, "at least %" PRIu64, measure->part);
    else if (measure->known && metric_is_port_usage(result->metric)) {
        text_add(&cell, measure->at_least ? "at least " : "");
        words_ports(measure, &cell);
    }
    text_table_take(table, &cell);
}

static void add_metrics(const struct report *report, struct text *out)
{
    static const char *const words[] = { "metric", "state", "value", "warn / crit", "" };
    struct text_table table = { .columns = ARRAY_COUNT(words),
                                .width = REPORT_COLUMNS,
                                .to_right = { [2] = true, [3] = true } };
    enum metric_id order[METRIC_COUNT];
    size_t count = words_order(report, order);

    add_header(&table, words, ARRAY_COUNT(words));
    for (size_t i = 0; i < count; i++) {
        const struct result *result = &report->verdict->results[order[i]];

        text_table_add(&table, words_metric(order[i]));
        text_table_add(&table, check_state_names[result->state]);
        add_measure(report, result, &table);
    }
    text_table_print(&table, out);
}

static void add_range(const struct observed_range *range, const char *name,
                      struct text_table *table)
{
    char ports[PORT_RANGE_TEXT_SIZE];

    if (!range->reading.known)
        return;
    port_range_format(range->range, ports);
    text_table_add(table, name);
    text_table_addf(table, "%s, %" PRIu32 " usable, %" PRIu32 " reserved (%s)", ports,
                    range->usable, range->reserved, range->source);
}

static bool is_same_range(const struct observed_range *a, const struct observed_range *b)
{
    return a->reading.known && b->reading.known && a->range.first == b->range.first &&
           a->range.last == b->range.last && a->reserved == b->reserved &&
           strcmp(a->source, b->source) == 0;
}

/* Which range connect() draws from, and which one is judged. */
static void add_auto_reuse(const struct observation *seen, struct text_table *table)
{
    const struct observed_range *tcp = &seen->range[IP_PROTOCOL_TCP];
    const struct observed_auto_reuse *reuse = &tcp->auto_reuse;
    char ports[PORT_RANGE_TEXT_SIZE];
    char judged[PORT_RANGE_TEXT_SIZE];

    if (!tcp->reading.known || (reuse->range.first == 0 && reuse->unread[0] == '\0'))
        return;
    text_table_add(table, "auto-reuse range");
    port_range_format(tcp->range, judged);
    if (reuse->unread[0]) {
        text_table_addf(table,
                        "not read (%s): judged is %s, whatever connect() draws from",
                        reuse->unread, judged);
        return;
    }
    port_range_format(reuse->range, ports);
    text_table_addf(table, "%s%s: connect() without bind() draws from it; judged is %s",
                    ports, reuse->differ ? " (the templates differ)" : "", judged);
}

static void add_ranges(const struct observation *seen, struct text_table *table)
{
    const struct observed_range *tcp = &seen->range[IP_PROTOCOL_TCP];
    const struct observed_range *udp = &seen->range[IP_PROTOCOL_UDP];

    if (is_same_range(tcp, udp)) {
        add_range(tcp, "TCP and UDP range", table);
        return;
    }
    add_range(tcp, "TCP range", table);
    add_range(udp, "UDP range", table);
}

static void add_states(const struct observed_tcp *tcp, struct text_table *table)
{
    struct text cell = { 0 };

    for (int state = CONN_ESTABLISHED; state < CONN_STATE_COUNT; state++)
        if (tcp->states[state] > 0)
            text_addf(&cell, "%s%" PRIu64 " %s", cell.length > 0 ? ", " : "",
                      tcp->states[state], conn_state_name((enum conn_state)state));
    if (cell.length == 0)
        text_add(&cell, "none");
    text_table_add(table, "TCP sockets on them");
    text_table_take(table, &cell);
    if (!tcp->bound_known && tcp->bound_possible > 0) {
        text_table_add(table, "not counted");
        text_table_addf(table, "at most %" PRIu32 " bound sockets", tcp->bound_possible);
    }
}

/* Ports whose sockets are all in TIME_WAIT. Whether those are spent for every destination
 * is not known of Windows, where all ports in use decide: it is said what is judged. */
static void add_time_wait_only(const struct observation *seen, struct text *cell)
{
    if (!seen->tcp.time_wait_only_known || seen->tcp.ports_time_wait_only == 0)
        return;
    text_addf(cell, ", %" PRIu32 " by TIME_WAIT alone%s", seen->tcp.ports_time_wait_only,
              seen->os.kind == OS_WINDOWS ? " (judged: all of them)" : "");
}

static void add_ports(const struct observation *seen, struct text_table *table)
{
    struct text cell = { 0 };

    if (seen->tcp.reading.known && seen->range[IP_PROTOCOL_TCP].reading.known) {
        text_addf(&cell, "%" PRIu32 " in use", seen->tcp.ports_used);
        if (seen->tcp.ports_blocked > 0)
            text_addf(&cell,
                      ", %" PRIu32 " of them by listeners and bound sockets (blocked for "
                      "every destination)",
                      seen->tcp.ports_blocked);
        add_time_wait_only(seen, &cell);
        text_table_add(table, "TCP ports");
        text_table_take(table, &cell);
        add_states(&seen->tcp, table);
    }
    if (seen->udp.reading.known && seen->range[IP_PROTOCOL_UDP].reading.known) {
        text_table_add(table, "UDP ports");
        text_table_addf(table, "%" PRIu32 " in use", seen->udp.ports_used);
    }
}

static void add_events(const struct observation *seen, struct text_table *table)
{
    struct text cell = { 0 };

    event_words(seen, INT64_MAX, &cell);
    if (cell.length == 0)
        return;
    text_table_add(table, "System log");
    text_table_take(table, &cell);
}

static void add_note(void *context, const char *note)
{
    text_table_add(context, "note");
    text_table_add(context, note);
}

static void add_conntrack(const struct report *report, struct text_table *table)
{
    const struct observed_conntrack *conntrack = &report->seen->conntrack;
    struct text cell = { 0 };

    conntrack_words_table(conntrack, &cell);
    if (cell.length > 0) {
        text_table_add(table, "connection tracking");
        text_table_take(table, &cell);
    }
    conntrack_words_refused(conntrack, report->replayed, &cell);
    if (cell.length > 0)
        add_note(table, text_string(&cell));
    table->cells.failed = table->cells.failed || cell.failed;
    text_clear(&cell);
}

static void add_source(const char *protocol, const struct reading *reading,
                       const char *source, struct text *cell)
{
    if (reading->known)
        text_addf(cell, "%s %s, ", protocol, source);
}

/* Which policy judged: a path alone does not tell one version of a file from another. */
static void add_policy(const struct report *report, struct text_table *table)
{
    struct text cell = { 0 };

    text_add(&cell, report->policy_source);
    if (report->policy->summed) {
        text_add(&cell, ", CRC-32 ");
        words_policy_sum(report, &cell);
    }
    text_table_add(table, "policy");
    text_table_take(table, &cell);
}

/* -vv: how it was read. */
static void add_reading(const struct report *report, struct text_table *table)
{
    const struct observation *seen = report->seen;
    char time[UTC_TIME_TEXT_SIZE];
    struct text cell = { 0 };

    add_source("TCP", &seen->tcp.reading, seen->tcp.source, &cell);
    add_source("UDP", &seen->udp.reading, seen->udp.source, &cell);
    text_addf(&cell, "%" PRIu64 " rows, %" PRId64 ".%03d ms", seen->rows,
              seen->duration_us / 1000, (int)(seen->duration_us % 1000));
    text_table_add(table, "read");
    text_table_take(table, &cell);
    utc_time_format(seen->time_s, time);
    text_addf(&cell, "%s, %s %" PRIu32 ".%" PRIu32 ".%" PRIu32 ", %s",
              seen->host[0] ? seen->host : "unknown", os_kind_name(seen->os.kind),
              seen->os.major, seen->os.minor, seen->os.build, time);
    text_table_add(table, "host");
    text_table_take(table, &cell);
    text_table_add(table, "version");
    text_table_add(table, report->version);
}

/* Where the busiest destination's usage leads to. */
static void add_heading(const struct report *report, struct text_table *table)
{
    struct text cell = { 0 };

    words_heading(report, &cell);
    if (cell.length == 0)
        return;
    text_table_add(table, "heading");
    text_table_take(table, &cell);
}

static void add_facts(const struct report *report, struct text *out)
{
    struct text_table table = { .columns = 2, .width = REPORT_COLUMNS };

    add_ranges(report->seen, &table);
    add_auto_reuse(report->seen, &table);
    add_ports(report->seen, &table);
    add_heading(report, &table);
    report_asked(report, &table);
    if (report->verdict->results[METRIC_CONNTRACK_USAGE].judged)
        add_conntrack(report, &table);
    add_events(report->seen, &table);
    words_each_note(report, add_note, &table);
    add_policy(report, &table);
    if (report->verbosity > 1)
        add_reading(report, &table);
    if (table.cells.length > 0)
        text_add(out, "\n");
    text_table_print(&table, out);
}

static void add_setting(const struct setting_result *setting, struct text_table *table)
{
    struct text cell = { 0 };

    text_table_add(table, setting->rule->name);
    text_table_add(table, setting->state == SETTING_STATE_WRONG
                              ? "WRONG"
                              : setting_state_names[setting->state]);
    setting_words_value(setting, &cell);
    if (!setting->rule->noted_only) {
        text_add(&cell, ", accepted ");
        setting_words_accepted(setting->rule, &cell);
        text_add(&cell, ", recommended ");
        setting_words_recommended(setting->rule, &cell);
    }
    text_addf(&cell, "%s%s", setting->why[0] ? "; " : "", setting->why);
    if (setting->advised && setting_words_needs_reboot(setting->rule))
        text_add(&cell, "; takes effect after a reboot");
    text_table_take(table, &cell);
}

/* What a file makes of it at boot, or does not. */
static bool is_boot_worth_telling(const struct setting_result *setting)
{
    const struct observed_setting *seen = setting->seen;

    return setting->unsaved ||
           (seen && (seen->boot_refused[0] || (setting->state == SETTING_STATE_ACCEPTED &&
                                               seen->boot == BOOT_SET)));
}

/* What is good enough for now stands in the plan, and under -vv. */
static bool is_setting_shown(const struct report *report,
                             const struct setting_result *setting)
{
    return report->verbosity > 1 || setting->state == SETTING_STATE_WRONG ||
           setting->state == SETTING_STATE_UNREAD || is_boot_worth_telling(setting) ||
           (setting->state == SETTING_STATE_NOTED && setting->why[0]);
}

static void add_settings(const struct report *report, struct text *out)
{
    static const char *const words[] = { "setting", "state", "value" };
    struct text_table table = { .columns = ARRAY_COUNT(words), .width = REPORT_COLUMNS };
    size_t shown = 0;

    add_header(&table, words, ARRAY_COUNT(words));
    for (size_t i = 0; i < report->verdict->setting_count; i++) {
        if (!is_setting_shown(report, &report->verdict->settings[i]))
            continue;
        add_setting(&report->verdict->settings[i], &table);
        shown++;
    }
    if (shown > 0)
        text_add(out, "\n");
    else
        text_clear(&table.cells);
    text_table_print(&table, out);
}

/* Sockets in a state that is not named. Counts stop at 65535, each for itself. */
static int sockets_elsewhere(const struct destination *to)
{
    const int named =
        to->time_wait + to->established + to->close_wait + to->syn_sent + to->fin_wait_2;

    return named < to->sockets ? to->sockets - named : 0;
}

static void add_sockets(const struct destination *to, struct text *cell)
{
    const struct {
        int count;
        const char *name;
    } parts[] = {
        { to->time_wait, conn_state_names[CONN_TIME_WAIT] },
        { to->established, conn_state_names[CONN_ESTABLISHED] },
        { to->close_wait, conn_state_names[CONN_CLOSE_WAIT] },
        { to->syn_sent, conn_state_names[CONN_SYN_SENT] },
        { to->fin_wait_2, conn_state_names[CONN_FIN_WAIT_2] },
        { sockets_elsewhere(to), "other" },
    };
    const char *between = "";

    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        if (parts[i].count == 0)
            continue;
        text_addf(cell, "%s%d %s", between, parts[i].count, parts[i].name);
        if (i == 0 && to->reusable > 0)
            text_addf(cell, " (%" PRIu16 " reusable)", to->reusable);
        between = ", ";
    }
}

static void add_destination(const struct report *report, const struct destination *to,
                            struct text_table *table)
{
    const uint32_t ports = observation_destination_ports(report->seen, to);
    const struct measure usage = { .part = ports,
                                   .whole = report->seen->range[IP_PROTOCOL_TCP].usable };
    const enum cause cause = cause_of_destination(report->seen, to);
    char local[IP_ADDRESS_TEXT_SIZE];
    struct text cell = { 0 };

    text_table_addf(table, "%" PRIu32, ports);
    words_measure(METRIC_DESTINATION_USAGE, &usage, &cell);
    text_table_take(table, &cell);
    ip_address_format(&to->local, local);
    words_destination(report->seen, to, &cell);
    text_addf(&cell, " from %s: %s%s", local, cause_words[cause],
              cause == CAUSE_NONE ? "" : ": ");
    add_sockets(to, &cell);
    text_table_take(table, &cell);
}

static void add_destinations(const struct report *report, struct text *out)
{
    static const char *const words[] = { "ports", "usage", "busiest destinations" };
    const size_t count = words_destinations(report);
    struct text_table table = { .columns = ARRAY_COUNT(words),
                                .width = REPORT_COLUMNS,
                                .to_right = { true, true } };

    if (count == 0 || !report->seen->range[IP_PROTOCOL_TCP].reading.known)
        return;
    text_add(out, "\n");
    add_header(&table, words, ARRAY_COUNT(words));
    for (size_t i = 0; i < count; i++)
        add_destination(report, &report->seen->tcp.top[i], &table);
    text_table_print(&table, out);
    if (report->seen->tcp.destinations_seen > count)
        text_addf(out, "and %" PRIu64 " more\n",
                  report->seen->tcp.destinations_seen - count);
}

void report_details(const struct report *report, struct text *out)
{
    text_add(out, "\n");
    if (report->place)
        text_addf(out, "%s:\n", report->place);
    add_metrics(report, out);
    report_namespaces_table(report, out);
    report_next_steps(report, out);
    add_facts(report, out);
    add_settings(report, out);
    add_destinations(report, out);
}
