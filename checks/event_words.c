/* SPDX-License-Identifier: MIT */
/* Ages and counts of events. */
#include "checks/event_words.h"

#include <inttypes.h>

#include "checks/base/compiler.h"
#include "checks/model/tcpip_event.h"

static const char *what_ran_out(uint32_t tcp, uint32_t udp)
{
    if (tcp > 0 && udp > 0)
        return "ports";
    return udp > 0 ? "UDP ports" : "TCP ports";
}

/* "3 minutes ago": of the largest unit of which it is two or more; of seconds any. */
static void add_age(const struct observation *seen, struct text *out)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = { { 86400, "days" }, { 3600, "hours" }, { 60, "minutes" } };
    int64_t age_s = seen->time_s - seen->events.newest_s;

    for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
        if (age_s < 2 * units[i].seconds)
            continue;
        text_addf(out, "%" PRId64 " %s ago", age_s / units[i].seconds, units[i].name);
        return;
    }
    age_s = age_s < 0 ? 0 : age_s;
    text_addf(out, "%" PRId64 " second%s ago", age_s, age_s == 1 ? "" : "s");
}

static void add_event(uint32_t id, struct text *out)
{
    text_addf(out, "event %" PRIu32 " (%s ran out)", id,
              what_ran_out(id == EVENT_TCP_EXHAUSTED, id == EVENT_UDP_EXHAUSTED));
}

static void add_newest(const struct observation *seen, struct text *out)
{
    add_event(seen->events.newest_id, out);
    text_add(out, ", ");
    add_age(seen, out);
}

static uint64_t count_of(const struct observed_events *events)
{
    return (uint64_t)events->tcp_exhausted + events->udp_exhausted;
}

const char *event_words_bound(const struct observed_events *events)
{
    return events->at_least ? "at least " : "";
}

static void add_times(const struct observed_events *events, uint64_t count,
                      struct text *out)
{
    text_addf(out, "%s%" PRIu64 " time%s", event_words_bound(events), count,
              count == 1 ? "" : "s");
}

void event_words_ran_out(const struct observation *seen, struct text *out)
{
    const struct observed_events *events = &seen->events;
    const uint64_t count = count_of(events);

    text_addf(out, "%s ran out ",
              what_ran_out(events->tcp_exhausted, events->udp_exhausted));
    add_times(events, count, out);
    text_addf(out, " in %d minutes", OBSERVED_EVENTS_S / 60);
    if (events->newest_id == 0)
        return;
    text_addf(out, " (%sevent %" PRIu32 ", ", count > 1 ? "newest: " : "",
              events->newest_id);
    add_age(seen, out);
    text_add(out, ")");
}

/* Each with its own count, where there are both. */
static void add_both(const struct observation *seen, struct text *out)
{
    const struct observed_events *events = &seen->events;

    add_event(EVENT_TCP_EXHAUSTED, out);
    text_add(out, " ");
    add_times(events, events->tcp_exhausted, out);
    text_add(out, ", ");
    add_event(EVENT_UDP_EXHAUSTED, out);
    text_add(out, " ");
    add_times(events, events->udp_exhausted, out);
    text_addf(out, " in the last %d minutes; newest: event %" PRIu32 ", ",
              OBSERVED_EVENTS_S / 60, events->newest_id);
    add_age(seen, out);
}

void event_words(const struct observation *seen, int64_t span_s, struct text *out)
{
    const struct observed_events *events = &seen->events;

    if (!events->reading.known)
        return;
    if (!event_words_within(seen, span_s, NULL)) {
        text_add(out, "no event of the last 10 minutes says that ports ran out");
    } else if (events->tcp_exhausted > 0 && events->udp_exhausted > 0) {
        add_both(seen, out);
    } else {
        add_newest(seen, out);
        text_addf(out, "; %s%" PRIu64 " in the last %d minutes",
                  event_words_bound(events), count_of(events), OBSERVED_EVENTS_S / 60);
    }
    if (events->collided > 0)
        text_addf(out,
                  "; event %d, %s%" PRIu32 " in the last %d minutes: a connection got a "
                  "port in TIME_WAIT toward its destination, and failed",
                  EVENT_COLLIDED, event_words_bound(events), events->collided,
                  OBSERVED_EVENTS_S / 60);
}

bool event_words_within(const struct observation *seen, int64_t span_s, struct text *out)
{
    const struct observed_events *events = &seen->events;

    if (!events->reading.known || events->newest_id == 0 ||
        !tcpip_event_is_within(events->newest_s, seen->time_s, span_s))
        return false;
    if (out)
        add_newest(seen, out);
    return true;
}
