/* SPDX-License-Identifier: MIT */
/* Columns are as wide as their widest cell; only the last one may be cut into lines. */
#include "checks/base/text_table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/utf8.h"
#include "checks/base/wrap.h"

/* The last column is never narrower: a line is too wide then. */
enum { LAST_COLUMN_MIN = 24, BETWEEN_COLUMNS = 2 };

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

void text_table_take(struct text_table *table, struct text *cell)
{
    text_table_add(table, text_string(cell));
    table->cells.failed = table->cells.failed || cell->failed;
    text_clear(cell);
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

static void add_cell(const struct text_table *table, size_t column, size_t padding,
                     const struct text *cell, struct text *row)
{
    if (column > 0)
        add_blanks(row, BETWEEN_COLUMNS);
    if (table->to_right[column])
        add_blanks(row, padding);
    text_add(row, text_string(cell));
    if (!table->to_right[column])
        add_blanks(row, padding);
}

/* The row that is complete but for its last cell, as lines. */
static void wrap_last(const struct text_table *table, size_t indent,
                      const struct text *row, const struct text *cell, struct text *out)
{
    const size_t least = indent + LAST_COLUMN_MIN;
    const struct wrap wrap = { .width = table->width > least ? table->width : least,
                               .indent = indent };

    wrap_add(&wrap, text_string(row), text_string(cell), out);
}

/* Without the blanks that pad an empty last cell. */
static void end_line(struct text *row, struct text *out)
{
    size_t length = row->length;

    while (length > 0 && row->data[length - 1] == ' ')
        length--;
    text_cut(row, length);
    text_add(row, "\n");
    text_add(out, text_string(row));
}

static size_t last_column_at(const struct text_table *table, const size_t widths[])
{
    size_t at = BETWEEN_COLUMNS * (table->columns - 1);

    for (size_t i = 0; i + 1 < table->columns; i++)
        at += widths[i];
    return at;
}

void text_table_print(struct text_table *table, struct text *out)
{
    size_t widths[TEXT_TABLE_COLUMNS_MAX] = { 0 };
    struct text row = { 0 };
    struct text cell = { 0 };
    size_t at = 0;

    assert(table->columns >= 1 && table->columns <= TEXT_TABLE_COLUMNS_MAX);
    measure_columns(table, widths);
    for (const char *from = text_string(&table->cells); *from; at++) {
        const size_t length = strcspn(from, "\n");
        const size_t column = at % table->columns;
        const bool is_last = column + 1 == table->columns;

        text_cut(&cell, 0);
        text_add_bytes(&cell, from, length);
        if (is_last && table->width > 0 && length > 0) {
            wrap_last(table, last_column_at(table, widths), &row, &cell, out);
        } else {
            add_cell(table, column, widths[column] - utf8_count(from, length), &cell,
                     &row);
            if (is_last)
                end_line(&row, out);
        }
        if (is_last)
            text_cut(&row, 0);
        from += length + 1;
    }
    out->failed = out->failed || table->cells.failed || row.failed || cell.failed;
    text_clear(&row);
    text_clear(&cell);
    text_clear(&table->cells);
}
