/* SPDX-License-Identifier: MIT */
/* The verdict as one JSON object: packaging/schema/check-output.schema.json. */
#include "plugin/report.h"

#include "checks/cause.h"
#include "checks/model/metric.h"
#include "checks/model/observation_parts_json.h"
#include "checks/setting_json.h"
#include "plugin/report_heading_json.h"
#include "plugin/report_namespaces_json.h"
#include "plugin/report_owners_json.h"
#include "plugin/report_summary.h"
#include "plugin/report_words.h"

/* A new string of foreign text, which need not be UTF-8; JSON null when it is empty, NULL
 * when memory ran out: the whole report fails then. */
static json_t *clean_string(const char *foreign)
{
    return *foreign ? json_clean(foreign) : json_null();
}

static void print_warning(const void *in, struct text *out)
{
    threshold_format(&((const struct result *)in)->limits.warning, out);
}

static void print_critical(const void *in, struct text *out)
{
    threshold_format(&((const struct result *)in)->limits.critical, out);
}

static bool is_unknown(const void *in)
{
    return !((const struct result *)in)->measure.known;
}

/* A percentage may be a lower bound; counts are exact, or not known. */
static bool is_percent(const void *in)
{
    return metric_is_percent(((const struct result *)in)->metric);
}

static json_t *make_measured(const void *in)
{
    const struct measure *measure = &((const struct result *)in)->measure;

    if (!measure->known)
        return json_null();
    return is_percent(in) ? json_real(words_percent(measure->part, measure->whole))
                          : json_integer((json_int_t)measure->part);
}

static const struct observation *seen_of(const struct json_writer *writer)
{
    return ((const struct report *)writer->root)->seen;
}

static json_t *cause_or_null(enum cause cause)
{
    return cause == CAUSE_NONE ? json_null() : json_string(cause_words[cause]);
}

static json_t *make_metric_cause(struct json_writer *writer, const void *in)
{
    return cause_or_null(
        cause_of_metric(seen_of(writer), ((const struct result *)in)->metric));
}

static void print_unit(const void *in, struct text *out)
{
    text_add(out, metric_unit(((const struct result *)in)->metric));
}

static const struct json_field metric_fields[] = {
    { "value", FIELD_MADE(make_measured) },
    { "unit", FIELD_PRINTED(print_unit) },
    { "state", FIELD_WORD(result, state, check_state_names) },
    { "warning", FIELD_PRINTED(print_warning), FIELD_OR_NULL },
    { "critical", FIELD_PRINTED(print_critical), FIELD_OR_NULL },
    { "reason", FIELD_VALUE(result, measure.reason), .when = is_unknown,
      FIELD_ANY_OR_NULL },
    { "why", FIELD_VALUE(result, why), FIELD_ANY_OR_NULL },
    { "at_least", FIELD_VALUE(result, measure.at_least), .when = is_percent },
    { "more", FIELD_VALUE(result, measure.more), .when = is_percent },
    { "cause", FIELD_MADE_BY(make_metric_cause), .when = is_percent },
};
static const struct json_table metric_table = { JSON_ROWS(metric_fields) };

static json_t *make_metrics(struct json_writer *writer, const void *in)
{
    const struct verdict *verdict = in;
    json_t *metrics = json_object();

    for (size_t i = 0; i < METRIC_COUNT; i++)
        if (verdict->results[i].judged)
            json_put(metrics, metric_names[verdict->results[i].metric],
                     json_fields_write(writer, &metric_table, &verdict->results[i]),
                     &writer->ok);
    return metrics;
}

static bool has_reuse(const void *in)
{
    return ((const struct observed_auto_reuse *)in)->range.first != 0;
}

static bool has_no_reuse(const void *in)
{
    return !has_reuse(in);
}

/* Nearly no host has one. */
static bool tells_reuse(const void *in)
{
    const struct observed_auto_reuse *reuse =
        &((const struct observed_range *)in)->auto_reuse;

    return has_reuse(reuse) || reuse->unread[0] != '\0';
}

static const struct json_field reuse_fields[] = {
    { "first", FIELD_VALUE(observed_auto_reuse, range.first), .when = has_reuse,
      FIELD_OR_NULL },
    { "last", FIELD_VALUE(observed_auto_reuse, range.last), .when = has_reuse,
      FIELD_OR_NULL },
    { "reason", FIELD_VALUE(observed_auto_reuse, unread), .when = has_no_reuse,
      FIELD_ANY_OR_NULL },
};

