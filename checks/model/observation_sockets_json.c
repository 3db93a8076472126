/* SPDX-License-Identifier: MIT */
/* Ranges, TCP and UDP sums <-> JSON; counts that contradict each other are refused. */
#include <assert.h>
#include <inttypes.h>

#include "checks/model/observation_parts_json.h"

/* A part that could not be read: its struct begins with the reading. */
static const struct json_field reading_fields[] = {
    { "unreadable", FIELD_VALUE(reading, reason), .expected = "a reason" },
};
const struct json_table observation_unreadable_table = { JSON_ROWS(reading_fields) };
static_assert(offsetof(struct observed_tcp, reading) == 0 &&
                  offsetof(struct observed_udp, reading) == 0,
              "the reading is where `unreadable` looks for it");

static bool check_ends(const struct json_reader *place, struct port_range range,
                       struct error *err)
{
    return range.last >= range.first ||
           json_reader_fail_of(place, "last", err, "%u is below first, %u", range.last,
                               range.first);
}

static bool check_auto_reuse(const struct json_reader *place, const void *in,
                             struct error *err)
{
    return check_ends(place, ((const struct observed_auto_reuse *)in)->range, err);
}

static bool check_range(const struct json_reader *place, const void *in,
                        struct error *err)
{
    const struct observed_range *range = in;
    const uint32_t size = port_range_size(range->range);

    if (!check_ends(place, range->range, err))
        return false;
    return range->usable + range->reserved == size ||
           json_reader_fail_of(place, "usable", err,
                               "%" PRIu32 " usable and %" PRIu32
                               " reserved are not the %" PRIu32 " ports of the range",
                               range->usable, range->reserved, size);
}

static const struct json_field unread_reuse_fields[] = {
    { "unreadable", FIELD_VALUE(observed_auto_reuse, unread), .expected = "a reason" },
};
static const struct json_table unread_reuse = { JSON_ROWS(unread_reuse_fields) };

static const struct json_field auto_reuse_fields[] = {
    { "first", FIELD_VALUE(observed_auto_reuse, range.first), .lowest = 1 },
    { "last", FIELD_VALUE(observed_auto_reuse, range.last) },
    { "differ", FIELD_VALUE(observed_auto_reuse, differ) },
};
static const struct json_table auto_reuse = {
    JSON_ROWS(auto_reuse_fields),
    .otherwise = &unread_reuse,
    .check = check_auto_reuse,
};

static const struct json_field unread_range_fields[] = {
    { "unreadable", FIELD_VALUE(observed_range, reading.reason), .expected = "a reason" },
    { "part", FIELD_VALUE(observed_range, unread), FIELD_IF_ANY },
};
static const struct json_table unread_range = { JSON_ROWS(unread_range_fields) };

static const struct json_field range_fields[] = {
    { "first", FIELD_VALUE(observed_range, range.first), .lowest = 1 },
    { "last", FIELD_VALUE(observed_range, range.last) },
    { "reserved", FIELD_PORTS(observed_range, reserved) },
    { "usable", FIELD_PORTS(observed_range, usable) },
    { "source", FIELD_VALUE(observed_range, source) },
    { "auto_reuse", FIELD_OBJECT(observed_range, auto_reuse, &auto_reuse), FIELD_IF_ANY },
};
const struct json_table observation_range_table = {
    JSON_ROWS(range_fields),
    .otherwise = &unread_range,
    .known = FIELD_AT(observed_range, reading.known),
    .check = check_range,
};

/* Ports in use cannot be more than the usable ones, where those are known. */
static bool check_ports_used(const struct json_reader *place, enum ip_protocol protocol,
                             uint32_t used, struct error *err)
{
    const struct observation *seen = json_reader_root(place);
    const struct observed_range *range = &seen->range[protocol];

    return !range->reading.known || used <= range->usable ||
           json_reader_fail_of(place, "ports_used", err,
                               "%" PRIu32 " is above the %" PRIu32 " usable ports of the "
                               "range",
                               used, range->usable);
}

/* Refuses a count that is above one that it is part of. */
static bool check_part(const struct json_reader *place, const char *key, uint32_t part,
                       const char *whole_name, uint32_t whole, struct error *err)
{
    return part <= whole ||
           json_reader_fail_of(place, key, err, "%" PRIu32 " is above %s, %" PRIu32, part,
                               whole_name, whole);
}

/*
 * No limit by the size of the range: while sockets come and go, a walk over them counts a
 * port toward a destination twice.
 */
static bool check_sums(const struct json_reader *place, const struct destination *seen,
                       struct error *err)
{
    uint32_t states = (uint32_t)seen->time_wait + seen->established + seen->close_wait +
                      seen->syn_sent + seen->fin_wait_2;

