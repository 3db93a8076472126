/* SPDX-License-Identifier: MIT */
/*
 * Ports that bind() took before connect(): closed to every connect(), and told by no
 * table of the kernel. Linux looks for a port on even offsets from the range's first one
 * for connect(), on odd ones for bind(), and on the others only when those are used up.
 */
#ifndef CHECKS_MODEL_CLOSED_PORTS_H
#define CHECKS_MODEL_CLOSED_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/model/socket_census.h"

/* No more ports than this are asked about in one run. */
enum { CLOSED_ASKS_MAX = 1024 };

/* Which of the used ports were asked about, and in what. */
struct closed_sample {
    uint16_t ports[CLOSED_ASKS_MAX]; /* in random order */
    size_t count;
    uint32_t pool; /* used ports that are not blocked: the sample is drawn from them */
};

/*
 * Whether bind() may have been at work: more than 1 % of the usable ports are used on odd
 * offsets, blocked ones aside; or as many on any, where nearly half of all are used (45
 * %): beside a full odd half bind() goes on to even ones, and programs choose ports
 * themselves.
 */
bool closed_ports_suspected(const struct socket_census *census);

/* Draws a sample of the used ports that are not blocked: all of them when they are no
 * more than CLOSED_ASKS_MAX. Equal census and seed draw alike. */
void closed_ports_draw(const struct socket_census *census, uint64_t seed,
                       struct closed_sample *out);

/*
 * Sums up a census whose scope held the closed ports among the first `asked` of the
 * sample, one at least: returns how many of the used ports are closed, blocked ones
 * aside, and counts the sockets on them as covered. What a sample found is scaled up to
 * the pool.
 */
uint32_t closed_ports_settle(struct socket_census *census,
                             const struct closed_sample *sample, size_t asked);

/*
 * Where the kernel cannot be asked: a lower bound by parity, and the sockets on these
 * ports become covered. False when what parity shows has another reason: destinations
 * that used up the even half, but for at most 1 % of the usable ports.
 *
 * No port that connect() took may be counted, so it takes more than an odd offset (a pool
 * that was past half and shrank, or a range that began with the other parity, leaves such
 * ports too). connect() shares ports between destinations, bind() does not: many
 * destinations that never share a port are bind()'s. Four times the most of any one of
 * them is left out, for some that connect() left.
 */
bool closed_ports_at_least(struct socket_census *census, uint32_t *out);

#endif
