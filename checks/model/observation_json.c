/* SPDX-License-Identifier: MIT */
/* Observation -> JSON; the way back is in observation_from_json.c. */
#include "checks/model/observation_json.h"

#include <jansson.h>

#include "checks/model/json.h"
#include "checks/model/observation_asks_json.h"
#include "checks/model/observation_parts_json.h"
#include "checks/model/observation_words.h"

/* A new object that says why a part could not be read. */
static json_t *unreadable(const struct reading *reading, bool *ok)
{
    json_t *object = json_object();

    json_put_clean(object, "unreadable", reading->reason, ok);
    return object;
}

/* Nobody asked for it: it is left out of the document. */
static bool is_left_out(const struct reading *reading)
{
    return !reading->known && reading->reason[0] == '\0';
}

static json_t *os_to_json(const struct os_version *os, bool *ok)
{
    json_t *object = json_object();

    json_put_clean(object, "kind", os_kind_name(os->kind), ok);
    json_put_number(object, "major", os->major, ok);
    json_put_number(object, "minor", os->minor, ok);
    json_put_number(object, "build", os->build, ok);
    return object;
}

/* None is set, and nobody looked: both are left out. */
static void put_auto_reuse(json_t *range, const struct observed_auto_reuse *seen,
                           bool *ok)
{
    json_t *object;

    if (seen->range.first == 0 && seen->unread[0] == '\0')
        return;
    object = json_object();
    if (seen->unread[0]) {
        json_put_clean(object, "unreadable", seen->unread, ok);
    } else {
        json_put_number(object, "first", seen->range.first, ok);
        json_put_number(object, "last", seen->range.last, ok);
        json_put(object, "differ", json_boolean(seen->differ), ok);
    }
    json_put(range, "auto_reuse", object, ok);
}

static json_t *range_to_json(const struct observed_range *range, bool *ok)
{
    json_t *object;

    if (!range->reading.known) {
        object = unreadable(&range->reading, ok);
        if (range->unread[0])
            json_put_clean(object, "part", range->unread, ok);
        return object;
    }
    object = json_object();
    json_put_number(object, "first", range->range.first, ok);
    json_put_number(object, "last", range->range.last, ok);
    json_put_number(object, "reserved", range->reserved, ok);
    json_put_number(object, "usable", range->usable, ok);
    json_put_clean(object, "source", range->source, ok);
    put_auto_reuse(object, &range->auto_reuse, ok);
    return object;
}

static json_t *ranges_to_json(const struct observation *seen, bool *ok)
{
    json_t *object = json_object();

    for (size_t i = 0; i < IP_PROTOCOL_COUNT; i++)
        if (!is_left_out(&seen->range[i].reading))
            json_put(object, observation_protocol_names[i],
                     range_to_json(&seen->range[i], ok), ok);
    return object;
}

static json_t *states_to_json(const uint64_t states[CONN_STATE_COUNT], bool *ok)
{
    json_t *object = json_object();

    for (size_t i = 0; i < CONN_STATE_COUNT; i++)
        if (states[i] > 0)
            json_put_number(object, conn_state_name((enum conn_state)i), states[i], ok);
    return object;
}

static json_t *destinations_to_json(const struct observed_tcp *tcp, bool *ok)
{
    json_t *array = json_array();

    for (size_t i = 0; i < tcp->top_count; i++) {
        const struct destination *top = &tcp->top[i];
        json_t *object = json_object();

        observation_put_address(object, "local", &top->local, ok);
        observation_put_address(object, "remote", &top->remote, ok);
        json_put_number(object, "port", top->remote_port, ok);
        observation_put_device(object, tcp, top->device, ok);
        json_put_number(object, "sockets", top->sockets, ok);
        json_put_number(object, "reusable", top->reusable, ok);
        json_put_number(object, "covered", top->covered, ok);
        json_put_number(object, "time_wait", top->time_wait, ok);
        json_put_number(object, "established", top->established, ok);
        json_put_number(object, "close_wait", top->close_wait, ok);
        json_put_number(object, "syn_sent", top->syn_sent, ok);
        if (json_array_append_new(array, object) != 0)
            *ok = false;
    }
    return array;
}

/* Left out where nobody looked for any. */
static void put_closed(json_t *object, const struct observed_tcp *tcp, bool *ok)
{
    if (tcp->odd_usable > 0) {
        json_put_number(object, "odd_usable", tcp->odd_usable, ok);
        json_put_number(object, "odd_used", tcp->odd_used, ok);
    }
    if (tcp->closed_known == CLOSED_NOT_COUNTED)
        return;
    json_put_clean(object, "closed_known", observation_closed_names[tcp->closed_known],
                   ok);
    json_put_number(object, "ports_closed", tcp->ports_closed, ok);
    json_put_number(object, "closed_asked", tcp->closed_asked, ok);
}