    if (!check_part(place, "time_wait", seen->time_wait, "sockets", seen->sockets, err) ||
        !check_part(place, "reusable", seen->reusable, "time_wait", seen->time_wait,
                    err) ||
        !check_part(place, "freeable", seen->freeable, "time_wait - reusable",
                    (uint32_t)(seen->time_wait - seen->reusable), err) ||
        !check_part(place, "covered", seen->covered, "sockets - reusable",
                    (uint32_t)(seen->sockets - seen->reusable), err))
        return false;
    /* Counts stop at 65535, each for itself. */
    return states <= seen->sockets || seen->sockets == UINT16_MAX ||
           json_reader_fail_of(place, "sockets", err,
                               "%u is below the %" PRIu32
                               " of time_wait, established, close_wait, syn_sent and "
                               "fin_wait_2",
                               seen->sockets, states);
}

/* An address has one form here: v4-mapped and plain are equal. */
static bool is_same_destination(const struct destination *a, const struct destination *b)
{
    return a->device == b->device && destination_is_alike(a, b);
}

/* What is in the way never grows along the list: the first one is the verdict's. The
 * sockets toward one destination are one entry's: two would hide half of them. */
static bool check_destination(const struct json_reader *place, const void *in,
                              struct error *err)
{
    const struct destination *now = in;
    const struct destination *top = now - place->index;

    if (!check_sums(place, now, err))
        return false;
    if (place->index > 0 && destination_in_the_way(now) > destination_in_the_way(now - 1))
        return json_reader_fail(place, err,
                                "is busier than the one before; expected the busiest "
                                "first");
    for (size_t i = 0; i < place->index; i++)
        if (is_same_destination(&top[i], now))
            return json_reader_fail(place, err, "the same as destinations[%zu]", i);
    return true;
}

static const struct json_field destination_fields[] = {
    { "local", FIELD_ADDRESS(destination, local) },
    { "remote", FIELD_ADDRESS(destination, remote) },
    { "port", FIELD_VALUE(destination, remote_port) },
    { "device", FIELD_DEVICE(destination, device) },
    { "sockets", FIELD_VALUE(destination, sockets) },
    { "reusable", FIELD_VALUE(destination, reusable) },
    { "time_wait", FIELD_VALUE(destination, time_wait), .rank = 1 },
    { "established", FIELD_VALUE(destination, established), .rank = 1 },
    { "close_wait", FIELD_VALUE(destination, close_wait), .rank = 1 },
    { "syn_sent", FIELD_VALUE(destination, syn_sent), FIELD_OPTIONAL, .rank = 1 },
    { "fin_wait_2", FIELD_VALUE(destination, fin_wait_2), FIELD_IF_ANY, .rank = 1 },
    { "freeable", FIELD_VALUE(destination, freeable), FIELD_IF_ANY, .rank = 1 },
    { "covered", FIELD_VALUE(destination, covered), FIELD_OPTIONAL },
};
static const struct json_table destination_table = { JSON_ROWS(destination_fields),
                                                     .check = check_destination };

/* The two of odd ports come together, those of closed ones too. */
static bool check_together(const struct json_reader *place, struct error *err)
{
    const bool closed = json_object_get(place->value, "closed_known");
    struct json_reader odd, other;
    const bool odd_usable = json_reader_member(place, "odd_usable", &odd);

    if (odd_usable != json_reader_member(place, "odd_used", &other))
        return json_reader_fail(odd_usable ? &other : &odd, err, "missing");
    if (json_reader_member(place, "ports_closed", &other) != closed ||
        json_reader_member(place, "closed_asked", &other) != closed)
        return json_reader_fail(&other, err,
                                closed ? "missing" : "closed_known is missing");
    return true;
}

static bool check_closed(const struct json_reader *place, const struct observation *seen,
                         struct error *err)
{
    const struct observed_range *range = &seen->range[IP_PROTOCOL_TCP];
    const struct observed_tcp *tcp = &seen->tcp;

    if (!check_part(place, "odd_used", tcp->odd_used, "odd_usable", tcp->odd_usable,
                    err) ||
        !check_part(place, "odd_used", tcp->odd_used, "ports_used", tcp->ports_used,
                    err) ||
        (range->reading.known &&
         !check_part(place, "odd_usable", tcp->odd_usable, "usable", range->usable, err)))
        return false;
    return tcp->ports_closed + tcp->ports_blocked <= tcp->ports_used ||
           json_reader_fail_of(place, "ports_closed", err,
                               "%" PRIu32 " and ports_blocked, %" PRIu32
                               ", are above ports_used, %" PRIu32,
                               tcp->ports_closed, tcp->ports_blocked, tcp->ports_used);
}

static bool check_destinations_seen(const struct json_reader *place,
                                    const struct observed_tcp *tcp, struct error *err)
{
    if (tcp->destinations_seen < tcp->top_count)
        return json_reader_fail_of(place, "destinations_seen", err,
                                   "%" PRIu64 " is below the %zu of the list",
                                   tcp->destinations_seen, tcp->top_count);
    return tcp->destinations_seen == 0 || tcp->top_count > 0 ||
           json_reader_fail_of(place, "destinations", err,
                               "none of the %" PRIu64 " of destinations_seen is listed",
                               tcp->destinations_seen);
}

