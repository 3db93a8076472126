/* SPDX-License-Identifier: MIT */
/* A stream of bytes as clean lines. */
#include "tests/windows-kit/lib/kit_lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/windows-kit/lib/kit_result.h"

/* A line that is longer is cut into several. */
enum { PIECE_SIZE = 4096, WORDS_SIZE = 1024 };

static void say(const struct kit_sink *sink, const char *begin, const char *format,
                va_list arguments)
{
    char line[WORDS_SIZE];
    size_t length = (size_t)snprintf(line, sizeof line, "%s", begin);

    (void)vsnprintf(line + length, sizeof line - length, format, arguments);
    sink->line(sink->self, line);
}

void kit_lines_mark(const struct kit_sink *sink, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(sink, KIT_MARK, format, arguments);
    va_end(arguments);
}

void kit_lines_note(const struct kit_sink *sink, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(sink, "note ", format, arguments);
    va_end(arguments);
}

static void pass_on(struct kit_lines *lines, const struct kit_sink *sink)
{
    const char *line = text_string(&lines->pending);
    struct text clean = { 0 };

    if (lines->foreign && strncmp(line, KIT_MARK, strlen(KIT_MARK)) == 0)
        text_add(&clean, " ");
    text_add_clean(&clean, line, "");
    sink->line(sink->self, text_string(&clean));
    text_clear(&clean);
    text_clear(&lines->pending);
}

static void take(struct kit_lines *lines, const char *bytes, size_t length,
                 const struct kit_sink *sink)
{
    lines->bytes += length;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n' || lines->pending.length == PIECE_SIZE)
            pass_on(lines, sink);
        if (bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\0')
            text_add_bytes(&lines->pending, &bytes[i], 1);
    }
}

bool kit_lines_drain(struct kit_lines *lines, HANDLE pipe, const struct kit_sink *sink)
{
    char buffer[PIECE_SIZE];
    DWORD waiting = 0;
    DWORD got = 0;

    while (PeekNamedPipe(pipe, NULL, 0, NULL, &waiting, NULL)) {
        if (waiting == 0)
            return true;
        if (!ReadFile(pipe, buffer, sizeof buffer, &got, NULL) || got == 0)
            return false;
        take(lines, buffer, got, sink);
    }
    return false;
}

void kit_lines_end(struct kit_lines *lines, const struct kit_sink *sink)
{
    if (lines->pending.length > 0)
        pass_on(lines, sink);
    text_clear(&lines->pending);
}
