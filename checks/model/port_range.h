/* SPDX-License-Identifier: MIT */
/* Ports: a range of them, a set of them, and a list of them as text. */
#ifndef CHECKS_MODEL_PORT_RANGE_H
#define CHECKS_MODEL_PORT_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Both ends included, host byte order, 1 <= first <= last. Zeroed = no range. */
struct port_range {
    uint16_t first;
    uint16_t last;
};

/* Room for "65535-65535" and the NUL. */
enum { PORT_RANGE_TEXT_SIZE = 12 };

/* Number of ports, 0..65535; 0 for a zeroed range. */
uint32_t port_range_size(struct port_range range);

bool port_range_contains(struct port_range range, uint16_t port);

/* Whether every port of `inner` lies in `outer`. */
bool port_range_covers(struct port_range outer, struct port_range inner);

/* The smallest range that covers both. */
struct port_range port_range_hull(struct port_range a, struct port_range b);

/* Reads "FIRST-LAST", 1..65535, FIRST <= LAST. ERR_MALFORMED or ERR_LIMIT. */
MUST_CHECK bool port_range_parse(const char *text, struct port_range *out,
                                 struct error *err);

/* Prints "FIRST-LAST". */
void port_range_format(struct port_range range, char out[PORT_RANGE_TEXT_SIZE]);

/* A set of ports 0..65535 as a bitmap of 8 KiB. Zeroed = empty. */
struct port_set {
    uint64_t words[1024];
};

static inline bool port_set_has(const struct port_set *set, uint16_t port)
{
    return (set->words[port >> 6] >> (port & 63)) & 1U;
}

static inline void port_set_add(struct port_set *set, uint16_t port)
{
    set->words[port >> 6] |= UINT64_C(1) << (port & 63);
}

void port_set_add_range(struct port_set *set, struct port_range range);

/* Adds the ports of `other` to *set; leaves only those that are in `other` as well; takes
 * those of `other` out. */
void port_set_unite(struct port_set *set, const struct port_set *other);
void port_set_intersect(struct port_set *set, const struct port_set *other);
void port_set_remove(struct port_set *set, const struct port_set *other);

uint32_t port_set_count(const struct port_set *set);

/* How many of them are an odd number away from `first`. */
uint32_t port_set_count_odd(const struct port_set *set, uint16_t first);

struct text;

/* Adds them as the kernel prints them: "8080,9000-9010". */
void port_set_format(const struct port_set *set, struct text *out);

/* How many bytes that are. */
size_t port_set_text_length(const struct port_set *set);

/*
 * Reads a list of ports, as Linux takes it for net.ipv4.ip_local_reserved_ports:
 * "8080,9000-9010", or nothing. What the kernel takes is taken, and
 * means the same: one comma at the end, ends of line instead of commas, "0x1f90" and
 * "017620" (octal); no blank anywhere, no leading zero of a decimal number. ERR_MALFORMED
 * or ERR_LIMIT with a message that quotes the culprit; *ports is then unchanged.
 */
MUST_CHECK bool port_list_parse(const char *text, struct port_set *ports,
                                struct error *err);

#endif