static bool check_tcp(const struct json_reader *place, const void *in, struct error *err)
{
    const struct observed_tcp *tcp = in;

    if (!check_together(place, err) ||
        !check_ports_used(place, IP_PROTOCOL_TCP, tcp->ports_used, err) ||
        !check_part(place, "ports_blocked", tcp->ports_blocked, "ports_used",
                    tcp->ports_used, err))
        return false;
    if (tcp->states[CONN_TIME_WAIT] > tcp->time_wait)
        return json_reader_fail_of(place, "time_wait", err,
                                   "%" PRIu64 " is below states.time_wait, %" PRIu64,
                                   tcp->time_wait, tcp->states[CONN_TIME_WAIT]);
    return check_closed(place, json_reader_root(place), err) &&
           check_destinations_seen(place, tcp, err);
}

static bool check_time_wait_only(const struct json_reader *member, const void *in,
                                 struct error *err)
{
    const struct observed_tcp *tcp = in;

    return check_part(member->parent, member->key, tcp->ports_time_wait_only,
                      "ports_used", tcp->ports_used, err);
}

const char *const observation_closed_names[CLOSED_AT_LEAST + 1] = {
    [CLOSED_EXACT] = "exact",
    [CLOSED_SAMPLED] = "sampled",
    [CLOSED_AT_LEAST] = "at_least",
};

/* Below so many seconds. */
static const char *const age_names[CLOSINGS_AGES] = {
    "5", "10", "15", "20", "25", "30", "35", "40", "45", "50", "55", "60"
};

static const struct json_field closings_fields[] = {
    { "by_age", FIELD_BY_WORD(closings, by_age, age_names, kind_unsigned) },
    { "young", FIELD_VALUE(closings, young), FIELD_IF_ANY },
};

static const struct json_field all_closings_fields[] = {
    { "all", FIELD_ROWS(observed_closings, all, closings_fields) },
    { "busiest", FIELD_ROWS(observed_closings, busiest, closings_fields),
      FIELD_KNOWN(observed_closings, busiest_known) },
    { "young_ms", FIELD_VALUE(observed_closings, young_ms), FIELD_IF_ANY },
    { "limit", FIELD_VALUE(observed_closings, limit), FIELD_IF_ANY },
};

static const struct json_field tcp_fields[] = {
    { "time_wait", FIELD_VALUE(observed_tcp, time_wait) },
    { "states", FIELD_BY_WORD(observed_tcp, states, conn_state_names, kind_unsigned) },
    { "ports_used", FIELD_PORTS(observed_tcp, ports_used) },
    { "ports_time_wait_only", FIELD_PORTS(observed_tcp, ports_time_wait_only),
      FIELD_KNOWN(observed_tcp, time_wait_only_known), .check = check_time_wait_only },
    { "closings", FIELD_ROWS(observed_tcp, closings, all_closings_fields),
      FIELD_KNOWN(observed_tcp, closings.known) },
    { "ports_blocked", FIELD_PORTS(observed_tcp, ports_blocked) },
    { "odd_usable", FIELD_PORTS(observed_tcp, odd_usable),
      FIELD_KNOWN(observed_tcp, odd_usable) },
    { "odd_used", FIELD_PORTS(observed_tcp, odd_used),
      FIELD_KNOWN(observed_tcp, odd_usable) },
    { "closed_known", FIELD_WORD(observed_tcp, closed_known, observation_closed_names),
      .expected = "expected exact, sampled or at_least", .lowest = CLOSED_EXACT,
      FIELD_IF_ANY },
    { "ports_closed", FIELD_PORTS(observed_tcp, ports_closed),
      FIELD_KNOWN(observed_tcp, closed_known) },
    { "closed_asked", FIELD_PORTS(observed_tcp, closed_asked),
      FIELD_KNOWN(observed_tcp, closed_known) },
    { "bound_known", FIELD_VALUE(observed_tcp, bound_known) },
    { "bound_possible", FIELD_VALUE(observed_tcp, bound_possible) },
    { "bound_unread", FIELD_VALUE(observed_tcp, bound_unread), FIELD_IF_ANY },
    { "destinations_seen", FIELD_VALUE(observed_tcp, destinations_seen) },
    { "untracked_bound", FIELD_VALUE(observed_tcp, untracked_bound) },
    { "destinations", FIELD_LIST(observed_tcp, top, top_count, kind_object),
      .detail = &destination_table },
    { "source", FIELD_VALUE(observed_tcp, source) },
};
const struct json_table observation_tcp_table = {
    JSON_ROWS(tcp_fields),
    .otherwise = &observation_unreadable_table,
    .known = FIELD_AT(observed_tcp, reading.known),
    .check = check_tcp,
};

static bool check_udp(const struct json_reader *place, const void *in, struct error *err)
{
    return check_ports_used(place, IP_PROTOCOL_UDP,
                            ((const struct observed_udp *)in)->ports_used, err);
}

static const struct json_field udp_fields[] = {
    { "ports_used", FIELD_PORTS(observed_udp, ports_used) },
    { "source", FIELD_VALUE(observed_udp, source) },
};
const struct json_table observation_udp_table = {
    JSON_ROWS(udp_fields),
    .otherwise = &observation_unreadable_table,
    .known = FIELD_AT(observed_udp, reading.known),
    .check = check_udp,
};
