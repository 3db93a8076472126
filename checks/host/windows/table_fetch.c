/* SPDX-License-Identifier: MIT */
/* The retry loop around the IP Helper tables. */
#include "checks/host/windows/table_fetch.h"

#include <stdlib.h>

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"

/* Under churn the table outgrows any size that was told before: a quarter and 4 KiB of
 * slack, as the tools of the field do. */
enum { TRIES = 8, FIRST_SIZE = 64 * 1024, SLACK = 4096 };

/* STATUS_UNSUCCESSFUL, which leaks out of these functions now and then and goes away. */
#define PASSING_FAILURE 0xC0000001U

static uint32_t with_slack(uint32_t size)
{
    uint64_t wanted = (uint64_t)size + size / 4 + SLACK;

    return wanted > UINT32_MAX ? UINT32_MAX : (uint32_t)wanted;
}

/* Another buffer of `size` bytes; the old contents are not needed. */
static bool resize(struct fetched_table *table, uint32_t size, struct error *err)
{
    fetched_table_clear(table);
    table->bytes = malloc(size);
    if (!table->bytes)
        return error_set(err, ERR_MEMORY, "not enough memory for a table of %lu bytes",
                         (unsigned long)size);
    table->size = size;
    return true;
}

static bool ask_until_it_fits(const struct table_query *query,
                              const struct deadline *deadline,
                              struct fetched_table *table, struct error *err)
{
    uint32_t size = FIRST_SIZE;
    uint32_t code = 0;

    for (int tries = 0; tries < TRIES; tries++) {
        uint32_t told;

        if (deadline_passed(deadline))
            return error_set(err, ERR_TIMEOUT, "%s: out of time", query->name);
        if (table->size < size && !resize(table, size, err))
            return false;
        told = (uint32_t)table->size;
        code = query->ask(table->bytes, &told);
        if (code == NO_ERROR)
            return true;
        if (code == ERROR_NO_DATA) {
            fetched_table_clear(table);
            return true;
        }
        if (code != ERROR_INSUFFICIENT_BUFFER && code != PASSING_FAILURE)
            return win_error_set(err, code, "%s", query->name);
        size = with_slack(told > table->size ? told : (uint32_t)table->size);
    }
    if (code == PASSING_FAILURE)
        return win_error_set(err, code, "%s: %d times", query->name, TRIES);
    return error_set(err, ERR_LIMIT, "%s: the table outgrew its size %d times",
                     query->name, TRIES);
}

bool table_fetch(const struct table_query *query, const struct deadline *deadline,
                 struct fetched_table *out, struct error *err)
{
    struct fetched_table table = { 0 };

    if (!ask_until_it_fits(query, deadline, &table, err)) {
        fetched_table_clear(&table);
        return false;
    }
    *out = table;
    return true;
}

void fetched_table_clear(struct fetched_table *table)
{
    free(table->bytes);
    *table = (struct fetched_table){ 0 };
}
