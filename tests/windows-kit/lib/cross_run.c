/* SPDX-License-Identifier: MIT */
/* What they print, or why it says nothing. */
#include "tests/windows-kit/lib/cross_run.h"

#include <stdio.h>
#include <string.h>

#include "checks/host/windows/system32.h"

/* PowerShell starts in seconds, and its cmdlets take milliseconds for each socket. */
enum { LIMIT_MS = 120000 };

/* What a program has printed, as far as it fits into a line. */
static void add_words(const struct text *printed, struct text *out)
{
    const char *text = text_string(printed) + strspn(text_string(printed), " \t\r\n");
    char line[120];

    (void)snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\r\n"), text);
    if (line[0])
        text_add(out, ": ");
    text_add_clean(out, line, "");
}

static bool refused(const struct program_result *result, struct error *err)
{
    char how[80];
    struct text words = { 0 };

    add_words(result->errors.length ? &result->errors : &result->output, &words);
    (void)error_set(err, ERR_IO, "%s%s",
                    program_result_words(result, LIMIT_MS, how, sizeof how),
                    text_string(&words));
    text_clear(&words);
    return false;
}

static bool run_path(const wchar_t *path, const char *const *arguments, size_t count,
                     struct program_result *out, struct error *err)
{
    const struct program_run wanted = { .path = path,
                                        .arguments = arguments,
                                        .argument_count = count,
                                        .limit_ms = LIMIT_MS };

    if (!run_program(&wanted, out, err))
        return false;
    if (out->end != PROGRAM_ENDED || out->exit_code != 0)
        return refused(out, err);
    return text_string(&out->output)[strspn(text_string(&out->output), " \r\n")] ||
           error_set(err, ERR_ABSENT, "it prints nothing here");
}

bool cross_run(const wchar_t *name, const char *const *arguments, size_t count,
               struct program_result *out, struct error *err)
{
    wchar_t path[SYSTEM32_PATH_SIZE];

    return system32_path(name, path, err) && run_path(path, arguments, count, out, err);
}

void cross_set_unknown(const enum cross_name *names, size_t count,
                       const struct error *err, struct cross_facts *out)
{
    for (size_t i = 0; i < count; i++)
        cross_set_words(out, names[i], CROSS_UNKNOWN, "%s", err->message);
}

bool cross_run_powershell(const char *command, struct program_result *out,
                          struct error *err)
{
    const char *arguments[] = { "-NoLogo", "-NoProfile", "-NonInteractive", "-Command",
                                command };

    wchar_t directory[SYSTEM32_PATH_SIZE];
    wchar_t path[SYSTEM32_PATH_SIZE + 32];

    if (!system32_path(L"WindowsPowerShell", directory, err))
        return false;
    (void)swprintf(path, ARRAY_COUNT(path), L"%ls\\v1.0\\powershell.exe", directory);
    return run_path(path, arguments, ARRAY_COUNT(arguments), out, err);
}
