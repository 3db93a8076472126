/* SPDX-License-Identifier: MIT */
/* A program that does what the file beside it says (actor.exe: actor.txt), so that tests
 * of what runs programs have some that fail in each way. Not shipped. Each line of it:
 *   WHEN VERB [WORDS]     WHEN: "*" = always, NAME=VALUE of the environment, or an
 *                         argument; VERB: say, complain, exit, hang or crash */
#include <fcntl.h>
#include <io.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/win.h"

enum { LINE_SIZE = 16384 };

static bool is_set(const char *when)
{
    const char *value = strchr(when, '=');
    char name[64];

    (void)snprintf(name, sizeof name, "%.*s", (int)(value - when), when);
    return getenv(name) && strcmp(getenv(name), value + 1) == 0;
}

static bool is_now(const char *when, int argc, char **argv)
{
    bool given = strcmp(when, "*") == 0;

    if (strchr(when, '='))
        return is_set(when);
    for (int i = 1; i < argc; i++)
        given = given || strcmp(when, argv[i]) == 0;
    return given;
}

static void act(const char *verb, const char *words)
{
    if (strcmp(verb, "say") == 0)
        (void)puts(words);
    if (strcmp(verb, "complain") == 0)
        (void)fprintf(stderr, "%s\n", words);
    (void)fflush(NULL);
    if (strcmp(verb, "exit") == 0)
        ExitProcess((UINT)strtoul(words, NULL, 10));
    if (strcmp(verb, "hang") == 0)
        Sleep(INFINITE);
    if (strcmp(verb, "crash") == 0)
        RaiseException(EXCEPTION_ACCESS_VIOLATION, EXCEPTION_NONCONTINUABLE, 0, NULL);
}

static FILE *open_part(void)
{
    char path[MAX_PATH];
    const DWORD length = GetModuleFileNameA(NULL, path, sizeof path);

    if (length < 4 || length >= sizeof path)
        return NULL;
    memcpy(path + length - 3, "txt", 3);
    return fopen(path, "r");
}

int main(int argc, char **argv)
{
    static char line[LINE_SIZE];
    FILE *part = open_part();

    (void)_setmode(_fileno(stdout), _O_BINARY);
    if (!part)
        return 99;
    while (fgets(line, sizeof line, part)) {
        char when[64];
        char verb[16];
        int at = 0;

        line[strcspn(line, "\r\n")] = '\0';
        if (sscanf(line, "%63s %15s %n", when, verb, &at) >= 2 &&
            is_now(when, argc, argv))
            act(verb, line + at);
    }
    (void)fclose(part);
    return 0;
}