static json_t *tcp_to_json(const struct observed_tcp *tcp, bool *ok)
{
    json_t *object;

    if (!tcp->reading.known)
        return unreadable(&tcp->reading, ok);
    object = json_object();
    json_put_number(object, "time_wait", tcp->time_wait, ok);
    json_put(object, "states", states_to_json(tcp->states, ok), ok);
    json_put_number(object, "ports_used", tcp->ports_used, ok);
    if (tcp->time_wait_only_known)
        json_put_number(object, "ports_time_wait_only", tcp->ports_time_wait_only, ok);
    json_put_number(object, "ports_blocked", tcp->ports_blocked, ok);
    put_closed(object, tcp, ok);
    json_put(object, "bound_known", json_boolean(tcp->bound_known), ok);
    json_put_number(object, "bound_possible", tcp->bound_possible, ok);
    if (tcp->bound_unread[0])
        json_put_clean(object, "bound_unread", tcp->bound_unread, ok);
    json_put_number(object, "destinations_seen", tcp->destinations_seen, ok);
    json_put_number(object, "untracked_bound", tcp->untracked_bound, ok);
    json_put(object, "destinations", destinations_to_json(tcp, ok), ok);
    json_put_clean(object, "source", tcp->source, ok);
    return object;
}

static json_t *udp_to_json(const struct observed_udp *udp, bool *ok)
{
    json_t *object;

    if (!udp->reading.known)
        return unreadable(&udp->reading, ok);
    object = json_object();
    json_put_number(object, "ports_used", udp->ports_used, ok);
    json_put_clean(object, "source", udp->source, ok);
    return object;
}

/* What the next boot brings: null where no file says anything. */
static void put_boot(json_t *setting, const struct observed_setting *seen, bool *ok)
{
    if (seen->boot_refused[0] != '\0')
        json_put_clean(setting, "at_boot_refused", seen->boot_refused, ok);
    if (seen->boot == BOOT_UNSET)
        json_put(setting, "at_boot", json_null(), ok);
    if (seen->boot != BOOT_SET)
        return;
    json_put(setting, "at_boot", json_setting_value(&seen->boot_value), ok);
    json_put_clean(setting, "at_boot_source", seen->boot_source, ok);
}

static json_t *settings_to_json(const struct observation *seen, bool *ok)
{
    json_t *all = json_object();

    for (size_t i = 0; i < seen->setting_count; i++) {
        const struct observed_setting *setting = &seen->settings[i];
        json_t *object = json_object();

        json_put_clean(object, "state", observation_presence_names[setting->presence],
                       ok);
        if (setting->presence == SETTING_SET)
            json_put(object, "value", json_setting_value(&setting->value), ok);
        if (setting->reason[0] != '\0')
            json_put_clean(object, "reason", setting->reason, ok);
        put_boot(object, setting, ok);
        if (setting->service_ports > 0)
            json_put_number(object, "service_ports", setting->service_ports, ok);
        if (setting->waiting_since_s > 0)
            json_put_time(object, "waiting_since", setting->waiting_since_s, ok);
        json_put(all, setting->name, object, ok);
    }
    return all;
}

static json_t *notes_to_json(const struct observation *seen, bool *ok)
{
    json_t *array = json_array();

    for (size_t i = 0; i < seen->note_count; i++)
        if (json_array_append_new(array, json_clean(seen->notes[i])) != 0)
            *ok = false;
    return array;
}

static json_t *cost_to_json(const struct observation *seen, bool *ok)
{
    json_t *object = json_object();
    int64_t duration_us = seen->duration_us > 0 ? seen->duration_us : 0;

    json_put_number(object, "rows", seen->rows, ok);
    json_put_number(object, "microseconds", (uint64_t)duration_us, ok);
    return object;
}

static void put_head(json_t *document, const struct observation *seen, bool *ok)
{
    json_put_number(document, "schema", OBSERVATION_SCHEMA, ok);
    json_put_clean(document, "program", "check_port_exhaustion", ok);
    json_put_clean(document, "version", PORT_EXHAUSTION_VERSION, ok);
    json_put(document, "os", os_to_json(&seen->os, ok), ok);
    json_put_clean(document, "host", seen->host, ok);
    json_put_time(document, "time", seen->time_s, ok);
}

static void put_parts(json_t *document, const struct observation *seen, bool *ok)
{
    json_put(document, "range", ranges_to_json(seen, ok), ok);
    if (!is_left_out(&seen->tcp.reading))
        json_put(document, "tcp", tcp_to_json(&seen->tcp, ok), ok);
    if (!is_left_out(&seen->udp.reading))
        json_put(document, "udp", udp_to_json(&seen->udp, ok), ok);
    observation_put_asks(document, seen, ok);
    json_put(document, "settings", settings_to_json(seen, ok), ok);
    if (seen->settings_scope != SETTINGS_OF_HOST)
        json_put_clean(document, "settings_of",
                       observation_scope_names[seen->settings_scope], ok);
    if (seen->time_wait_overflow_known)
        json_put_number(document, "time_wait_overflow", seen->time_wait_overflow, ok);
    if (seen->interrupted_since_s > 0)
        json_put_time(document, "interrupted_since", seen->interrupted_since_s, ok);
    json_put(document, "notes", notes_to_json(seen, ok), ok);
    json_put(document, "cost", cost_to_json(seen, ok), ok);
}

bool observation_to_json(const struct observation *seen, struct text *out,
                         struct error *err)
{
    json_t *document = json_object();
    bool ok = true;

    put_head(document, seen, &ok);
    put_parts(document, seen, &ok);
    json_text_add(ok ? document : NULL, JSON_INDENT(2), out);
    text_add(out, "\n");
    json_decref(document);
    return text_ok(out, err);
}
