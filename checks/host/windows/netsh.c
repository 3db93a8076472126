/* SPDX-License-Identifier: MIT */
/* netsh by its full path, without a shell, with a time limit. */
#include "checks/host/windows/netsh.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/decode/netsh_text.h"
#include "checks/host/windows/child.h"
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

bool netsh_run(const char *arguments, int64_t limit_ms, struct text *answer,
               struct error *err)
{
    wchar_t path[SYSTEM32_PATH_SIZE];
    wchar_t line[NETSH_ARGUMENTS_SIZE + 16];
    uint32_t exit_code = 0;

    if (limit_ms <= 0)
        return error_set(err, ERR_TIMEOUT, "netsh %s: no time is left for it", arguments);
    if (!system32_path(L"netsh.exe", path, err))
        return false;
    (void)swprintf(line, ARRAY_COUNT(line), L"netsh.exe %hs", arguments);
    if (!child_run(path, line, limit_ms < LIMIT_MS ? limit_ms : LIMIT_MS, answer,
                   &exit_code, err))
        return error_prefix(err, "netsh %s", arguments);
    return exit_code == 0 || refused(arguments, answer, exit_code, err);
}

static bool ask(const struct netsh_question *question, int64_t limit_ms,
                struct text *answer, struct error *err)
{
    char arguments[NETSH_ARGUMENTS_SIZE];

    netsh_question_format(question, arguments);
    return netsh_run(arguments, limit_ms, answer, err);
}

bool netsh_dynamic_range(const struct netsh_question *question, int64_t limit_ms,
                         struct port_range *out, struct error *err)
{
    struct text answer = { 0 };
    bool ok = ask(question, limit_ms, &answer, err) &&
              netsh_text_dynamic_range(text_string(&answer), answer.length, out, err);

    text_clear(&answer);
    return ok;
}

bool netsh_excluded_ports(const struct netsh_question *question, int64_t limit_ms,
                          struct port_set *out, struct error *err)
{
    struct text answer = { 0 };
    bool ok = ask(question, limit_ms, &answer, err) &&
              netsh_text_excluded_ranges(text_string(&answer), answer.length, out, err);

    text_clear(&answer);
    return ok;
}
