/* SPDX-License-Identifier: MIT */
/* JSON -> ranges, TCP and UDP sums; counts that contradict each other are refused. */
#include "checks/model/observation_sockets_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/model/observation_parts_json.h"
#include "checks/model/observation_words.h"

static bool decode_reason(const struct json_reader *reason, struct reading *out,
                          struct error *err)
{
    if (!json_reader_line(reason, out->reason, sizeof out->reason, err))
        return false;
    return out->reason[0] != '\0' ||
           json_reader_fail(reason, err, "expected a reason, not an empty string");
}

/* Whether the part holds {"unreadable": REASON}; *ok tells whether that is well-formed.
 */
static bool decode_unreadable(const struct json_reader *place, struct reading *out,
                              bool *ok, struct error *err)
{
    static const char *const keys[] = { "unreadable", NULL };
    struct json_reader reason;

    *ok = true;
    if (!json_reader_member(place, "unreadable", &reason))
        return false;
    *ok = json_reader_object(place, keys, err) && decode_reason(&reason, out, err);
    return true;
}

static bool check_ends(const struct json_reader *place, struct port_range range,
                       struct error *err)
{
    struct json_reader member;

    if (range.first == 0) {
        (void)json_reader_member(place, "first", &member);
        return json_reader_fail(&member, err, "expected an integer from 1 to 65535");
    }
    if (range.last >= range.first)
        return true;
    (void)json_reader_member(place, "last", &member);
    return json_reader_fail(&member, err, "%u is below first, %u", range.last,
                            range.first);
}

static bool check_range(const struct json_reader *place,
                        const struct observed_range *range, struct error *err)
{
    uint32_t size = port_range_size(range->range);
    struct json_reader member;

    if (!check_ends(place, range->range, err))
        return false;
    (void)json_reader_member(place, "usable", &member);
    if (range->usable + range->reserved != size)
        return json_reader_fail(&member, err,
                                "%" PRIu32 " usable and %" PRIu32
                                " reserved are not the %" PRIu32 " ports of the range",
                                range->usable, range->reserved, size);
    return true;
}

/* Whether the range could not be read; which part of it is told since schema 1 began to.
 */
static bool decode_unreadable_range(const struct json_reader *place,
                                    struct observed_range *out, bool *ok,
                                    struct error *err)
{
    static const char *const keys[] = { "unreadable", "part", NULL };
    struct json_reader part;
    struct json_reader reason;

    if (!json_reader_member(place, "part", &part) ||
        !json_reader_member(place, "unreadable", &reason))
        return decode_unreadable(place, &out->reading, ok, err);
    *ok = json_reader_object(place, keys, err) &&
          decode_reason(&reason, &out->reading, err) &&
          json_reader_line(&part, out->unread, sizeof out->unread, err);
    return true;
}

/* Optional: on Windows alone, where one is set or could not be read. */
static bool decode_auto_reuse(const struct json_reader *range,
                              struct observed_auto_reuse *out, struct error *err)
{
    static const char *const keys[] = { "first", "last", "differ", NULL };
    struct json_reader place;
    struct json_reader differ;
    struct reading reading = { 0 };
    bool ok;

    if (!json_reader_member(range, "auto_reuse", &place))
        return true;
    if (decode_unreadable(&place, &reading, &ok, err)) {
        (void)snprintf(out->unread, sizeof out->unread, "%s", reading.reason);
        return ok;
    }
    return json_reader_object(&place, keys, err) &&
           json_reader_u16_of(&place, "first", &out->range.first, err) &&
           json_reader_u16_of(&place, "last", &out->range.last, err) &&
           json_reader_required(&place, "differ", &differ, err) &&
           json_reader_boolean(&differ, &out->differ, err) &&
           check_ends(&place, out->range, err);
}

static bool decode_range(const struct json_reader *place, struct observed_range *out,
                         struct error *err)
{
    static const char *const keys[] = { "first",  "last",       "reserved", "usable",
                                        "source", "auto_reuse", NULL };
    bool ok;

    if (decode_unreadable_range(place, out, &ok, err))
        return ok;
    if (!json_reader_object(place, keys, err) ||
        !json_reader_u16_of(place, "first", &out->range.first, err) ||
        !json_reader_u16_of(place, "last", &out->range.last, err) ||
        !json_reader_u32_of(place, "reserved", UINT16_MAX, &out->reserved, err) ||
        !json_reader_u32_of(place, "usable", UINT16_MAX, &out->usable, err) ||
        !json_reader_line_of(place, "source", out->source, sizeof out->source, err) ||
        !decode_auto_reuse(place, &out->auto_reuse, err))
        return false;
    out->reading.known = true;
    return check_range(place, out, err);
}

