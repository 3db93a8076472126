/* SPDX-License-Identifier: MIT */
/* The range that the remediation would make <-> JSON; its ports must add up. */
#include <assert.h>
#include <inttypes.h>

#include "checks/model/observation_parts_json.h"

static bool read_port(const struct json_reader *place, void *out, struct error *err)
{
    int64_t port = 0;

    if (!json_reader_integer(place, 1, UINT16_MAX, &port, err))
        return false;
    *(uint16_t *)out = (uint16_t)port;
    return true;
}

static json_t *write_port(struct json_writer *writer, const void *in)
{
    (void)writer;
    return json_integer(*(const uint16_t *)in);
}

static const struct json_kind kind_port = { .schema = "integer", read_port, write_port };

static bool check_ports(const struct json_reader *member, const void *in,
                        struct error *err)
{
    const struct observed_wider *wider = in;

    for (size_t i = 0; i < wider->port_count; i++) {
        const struct json_reader item = json_reader_item(member, i);

        if (i > 0 && wider->ports[i] <= wider->ports[i - 1])
            return json_reader_fail(&item, err,
                                    "expected a higher port than the one "
                                    "before");
        if (wider->ports[i] < wider->range.first || wider->ports[i] > wider->range.last)
            return json_reader_fail(&item, err, "%u is outside the range",
                                    wider->ports[i]);
    }
    return true;
}

/* Those are named for whom something is done, else those for whom nothing is. */
static bool check_port_count(const struct json_reader *place,
                             const struct observed_wider *wider, struct error *err)
{
    const bool reserves = wider->reserves > 0;
    const uint32_t most = reserves ? wider->listeners : wider->unprotected;

    return wider->port_count <= most ||
           json_reader_fail_of(
               place, "ports", err, "the number of entries, %zu, is above %s, %" PRIu32,
               wider->port_count, reserves ? "listeners" : "unprotected", most);
}

static bool check_wider(const struct json_reader *place, const void *in,
                        struct error *err)
{
    const struct observed_wider *wider = in;
    const uint32_t size = port_range_size(wider->range);

    if (wider->range.last < wider->range.first)
        return json_reader_fail_of(place, "last", err, "%u is below first, %u",
                                   wider->range.last, wider->range.first);
    if (wider->usable + wider->reserves > size)
        return json_reader_fail_of(place, "usable", err,
                                   "%" PRIu32 " and reserves, %" PRIu32
                                   ", are above the %" PRIu32 " ports of the range",
                                   wider->usable, wider->reserves, size);
    if (wider->services + wider->listeners != wider->reserves)
        return json_reader_fail_of(place, "reserves", err,
                                   "%" PRIu32 " is not services, %" PRIu32
                                   ", and listeners, %" PRIu32,
                                   wider->reserves, wider->services, wider->listeners);
    if (!check_port_count(place, wider, err))
        return false;
    return wider->unprotected <= wider->usable ||
           json_reader_fail_of(place, "unprotected", err,
                               "%" PRIu32 " is above usable, %" PRIu32,
                               wider->unprotected, wider->usable);
}

static const struct json_field fields[] = {
    { "first", FIELD_VALUE(observed_wider, range.first), .lowest = 1 },
    { "last", FIELD_VALUE(observed_wider, range.last) },
    { "usable", FIELD_PORTS(observed_wider, usable) },
    { "reserves", FIELD_PORTS(observed_wider, reserves) },
    { "services", FIELD_PORTS(observed_wider, services) },
    { "listeners", FIELD_PORTS(observed_wider, listeners) },
    { "ports", FIELD_LIST(observed_wider, ports, port_count, kind_port),
      .check = check_ports },
    { "unprotected", FIELD_PORTS(observed_wider, unprotected) },
};
static_assert(offsetof(struct observed_wider, reading) == 0,
              "the reading is where `otherwise` looks for it");
static const struct json_table wider_table = {
    JSON_ROWS(fields),
    .otherwise = &observation_unreadable_table,
    .known = FIELD_AT(observed_wider, reading.known),
    .check = check_wider,
};

/* Of struct observation. */
static const struct json_field ranges_fields[] = {
    { "tcp", FIELD_OBJECT(observation, wider[IP_PROTOCOL_TCP], &wider_table),
      FIELD_IF_ANY },
    { "udp", FIELD_OBJECT(observation, wider[IP_PROTOCOL_UDP], &wider_table),
      FIELD_IF_ANY },
};
const struct json_table observation_wider_table = { JSON_ROWS(ranges_fields) };
