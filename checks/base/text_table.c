/* SPDX-License-Identifier: MIT */
/* Columns as wide as their widest cell, counted in characters, not bytes. */
#include "checks/base/text_table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/utf8.h"

void text_table_add(struct text_table *table, const char *cell)
{
    text_add_clean(&table->cells, cell, "|");
    text_add(&table->cells, "\n");
}

void text_table_addf(struct text_table *table, const char *format, ...)
{
    char cell[512];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(cell, sizeof cell, format, arguments);
    va_end(arguments);
    text_table_add(table, cell);
}

static void add_blanks(struct text *out, size_t count)
{
    while (count-- > 0)
        text_add(out, " ");
}

static void measure_columns(const struct text_table *table, size_t widths[])
{
    size_t at = 0;

    for (const char *cell = text_string(&table->cells); *cell; at++) {
        size_t length = strcspn(cell, "\n");
        size_t width = utf8_count(cell, length);

        if (width > widths[at % table->columns])
            widths[at % table->columns] = width;
        cell += length + 1;
    }
}

/* Takes back the blanks that pad an empty last cell. */
static void end_line(struct text *out)
{
    size_t length = out->length;

    while (length > 0 && out->data[length - 1] == ' ')
        length--;
    text_cut(out, length);
    text_add(out, "\n");
}

void text_table_print(struct text_table *table, struct text *out)
{
    size_t widths[TEXT_TABLE_COLUMNS_MAX] = { 0 };
    size_t at = 0;

    assert(table->columns >= 1 && table->columns <= TEXT_TABLE_COLUMNS_MAX);
    measure_columns(table, widths);
    for (const char *cell = text_string(&table->cells); *cell; at++) {
        size_t length = strcspn(cell, "\n");
        size_t column = at % table->columns;
        size_t padding = widths[column] - utf8_count(cell, length);

        if (column > 0)
            add_blanks(out, 2);
        if (table->to_right[column])
            add_blanks(out, padding);
        text_add_bytes(out, cell, length);
        if (!table->to_right[column])
            add_blanks(out, padding);
        if (column + 1 == table->columns)
            end_line(out);
        cell += length + 1;
    }
    out->failed = out->failed || table->cells.failed;
    text_clear(&table->cells);
}
