/* SPDX-License-Identifier: MIT */
/* Observation -> JSON; the way back is in observation_from_json.c. */
#include "checks/model/observation_json.h"

#include <jansson.h>

#include "checks/model/json_text.h"
#include "checks/model/observation_words.h"
#include "checks/model/utc_time.h"

/* Puts a value that is given away into an object; one that could not be made fails the
 * whole document at the end. */
static void put(json_t *object, const char *key, json_t *value, bool *ok)
{
    if (json_object_set_new(object, key, value) != 0)
        *ok = false;
}

static void put_number(json_t *object, const char *key, uint64_t number, bool *ok)
{
    json_int_t shown = number > INT64_MAX ? INT64_MAX : (json_int_t)number;

    put(object, key, json_integer(shown), ok);
}

/* A new string; host names, reasons and interface names may hold any bytes. */
static json_t *clean_string(const char *foreign)
{
    struct text clean = { 0 };
    json_t *string = NULL;

    text_add_clean(&clean, foreign, "");
    if (!clean.failed)
        string = json_string(text_string(&clean));
    text_clear(&clean);
    return string;
}

static void put_string(json_t *object, const char *key, const char *foreign, bool *ok)
{
    put(object, key, clean_string(foreign), ok);
}

/* A new object that says why a part could not be read. */
static json_t *unreadable(const struct reading *reading, bool *ok)
{
    json_t *object = json_object();

    put_string(object, "unreadable", reading->reason, ok);
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

    put_string(object, "kind", os_kind_name(os->kind), ok);
    put_number(object, "major", os->major, ok);
    put_number(object, "minor", os->minor, ok);
    put_number(object, "build", os->build, ok);
    return object;
}

static json_t *range_to_json(const struct observed_range *range, bool *ok)
{
    json_t *object;

    if (!range->reading.known)
        return unreadable(&range->reading, ok);
    object = json_object();
    put_number(object, "first", range->range.first, ok);
    put_number(object, "last", range->range.last, ok);
    put_number(object, "reserved", range->reserved, ok);
    put_number(object, "usable", range->usable, ok);
    put_string(object, "source", range->source, ok);
    return object;
}

static json_t *ranges_to_json(const struct observation *seen, bool *ok)
{
    json_t *object = json_object();

    for (size_t i = 0; i < IP_PROTOCOL_COUNT; i++)
        if (!is_left_out(&seen->range[i].reading))
            put(object, observation_protocol_names[i], range_to_json(&seen->range[i], ok),
                ok);
    return object;
}

static json_t *states_to_json(const uint64_t states[CONN_STATE_COUNT], bool *ok)
{
    json_t *object = json_object();

    for (size_t i = 0; i < CONN_STATE_COUNT; i++)
        if (states[i] > 0)
            put_number(object, conn_state_name((enum conn_state)i), states[i], ok);
    return object;
}

static void put_address(json_t *object, const char *key, const struct ip_address *address,
                        bool *ok)
{
    char text[IP_ADDRESS_TEXT_SIZE];

    ip_address_format(address, text);
    put(object, key, json_string(text), ok);
}

static json_t *destinations_to_json(const struct observed_tcp *tcp, bool *ok)
{
    json_t *array = json_array();

    for (size_t i = 0; i < tcp->top_count; i++) {
        const struct destination *top = &tcp->top[i];
        json_t *object = json_object();

        put_address(object, "local", &top->local, ok);
        put_address(object, "remote", &top->remote, ok);
        put_number(object, "port", top->remote_port, ok);
        put_number(object, "sockets", top->sockets, ok);
        put_number(object, "reusable", top->reusable, ok);
        put_number(object, "time_wait", top->time_wait, ok);
        put_number(object, "established", top->established, ok);
        put_number(object, "close_wait", top->close_wait, ok);
        put_number(object, "syn_sent", top->syn_sent, ok);
        if (json_array_append_new(array, object) != 0)
            *ok = false;
    }
    return array;
}

static json_t *tcp_to_json(const struct observed_tcp *tcp, bool *ok)
{
    json_t *object;

    if (!tcp->reading.known)
        return unreadable(&tcp->reading, ok);
    object = json_object();
    put_number(object, "time_wait", tcp->time_wait, ok);
    put(object, "states", states_to_json(tcp->states, ok), ok);
    put_number(object, "ports_used", tcp->ports_used, ok);
    put_number(object, "ports_blocked", tcp->ports_blocked, ok);
    put(object, "bound_known", json_boolean(tcp->bound_known), ok);
    put_number(object, "bound_possible", tcp->bound_possible, ok);
    if (tcp->bound_unread[0])
        put_string(object, "bound_unread", tcp->bound_unread, ok);
    put_number(object, "destinations_seen", tcp->destinations_seen, ok);
    put_number(object, "untracked_bound", tcp->untracked_bound, ok);
    put(object, "destinations", destinations_to_json(tcp, ok), ok);
    put_string(object, "source", tcp->source, ok);
    return object;
}

