/* SPDX-License-Identifier: MIT */
/* Sockets from one address to numbered ones. */
#include "tests/support/given_census.h"

#include <stdlib.h>

struct socket_census census;

int given_thousand_ports(void **state)
{
    (void)state;
    given_ports(&census, 1000);
    return 0;
}

int clear_census(void **state)
{
    (void)state;
    socket_census_clear(&census);
    return 0;
}

void given_ports(struct socket_census *into, uint16_t ports)
{
    const struct port_range range = { GIVEN_FIRST_PORT,
                                      (uint16_t)(GIVEN_FIRST_PORT + ports - 1) };

    socket_census_clear(into);
    into->scope.range = range;
    port_set_add_range(&into->scope.usable, range);
}

void given_socket(struct socket_census *into, uint16_t offset, uint16_t to,
                  enum conn_state state)
{
    const uint8_t here[4] = { 10, 0, 0, 1 };
    const uint8_t there[4] = { 10, 1, (uint8_t)(to >> 8), (uint8_t)to };
    const struct socket_row row = {
        .local = ip_address_from_v4(here),
        .remote = ip_address_from_v4(there),
        .local_port = (uint16_t)(GIVEN_FIRST_PORT + offset),
        .remote_port = state == CONN_BOUND || state == CONN_LISTEN ? 0 : 443,
        .state = state
    };

    if (!socket_census_add_tcp(into, &row, NULL))
        abort();
}

void given_half(struct socket_census *into, uint16_t offset, uint16_t count, uint16_t to)
{
    for (uint16_t i = 0; i < count; i++)
        given_socket(into, (uint16_t)(offset + 2 * i), to, CONN_ESTABLISHED);
}

const struct destination *given_busiest(const struct socket_census *of)
{
    static struct destination top[1];

    if (destination_table_top(&of->destinations, 1, top) != 1)
        abort();
    return top;
}