bool observation_ranges_from_json(const struct json_reader *place,
                                  struct observation *out, struct error *err)
{
    if (!json_reader_object(place, observation_protocol_names, err))
        return false;
    for (size_t i = 0; i < IP_PROTOCOL_COUNT; i++) {
        struct json_reader range;

        if (json_reader_member(place, observation_protocol_names[i], &range) &&
            !decode_range(&range, &out->range[i], err))
            return false;
    }
    return true;
}

/* Ports in use cannot be more than the usable ones, where those are known. */
static bool check_ports_used(const struct json_reader *place, uint32_t used,
                             const struct observed_range *range, struct error *err)
{
    struct json_reader member;

    if (!range->reading.known || used <= range->usable)
        return true;
    (void)json_reader_member(place, "ports_used", &member);
    return json_reader_fail(&member, err,
                            "%" PRIu32 " is above the %" PRIu32 " usable ports of the "
                            "range",
                            used, range->usable);
}

static bool decode_states(const struct json_reader *tcp, struct observed_tcp *out,
                          struct error *err)
{
    const char *names[CONN_STATE_COUNT + 1] = { NULL };
    struct json_reader place;

    for (size_t i = 0; i < CONN_STATE_COUNT; i++)
        names[i] = conn_state_name((enum conn_state)i);
    if (!json_reader_required(tcp, "states", &place, err) ||
        !json_reader_object(&place, names, err))
        return false;
    for (size_t i = 0; i < CONN_STATE_COUNT; i++) {
        struct json_reader member;

        if (json_reader_member(&place, names[i], &member) &&
            !json_reader_u64_of(&place, names[i], &out->states[i], err))
            return false;
    }
    return true;
}

/* Refuses a count that is above one that it is part of. */
static bool check_part(const struct json_reader *place, const char *key, uint32_t part,
                       const char *whole_name, uint32_t whole, struct error *err)
{
    struct json_reader member;

    if (part <= whole)
        return true;
    (void)json_reader_member(place, key, &member);
    return json_reader_fail(&member, err, "%" PRIu32 " is above %s, %" PRIu32, part,
                            whole_name, whole);
}

/*
 * No limit by the size of the range: while sockets come and go, a walk over them counts a
 * port toward a destination twice.
 */
static bool check_destination(const struct json_reader *place,
                              const struct destination *seen, struct error *err)
{
    uint32_t states =
        (uint32_t)seen->time_wait + seen->established + seen->close_wait + seen->syn_sent;
    struct json_reader member;

    if (!check_part(place, "time_wait", seen->time_wait, "sockets", seen->sockets, err) ||
        !check_part(place, "reusable", seen->reusable, "time_wait", seen->time_wait,
                    err) ||
        !check_part(place, "covered", seen->covered, "sockets - reusable",
                    (uint32_t)(seen->sockets - seen->reusable), err))
        return false;
    if (states <= seen->sockets || seen->sockets == UINT16_MAX)
        return true; /* counts stop at 65535, each for itself */
    (void)json_reader_member(place, "sockets", &member);
    return json_reader_fail(&member, err,
                            "%u is below the %" PRIu32
                            " of time_wait, established, close_wait and syn_sent",
                            seen->sockets, states);
}

/* A count that once was not recorded: then 0. */
static bool decode_newer(const struct json_reader *place, const char *key, uint16_t *out,
                         struct error *err)
{
    struct json_reader member;

    return !json_reader_member(place, key, &member) ||
           json_reader_u16_of(place, key, out, err);
}

static bool decode_destination(const struct json_reader *place, struct observed_tcp *tcp,
                               struct destination *out, struct error *err)
{
    static const char *const keys[] = { "local",     "remote",      "port",
                                        "device",    "sockets",     "reusable",
                                        "time_wait", "established", "close_wait",
                                        "syn_sent",  "covered",     NULL };

    return json_reader_object(place, keys, err) &&
           observation_address_of(place, "local", &out->local, err) &&
           observation_address_of(place, "remote", &out->remote, err) &&
           json_reader_u16_of(place, "port", &out->remote_port, err) &&
           observation_device_of(place, tcp, &out->device, err) &&
           json_reader_u16_of(place, "sockets", &out->sockets, err) &&
           json_reader_u16_of(place, "reusable", &out->reusable, err) &&
           json_reader_u16_of(place, "time_wait", &out->time_wait, err) &&
           json_reader_u16_of(place, "established", &out->established, err) &&
           json_reader_u16_of(place, "close_wait", &out->close_wait, err) &&
           decode_newer(place, "syn_sent", &out->syn_sent, err) &&
           decode_newer(place, "covered", &out->covered, err);
}

/* What is in the way never grows along the list: the first one is the verdict's. */
static bool check_order(const struct json_reader *place, const struct observed_tcp *tcp,
                        size_t index, struct error *err)
{
    const struct destination *now = &tcp->top[index];
    const struct destination *before = index > 0 ? now - 1 : now;

    if (destination_in_the_way(now) <= destination_in_the_way(before))
        return true;
    return json_reader_fail(place, err,
                            "is busier than the one before; expected the busiest first");
}