#define RANGE(member)                                                                    \
    FIELD_VALUE(observed_range, member), FIELD_KNOWN(observed_range, reading.known)

static const struct json_field range_fields[] = {
    { "first", RANGE(range.first), FIELD_OR_NULL },
    { "last", RANGE(range.last), FIELD_OR_NULL },
    { "reserved", RANGE(reserved), FIELD_OR_NULL },
    { "usable", RANGE(usable), FIELD_OR_NULL },
    { "source", RANGE(source), FIELD_ANY_OR_NULL },
    { "auto_reuse", FIELD_ROWS(observed_range, auto_reuse, reuse_fields),
      .when = tells_reuse },
};

/* An integer, or null when it is not known. */
static json_t *count(bool known, uint64_t value)
{
    return known ? json_integer((json_int_t)value) : json_null();
}

/* Sockets on ports of the range can be told only where that is known. */
static bool is_in_range(const void *in)
{
    const struct observation *seen = in;

    return seen->tcp.reading.known && seen->range[IP_PROTOCOL_TCP].reading.known;
}

static bool knows_closed(const void *in)
{
    return is_in_range(in) &&
           ((const struct observation *)in)->tcp.closed_known != CLOSED_NOT_COUNTED;
}

static bool knows_halves(const void *in)
{
    return is_in_range(in) && ((const struct observation *)in)->tcp.odd_usable > 0;
}

static json_t *make_states(struct json_writer *writer, const void *in)
{
    const struct observed_tcp *tcp = &((const struct observation *)in)->tcp;
    json_t *object = json_object();

    for (int state = CONN_ESTABLISHED; state < CONN_STATE_COUNT; state++)
        json_put(object, conn_state_names[state],
                 count(is_in_range(in) && (state != CONN_BOUND || tcp->bound_known),
                       tcp->states[state]),
                 &writer->ok);
    return object;
}

static json_t *make_time_wait_only(const void *in)
{
    return count(is_in_range(in),
                 ((const struct observation *)in)->tcp.ports_time_wait_only);
}

#define TCP(member) FIELD_VALUE(observation, tcp.member), FIELD_OR_NULL
#define TCP_KNOWN   FIELD_KNOWN(observation, tcp.reading.known)

static const struct json_field sockets_fields[] = {
    { "source", FIELD_VALUE(observation, tcp.source), TCP_KNOWN, FIELD_ANY_OR_NULL },
    { "states", FIELD_MADE_BY(make_states) },
    { "ports_used", TCP(ports_used), .when = is_in_range },
    { "ports_blocked", TCP(ports_blocked), .when = is_in_range },
    { "ports_closed", TCP(ports_closed), .when = knows_closed },
    { "ports_closed_known",
      FIELD_WORD(observation, tcp.closed_known, observation_closed_names),
      .lowest = CLOSED_EXACT, .when = knows_closed, FIELD_OR_NULL },
    { "odd_usable", TCP(odd_usable), .when = knows_halves },
    { "odd_used", TCP(odd_used), .when = knows_halves },
    { "destinations_seen", TCP(destinations_seen), TCP_KNOWN },
    { "ports_time_wait_only", FIELD_MADE(make_time_wait_only),
      FIELD_KNOWN(observation, tcp.time_wait_only_known) },
    { "close_rate", FIELD_MADE(report_close_rate) },
    { "sustainable_rate", FIELD_MADE(report_sustainable_rate) },
};

static bool is_bound(const void *in)
{
    return ((const struct ask *)in)->kind != ASK_UDP_CONNECT;
}

static json_t *write_device(struct json_writer *writer, const void *in)
{
    return clean_string(observation_device(seen_of(writer), *(const uint32_t *)in));
}

static const struct json_kind kind_device_or_null = { .schema = NULL,
                                                      NULL,
                                                      write_device };

static const struct json_field asked_fields[] = {
    { "kind", FIELD_WORD(ask, kind, ask_kind_names) },
    { "local", FIELD_ADDRESS(ask, local), .when = is_bound, FIELD_OR_NULL },
    { "remote", FIELD_ADDRESS(ask, remote), FIELD_KNOWN(ask, remote_port),
      FIELD_OR_NULL },
    { "port", FIELD_VALUE(ask, remote_port), FIELD_KNOWN(ask, remote_port),
      FIELD_OR_NULL },
    { "device", FIELD_CUSTOM(ask, device, kind_device_or_null) },
    { "unused", FIELD_VALUE(ask, unused) },
    { "answer", FIELD_WORD(ask, answer, ask_answer_names) },
    { "confirmed", FIELD_VALUE(ask, confirmed) },
    { "microseconds", FIELD_VALUE(ask, microseconds) },
    { "reason", FIELD_VALUE(ask, reason), FIELD_ANY_OR_NULL },
};

