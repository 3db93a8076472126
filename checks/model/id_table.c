/* SPDX-License-Identifier: MIT */
/* Open addressing without growth: what is not touched costs no memory. */
#include "checks/model/id_table.h"

#include <stdlib.h>

bool id_table_make(struct id_table *table, uint32_t most, struct error *err)
{
    struct id_table made = { .most = most };

    made.ids = calloc(most, sizeof *made.ids);
    made.positions = calloc((size_t)2 * most, sizeof *made.positions);
    if (!made.ids || !made.positions) {
        id_table_clear(&made);
        return error_set(err, ERR_MEMORY, "not enough memory for %u numbers",
                         (unsigned int)most);
    }
    *table = made;
    return true;
}

uint32_t id_table_find(struct id_table *table, uint64_t id)
{
    const uint32_t mask = 2 * table->most - 1;
    uint32_t slot = (uint32_t)multiply_folded(id, UINT64_C(0x9E3779B97F4A7C15)) & mask;

    while (table->positions[slot] != 0) {
        if (table->ids[table->positions[slot] - 1] == id)
            return table->positions[slot] - 1;
        slot = (slot + 1) & mask;
    }
    if (table->count == table->most)
        return ID_TABLE_NONE;
    table->ids[table->count++] = id;
    table->positions[slot] = table->count;
    return table->count - 1;
}

void id_table_clear(struct id_table *table)
{
    free(table->ids);
    free(table->positions);
    *table = (struct id_table){ 0 };
}