/* An address has one form here: v4-mapped and plain are equal. */
static bool is_same_destination(const struct destination *a, const struct destination *b)
{
    return a->device == b->device && destination_is_alike(a, b);
}

/* The sockets toward one destination are one entry's: two would hide half of them. */
static bool check_distinct(const struct json_reader *place,
                           const struct observed_tcp *tcp, size_t index,
                           struct error *err)
{
    for (size_t i = 0; i < index; i++)
        if (is_same_destination(&tcp->top[i], &tcp->top[index]))
            return json_reader_fail(place, err, "the same as destinations[%zu]", i);
    return true;
}

static bool decode_destinations(const struct json_reader *tcp, struct observed_tcp *seen,
                                struct error *err)
{
    struct json_reader place;

    if (!json_reader_required(tcp, "destinations", &place, err) ||
        !json_reader_array(&place, OBSERVED_DESTINATIONS_MAX, err))
        return false;
    seen->top_count = json_array_size(place.value);
    for (size_t i = 0; i < seen->top_count; i++) {
        struct json_reader item = json_reader_item(&place, i);

        if (!decode_destination(&item, seen, &seen->top[i], err) ||
            !check_destination(&item, &seen->top[i], err) ||
            !check_order(&item, seen, i, err) || !check_distinct(&item, seen, i, err))
            return false;
    }
    return true;
}

/* Optional: nearly always they were read, or cannot be. */
static bool decode_bound_unread(const struct json_reader *place, struct observed_tcp *tcp,
                                struct error *err)
{
    struct json_reader unread;

    return !json_reader_member(place, "bound_unread", &unread) ||
           json_reader_line(&unread, tcp->bound_unread, sizeof tcp->bound_unread, err);
}

/* Optional: recordings of earlier versions do not tell. */
static bool decode_time_wait_only(const struct json_reader *place,
                                  struct observed_tcp *tcp, struct error *err)
{
    struct json_reader member;

    tcp->time_wait_only_known =
        json_reader_member(place, "ports_time_wait_only", &member);
    return !tcp->time_wait_only_known ||
           (json_reader_u32_of(place, "ports_time_wait_only", UINT16_MAX,
                               &tcp->ports_time_wait_only, err) &&
            check_part(place, "ports_time_wait_only", tcp->ports_time_wait_only,
                       "ports_used", tcp->ports_used, err));
}

static bool check_destinations_seen(const struct json_reader *place,
                                    const struct observed_tcp *tcp, struct error *err)
{
    struct json_reader member;

    if (tcp->destinations_seen < tcp->top_count) {
        (void)json_reader_member(place, "destinations_seen", &member);
        return json_reader_fail(&member, err, "%" PRIu64 " is below the %zu of the list",
                                tcp->destinations_seen, tcp->top_count);
    }
    if (tcp->destinations_seen > 0 && tcp->top_count == 0) {
        (void)json_reader_member(place, "destinations", &member);
        return json_reader_fail(&member, err,
                                "none of the %" PRIu64 " of destinations_seen is listed",
                                tcp->destinations_seen);
    }
    return true;
}

static bool decode_closed_known(const struct json_reader *place, enum closed_known *out,
                                struct error *err)
{
    const char *word = NULL;

    if (!json_reader_string(place, &word, err))
        return false;
    for (size_t i = CLOSED_EXACT; i < ARRAY_COUNT(observation_closed_names); i++)
        if (strcmp(word, observation_closed_names[i]) == 0) {
            *out = (enum closed_known)i;
            return true;
        }
    return json_reader_fail(place, err, "expected exact, sampled or at_least");
}

/* Optional: the three of closed ports come together, the two of odd ones too. */
static bool decode_closed(const struct json_reader *place, struct observed_tcp *tcp,
                          struct error *err)
{
    static const char *const counts[] = { "ports_closed", "closed_asked" };
    struct json_reader member;

    if (json_reader_member(place, "odd_usable", &member) ||
        json_reader_member(place, "odd_used", &member))
        if (!json_reader_u32_of(place, "odd_usable", UINT16_MAX, &tcp->odd_usable, err) ||
            !json_reader_u32_of(place, "odd_used", UINT16_MAX, &tcp->odd_used, err))
            return false;
    if (json_reader_member(place, "closed_known", &member))
        return decode_closed_known(&member, &tcp->closed_known, err) &&
               json_reader_u32_of(place, "ports_closed", UINT16_MAX, &tcp->ports_closed,
                                  err) &&
               json_reader_u32_of(place, "closed_asked", UINT16_MAX, &tcp->closed_asked,
                                  err);
    for (size_t i = 0; i < ARRAY_COUNT(counts); i++)
        if (json_reader_member(place, counts[i], &member))
            return json_reader_fail(&member, err, "closed_known is missing");
    return true;
}

