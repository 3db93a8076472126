/* SPDX-License-Identifier: MIT */
/* The bounded buffer behind every report. */
#include "checks/base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/utf8.h"

/* Makes room for `more` bytes and the NUL. */
static bool reserve(struct text *text, size_t more)
{
    size_t size = text->size ? text->size : 256;
    char *grown;

    if (text->failed)
        return false;
    if (more > TEXT_MAX || text->length + more > TEXT_MAX) {
        text->failed = true;
        return false;
    }
    while (size < text->length + more + 1)
        size *= 2;
    if (size == text->size)
        return true;
    grown = realloc(text->data, size);
    if (!grown) {
        text->failed = true;
        return false;
    }
    text->data = grown;
    text->size = size;
    return true;
}

void text_add_bytes(struct text *text, const void *bytes, size_t length)
{
    if (!reserve(text, length))
        return;
    if (length > 0)
        memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

void text_addf(struct text *text, const char *format, ...)
{
    va_list arguments;
    int needed;

    va_start(arguments, format);
    needed = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (needed < 0 || !reserve(text, (size_t)needed)) {
        text->failed = true;
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(text->data + text->length, (size_t)needed + 1, format, arguments);
    va_end(arguments);
    text->length += (size_t)needed;
}

/* C0, DEL and the C1 controls (U+0080..U+009F), which terminals obey too. */
static bool is_control(const char *character)
{
    const unsigned char *s = (const unsigned char *)character;

    return s[0] < 0x20 || s[0] == 0x7F || (s[0] == 0xC2 && s[1] < 0xA0);
}

void text_add_clean(struct text *text, const char *foreign, const char *forbidden)
{
    const char *s = foreign;

    while (*s) {
        size_t length;
        char instead = utf8_stand_in(s, &length);

        if (!instead && strchr(forbidden, *s))
            instead = ' ';
        if (instead)
            text_add_bytes(text, &instead, 1);
        else
            text_add_bytes(text, s, length);
        s += length;
    }
}

void text_make_printable(struct text *text)
{
    if (text->data)
        text->length = utf8_make_printable(text->data, text->length, true);
}

bool text_is_clean(const char *foreign)
{
    while (*foreign) {
        size_t length = utf8_length(foreign);

        if (length == 0 || is_control(foreign))
            return false;
        foreign += length;
    }
    return true;
}

const char *text_string(const struct text *text)
{
    return text->data ? text->data : "";
}

bool text_ok(const struct text *text, struct error *err)
{
    if (text->failed)
        return error_set(err, ERR_MEMORY, "not enough memory for the text");
    return true;
}

void text_cut(struct text *text, size_t length)
{
    if (length >= text->length)
        return;
    text->length = length;
    text->data[length] = '\0';
}

void text_clear(struct text *text)
{
    free(text->data);
    *text = (struct text){ 0 };
}

char *text_trim(char *string, const char *blanks)
{
    size_t length;

    string += strspn(string, blanks);
    length = strlen(string);
    while (length > 0 && strchr(blanks, string[length - 1]))
        length--;
    string[length] = '\0';
    return string;
}

char *text_copy(const char *string)
{
    return text_copy_bytes(string, strlen(string));
}

char *text_copy_bytes(const void *bytes, size_t length)
{
    char *copy = malloc(length + 1);

    if (!copy)
        return NULL;
    if (length > 0)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

/* Tables: columns as wide as their widest cell, counted in characters, not bytes. */
