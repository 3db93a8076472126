/* SPDX-License-Identifier: MIT */
/* Both TCP tables of Windows into a census, then bound rows. The first byte says how many
 * ports are bound, at the end of the input; the second how much of the rest is IPv4. */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/tcp_walk.h"
#include "tests/fuzz/lib/fuzz.h"

enum { HEAD_SIZE = 2, PORT_SIZE = 2 };

static struct socket_census census;
static struct port_set connected;

/* A bound row on a port with a connection adds nothing to it, and any other one blocks.
 */
static void see_bound(struct tcp_walk *walk, uint16_t port)
{
    const struct socket_row row = { .local_port = port, .state = CONN_BOUND };
    const uint64_t bound = census.by_state[CONN_BOUND];
    const uint32_t blocked = socket_census_ports_blocked(&census);
    bool usable = port_set_has(&census.scope.usable, port);

    FUZZ_MUST(tcp_walk_add_bound(walk, &row) && !walk->failed);
    if (port_set_has(&connected, port))
        FUZZ_MUST(census.by_state[CONN_BOUND] == bound &&
                  socket_census_ports_blocked(&census) == blocked);
    else
        FUZZ_MUST(port_set_has(&census.blocked, port) == usable);
}

static void check_census(void)
{
    uint32_t used = socket_census_ports_used(&census);

    FUZZ_MUST(socket_census_ports_blocked(&census) <= used);
    FUZZ_MUST(socket_census_ports_time_wait_only(&census) <= used);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tcp_walk walk = { .census = &census, .connected = &connected };
    struct error err = { 0 };
    size_t bound = size > 0 ? data[0] * (size_t)PORT_SIZE : 0;
    size_t share;

    if (size < HEAD_SIZE + bound)
        return 0;
    size -= HEAD_SIZE + bound;
    share = size * data[1] / UINT8_MAX;
    memset(&connected, 0, sizeof connected);
    census.scope.range = (struct port_range){ 1024, 65535 };
    port_set_add_range(&census.scope.usable, census.scope.range);
    const struct tcp_table tables[] = {
        { MIB_LAYOUT_TCP4, data + HEAD_SIZE, share },
        { MIB_LAYOUT_TCP6, data + HEAD_SIZE + share, size - share },
    };
    (void)fuzz_outcome(tcp_walk_add(&walk, tables, ARRAY_COUNT(tables), &err), &err);
    check_census();
    for (size_t i = 0; i < bound; i += PORT_SIZE) {
        const uint8_t *at = data + HEAD_SIZE + size + i;

        see_bound(&walk, (uint16_t)(at[0] << 8 | at[1]));
    }
    check_census();
    socket_census_clear(&census);
    return 0;
}
