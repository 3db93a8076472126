/* SPDX-License-Identifier: MIT */
/* A census of sockets by the offset of their ports from the range's first one. */
#ifndef TESTS_SUPPORT_GIVEN_CENSUS_H
#define TESTS_SUPPORT_GIVEN_CENSUS_H

#include "checks/model/socket_census.h"

enum { GIVEN_FIRST_PORT = 40000 };

/* What a test works with; its setup, with 1000 usable ports, and its teardown. Return 0.
 */
extern struct socket_census census;
int given_thousand_ports(void **state);
int clear_census(void **state);

/* Empties it: over `ports` usable ports from GIVEN_FIRST_PORT on. */
void given_ports(struct socket_census *into, uint16_t ports);

/* From the port `offset` after the first one to destination number `to`; CONN_BOUND and
 * CONN_LISTEN have none. */
void given_socket(struct socket_census *into, uint16_t offset, uint16_t to,
                  enum conn_state state);

/* `count` connections to one destination, on every other port from `offset` on. */
void given_half(struct socket_census *into, uint16_t offset, uint16_t count, uint16_t to);

/* The busiest destination; there is one. Valid until the next call. */
const struct destination *given_busiest(const struct socket_census *of);

#endif