static bool check_closed(const struct json_reader *place, const struct observation *seen,
                         struct error *err)
{
    const struct observed_range *range = &seen->range[IP_PROTOCOL_TCP];
    const struct observed_tcp *tcp = &seen->tcp;
    struct json_reader member;

    if (!check_part(place, "odd_used", tcp->odd_used, "odd_usable", tcp->odd_usable,
                    err) ||
        !check_part(place, "odd_used", tcp->odd_used, "ports_used", tcp->ports_used,
                    err) ||
        (range->reading.known &&
         !check_part(place, "odd_usable", tcp->odd_usable, "usable", range->usable, err)))
        return false;
    if (tcp->ports_closed + tcp->ports_blocked <= tcp->ports_used)
        return true;
    (void)json_reader_member(place, "ports_closed", &member);
    return json_reader_fail(&member, err,
                            "%" PRIu32 " and ports_blocked, %" PRIu32
                            ", are above ports_used, %" PRIu32,
                            tcp->ports_closed, tcp->ports_blocked, tcp->ports_used);
}

static bool check_tcp(const struct json_reader *place, const struct observation *seen,
                      struct error *err)
{
    const struct observed_tcp *tcp = &seen->tcp;
    struct json_reader member;

    if (!check_ports_used(place, tcp->ports_used, &seen->range[IP_PROTOCOL_TCP], err) ||
        !check_part(place, "ports_blocked", tcp->ports_blocked, "ports_used",
                    tcp->ports_used, err))
        return false;
    if (tcp->states[CONN_TIME_WAIT] > tcp->time_wait) {
        (void)json_reader_member(place, "time_wait", &member);
        return json_reader_fail(&member, err,
                                "%" PRIu64 " is below states.time_wait, %" PRIu64,
                                tcp->time_wait, tcp->states[CONN_TIME_WAIT]);
    }
    return check_closed(place, seen, err) && check_destinations_seen(place, tcp, err);
}

bool observation_tcp_from_json(const struct json_reader *place, struct observation *out,
                               struct error *err)
{
    static const char *const keys[] = {
        "time_wait",       "states",
        "ports_used",      "ports_time_wait_only",
        "ports_blocked",   "ports_closed",
        "closed_known",    "closed_asked",
        "odd_usable",      "odd_used",
        "bound_known",     "bound_possible",
        "bound_unread",    "destinations_seen",
        "untracked_bound", "destinations",
        "source",          NULL,
    };
    struct observed_tcp *tcp = &out->tcp;
    struct json_reader bound_known;
    bool ok;

    if (decode_unreadable(place, &tcp->reading, &ok, err))
        return ok;
    if (!json_reader_object(place, keys, err) ||
        !json_reader_u64_of(place, "time_wait", &tcp->time_wait, err) ||
        !decode_states(place, tcp, err) ||
        !json_reader_u32_of(place, "ports_used", UINT16_MAX, &tcp->ports_used, err) ||
        !decode_time_wait_only(place, tcp, err) ||
        !json_reader_u32_of(place, "ports_blocked", UINT16_MAX, &tcp->ports_blocked,
                            err) ||
        !decode_closed(place, tcp, err) ||
        !json_reader_required(place, "bound_known", &bound_known, err) ||
        !json_reader_boolean(&bound_known, &tcp->bound_known, err) ||
        !json_reader_u32_of(place, "bound_possible", UINT32_MAX, &tcp->bound_possible,
                            err) ||
        !decode_bound_unread(place, tcp, err) ||
        !json_reader_u64_of(place, "destinations_seen", &tcp->destinations_seen, err) ||
        !json_reader_u32_of(place, "untracked_bound", UINT32_MAX, &tcp->untracked_bound,
                            err) ||
        !decode_destinations(place, tcp, err) ||
        !json_reader_line_of(place, "source", tcp->source, sizeof tcp->source, err))
        return false;
    tcp->reading.known = true;
    return check_tcp(place, out, err);
}

bool observation_udp_from_json(const struct json_reader *place, struct observation *out,
                               struct error *err)
{
    static const char *const keys[] = { "ports_used", "source", NULL };
    struct observed_udp *udp = &out->udp;
    bool ok;

    if (decode_unreadable(place, &udp->reading, &ok, err))
        return ok;
    if (!json_reader_object(place, keys, err) ||
        !json_reader_u32_of(place, "ports_used", UINT16_MAX, &udp->ports_used, err) ||
        !json_reader_line_of(place, "source", udp->source, sizeof udp->source, err))
        return false;
    udp->reading.known = true;
    return check_ports_used(place, udp->ports_used, &out->range[IP_PROTOCOL_UDP], err);
}