static json_t *make_ports(struct json_writer *writer, const void *in)
{
    const struct observation *seen = seen_of(writer);

    return count(seen->range[IP_PROTOCOL_TCP].reading.known,
                 observation_destination_ports(seen, in));
}

static json_t *make_usage(struct json_writer *writer, const void *in)
{
    const struct observation *seen = seen_of(writer);
    const struct observed_range *range = &seen->range[IP_PROTOCOL_TCP];

    return range->reading.known
               ? json_real(words_percent(observation_destination_ports(seen, in),
                                         range->usable))
               : json_null();
}

static json_t *make_cause(struct json_writer *writer, const void *in)
{
    return cause_or_null(cause_of_destination(seen_of(writer), in));
}

static json_t *make_owners(struct json_writer *writer, const void *in)
{
    const struct destination *to = in;

    return report_owners_of_destination(writer, (size_t)(to - seen_of(writer)->tcp.top));
}

static const struct json_field destination_fields[] = {
    { "local", FIELD_ADDRESS(destination, local) },
    { "remote", FIELD_ADDRESS(destination, remote) },
    { "port", FIELD_VALUE(destination, remote_port) },
    { "device", FIELD_CUSTOM(destination, device, kind_device_or_null) },
    { "ports", FIELD_MADE_BY(make_ports) },
    { "usage", FIELD_MADE_BY(make_usage) },
    { "cause", FIELD_MADE_BY(make_cause) },
    { "sockets", FIELD_VALUE(destination, sockets) },
    { "established", FIELD_VALUE(destination, established) },
    { "time_wait", FIELD_VALUE(destination, time_wait) },
    { "reusable", FIELD_VALUE(destination, reusable) },
    { "close_wait", FIELD_VALUE(destination, close_wait) },
    { "syn_sent", FIELD_VALUE(destination, syn_sent) },
    { "fin_wait_2", FIELD_VALUE(destination, fin_wait_2) },
    { "owners", FIELD_MADE_BY(make_owners) },
};
static const struct json_table destination_table = { JSON_ROWS(destination_fields) };

static json_t *make_destinations(struct json_writer *writer, const void *in)
{
    return json_fields_list(writer, &destination_table, seen_of(writer)->tcp.top,
                            sizeof(struct destination), words_destinations(in));
}

static json_t *make_owners_of_all(struct json_writer *writer, const void *in)
{
    (void)in;
    return report_owners_of_all(writer);
}

static void print_owners_unread(const void *in, struct text *out)
{
    text_add(out, report_owners_unread(in));
}

static json_t *make_look(struct json_writer *writer, const void *in)
{
    (void)in;
    return report_look(writer);
}

static bool tells_namespaces(const void *in)
{
    return ((const struct report *)in)->namespaces != NULL;
}

static json_t *make_namespaces(struct json_writer *writer, const void *in)
{
    (void)in;
    return report_namespaces(writer);
}

static json_t *make_heading(struct json_writer *writer, const void *in)
{
    (void)in;
    return report_heading(writer);
}

/* The notes that are being gathered. */
struct notes {
    json_t *array;
    bool ok;
};

static void append_note(void *context, const char *note)
{
    struct notes *notes = context;

    if (json_array_append_new(notes->array, clean_string(note)) != 0)
        notes->ok = false;
}

static json_t *make_notes(struct json_writer *writer, const void *in)
{
    struct notes notes = { .array = json_array(), .ok = true };

    words_each_note(in, append_note, &notes);
    writer->ok = writer->ok && notes.ok;
    return notes.array;
}

static bool knows_events(const void *in)
{
    return ((const struct observation *)in)->events.reading.known;
}

static bool has_newest(const void *in)
{
    return ((const struct observation *)in)->events.newest_id != 0;
}

static json_t *make_newest_age(const void *in)
{
    const struct observation *seen = in;
    const int64_t age_s = seen->time_s - seen->events.newest_s;

    if (!has_newest(in))
        return json_null();
    return json_integer(age_s < 0 ? 0 : (json_int_t)age_s);
}

#define EVENTS(member) FIELD_VALUE(observation, events.member)

