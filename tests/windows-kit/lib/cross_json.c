/* SPDX-License-Identifier: MIT */
/* Numbers that people see, and what only an observation tells. */
#include "tests/windows-kit/lib/cross_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

/* Both documents of a look; borrowed. */
struct documents {
    const json_t *judged;
    const json_t *observed;
};

/* The member at a path "metrics.time_wait.value"; NULL: there is none. */
static const json_t *at(const json_t *root, const char *path)
{
    while (root && *path) {
        const size_t length = strcspn(path, ".");
        char key[64];

        (void)snprintf(key, sizeof key, "%.*s", (int)length, path);
        root = json_object_get(root, key);
        path += length + (path[length] == '.');
    }
    return root;
}

/* The text there; "" for anything else. */
static const char *text_at(const json_t *root, const char *path)
{
    const char *text = json_string_value(at(root, path));

    return text ? text : "";
}

static uint64_t number_at(const json_t *root, const char *path)
{
    return (uint64_t)json_integer_value(at(root, path));
}

static void add_missing(struct cross_look *look, const char *part, const char *reason)
{
    text_addf(&look->missing, "%s: ", part);
    text_add_clean(&look->missing, reason, "");
    text_add(&look->missing, "\n");
}

/* An integer, or that it was not read. */
static void set_number(struct cross_look *look, enum cross_name name, const json_t *value,
                       const char *why)
{
    if (json_is_integer(value))
        cross_set_number(&look->facts, name, (uint64_t)json_integer_value(value));
    else
        cross_set_words(&look->facts, name, CROSS_UNREAD, "%s", why);
}

/* The range of a protocol, under all the names that tools give to it. */
struct range_names {
    enum ip_protocol protocol;
    const char *judged;
    const char *observed;
    const char *part;
    enum cross_name names[3];
    enum cross_name excluded;
};

static const struct range_names ranges[IP_PROTOCOL_COUNT] = {
    { IP_PROTOCOL_TCP,
      "range",
      "range.tcp",
      "TCP range",
      { CROSS_RANGE_TCP, CROSS_RANGE_TCP4, CROSS_RANGE_TCP6 },
      CROSS_EXCLUDED_TCP },
    { IP_PROTOCOL_UDP,
      "udp_range",
      "range.udp",
      "UDP range",
      { CROSS_RANGE_UDP, CROSS_RANGE_UDP4, CROSS_RANGE_UDP6 },
      CROSS_EXCLUDED_UDP },
};

static void read_range(const struct documents *from, const struct range_names *of,
                       struct cross_look *look)
{
    const json_t *range = at(from->judged, of->judged);
    const char *why = text_at(at(from->observed, of->observed), "unreadable");
    const uint64_t first = number_at(range, "first");
    const uint64_t last = number_at(range, "last");

    if (first == 0 || first > last || last > UINT16_MAX) {
        for (size_t i = 0; i < ARRAY_COUNT(of->names); i++)
            cross_set_words(&look->facts, of->names[i], CROSS_UNREAD, "%s", why);
        cross_set_words(&look->facts, of->excluded, CROSS_UNREAD, "%s", why);
        add_missing(look, of->part, why);
        return;
    }
    look->range[of->protocol] = (struct port_range){ (uint16_t)first, (uint16_t)last };
    look->reserved[of->protocol] = (uint32_t)number_at(range, "reserved");
    for (size_t i = 0; i < ARRAY_COUNT(of->names); i++)
        cross_set_range(&look->facts, of->names[i], look->range[of->protocol]);
    set_number(look, of->excluded, at(range, "reserved"), why);
}

static void read_auto_reuse(const struct documents *from, struct cross_look *look)
{
    const json_t *range = at(from->judged, "range");
    const json_t *reuse = at(from->observed, "range.tcp.auto_reuse");
    const char *why = text_at(reuse, "unreadable");

    if (!json_is_integer(at(range, "first"))) {
        cross_set_words(&look->facts, CROSS_AUTO_REUSE, CROSS_UNREAD,
                        "the TCP range was not read");
        return;
    }
    if (*why) {
        cross_set_words(&look->facts, CROSS_AUTO_REUSE, CROSS_UNREAD, "%s", why);
        add_missing(look, "auto-reuse range", why);
        return;
    }
    cross_set_range(&look->facts, CROSS_AUTO_REUSE,
                    (struct port_range){ (uint16_t)number_at(reuse, "first"),
                                         (uint16_t)number_at(reuse, "last") });
}