static json_t *udp_to_json(const struct observed_udp *udp, bool *ok)
{
    json_t *object;

    if (!udp->reading.known)
        return unreadable(&udp->reading, ok);
    object = json_object();
    put_number(object, "ports_used", udp->ports_used, ok);
    put_string(object, "source", udp->source, ok);
    return object;
}

static json_t *value_to_json(const struct setting_value *value)
{
    char range[PORT_RANGE_TEXT_SIZE];

    if (value->kind == SETTING_NUMBER)
        return json_integer(value->number);
    port_range_format(value->range, range);
    return json_string(range);
}

static void put_time(json_t *object, const char *key, int64_t time_s, bool *ok)
{
    char time[UTC_TIME_TEXT_SIZE];

    utc_time_format(time_s, time);
    put_string(object, key, time, ok);
}

/* What the next boot brings: null where no file says anything. */
static void put_boot(json_t *setting, const struct observed_setting *seen, bool *ok)
{
    if (seen->boot == BOOT_UNSET)
        put(setting, "at_boot", json_null(), ok);
    if (seen->boot != BOOT_SET)
        return;
    put(setting, "at_boot", value_to_json(&seen->boot_value), ok);
    put_string(setting, "at_boot_source", seen->boot_source, ok);
}

static json_t *settings_to_json(const struct observation *seen, bool *ok)
{
    json_t *all = json_object();

    for (size_t i = 0; i < seen->setting_count; i++) {
        const struct observed_setting *setting = &seen->settings[i];
        json_t *object = json_object();

        put_string(object, "state", observation_presence_names[setting->presence], ok);
        if (setting->presence == SETTING_SET)
            put(object, "value", value_to_json(&setting->value), ok);
        if (setting->reason[0] != '\0')
            put_string(object, "reason", setting->reason, ok);
        put_boot(object, setting, ok);
        if (setting->waiting_since_s > 0)
            put_time(object, "waiting_since", setting->waiting_since_s, ok);
        put(all, setting->name, object, ok);
    }
    return all;
}

static json_t *notes_to_json(const struct observation *seen, bool *ok)
{
    json_t *array = json_array();

    for (size_t i = 0; i < seen->note_count; i++)
        if (json_array_append_new(array, clean_string(seen->notes[i])) != 0)
            *ok = false;
    return array;
}

static json_t *cost_to_json(const struct observation *seen, bool *ok)
{
    json_t *object = json_object();
    int64_t duration_us = seen->duration_us > 0 ? seen->duration_us : 0;

    put_number(object, "rows", seen->rows, ok);
    put_number(object, "microseconds", (uint64_t)duration_us, ok);
    return object;
}

static void put_head(json_t *document, const struct observation *seen, bool *ok)
{
    put_number(document, "schema", OBSERVATION_SCHEMA, ok);
    put_string(document, "program", "check_port_exhaustion", ok);
    put_string(document, "version", PORT_EXHAUSTION_VERSION, ok);
    put(document, "os", os_to_json(&seen->os, ok), ok);
    put_string(document, "host", seen->host, ok);
    put_time(document, "time", seen->time_s, ok);
}

static void put_parts(json_t *document, const struct observation *seen, bool *ok)
{
    put(document, "range", ranges_to_json(seen, ok), ok);
    if (!is_left_out(&seen->tcp.reading))
        put(document, "tcp", tcp_to_json(&seen->tcp, ok), ok);
    if (!is_left_out(&seen->udp.reading))
        put(document, "udp", udp_to_json(&seen->udp, ok), ok);
    put(document, "settings", settings_to_json(seen, ok), ok);
    if (seen->time_wait_overflow_known)
        put_number(document, "time_wait_overflow", seen->time_wait_overflow, ok);
    if (seen->interrupted_since_s > 0)
        put_time(document, "interrupted_since", seen->interrupted_since_s, ok);
    put(document, "notes", notes_to_json(seen, ok), ok);
    put(document, "cost", cost_to_json(seen, ok), ok);
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
