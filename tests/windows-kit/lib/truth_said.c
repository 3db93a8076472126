/* SPDX-License-Identifier: MIT */
/* By Jansson, as the check printed it. */
#include "tests/windows-kit/lib/truth_said.h"

#include <string.h>

#include <jansson.h>

/* One reading of a document: the first number that is lacking is its error. */
struct reading {
    const json_t *root;
    const char *lacks;
};

static const json_t *member(const json_t *in, const char *name)
{
    return json_object_get(in, name);
}

static uint32_t number(struct reading *reading, const json_t *in, const char *name)
{
    const json_t *value = member(in, name);

    if (!json_is_integer(value)) {
        if (!reading->lacks)
            reading->lacks = name;
        return 0;
    }
    return (uint32_t)json_integer_value(value);
}

static void read_ranges(struct reading *reading, struct truth_said *out)
{
    static const char *const names[IP_PROTOCOL_COUNT] = { "range", "udp_range" };

    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        const json_t *range = member(reading->root, names[i]);

        out->range[i].first = (uint16_t)number(reading, range, "first");
        out->range[i].last = (uint16_t)number(reading, range, "last");
        out->reserved[i] = number(reading, range, "reserved");
    }
}

static void read_sockets(struct reading *reading, struct truth_said *out)
{
    const json_t *sockets = member(reading->root, "sockets");
    const json_t *states = member(sockets, "states");

    out->used = number(reading, sockets, "ports_used");
    out->blocked = number(reading, sockets, "ports_blocked");
    out->listeners = number(reading, states, "listen");
    out->time_wait = number(reading, states, "time_wait");
    out->bound_known = !json_is_null(member(states, "bound"));
    out->bound = out->bound_known ? number(reading, states, "bound") : 0;
}

static void read_metrics(struct reading *reading, struct truth_said *out)
{
    const json_t *metrics = member(reading->root, "metrics");
    const json_t *tcp = member(metrics, "port_usage");
    const json_t *udp = member(member(metrics, "udp_port_usage"), "value");

    out->at_least = json_is_true(member(tcp, "at_least"));
    out->more = number(reading, tcp, "more");
    if (!json_is_number(udp)) {
        reading->lacks = reading->lacks ? reading->lacks : "udp_port_usage";
        return;
    }
    out->udp_hundredths = (uint32_t)(json_number_value(udp) * 100 + 0.5);
}

static bool is_text(const json_t *value, const char *text)
{
    return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

static void read_destination(struct reading *reading, uint16_t to, struct truth_said *out)
{
    const json_t *list = member(reading->root, "destinations");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *destination = json_array_get(list, i);

        if (is_text(member(destination, "remote"), "127.0.0.1") &&
            json_integer_value(member(destination, "port")) == to)
            out->toward = number(reading, destination, "ports");
    }
}

static enum truth_ask answer_of(const json_t *ask)
{
    const json_t *answer = member(ask, "answer");

    if (is_text(answer, "free"))
        return TRUTH_FREE;
    return is_text(answer, "none") ? TRUTH_NONE : TRUTH_UNKNOWN;
}

static void read_asks(struct reading *reading, struct truth_said *out)
{
    const json_t *asked = member(reading->root, "asked");

    for (size_t i = 0; i < json_array_size(asked); i++) {
        const json_t *ask = json_array_get(asked, i);
        const json_t *kind = member(ask, "kind");
        const int protocol = is_text(kind, "bind") ? IP_PROTOCOL_TCP : IP_PROTOCOL_UDP;
        const int family =
            is_text(member(ask, "local"), "::") ? IP_FAMILY_V6 : IP_FAMILY_V4;

        if (!is_text(kind, "bind") && !is_text(kind, "udp_bind"))
            continue;
        out->asked[protocol][family] = answer_of(ask);
        out->confirmed[protocol][family] = json_is_true(member(ask, "confirmed"));
    }
}

static bool no_number(const struct reading *reading, const char *name, struct error *err)
{
    const char *summary = json_string_value(member(reading->root, "summary"));

    return error_set(err, ERR_MALFORMED, "no number '%s': %s", name,
                     summary ? summary : "no summary");
}

bool truth_said_parse(const char *json, uint16_t to, struct truth_said *out,
                      struct error *err)
{
    struct truth_said said = { .used = 0 };
    json_t *root = json_loads(json, 0, NULL);
    struct reading reading = { .root = root };
    bool ok;

    if (!json_is_object(root)) {
        json_decref(root);
        return error_set(err, ERR_MALFORMED, "no JSON: %.200s", json);
    }
    read_ranges(&reading, &said);
    read_sockets(&reading, &said);
    read_metrics(&reading, &said);
    read_destination(&reading, to, &said);
    read_asks(&reading, &said);
    ok = !reading.lacks || no_number(&reading, reading.lacks, err);
    json_decref(root);
    if (ok)
        *out = said;
    return ok;
}

bool truth_said_events(const char *json, uint32_t *out, struct error *err)
{
    json_t *root = json_loads(json, 0, NULL);
    const json_t *metric = member(member(root, "metrics"), "exhaustion_events");
    const json_t *value = member(metric, "value");
    const char *reason = json_string_value(member(metric, "reason"));
    bool ok = json_is_integer(value);

    if (ok)
        *out = (uint32_t)json_integer_value(value);
    else
        (void)error_set(err, ERR_ABSENT, "%.200s",
                        reason ? reason : "this check has no exhaustion_events");
    json_decref(root);
    return ok;
}

bool truth_said_reuse(const char *json, struct port_range *out)
{
    json_t *root = json_loads(json, 0, NULL);
    struct reading reading = { .root = root };
    const json_t *reuse = member(member(root, "range"), "auto_reuse");
    const uint32_t first = number(&reading, reuse, "first");
    const uint32_t last = number(&reading, reuse, "last");

    json_decref(root);
    if (reading.lacks)
        return false;
    *out = (struct port_range){ (uint16_t)first, (uint16_t)last };
    return true;
}
