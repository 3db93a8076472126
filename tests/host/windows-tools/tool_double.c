/* SPDX-License-Identifier: MIT */
/* Any tool of Windows that only prints, for Wine's system32; also a check that says what
 * a test wants. Not shipped. It prints the file TOOL_DOUBLE_FILES\WORD.txt of the first
 * word of its arguments that has one ("Get-NetUDPEndpoint", "-anoq", "json"), and fails
 * where none has. */
#include <fcntl.h>
#include <io.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/host/windows-tools/print_file.h"

enum { PATH_SIZE = 1024 };

/* An argument may be a whole pipeline. */
static bool answer(const char *files, const char *argument)
{
    while (*argument) {
        const size_t length = strcspn(argument, " ");
        char path[PATH_SIZE];

        (void)snprintf(path, sizeof path, "%s\\%.*s.txt", files, (int)length, argument);
        if (length > 0 && print_file(path))
            return true;
        argument += length;
        argument += strspn(argument, " ");
    }
    return false;
}

int main(int argc, char **argv)
{
    const char *files = getenv("TOOL_DOUBLE_FILES");

    (void)_setmode(_fileno(stdout), _O_BINARY); /* bytes of a file as they are */
    for (int i = 1; i < argc; i++)
        if (answer(files ? files : ".", argv[i]))
            return 0;
    (void)fputs("no text for these arguments\n", stderr);
    return 1;
}