static const struct json_field events_fields[] = {
    { "4231", EVENTS(tcp_exhausted) },
    { "4266", EVENTS(udp_exhausted) },
    { "4227", EVENTS(collided) },
    { "at_least", EVENTS(at_least) },
    { "newest", EVENTS(newest_id), .when = has_newest, FIELD_OR_NULL },
    { "newest_time", FIELD_TIME(observation, events.newest_s), .when = has_newest,
      FIELD_OR_NULL },
    { "newest_age_s", FIELD_MADE(make_newest_age) },
};

static json_t *make_milliseconds(const void *in)
{
    return json_real((double)((const struct observation *)in)->duration_us / 1000.0);
}

static const struct json_field cost_fields[] = {
    { "rows", FIELD_VALUE(observation, rows) },
    { "milliseconds", FIELD_MADE(make_milliseconds) },
};

static void print_sum(const void *in, struct text *out)
{
    words_policy_sum(in, out);
}

/* Which policy judged; why it is not the site's, where that is bad. */
static const struct json_field policy_fields[] = {
    { "source", FIELD_VALUE(report, policy_source) },
    { "crc32", FIELD_PRINTED(print_sum), FIELD_OR_NULL },
    { "error", FIELD_VALUE(policy_origin, error), .via = FIELD_AT(report, policy),
      FIELD_ANY_OR_NULL },
};

static void print_summary(const void *in, struct text *out)
{
    report_summary(in, REPORT_FIRST_LINE_MAX, out);
}

#define SEEN    .via = FIELD_AT(report, seen)
#define VERDICT .via = FIELD_AT(report, verdict)

static const struct json_field fields[] = {
    { "schema", FIELD_SCHEMA(REPORT_SCHEMA) },
    { "version", FIELD_VALUE(report, version) },
    { "host", FIELD_VALUE(observation, host), SEEN, FIELD_ANY_OR_NULL },
    { "time", FIELD_TIME(observation, time_s), SEEN },
    { "state", FIELD_WORD(verdict, state, check_state_names), VERDICT },
    { "exit_code", FIELD_CUSTOM(verdict, state, kind_unsigned), VERDICT },
    { "summary", FIELD_PRINTED(print_summary) },
    { "metrics", FIELD_MADE_BY(make_metrics), VERDICT },
    { "range", FIELD_ROWS(observation, range[IP_PROTOCOL_TCP], range_fields), SEEN },
    { "udp_range", FIELD_ROWS(observation, range[IP_PROTOCOL_UDP], range_fields), SEEN },
    { "sockets", FIELD_SAME(observation, kind_object), FIELD_ROWS_OF(sockets_fields),
      SEEN },
    { "destinations", FIELD_MADE_BY(make_destinations) },
    { "owners", FIELD_MADE_BY(make_owners_of_all) },
    { "owners_unread", FIELD_PRINTED(print_owners_unread), FIELD_OR_NULL },
    { "look", FIELD_MADE_BY(make_look) },
    { "heading", FIELD_MADE_BY(make_heading) },
    { "conntrack", FIELD_OBJECT(observation, conntrack, &observation_conntrack_table),
      SEEN, FIELD_IF_ANY },
    { "asked", FIELD_LIST(observation, asked.asks, asked.count, kind_object),
      FIELD_ROWS_OF(asked_fields), SEEN },
    { "not_asked", FIELD_VALUE(observation, asked.not_asked), SEEN, FIELD_ANY_OR_NULL },
    { "events", FIELD_SAME(observation, kind_object), FIELD_ROWS_OF(events_fields),
      .when = knows_events, SEEN },
    { "settings", FIELD_LIST(verdict, settings, setting_count, kind_object),
      .detail = &setting_result_table, VERDICT },
    { "namespaces", FIELD_MADE_BY(make_namespaces), .when = tells_namespaces },
    { "notes", FIELD_MADE_BY(make_notes) },
    { "policy", FIELD_SAME(report, kind_object), FIELD_ROWS_OF(policy_fields) },
    { "cost", FIELD_SAME(observation, kind_object), FIELD_ROWS_OF(cost_fields), SEEN },
};
const struct json_table report_table = { JSON_ROWS(fields) };

bool report_json(const struct report *report, struct text *out, struct error *err)
{
    /* 15 digits print 64.12 as it is; 17 would print 64.120000000000005. */
    return json_fields_print(&report_table, report,
                             JSON_INDENT(2) | JSON_REAL_PRECISION(15), out, err);
}
