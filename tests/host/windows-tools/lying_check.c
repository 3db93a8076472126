/* SPDX-License-Identifier: MIT */
/* A check that lies: runs the real one, check_port_exhaustion.exe three directories above
 * its own, with its own arguments, and changes what the JSON says: numbers are one too
 * high, an ask is answered the other way. Not shipped. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "checks/host/windows/win.h"

enum { OUTPUT_SIZE = 128 * 1024, UP = 4 };

static const char *const numbers[] = { "\"ports_used\": ", "\"listen\": ",
                                       "\"ports_blocked\": " };

/* Behind our own name. */
static const wchar_t *own_arguments(void)
{
    const wchar_t *line = GetCommandLineW();
    const wchar_t *end = *line == L'"' ? wcschr(line + 1, L'"') : wcschr(line, L' ');

    return end ? end + 1 : L"";
}

static bool find_check(wchar_t out[MAX_PATH])
{
    DWORD length = GetModuleFileNameW(NULL, out, MAX_PATH);
    wchar_t *slash = NULL;

    if (length == 0 || length >= MAX_PATH)
        return false;
    for (int i = 0; i < UP; i++) {
        slash = wcsrchr(out, L'\\');
        if (!slash)
            return false;
        *slash = L'\0';
    }
    return wcslen(out) + 32 < MAX_PATH && wcscat(out, L"\\check_port_exhaustion.exe");
}

/* All that it prints, to its end. */
static bool run(const wchar_t *check, char output[OUTPUT_SIZE])
{
    wchar_t command[2048];
    size_t length;
    FILE *pipe;

    (void)swprintf(command, 2048, L"\"\"%ls\" %ls\"", check, own_arguments());
    pipe = _wpopen(command, L"rb");
    if (!pipe)
        return false;
    length = fread(output, 1, OUTPUT_SIZE - 1, pipe);
    output[length] = '\0';
    return _pclose(pipe) >= 0;
}

/* The first number behind these words is one higher. */
static void increase(const char *words, char output[OUTPUT_SIZE])
{
    static char changed[OUTPUT_SIZE];
    char *at = strstr(output, words);
    char *end;
    unsigned long number;

    if (!at)
        return;
    at += strlen(words);
    number = strtoul(at, &end, 10);
    (void)snprintf(changed, sizeof changed, "%.*s%lu%s", (int)(at - output), output,
                   number + 1, end);
    (void)strcpy(output, changed);
}

int main(void)
{
    static char output[OUTPUT_SIZE];
    wchar_t check[MAX_PATH];
    char *answer;

    if (!find_check(check) || !run(check, output))
        return EXIT_FAILURE;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        increase(numbers[i], output);
    for (answer = output; (answer = strstr(answer, "\"none\"")) != NULL; answer++)
        memcpy(answer, "\"free\"", 6);
    answer = strstr(output, "\"udp_port_usage\": {");
    if (answer)
        increase("\"value\": ", answer);
    (void)fputs(output, stdout);
    return EXIT_SUCCESS;
}
