/* SPDX-License-Identifier: MIT */
/* The verdict as one JSON object: packaging/schema/check-output.schema.json. */
#include "plugin/report.h"

#include <jansson.h>

#include "checks/model/json.h"
#include "checks/model/metric.h"
#include "checks/model/observation_parts_json.h"
#include "checks/setting_json.h"
#include "plugin/report_summary.h"
#include "plugin/report_words.h"

/* A new string of foreign text, which need not be UTF-8; JSON null when it is empty, NULL
 * when memory ran out: the whole report fails then. */
static json_t *clean_string(const char *foreign)
{
    return *foreign ? json_clean(foreign) : json_null();
}

/* The same of what was added to *text, which is emptied. */
static json_t *take_string(struct text *text)
{
    json_t *string = text->failed ? NULL : clean_string(text_string(text));

    text_clear(text);
    return string;
}

static json_t *limit(const struct threshold *threshold)
{
    struct text range = { 0 };

    threshold_format(threshold, &range);
    return take_string(&range);
}

static json_t *measured(const struct result *result)
{
    const struct measure *measure = &result->measure;

    if (!measure->known)
        return json_null();
    if (metric_is_percent(result->metric))
        return json_real(words_percent(measure->part, measure->whole));
    return json_integer((json_int_t)measure->part);
}

/* A percentage may be a lower bound; counts are exact, or not known. */
static json_t *metric_object(const struct result *result)
{
    const struct measure *measure = &result->measure;
    json_t *metric = json_pack(
        "{s:o, s:s, s:s, s:o, s:o, s:o, s:o}", "value", measured(result), "unit",
        metric_unit(result->metric), "state", check_state_name(result->state), "warning",
        limit(&result->limits.warning), "critical", limit(&result->limits.critical),
        "reason", clean_string(measure->known ? "" : measure->reason), "why",
        clean_string(result->why));

    if (metric && metric_is_percent(result->metric) &&
        (json_object_set_new(metric, "at_least", json_boolean(measure->at_least)) != 0 ||
         json_object_set_new(metric, "more", json_integer((json_int_t)measure->more)) !=
             0)) {
        json_decref(metric);
        return NULL;
    }
    return metric;
}

static json_t *metrics_object(const struct report *report)
{
    json_t *metrics = json_object();

    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const struct result *result = &report->verdict->results[i];

        if (result->judged && json_object_set_new(metrics, metric_name(result->metric),
                                                  metric_object(result)) != 0)
            goto failed;
    }
    return metrics;
failed:
    json_decref(metrics);
    return NULL;
}

/* An integer, or null when it is not known. */
static json_t *count(bool known, uint64_t value)
{
    return known ? json_integer((json_int_t)value) : json_null();
}

static json_t *auto_reuse_object(const struct observed_auto_reuse *reuse)
{
    bool known = reuse->range.first != 0;

    return json_pack("{s:o, s:o, s:o}", "first", count(known, reuse->range.first), "last",
                     count(known, reuse->range.last), "reason",
                     known ? json_null() : clean_string(reuse->unread));
}

static json_t *range_object(const struct observed_range *range)
{
    const struct observed_auto_reuse *reuse = &range->auto_reuse;
    bool known = range->reading.known;
    json_t *object =
        json_pack("{s:o, s:o, s:o, s:o, s:o}", "first", count(known, range->range.first),
                  "last", count(known, range->range.last), "reserved",
                  count(known, range->reserved), "usable", count(known, range->usable),
                  "source", clean_string(known ? range->source : ""));

    /* Nearly no host has one. */
    if ((reuse->range.first == 0 && reuse->unread[0] == '\0') ||
        json_object_set_new(object, "auto_reuse", auto_reuse_object(reuse)) == 0)
        return object;
    json_decref(object);
    return NULL;
}

/* Counts by state are of sockets on ports of the range, so they need one. */
static json_t *states_object(const struct observation *seen)
{
    const struct observed_tcp *tcp = &seen->tcp;
    bool known = tcp->reading.known && seen->range[IP_PROTOCOL_TCP].reading.known;
    json_t *states = json_object();

    for (int state = CONN_ESTABLISHED; state < CONN_STATE_COUNT; state++) {
        bool counted = known && (state != CONN_BOUND || tcp->bound_known);

        if (json_object_set_new(states, conn_state_name((enum conn_state)state),
                                count(counted, tcp->states[state])) != 0)
            goto failed;
    }
    return states;
failed:
    json_decref(states);
    return NULL;
}

static json_t *sockets_object(const struct observation *seen)
{
    const struct observed_tcp *tcp = &seen->tcp;
    bool known = tcp->reading.known;
    bool in_range = known && seen->range[IP_PROTOCOL_TCP].reading.known;
    bool closed = in_range && tcp->closed_known != CLOSED_NOT_COUNTED;
    bool halves = in_range && tcp->odd_usable > 0;

    json_t *sockets =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "source",
                  clean_string(known ? tcp->source : ""), "states", states_object(seen),
                  "ports_used", count(in_range, tcp->ports_used), "ports_blocked",
                  count(in_range, tcp->ports_blocked), "ports_closed",
                  count(closed, tcp->ports_closed), "ports_closed_known",
                  clean_string(closed ? observation_closed_words.names[tcp->closed_known] : ""),
                  "odd_usable", count(halves, tcp->odd_usable), "odd_used",
                  count(halves, tcp->odd_used), "destinations_seen",
                  count(known, tcp->destinations_seen));

    if (!tcp->time_wait_only_known ||
        json_object_set_new(sockets, "ports_time_wait_only",
                            count(in_range, tcp->ports_time_wait_only)) == 0)
        return sockets;
    json_decref(sockets);
    return NULL;
}

