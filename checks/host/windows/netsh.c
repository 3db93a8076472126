/* SPDX-License-Identifier: MIT */
/* netsh by its full path, without a shell, with a time limit. */
#include "checks/host/windows/netsh.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/host/windows/system32.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"

/* It answers within a second even on a busy host. */
enum { LIMIT_MS = 10000 };

/* netsh prints in the console's code page, on some systems in UTF-8. */
static void add_foreign(struct text *out, const char *line)
{
    wchar_t wide[512];
    bool is_utf8 =
        MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, line, -1, NULL, 0) > 0;

    if (MultiByteToWideChar(is_utf8 ? CP_UTF8 : CP_OEMCP, 0, line, -1, wide,
                            (int)ARRAY_COUNT(wide)) > 0)
        win_text_add_wide(out, wide);
}

/* The first line with anything in it, at most 255 bytes. */
static void first_line(const char *answer, char out[256])
{
    size_t length;

    answer += strspn(answer, " \t\r\n");
    length = strcspn(answer, "\r\n");
    if (length > 255)
        length = 255;
    memcpy(out, answer, length);
    out[length] = '\0';
}

static bool refused(const char *arguments, const struct text *answer, uint32_t exit_code,
                    struct error *err)
{
    char line[256];
    struct text words = { 0 };

    first_line(text_string(answer), line);
    add_foreign(&words, line);
    (void)error_set(err, ERR_IO, "netsh %s: exit code %" PRIu32 "%s%s", arguments,
                    exit_code, words.length ? ", " : "", text_string(&words));
    text_clear(&words);
    return false;
}

bool netsh_start(const char *arguments, int64_t limit_ms, struct netsh_call *call,
                 struct error *err)
{
    wchar_t path[SYSTEM32_PATH_SIZE];
    wchar_t line[NETSH_ARGUMENTS_SIZE + 16];

    if (limit_ms <= 0)
        return error_set(err, ERR_TIMEOUT, "netsh %s: no time is left for it", arguments);
    if (!system32_path(L"netsh.exe", path, err))
        return false;
    (void)swprintf(line, ARRAY_COUNT(line), L"netsh.exe %hs", arguments);
    (void)snprintf(call->arguments, sizeof call->arguments, "%s", arguments);
    return child_start(path, line, limit_ms < LIMIT_MS ? limit_ms : LIMIT_MS,
                       &call->child, err) ||
           error_prefix(err, "netsh %s", arguments);
}

bool netsh_finish(struct netsh_call *call, struct text *answer, struct error *err)
{
    uint32_t exit_code = 0;

    if (!child_finish(&call->child, answer, &exit_code, err))
        return error_prefix(err, "netsh %s", call->arguments);
    return exit_code == 0 || refused(call->arguments, answer, exit_code, err);
}

bool netsh_run(const char *arguments, int64_t limit_ms, struct text *answer,
               struct error *err)
{
    struct netsh_call call = { 0 };

    return netsh_start(arguments, limit_ms, &call, err) &&
           netsh_finish(&call, answer, err);
}
