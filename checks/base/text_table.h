/* SPDX-License-Identifier: MIT */
/* Rows of aligned columns for a person who reads the report on a terminal. */
#ifndef CHECKS_BASE_TEXT_TABLE_H
#define CHECKS_BASE_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/text.h"

enum { TEXT_TABLE_COLUMNS_MAX = 12 };

/* Cells are added row by row, `columns` to a row. Zeroed but for `columns` = empty. */
struct text_table {
    size_t columns; /* 1..TEXT_TABLE_COLUMNS_MAX */
    size_t width; /* of a line, in characters: what is too long of the last column goes on
                     below it, a little to the right; 0 = as wide as it gets. That column
                     does not stand flush right then */
    bool to_right[TEXT_TABLE_COLUMNS_MAX]; /* numbers stand flush right */
    struct text cells;                     /* owned; each cell ends with a newline */
};

/* Adds one cell. Foreign text is cleaned, '|' too. */
void text_table_add(struct text_table *table, const char *cell);
void text_table_addf(struct text_table *table, const char *format, ...) PRINTF_LIKE(2, 3);

/* Adds what is in `cell`, and empties it: a cell put together of parts. */
void text_table_take(struct text_table *table, struct text *cell);

/* Adds all rows as lines without blanks at their end, and empties the table. */
void text_table_print(struct text_table *table, struct text *out);

#endif
