/* SPDX-License-Identifier: MIT */
/* Words into lines, one after the other. */
#include "checks/base/wrap.h"

#include <string.h>

/* A paragraph goes on under its first line, a little to the right. */
enum { HANGING = 2 };

static size_t count_characters(const char *bytes, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    return count;
}

static void add_blanks(size_t count, struct text *out)
{
    for (size_t i = 0; i < count; i++)
        text_add(out, " ");
}

/* Where the words of a line begin, the label or nothing before them. */
static void begin_line(const struct wrap *wrap, const char *label, struct text *out)
{
    const size_t length = count_characters(label, strlen(label));

    text_add(out, label);
    add_blanks(length < wrap->indent ? wrap->indent - length : label[0] != '\0', out);
}

/* One paragraph of `length` bytes; blanks between words stay, but for ends of lines. */
static void add_paragraph(const struct wrap *wrap, const char *label, const char *words,
                          size_t length, struct text *out)
{
    size_t column = wrap->indent;
    size_t blanks = 0;

    begin_line(wrap, label, out);
    for (size_t at = 0; at < length;) {
        const size_t word = strcspn(words + at, " \n");
        const size_t characters = count_characters(words + at, word);

        if (word > 0 && column > wrap->indent + HANGING &&
            column + blanks + characters > wrap->width) {
            text_add(out, "\n");
            add_blanks(wrap->indent + HANGING, out);
            column = wrap->indent + HANGING;
            blanks = 0;
        }
        add_blanks(blanks, out);
        text_add_bytes(out, words + at, word);
        column += blanks + characters;
        at += word;
        blanks = strspn(words + at, " ");
        at += blanks;
    }
    text_add(out, "\n");
}

void wrap_add(const struct wrap *wrap, const char *label, const char *paragraphs,
              struct text *out)
{
    while (*paragraphs) {
        const size_t length = strcspn(paragraphs, "\n");

        add_paragraph(wrap, label, paragraphs, length, out);
        paragraphs += length + (paragraphs[length] == '\n');
        label = "";
    }
}
