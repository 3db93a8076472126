/* SPDX-License-Identifier: MIT */
/* Which ports to ask about, what the answers add up to, and what parity alone proves. */
#include "checks/model/closed_ports.h"

#include "checks/base/compiler.h"

/* Used ports that no listener and no bound-only socket holds. */
static struct port_set unblocked(const struct socket_census *census)
{
    struct port_set ports = census->used;

    port_set_remove(&ports, &census->blocked);
    return ports;
}

static uint32_t usable_ports(const struct socket_census *census)
{
    return port_set_count(&census->scope.usable);
}

bool closed_ports_suspected(const struct socket_census *census)
{
    const struct port_set ports = unblocked(census);
    const uint64_t usable = usable_ports(census);
    const uint64_t odd = port_set_count_odd(&ports, census->scope.range.first);

    if (odd * 100 > usable)
        return true;
    return (uint64_t)port_set_count(&census->used) * 20 >= usable * 9 &&
           (uint64_t)port_set_count(&ports) * 100 > usable;
}

/* Asking. */

/* The next of a sequence of well-mixed numbers below `limit` (splitmix64). */
static uint32_t draw_below(uint64_t *state, uint32_t limit)
{
    uint64_t mixed = *state += UINT64_C(0x9E3779B97F4A7C15);

    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)(((mixed >> 32) * limit) >> 32);
}

/* Into a random order, for the first of them alone may be asked about. */
static void shuffle(struct closed_sample *sample, uint64_t *seed)
{
    for (uint32_t i = 0; i < sample->count; i++) {
        const uint32_t at = i + draw_below(seed, (uint32_t)sample->count - i);
        const uint16_t port = sample->ports[at];

        sample->ports[at] = sample->ports[i];
        sample->ports[i] = port;
    }
}

/* Each port of the pool gets its chance as it comes: a list of them all would take 128
 * KiB. */
void closed_ports_draw(const struct socket_census *census, uint64_t seed,
                       struct closed_sample *out)
{
    const struct port_set pool = unblocked(census);

    *out = (struct closed_sample){ 0 };
    for (uint32_t port = 0; port <= UINT16_MAX; port++) {
        uint32_t at;

        if (!port_set_has(&pool, (uint16_t)port))
            continue;
        at = out->pool++;
        if (at >= CLOSED_ASKS_MAX)
            at = draw_below(&seed, out->pool);
        if (at >= CLOSED_ASKS_MAX)
            continue;
        out->ports[at] = (uint16_t)port;
        out->count += out->count < CLOSED_ASKS_MAX;
    }
    shuffle(out, &seed);
}

/* hits / asked of `whole`, rounded, at most `most`. */
static uint32_t scale(uint32_t hits, uint32_t whole, size_t asked, uint32_t most)
{
    const uint64_t scaled = ((uint64_t)hits * whole + asked / 2) / asked;

    return scaled < most ? (uint32_t)scaled : most;
}

/* Sockets toward one destination stand on different ports, of the pool. */
static void settle_destination(struct destination *to, uint32_t pool, size_t asked)
{
    const int most = destination_in_the_way(to);

    to->covered = (uint16_t)(to->covered + scale(to->sampled, pool, asked,
                                                 most > 0 ? (uint32_t)most : 0));
    to->sampled = 0;
}

uint32_t closed_ports_settle(struct socket_census *census,
                             const struct closed_sample *sample, size_t asked)
{
    const struct port_set pool = unblocked(census);
    const uint32_t used = port_set_count(&pool);
    struct port_set open = pool;
    uint32_t closed;

    port_set_remove(&open, census->scope.closed);
    closed = used - port_set_count(&open);
    if (!census->scope.closed_is_sample)
        return closed;
    for (uint32_t i = 0; i < census->destinations.count; i++)
        settle_destination(&census->destinations.destinations[i], sample->pool, asked);
    return scale(closed, sample->pool, asked, used);
}

/* What parity alone proves. */

/* Usable ports on either half, and the blocked even ones. */
struct halves {
    uint32_t even;
    uint32_t odd;
    uint32_t even_blocked;
};

/* Destinations whose sockets on odd offsets nothing explains, by powers of two. */
enum { SIZES = 17 };
struct unexplained {
    uint64_t destinations[SIZES];
    uint64_t sockets[SIZES]; /* on odd offsets */
    uint64_t all;
};

static struct halves count_halves(const struct socket_census *census)
{
    const uint16_t first = census->scope.range.first;
    const uint32_t odd = port_set_count_odd(&census->scope.usable, first);

