/* SPDX-License-Identifier: MIT */
/* One byte is one column: whatever comes in is made ASCII before it is counted. */
#include "plugin/explain_paper.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The byte as it is printed; '\0': it is the rest of a character. */
static char printable(char byte)
{
    const unsigned char code = (unsigned char)byte;

    if (code >= 0x80)
        return (code & 0xC0) == 0x80 ? '\0' : '?';
    if (code < ' ' || code == 0x7F || byte == '|')
        return ' ';
    return byte;
}

static void put(struct paper *paper, char byte)
{
    text_add_bytes(paper->out, &byte, 1);
    paper->column++;
}

static void fill_to(struct paper *paper, size_t column)
{
    while (paper->column < column)
        put(paper, ' ');
}

void paper_end(struct paper *paper)
{
    struct text *out = paper->out;

    if (paper->column == 0)
        return;
    while (out->length > 0 && out->data[out->length - 1] == ' ')
        text_cut(out, out->length - 1);
    text_add(out, "\n");
    paper->column = 0;
}

void paper_indent(struct paper *paper, size_t margin)
{
    paper_end(paper);
    paper->margin = margin;
    fill_to(paper, margin);
}

void paper_head(struct paper *paper, const char *head)
{
    paper_end(paper);
    paper->margin = PAPER_MARGIN;
    for (; *head; head++)
        put(paper, *head);
    fill_to(paper, PAPER_MARGIN);
}

static size_t width_of(const char *word, size_t length)
{
    size_t width = 0;

    for (size_t i = 0; i < length; i++)
        width += printable(word[i]) != '\0';
    return width;
}

static void put_word(struct paper *paper, const char *word, size_t length)
{
    const size_t begin = paper->margin > PAPER_MARGIN ? paper->margin : PAPER_MARGIN;
    const bool first = paper->column <= begin;

    if (!first && paper->column + 1 + width_of(word, length) >= paper->columns)
        paper_indent(paper, paper->margin);
    else if (!first)
        put(paper, ' ');
    for (size_t i = 0; i < length; i++) {
        const char byte = printable(word[i]);

        if (byte == '\0')
            continue;
        if (paper->column >= paper->columns) /* longer than a line */
            paper_indent(paper, paper->margin);
        put(paper, byte);
    }
}

void paper_glue(struct paper *paper, const char *end)
{
    for (; *end; end++)
        put(paper, printable(*end));
}

void paper_add(struct paper *paper, const char *words)
{
    while (*words) {
        const size_t length = strcspn(words, " ");

        if (length > 0)
            put_word(paper, words, length);
        words += length + (words[length] == ' ');
    }
}

void paper_addf(struct paper *paper, const char *format, ...)
{
    char words[1024];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    paper_add(paper, words);
}

void paper_cell(struct paper *paper, const char *cell, size_t end, bool to_right)
{
    const size_t width = width_of(cell, strlen(cell));

    if (to_right && end > width)
        fill_to(paper, end - width);
    for (; *cell; cell++) {
        const char byte = printable(*cell);

        if (byte != '\0')
            put(paper, byte);
    }
    if (!to_right)
        fill_to(paper, end);
}

const char *paper_count(uint64_t count, char out[PAPER_COUNT_SIZE])
{
    char digits[PAPER_COUNT_SIZE];
    const int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    size_t at = 0;

    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}
