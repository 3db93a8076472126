/* SPDX-License-Identifier: MIT */
/* Ends of lines and blanks as programs of Windows print them. */
#include "tests/windows-kit/lib/cross_lines.h"

#include <string.h>

static const char blanks[] = " \t\r";

bool cross_next_line(struct cross_lines *lines)
{
    const char *start = lines->rest + strspn(lines->rest, " \t\r\n");
    size_t length = strcspn(start, "\n");

    lines->rest = start + length;
    if (length == 0)
        return false;
    if (length > sizeof lines->line - 1)
        length = sizeof lines->line - 1;
    memcpy(lines->line, start, length);
    while (length > 0 && strchr(blanks, lines->line[length - 1]))
        length--;
    lines->line[length] = '\0';
    return true;
}

size_t cross_split(char *line, char **words, size_t max)
{
    size_t count = 0;

    for (line += strspn(line, blanks); *line && count < max;
         line += strspn(line, blanks)) {
        words[count++] = line;
        if (count == max)
            break;
        line += strcspn(line, blanks);
        if (*line)
            *line++ = '\0';
    }
    return count;
}
