/* SPDX-License-Identifier: MIT */
/* Which stand-in is whose: names and addresses by number. */
#ifndef CHECKS_MODEL_STAND_INS_H
#define CHECKS_MODEL_STAND_INS_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/model/socket_row.h"

/* What a name is the name of. */
enum named {
    NAMED_HOST = 0, /* there is one, by its full name or its first label */
    NAMED_USER,
    NAMED_UNIT, /* keeps its ".service" or ".scope" */
    NAMED_CONTAINER,
    NAMED_POD,
    NAMED_PROGRAM,
    NAMED_DEVICE, /* "lo" stays */
    NAMED_FILE,   /* keeps its directory, where that is one of the system's */
    NAMED_COUNT
};

/* Numbers of addresses fit into one byte. */
enum { STAND_INS_MAX = 192, STAND_IN_ADDRESSES_MAX = 254 };

/* A part of a text; borrowed. */
struct text_span {
    const char *text;
    size_t length;
};

/* Names of one kind, by number - 1. */
struct stand_in_names {
    struct text_span of[STAND_INS_MAX];
    size_t count;
};

/* Zeroed = nobody was met yet. */
struct stand_ins {
    struct stand_in_names names[NAMED_COUNT];
    struct ip_address addresses[STAND_IN_ADDRESSES_MAX]; /* by number - 1 */
    size_t address_count;
};

/* Writes the stand-in of a name, which must outlive *known; "" stays. One beyond
 * STAND_INS_MAX of a kind is "?". */
void stand_in_name(struct stand_ins *known, enum named kind, const char *name, char *out,
                   size_t size);
void stand_in_span(struct stand_ins *known, enum named kind, struct text_span name,
                   char *out, size_t size);

/* The same of the longest name of those met before, of any kind and in any case of the
 * letters, with which `text` begins and which ends there as a word. Returns its length;
 * 0: there is none. */
size_t stand_in_known(struct stand_ins *known, const char *text, char *out, size_t size);

/* The stand-in of an address: loopback, IPv4 link-local and "any" stay; what finds no
 * place is "any". */
struct ip_address stand_in_address(struct stand_ins *known,
                                   const struct ip_address *address);

#endif
