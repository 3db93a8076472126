/* SPDX-License-Identifier: MIT */
/* Numbers that are met again and again: each gets a position, in order of appearance. */
#ifndef CHECKS_MODEL_ID_TABLE_H
#define CHECKS_MODEL_ID_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* No position: the table is full. */
#define ID_TABLE_NONE UINT32_MAX

/* Zeroed = not made yet. */
struct id_table {
    uint64_t *ids; /* owned; in order of appearance */
    uint32_t count;
    uint32_t most;       /* a power of two */
    uint32_t *positions; /* owned; open addressing, twice `most`; position + 1, 0 = free
                          */
};

/* An empty one with room for `most` numbers, a power of two. ERR_MEMORY. */
MUST_CHECK bool id_table_make(struct id_table *table, uint32_t most, struct error *err);

/* The position of a number, which is table->count of before where it is new;
 * ID_TABLE_NONE where it is new and has no room. */
uint32_t id_table_find(struct id_table *table, uint64_t id);

/* Frees it. Safe on zeroed, safe twice. */
void id_table_clear(struct id_table *table);

#endif
