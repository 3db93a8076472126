/* SPDX-License-Identifier: MIT */
/* Runs netsh for one range and reads its answers by position. */
#include "remediate/writer/windows/range_writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/decode/netsh_text.h"
#include "checks/host/windows/child.h"
#include "checks/host/windows/system32.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"
#include "checks/model/port_range.h"
#include "remediate/writer/netsh_command.h"

/* It answers within a second even on a busy host. */
enum { LIMIT_MS = 10000 };

static bool run(const char *arguments, const struct deadline *deadline, struct text *out,
                uint32_t *exit_code, struct error *err)
{
    wchar_t path[SYSTEM32_PATH_SIZE];
    wchar_t line[NETSH_ARGUMENTS_SIZE + 16];
    int64_t limit_ms = deadline_left_ms(deadline);

    if (limit_ms <= 0)
        return error_set(err, ERR_TIMEOUT, "netsh %s: no time is left for it", arguments);
    if (limit_ms > LIMIT_MS)
        limit_ms = LIMIT_MS;
    if (!system32_path(L"netsh.exe", path, err))
        return false;
    (void)swprintf(line, ARRAY_COUNT(line), L"netsh.exe %hs", arguments);
    return child_run(path, line, limit_ms, out, exit_code, err) ||
           error_prefix(err, "netsh %s", arguments);
}

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

/* Runs netsh and demands exit code 0; adds what it printed. */
static bool command(const char *arguments, const struct deadline *deadline,
                    struct text *answer, struct error *err)
{
    uint32_t exit_code = 0;

    if (!run(arguments, deadline, answer, &exit_code, err))
        return false;
    return exit_code == 0 || refused(arguments, answer, exit_code, err);
}

static bool show(const char *place, enum netsh_store store,
                 const struct deadline *deadline, struct port_range *out,
                 struct error *err)
{
    char arguments[NETSH_ARGUMENTS_SIZE];
    struct text answer = { 0 };
    bool ok = netsh_command_show(place, store, arguments, err) &&
              command(arguments, deadline, &answer, err);

    if (ok && !netsh_text_dynamic_range(text_string(&answer), answer.length, out, err))
        ok = error_prefix(err, "netsh %s", arguments);
    text_clear(&answer);
    return ok;
}

bool range_writer_read(const char *place, const struct deadline *deadline, bool *present,
                       struct text *out, struct error *err)
{
    struct port_range range = { 0 };
    char text[PORT_RANGE_TEXT_SIZE];

    if (!show(place, NETSH_ACTIVE, deadline, &range, err))
        return false;
    port_range_format(range, text);
    text_add(out, text);
    *present = true;
    return text_ok(out, err);
}

/* A netsh that cannot tell what is stored proves nothing either way; one that tells
 * something else does. */
static bool check_stored(const char *place, const char *value,
                         const struct deadline *deadline, struct error *err)
{
    struct error unknown = { 0 };
    struct port_range stored = { 0 };
    char text[PORT_RANGE_TEXT_SIZE];

    if (!show(place, NETSH_PERSISTENT, deadline, &stored, &unknown))
        return unknown.code != ERR_TIMEOUT ||
               error_set(err, unknown.code, "%s", unknown.message);
    port_range_format(stored, text);
    if (strcmp(text, value) == 0)
        return true;
    return error_set(err, ERR_IO,
                     "netsh claims success, but %s is stored as %s: expected %s", place,
                     text, value);
}

bool range_writer_write(const char *place, const char *value,
                        const struct deadline *deadline, struct error *err)
{
    char arguments[NETSH_ARGUMENTS_SIZE];
    struct text answer = { 0 };
    bool ok = netsh_command_set(place, value, arguments, err) &&
              command(arguments, deadline, &answer, err) &&
              check_stored(place, value, deadline, err);

    text_clear(&answer);
    return ok;
}
