/* SPDX-License-Identifier: MIT */
/* A screen for people: heads at the left, words behind them, wrapped; ASCII without '|'.
 */
#ifndef PLUGIN_EXPLAIN_PAPER_H
#define PLUGIN_EXPLAIN_PAPER_H

#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/text.h"

enum {
    PAPER_COLUMNS = 80,      /* of a narrower terminal too */
    PAPER_COLUMNS_MAX = 132, /* a wider one is not read any better */
    PAPER_MARGIN = 10,       /* where the words begin */
    PAPER_BYTES_MAX = 4000
};

/* Room for a count with its commas, NUL included. */
enum { PAPER_COUNT_SIZE = 32 };

/* `out` is borrowed; zeroed but for it and `columns` = nothing written. */
struct paper {
    struct text *out;
    size_t columns;
    size_t column; /* where the line ends by now; 0 = at its begin */
    size_t margin; /* where a wrapped line begins */
};

/* Begins a line at the left with `head` (may be ""), words behind it. */
void paper_head(struct paper *paper, const char *head);

/* Begins a line at column `margin`, where its wrapped rest begins as well. */
void paper_indent(struct paper *paper, size_t margin);

/* Adds words, wrapped at their blanks; a TAB is a blank at which no line ends. Foreign
 * text is harmless: what is not ASCII becomes '?', '|' and control characters a blank. */
void paper_add(struct paper *paper, const char *words);
void paper_addf(struct paper *paper, const char *format, ...) PRINTF_LIKE(2, 3);

/* Adds `end` right behind the last word. */
void paper_glue(struct paper *paper, const char *end);

/* Adds `cell` as the last words of the line, padded: from here to column `end`. It must
 * fit. */
void paper_cell(struct paper *paper, const char *cell, size_t end, bool to_right);

/* Ends the line, if one began. */
void paper_end(struct paper *paper);

/* "22,000". */
const char *paper_count(uint64_t count, char out[PAPER_COUNT_SIZE]);

#endif