/* States of sockets with a remote port. */
static const char *const connected[] = { "established", "syn_sent",   "syn_received",
                                         "fin_wait_1",  "fin_wait_2", "time_wait",
                                         "close_wait",  "last_ack",   "closing" };

static void set_connections(const json_t *states, const char *why,
                            struct cross_look *look)
{
    json_int_t sum = 0;
    bool known = true;

    for (size_t i = 0; i < ARRAY_COUNT(connected); i++) {
        const json_t *value = json_object_get(states, connected[i]);

        known = known && json_is_integer(value);
        sum += json_integer_value(value);
    }
    if (known)
        cross_set_number(&look->facts, CROSS_CONNECTIONS, (uint64_t)sum);
    else
        cross_set_words(&look->facts, CROSS_CONNECTIONS, CROSS_UNREAD, "%s", why);
}

/* Bound ports are seen on some Windows only: that is no fault. */
static void set_bound(const struct documents *from, const json_t *states,
                      struct cross_look *look)
{
    const json_t *bound = json_object_get(states, "bound");
    const char *why = text_at(from->observed, "tcp.bound_unread");

    look->sees_bound = json_is_integer(bound);
    set_number(look, CROSS_BOUND, bound, why);
    if (!look->sees_bound && !*why)
        cross_set_words(&look->facts, CROSS_BOUND, CROSS_UNKNOWN,
                        "the check does not see bound ports on this Windows");
    if (*why)
        add_missing(look, "bound ports", why);
}

static void read_tcp(const struct documents *from, struct cross_look *look)
{
    static const struct {
        const char *state;
        enum cross_name name;
    } compared[] = { { "time_wait", CROSS_TIME_WAIT_IN_RANGE },
                     { "established", CROSS_ESTABLISHED },
                     { "close_wait", CROSS_CLOSE_WAIT },
                     { "listen", CROSS_LISTEN } };
    const json_t *states = at(from->judged, "sockets.states");
    const char *unread = text_at(from->observed, "tcp.unreadable");
    const char *why = *unread ? unread : text_at(from->observed, "range.tcp.unreadable");

    if (*unread)
        add_missing(look, "TCP sockets", unread);
    set_number(look, CROSS_TIME_WAIT, at(from->judged, "metrics.time_wait.value"),
               unread);
    for (size_t i = 0; i < ARRAY_COUNT(compared); i++)
        set_number(look, compared[i].name, json_object_get(states, compared[i].state),
                   why);
    set_connections(states, why, look);
    set_bound(from, states, look);
    set_number(look, CROSS_PORTS_USED, at(from->judged, "sockets.ports_used"), why);
}

/* The observation has the number; without a range it is of no ports. */
static void read_udp(const struct documents *from, struct cross_look *look)
{
    const char *unread = text_at(from->observed, "udp.unreadable");

    if (*unread)
        add_missing(look, "UDP sockets", unread);
    if (look->range[IP_PROTOCOL_UDP].first == 0)
        cross_set_words(&look->facts, CROSS_UDP_PORTS_USED, CROSS_UNREAD,
                        "the UDP range was not read");
    else
        set_number(look, CROSS_UDP_PORTS_USED, at(from->observed, "udp.ports_used"),
                   unread);
}

/* "is REG_SZ, not REG_DWORD": the type that it has. */
static void set_wrong_type(struct cross_look *look, enum cross_name name,
                           const char *reason)
{
    const char *type = strstr(reason, "REG_");

    if (type)
        cross_set_words(&look->facts, name, CROSS_WORDS, "%.*s", (int)strcspn(type, ", "),
                        type);
    else
        cross_set_words(&look->facts, name, CROSS_UNREAD, "%s", reason);
}

static void read_setting(const struct documents *from, enum cross_name name,
                         struct cross_look *look)
{
    const json_t *setting =
        json_object_get(at(from->observed, "settings"), cross_names[name]);
    const char *state = text_at(setting, "state");
    const char *reason = text_at(setting, "reason");

    if (strcmp(state, "os_default") == 0) {
        cross_set_words(&look->facts, name, CROSS_WORDS, "absent");
    } else if (strcmp(state, "set") == 0) {
        cross_set_words(&look->facts, name, CROSS_WORDS, "REG_DWORD %" PRIu64,
                        number_at(setting, "value"));
    } else if (strcmp(state, "wrong_type") == 0) {
        set_wrong_type(look, name, reason);
    } else {
        reason = *reason ? reason : "the check does not name it";
        cross_set_words(&look->facts, name, CROSS_UNREAD, "%s", reason);
        add_missing(look, cross_names[name], reason);
    }
}

