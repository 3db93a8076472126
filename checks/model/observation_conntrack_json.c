/* SPDX-License-Identifier: MIT */
/* The table of tracked connections <-> JSON; its counters are both known, or none is. */
#include <assert.h>

#include "checks/model/observation_parts_json.h"

static const struct json_field look_fields[] = {
    { "span_ms", FIELD_VALUE(observed_conntrack_look, span_ms), .lowest = 1,
      .highest = UINT32_MAX },
    { "insert_failed", FIELD_VALUE(observed_conntrack_look, insert_failed) },
    { "dropped", FIELD_VALUE(observed_conntrack_look, dropped) },
};
static const struct json_table look_table = { JSON_ROWS(look_fields) };

static bool was_looked(const void *in)
{
    return ((const struct observed_conntrack *)in)->look.span_ms > 0;
}

static bool check_conntrack(const struct json_reader *place, const void *in,
                            struct error *err)
{
    const struct observed_conntrack *conntrack = in;
    static const char *const counters[] = { "insert_failed", "dropped" };
    struct json_reader member;

    for (size_t i = 0; i < ARRAY_COUNT(counters); i++)
        if (json_reader_member(place, counters[i], &member) != conntrack->counters_known)
            return json_reader_fail(&member, err, "missing");
    return conntrack->counters_known || conntrack->look.span_ms == 0 ||
           json_reader_fail_of(place, "look", err, "without counters there is none");
}

static const struct json_field fields[] = {
    { "entries", FIELD_VALUE(observed_conntrack, entries) },
    { "limit", FIELD_VALUE(observed_conntrack, limit) },
    { "insert_failed", FIELD_VALUE(observed_conntrack, insert_failed),
      FIELD_KNOWN(observed_conntrack, counters_known) },
    { "dropped", FIELD_VALUE(observed_conntrack, dropped),
      FIELD_KNOWN(observed_conntrack, counters_known) },
    { "look", FIELD_OBJECT(observed_conntrack, look, &look_table), .when = was_looked,
      FIELD_OPTIONAL },
};
static_assert(offsetof(struct observed_conntrack, reading) == 0,
              "the reading is where `otherwise` looks for it");
const struct json_table observation_conntrack_table = {
    JSON_ROWS(fields),
    .otherwise = &observation_unreadable_table,
    .known = FIELD_AT(observed_conntrack, reading.known),
    .check = check_conntrack,
};
