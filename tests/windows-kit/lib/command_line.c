/* SPDX-License-Identifier: MIT */
/* Quoting: backslashes count only before a quotation mark (CommandLineToArgvW). */
#include "tests/windows-kit/lib/command_line.h"

#include <string.h>

#include "checks/base/text.h"
#include "checks/host/windows/win_text.h"

static void add_backslashes(struct text *line, size_t count)
{
    while (count-- > 0)
        text_add(line, "\\");
}

static void add_quoted(struct text *line, const char *argument)
{
    size_t backslashes = 0;

    text_add(line, "\"");
    for (const char *c = argument; *c; c++) {
        if (*c == '"')
            add_backslashes(line, backslashes + 1);
        backslashes = *c == '\\' ? backslashes + 1 : 0;
        text_add_bytes(line, c, 1);
    }
    add_backslashes(line, backslashes);
    text_add(line, "\"");
}

static void add_argument(struct text *line, const char *argument)
{
    text_add(line, " ");
    if (argument[0] && !strpbrk(argument, " \t\n\v\""))
        text_add(line, argument);
    else
        add_quoted(line, argument);
}

wchar_t *command_line_make(const wchar_t *path, const char *const *arguments,
                           size_t count, struct error *err)
{
    struct text line = { 0 };
    wchar_t *wide = NULL;

    text_add(&line, "\"");
    win_text_add_wide(&line, path);
    text_add(&line, "\"");
    for (size_t i = 0; i < count; i++)
        add_argument(&line, arguments[i]);
    if (text_ok(&line, err))
        wide = win_text_to_wide(text_string(&line), err);
    text_clear(&line);
    return wide;
}
