/* SPDX-License-Identifier: MIT */
/* Who opens connections, and how fast <-> JSON. */
#include <inttypes.h>

#include "checks/model/observation_parts_json.h"

/* Each owner once, and who opens most first. */
static bool check_opener(const struct json_reader *place, const void *in,
                         struct error *err)
{
    const struct observed_opener *now = in;
    const struct observed_opener *all = now - place->index;

    if (!observation_check_owner(place, now->owner, err))
        return false;
    for (size_t i = 0; i < place->index; i++)
        if (all[i].owner == now->owner)
            return json_reader_fail_of(place, "owner", err, "the same as openers[%zu]",
                                       i);
    return place->index == 0 || now->opened <= now[-1].opened ||
           json_reader_fail(place, err,
                            "opened more than the one before; expected the one who "
                            "opened most first");
}

static const struct json_field opener_fields[] = {
    { "owner", FIELD_VALUE(observed_opener, owner) },
    { "opened", FIELD_VALUE(observed_opener, opened) },
};
static const struct json_table opener_table = { JSON_ROWS(opener_fields),
                                                .check = check_opener };

static bool check_ports(const struct json_reader *member, uint32_t ports,
                        struct error *err)
{
    const struct observation *seen = json_reader_root(member);
    const struct observed_range *range = &seen->range[IP_PROTOCOL_TCP];

    return !range->reading.known || ports <= range->usable ||
           json_reader_fail(member, err,
                            "%" PRIu32 " is above the %" PRIu32
                            " usable ports of the range",
                            ports, range->usable);
}

static bool check_first(const struct json_reader *member, const void *in,
                        struct error *err)
{
    return check_ports(member, ((const struct observed_look *)in)->ports_first, err);
}

static bool check_last(const struct json_reader *member, const void *in,
                       struct error *err)
{
    return check_ports(member, ((const struct observed_look *)in)->ports_last, err);
}

/* Only whoever counted every connection knows how many there were. */
static bool check_exact(const struct json_reader *place, const struct observed_look *look,
                        struct error *err)
{
    uint64_t opened = 0;

    if (!look->exact)
        return (look->opened == 0 && look->failed == 0) ||
               json_reader_fail_of(place, look->opened > 0 ? "opened" : "failed", err,
                                   "expected 0 unless exact");
    if (look->shortest_ms != 0)
        return json_reader_fail_of(place, "shortest_ms", err, "expected 0 where exact");
    for (size_t i = 0; i < look->count; i++)
        opened += look->openers[i].opened;
    return opened <= look->opened ||
           json_reader_fail_of(place, "opened", err,
                               "%" PRIu32 " is below the %" PRIu64 " of openers",
                               look->opened, opened);
}

static bool check_look(const struct json_reader *place, const void *in, struct error *err)
{
    const struct observed_look *look = in;
    const bool seen = look->exact || look->opened > 0 || look->failed > 0 ||
                      look->closed > 0 || look->shortest_ms > 0 ||
                      look->ports_first > 0 || look->ports_last > 0 || look->count > 0;

    if (look->span_ms == 0 && seen)
        return json_reader_fail_of(place, "span_ms", err,
                                   "0, but a look of no time sees nothing");
    return check_exact(place, look, err);
}

static const struct json_field fields[] = {
    { "span_ms", FIELD_VALUE(observed_look, span_ms) },
    { "exact", FIELD_VALUE(observed_look, exact) },
    { "opened", FIELD_VALUE(observed_look, opened) },
    { "failed", FIELD_VALUE(observed_look, failed) },
    { "closed", FIELD_VALUE(observed_look, closed) },
    { "shortest_ms", FIELD_VALUE(observed_look, shortest_ms) },
    { "ports_first", FIELD_PORTS(observed_look, ports_first), .check = check_first },
    { "ports_last", FIELD_PORTS(observed_look, ports_last), .check = check_last },
    { "openers", FIELD_LIST(observed_look, openers, count, kind_object),
      .detail = &opener_table },
    { "unread", FIELD_VALUE(observed_look, unread), FIELD_IF_ANY },
};
const struct json_table observation_look_table = { JSON_ROWS(fields),
                                                   .check = check_look };