static void read_settings(const struct documents *from, struct cross_look *look)
{
    read_setting(from, CROSS_TIMED_WAIT_DELAY, look);
    read_setting(from, CROSS_STRICT_SEQ_CHECK, look);
    read_setting(from, CROSS_MAX_USER_PORT, look);
}

/* A log that was not read is a part that lacks; a Windows that does not tell has none. */
static void miss_events(const struct documents *from, struct cross_look *look)
{
    const char *unread = text_at(from->observed, "events.unreadable");
    const char *reason = text_at(from->judged, "metrics.exhaustion_events.reason");
    const char *why = *reason ? reason : unread;
    const bool is_there = at(from->judged, "metrics.exhaustion_events") || *unread;

    for (int name = CROSS_EVENTS; name <= CROSS_COLLISIONS; name++)
        cross_set_words(&look->facts, (enum cross_name)name,
                        is_there ? CROSS_UNREAD : CROSS_UNKNOWN, "%s",
                        is_there ? why : "the check says nothing of events here");
    if (is_there)
        add_missing(look, "exhaustion events", why);
}

static void read_events(const struct documents *from, struct cross_look *look)
{
    const json_t *value = at(from->judged, "metrics.exhaustion_events.value");
    const json_t *collided = at(from->judged, "events.4227");

    if (!json_is_integer(value) || !json_is_integer(collided)) {
        miss_events(from, look);
        return;
    }
    cross_set_number(&look->facts, CROSS_EVENTS, (uint64_t)json_integer_value(value));
    cross_set_number(&look->facts, CROSS_COLLISIONS,
                     (uint64_t)json_integer_value(collided));
}

static void add_remark(struct cross_look *look, const char *about, const char *remark)
{
    if (!*remark)
        return;
    text_add(&look->remarks, about);
    text_add_clean(&look->remarks, remark, "");
    text_add(&look->remarks, "\n");
}

/* Whose the sockets are may stay unknown in part: no account sees all processes. */
static void read_remarks(const struct documents *from, struct cross_look *look)
{
    const json_t *notes = at(from->observed, "notes");
    const char *unread = text_at(from->observed, "owners.unreadable");

    if (*unread)
        add_missing(look, "owners of sockets", unread);
    add_remark(look, "owners: ", text_at(from->observed, "owners.unread"));
    add_remark(look, "not asked: ", text_at(from->observed, "not_asked"));
    for (size_t i = 0; i < json_array_size(notes); i++) {
        const char *note = json_string_value(json_array_get(notes, i));

        add_remark(look, "", note ? note : "");
    }
}

static bool is_ours(const struct documents *from, struct error *err)
{
    if (!json_is_object(at(from->judged, "sockets.states")))
        return error_set(err, ERR_MALFORMED, "-o json gives no result: %.200s",
                         text_at(from->judged, "summary"));
    return json_is_object(at(from->observed, "settings")) ||
           error_set(err, ERR_MALFORMED, "-o observation gives no observation");
}

bool cross_json_read(const char *judged, const char *observed, struct cross_look *out,
                     struct error *err)
{
    json_t *first = json_loads(judged, JSON_REJECT_DUPLICATES, NULL);
    json_t *second = json_loads(observed, JSON_REJECT_DUPLICATES, NULL);
    const struct documents from = { first, second };
    struct cross_look look = { 0 };
    bool ok = is_ours(&from, err);

    if (ok) {
        for (size_t i = 0; i < ARRAY_COUNT(ranges); i++)
            read_range(&from, &ranges[i], &look);
        read_auto_reuse(&from, &look);
        read_tcp(&from, &look);
        read_udp(&from, &look);
        read_settings(&from, &look);
        read_events(&from, &look);
        read_remarks(&from, &look);
        ok = text_ok(&look.missing, err) && text_ok(&look.remarks, err);
    }
    json_decref(first);
    json_decref(second);
    if (!ok) {
        cross_look_clear(&look);
        return false;
    }
    cross_look_clear(out);
    *out = look;
    return true;
}

void cross_look_clear(struct cross_look *look)
{
    text_clear(&look->missing);
    text_clear(&look->remarks);
    *look = (struct cross_look){ 0 };
}