static json_t *address_string(const struct ip_address *address)
{
    char text[IP_ADDRESS_TEXT_SIZE];

    ip_address_format(address, text);
    return json_string(text);
}

static json_t *asked_object(const struct observation *seen, const struct ask *ask)
{
    const bool connects = ask->remote_port != 0;
    const bool bound = ask->kind != ASK_UDP_CONNECT;

    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:b, s:s, s:b, s:i, s:o}", "kind",
                     ask_kind_name(ask->kind), "local",
                     bound ? address_string(&ask->local) : json_null(), "remote",
                     connects ? address_string(&ask->remote) : json_null(), "port",
                     count(connects, ask->remote_port), "device",
                     clean_string(observation_device(seen, ask->device)), "unused",
                     ask->unused, "answer", ask_answer_name(ask->answer), "confirmed",
                     ask->confirmed, "microseconds", (int)ask->microseconds, "reason",
                     clean_string(ask->reason));
}

static json_t *asked_array(const struct observation *seen)
{
    json_t *asked = json_array();

    for (size_t i = 0; i < seen->asked.count; i++)
        if (json_array_append_new(asked, asked_object(seen, &seen->asked.asks[i])) != 0)
            goto failed;
    return asked;
failed:
    json_decref(asked);
    return NULL;
}

static json_t *destination_object(const struct observation *seen,
                                  const struct destination *to)
{
    uint32_t ports = observation_destination_ports(seen, to);
    bool known = seen->range[IP_PROTOCOL_TCP].reading.known;

    return json_pack(
        "{s:o, s:o, s:i, s:o, s:o, s:o, s:i, s:i, s:i, s:i, s:i, s:i}", "local",
        address_string(&to->local), "remote", address_string(&to->remote), "port",
        (int)to->remote_port, "device",
        clean_string(observation_device(seen, to->device)), "ports", count(known, ports),
        "usage",
        known ? json_real(words_percent(ports, seen->range[IP_PROTOCOL_TCP].usable))
              : json_null(),
        "sockets", (int)to->sockets, "established", (int)to->established, "time_wait",
        (int)to->time_wait, "reusable", (int)to->reusable, "close_wait",
        (int)to->close_wait, "syn_sent", (int)to->syn_sent);
}

static json_t *destinations_array(const struct report *report)
{
    json_t *destinations = json_array();

    for (size_t i = 0; i < words_destinations(report); i++)
        if (json_array_append_new(
                destinations,
                destination_object(report->seen, &report->seen->tcp.top[i])) != 0)
            goto failed;
    return destinations;
failed:
    json_decref(destinations);
    return NULL;
}

static json_t *settings_array(const struct verdict *verdict)
{
    json_t *settings = json_array();

    for (size_t i = 0; i < verdict->setting_count; i++)
        if (json_array_append_new(settings, setting_json(&verdict->settings[i])) != 0)
            goto failed;
    return settings;
failed:
    json_decref(settings);
    return NULL;
}

/* The notes that are being gathered; NULL once memory ran out. */
struct notes {
    json_t *array;
};

static void append_note(void *context, const char *note)
{
    struct notes *notes = context;

    if (notes->array && json_array_append_new(notes->array, clean_string(note)) != 0) {
        json_decref(notes->array);
        notes->array = NULL;
    }
}

static json_t *notes_array(const struct report *report)
{
    struct notes notes = { .array = json_array() };

    words_each_note(report, append_note, &notes);
    return notes.array;
}

static json_t *cost_object(const struct observation *seen)
{
    return json_pack("{s:I, s:f}", "rows", (json_int_t)seen->rows, "milliseconds",
                     (double)seen->duration_us / 1000.0);
}

/* Which policy judged; why it is not the site's, where that is bad. */
static json_t *policy_object(const struct report *report)
{
    struct text sum = { 0 };

    words_policy_sum(report, &sum);
    return json_pack("{s:o, s:o, s:o}", "source", clean_string(report->policy_source),
                     "crc32", take_string(&sum), "error",
                     clean_string(report->policy->error));
}

static json_t *summary_string(const struct report *report)
{
    struct text summary = { 0 };

    report_summary(report, REPORT_FIRST_LINE_MAX, &summary);
    return take_string(&summary);
}

/* A new object, or NULL. Each part that could not be made fails the whole. */
static json_t *document(const struct report *report)
{
    const struct observation *seen = report->seen;
    const struct verdict *verdict = report->verdict;

    return json_pack(
        "{s:i, s:s, s:o, s:o, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:o}",
        "schema", (int)REPORT_SCHEMA, "version", report->version, "host",
        clean_string(seen->host), "time", json_time(seen->time_s), "state",
        check_state_name(verdict->state), "exit_code", (int)verdict->state, "summary",
        summary_string(report), "metrics", metrics_object(report), "range",
        range_object(&seen->range[IP_PROTOCOL_TCP]), "udp_range",
        range_object(&seen->range[IP_PROTOCOL_UDP]), "sockets", sockets_object(seen),
        "destinations", destinations_array(report), "asked", asked_array(seen),
        "not_asked", clean_string(seen->asked.not_asked), "settings",
        settings_array(verdict), "notes", notes_array(report), "policy",
        policy_object(report), "cost", cost_object(seen));
}

bool report_json(const struct report *report, struct text *out, struct error *err)
{
    json_t *root = document(report);

    /* 15 digits print 64.12 as it is; 17 would print 64.120000000000005. */
    json_text_add(root, JSON_INDENT(2) | JSON_REAL_PRECISION(15), out);
    text_add(out, "\n");
    json_decref(root);
    return text_ok(out, err);
}
