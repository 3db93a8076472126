/* SPDX-License-Identifier: MIT */
/* Exhaustion that no percentage shows: by the system's answers, and bind()'s own half. */
#include "checks/raise_states.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks/ask_judgement.h"
#include "checks/ask_words.h"

/* The first of this kind that is exhausted; NULL = none. */
static const struct ask *exhausted(const struct observation *seen, enum ask_kind kind)
{
    for (size_t i = 0; i < seen->asked.count; i++)
        if (seen->asked.asks[i].kind == kind &&
            ask_is_exhaustion(seen, &seen->asked.asks[i]))
            return &seen->asked.asks[i];
    return NULL;
}

/* connect() toward an address that nobody uses: asked once, or not at all (NULL). */
static const struct ask *unused_connect(const struct observation *seen)
{
    for (size_t i = 0; i < seen->asked.count; i++)
        if (seen->asked.asks[i].kind == ASK_CONNECT && seen->asked.asks[i].unused)
            return &seen->asked.asks[i];
    return NULL;
}

/* Of two reasons for one state the first one given stays. */
static void raise_to(struct result *result, enum check_state state, const char *why)
{
    if (result->limits.at_most_warning)
        state = CHECK_WARNING;
    if (!result->judged || check_state_worse(state, result->state) != state)
        return;
    if (result->state != state || !result->why[0])
        (void)snprintf(result->why, sizeof result->why, "%s", why);
    result->state = state;
}

static void raise_by(const struct observation *seen, const struct ask *ask,
                     struct result *result)
{
    char subject[ASK_WORDS_SIZE];
    char why[OBSERVED_NOTE_SIZE];

    ask_words_subject(seen, ask, subject);
    (void)snprintf(why, sizeof why, "%s finds no free port", subject);
    raise_to(result, CHECK_CRITICAL, why);
}

/* Where the metric that an answer belongs to is not judged, the other one carries it. */
static struct result *carrier(struct verdict *verdict, enum metric_id own,
                              enum metric_id other)
{
    struct result *result = &verdict->results[own];

    return result->judged ? result : &verdict->results[other];
}

/* Where nobody's destination has no port left, no destination has. */
static void raise_by_connect(const struct observation *seen, const struct ask *unused,
                             struct verdict *verdict)
{
    const struct ask *connect =
        unused && ask_is_exhaustion(seen, unused) ? unused : exhausted(seen, ASK_CONNECT);

    if (connect)
        raise_by(seen, connect,
                 carrier(verdict, METRIC_DESTINATION_USAGE, METRIC_PORT_USAGE));
}

/* On Windows a port is spent once for the machine, so bind() speaks for connect(). */
static void raise_by_bind(const struct observation *seen, const struct ask *unused,
                          struct verdict *verdict)
{
    const struct ask *bind = exhausted(seen, ASK_BIND);
    struct result *ports = &verdict->results[METRIC_PORT_USAGE];

    if (!bind)
        return;
    if (seen->os.kind == OS_WINDOWS)
        raise_by(seen, bind,
                 carrier(verdict, METRIC_PORT_USAGE, METRIC_DESTINATION_USAGE));
    else if (unused && ask_is_exhaustion(seen, unused))
        raise_by(seen, bind, ports);
    else if (!unused || unused->answer != ASK_FREE)
        raise_to(ports, CHECK_WARNING, "bind() to port 0 finds no free port");
    else
        raise_to(ports, CHECK_WARNING,
                 exhausted(seen, ASK_CONNECT)
                     ? "bind() to port 0 fails, connect() elsewhere works"
                     : "bind() to port 0 fails, connect() works");
}

static void raise_by_udp(const struct observation *seen, struct verdict *verdict)
{
    const struct ask *udp = exhausted(seen, ASK_UDP_CONNECT);

    if (!udp)
        udp = exhausted(seen, ASK_UDP_BIND);
    if (udp)
        raise_by(seen, udp, &verdict->results[METRIC_UDP_PORT_USAGE]);
}

/*
 * bind() looks through the ports on odd offsets first: 7 us per call at half of them, 59
 * to 67 at 95 %, 2,060 when they are full (Linux 6.18), whatever the percentage of all.
 */
static void warn_of_slow_bind(const struct observation *seen, struct verdict *verdict)
{
    const struct observed_tcp *tcp = &seen->tcp;
    char why[OBSERVED_NOTE_SIZE];

    if (!tcp->reading.known || !seen->range[IP_PROTOCOL_TCP].reading.known ||
        seen->os.kind != OS_LINUX || tcp->odd_usable == 0 ||
        UINT64_C(100) * tcp->odd_used < UINT64_C(95) * tcp->odd_usable)
        return;
    (void)snprintf(why, sizeof why,
                   "bind() to port 0 is slow: %" PRIu32 " of the %" PRIu32
                   " ports that it tries first are used (cure: IP_BIND_ADDRESS_NO_PORT)",
                   tcp->odd_used, tcp->odd_usable);
    raise_to(&verdict->results[METRIC_PORT_USAGE], CHECK_WARNING, why);
}

void raise_states(const struct observation *seen, struct verdict *verdict)
{
    const struct ask *unused = unused_connect(seen);

    raise_by_connect(seen, unused, verdict);
    raise_by_bind(seen, unused, verdict);
    raise_by_udp(seen, verdict);
    warn_of_slow_bind(seen, verdict);
}