    return (struct halves){ .even = usable_ports(census) - odd,
                            .odd = odd,
                            .even_blocked = port_set_count(&census->blocked) -
                                            port_set_count_odd(&census->blocked, first) };
}

/*
 * Whether connect() went on to the odd half for this destination: its even half is used
 * up, or was when the youngest of its odd TIME_WAIT sockets began (60 s long; the oldest
 * ones go first). The tenths are for what a walk over changing sockets misses.
 */
static bool is_explained(const struct destination *to, const struct halves *halves)
{
    const int even = destination_in_the_way(to) - to->odd;
    const uint64_t taken = (even > 0 ? (uint64_t)even : 0) + halves->even_blocked;
    const uint64_t time_wait_ms = 60000;
    const uint64_t age_ms = to->odd_age_ms < time_wait_ms ? to->odd_age_ms : time_wait_ms;

    if (10 * taken + 10 >= 9 * (uint64_t)halves->even)
        return true;
    return age_ms > 2000 && 10 * time_wait_ms * taken >=
                                7 * (time_wait_ms - age_ms) * (uint64_t)halves->even;
}

/* The smallest power of two that is no less. */
static unsigned int size_of(uint16_t sockets)
{
    unsigned int size = 0;

    while (1U << size < sockets)
        size++;
    return size;
}

static void count_unexplained(const struct socket_census *census,
                              const struct halves *halves, struct unexplained *out)
{
    for (uint32_t i = 0; i < census->destinations.count; i++) {
        const struct destination *to = &census->destinations.destinations[i];

        if (to->odd == 0 || is_explained(to, halves))
            continue;
        out->destinations[size_of(to->odd)]++;
        out->sockets[size_of(to->odd)] += to->odd;
        out->all += to->odd;
    }
}

/* Odd ports with two sockets or more that are not blocked. */
static uint64_t count_shared(const struct socket_census *census)
{
    struct port_set shared = census->shared;

    port_set_remove(&shared, &census->blocked);
    return port_set_count_odd(&shared, census->scope.range.first);
}

/*
 * Whether connect() would have shared ports between so many destinations. Taken as runs
 * of ports at random places, they meet this often: (n - 1) (sockets - n / 2) / odd ports.
 * None where six are expected: 1 in 400.
 */
static bool is_proven(uint64_t destinations, uint64_t sockets, uint64_t shared,
                      uint32_t odd)
{
    const uint64_t meetings_2odd =
        destinations > 0 ? (destinations - 1) * (2 * sockets - destinations) : 0;

    return meetings_2odd >= 12 * (uint64_t)odd &&
           8 * shared * 2 * (uint64_t)odd <= meetings_2odd;
}

/* The best bound over destinations of up to 1, 2, 4, ... sockets on odd offsets; *size is
 * then that power. */
static uint64_t best_bound(const struct unexplained *seen, uint64_t shared, uint32_t odd,
                           unsigned int *size)
{
    uint64_t destinations = 0;
    uint64_t sockets = 0;
    uint64_t best = 0;

    for (unsigned int i = 0; i < SIZES; i++) {
        const uint64_t left_out = shared + (UINT64_C(4) << i);

        destinations += seen->destinations[i];
        sockets += seen->sockets[i];
        if (!is_proven(destinations, sockets, shared, odd) || sockets < left_out + best)
            continue;
        best = sockets - left_out;
        *size = i;
    }
    return best;
}

static void cover_odd(struct socket_census *census, const struct halves *halves,
                      unsigned int size)
{
    for (uint32_t i = 0; i < census->destinations.count; i++) {
        struct destination *to = &census->destinations.destinations[i];
        const int most = destination_in_the_way(to);

        if (to->odd == 0 || size_of(to->odd) > size || is_explained(to, halves))
            continue;
        to->covered = (uint16_t)(to->covered + (to->odd < most ? to->odd : most));
        to->odd = 0;
    }
}

bool closed_ports_at_least(struct socket_census *census, uint32_t *out)
{
    const struct halves halves = count_halves(census);
    struct unexplained seen = { 0 };
    unsigned int size = 0;
    uint64_t bound;

    count_unexplained(census, &halves, &seen);
    if (seen.all * 100 <= usable_ports(census))
        return false;
    bound = best_bound(&seen, count_shared(census), halves.odd, &size);
    if (bound > 0)
        cover_odd(census, &halves, size);
    *out = (uint32_t)bound;
    return true;
}
