/* SPDX-License-Identifier: MIT */
/* Where a destination belongs in a table. Users of a host choose the addresses that they
 * connect to: the seed, which they do not know, keeps them from choosing ones that
 * collide.
 */
#ifndef CHECKS_MODEL_DESTINATION_HASH_H
#define CHECKS_MODEL_DESTINATION_HASH_H

#include <stdint.h>
#include <string.h>

#include "checks/base/compiler.h"
#include "checks/model/socket_row.h"

static inline uint64_t destination_hash_load(const uint8_t *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    return word;
}

/*
 * Of local address, remote address, remote port and device. Every bit of them reaches
 * every bit of the hash, through products whose factors hold the seed. Fast rather than
 * cryptographic: hashes are never shown to anybody.
 */
static inline uint32_t destination_hash(uint64_t seed, const struct socket_row *row)
{
    uint64_t high = multiply_folded(
        destination_hash_load(row->remote.bytes) ^ (seed + UINT64_C(0x94D049BB133111EB)),
        destination_hash_load(row->local.bytes) ^ (seed ^ UINT64_C(0xD6E8FEB86659FD93)));
    uint64_t low = multiply_folded(destination_hash_load(row->remote.bytes + 8) ^
                                       (seed ^ UINT64_C(0x9E3779B97F4A7C15)),
                                   destination_hash_load(row->local.bytes + 8) ^
                                       (seed + UINT64_C(0xBF58476D1CE4E5B9)));
    uint64_t port_and_device = row->remote_port | (uint64_t)row->device << 16;
    uint64_t all = multiply_folded(high ^ port_and_device ^ UINT64_C(0xA0761D6478BD642F),
                                   low ^ seed ^ UINT64_C(0xE7037ED1A0B428DB));

    return (uint32_t)(all >> 32);
}

#endif
