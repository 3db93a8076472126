/* SPDX-License-Identifier: MIT */
/* What the System log of Windows said. */
#include "checks/model/observation_parts_json.h"
#include "checks/model/tcpip_event.h"

static bool has_newest(const void *in)
{
    return ((const struct observed_events *)in)->newest_id != 0;
}

/* Both or none; only those two say that ports ran out. */
static bool check_events(const struct json_reader *place, const void *in,
                         struct error *err)
{
    const struct observed_events *events = in;
    struct json_reader time;

    if (json_reader_member(place, "newest_time", &time) != has_newest(in))
        return json_reader_fail(&time, err,
                                has_newest(in) ? "missing" : "there is no newest event");
    return !has_newest(in) || events->newest_id == EVENT_TCP_EXHAUSTED ||
           events->newest_id == EVENT_UDP_EXHAUSTED ||
           json_reader_fail_of(place, "newest", err, "expected 4231 or 4266");
}

static const struct json_field fields[] = {
    { "4231", FIELD_VALUE(observed_events, tcp_exhausted) },
    { "4266", FIELD_VALUE(observed_events, udp_exhausted) },
    { "4227", FIELD_VALUE(observed_events, collided) },
    { "at_least", FIELD_VALUE(observed_events, at_least), FIELD_IF_ANY },
    { "newest", FIELD_VALUE(observed_events, newest_id), FIELD_IF_ANY },
    { "newest_time", FIELD_TIME(observed_events, newest_s), .when = has_newest,
      FIELD_OPTIONAL },
};
const struct json_table observation_events_table = {
    JSON_ROWS(fields),
    .otherwise = &observation_unreadable_table,
    .known = FIELD_AT(observed_events, reading.known),
    .check = check_events,
};
