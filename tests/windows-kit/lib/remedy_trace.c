/* SPDX-License-Identifier: MIT */
/* wevtutil.exe, event_text.exe, icacls.exe, and what they must say. */
#include "tests/windows-kit/lib/remedy_trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/remedy_access.h"
#include "tests/windows-kit/lib/remedy_tools.h"
#include "tests/windows-kit/lib/say.h"

enum { EVENT_TRIES = 5, EVENT_WAIT_MS = 1000 };

/* Of an element's text, "<Event ...>...</Event>"; without the newest Windows' blanks. */
static bool is_done_event(const char *event, size_t length, const char *run)
{
    const char *identity = strstr(event, "</EventID>");
    const char *named = strstr(event, run);

    return named && named < event + length && identity && identity < event + length &&
           identity - event > 2 && identity[-1] == '1' && identity[-2] == '>';
}

bool remedy_judge_events(const char *xml, const char *run, struct error *err)
{
    static const char end[] = "</Event>";
    size_t count = 0;

    if (!run[0])
        return error_set(err, ERR_IO, "no run to look for");
    for (const char *at = strstr(xml, "<Event "); at; at = strstr(at, "<Event ")) {
        const char *next = strstr(at, end);
        size_t length = next ? (size_t)(next - at) : strlen(at);

        count++;
        if (is_done_event(at, length, run))
            return true;
        at += length;
    }
    return error_set(err, ERR_IO, "none of %zu events of ours with identity 1 names %s",
                     count, run);
}

/* Ours only, or anybody's; newest first. */
static bool query_events(const char *query, struct remedy_said *out, struct error *err)
{
    const char *words[REMEDY_WORDS_MAX] = { "wevtutil.exe", "qe",   "Application",
                                            "/f:xml",       "/c:8", "/rd:true",
                                            query };

    return remedy_run_tool(words, out, err) &&
           (out->code == 0 || error_set(err, ERR_IO, "wevtutil ended with %u: %.300s",
                                        out->code, text_string(&out->errors)));
}

/* The log's service may be a moment behind. */
static bool find_event(const char *run, struct remedy_said *said, struct error *err)
{
    for (int i = 0; i < EVENT_TRIES; i++) {
        if (i > 0)
            Sleep(EVENT_WAIT_MS);
        if (!query_events("/q:*[System[Provider[@Name='port-exhaustion']]]", said, err))
            return false;
        if (remedy_judge_events(text_string(&said->output), run, err))
            return true;
    }
    return false;
}

void remedy_check_event(const char *run)
{
    static const char name[] = "remedy: the Application log has the event of the run";
    struct remedy_said said = { 0 };
    struct error err = { 0 };

    if (!query_events(NULL, &said, &err) || !strstr(text_string(&said.output), "<Event "))
        say_skip(name, err.message[0] ? err.message : "wevtutil shows no event at all");
    else
        (void)remedy_say(name, find_event(run, &said, &err), &err, "one");
    remedy_said_clear(&said);
}

/* Beside our own program; "" where Windows does not tell. */
static void path_beside(const char *name, char *out, size_t size)
{
    wchar_t wide[REMEDY_PATH_SIZE];
    struct text path = { 0 };
    DWORD length = GetModuleFileNameW(NULL, wide, ARRAY_COUNT(wide));
    char *end;

    out[0] = '\0';
    if (length == 0 || length >= ARRAY_COUNT(wide))
        return;
    win_text_add_wide(&path, wide);
    end = path.data ? strrchr(path.data, '\\') : NULL;
    if (end && !path.failed)
        (void)snprintf(out, size, "%.*s\\%s", (int)(end - path.data), path.data, name);
    text_clear(&path);
}

void remedy_check_event_text(void)
{
    static const char name[] = "remedy: the event source has the text of its events";
    static const char wanted[] = "[APPLY DONE: 100% of %1]";
    char path[REMEDY_PATH_SIZE + 64];
    const char *words[] = { path, "port-exhaustion", "1", "APPLY DONE: 100% of %1",
                            NULL };
    struct remedy_said said = { 0 };
    struct error err = { 0 };
    bool ok;

    path_beside("event_text.exe", path, sizeof path);
    if (!remedy_exists(path)) {
        say_skip(name, "no event_text.exe beside this program");
        return;
    }
    ok = remedy_run(words, &said, &err) &&
         (strncmp(text_string(&said.output), wanted, sizeof wanted - 1) == 0 ||
          error_set(&err, ERR_IO, "%.200s", text_string(&said.output)));
    (void)remedy_say(name, ok, &err, wanted);
    remedy_said_clear(&said);
}

/* In the code page of consoles: what is not ASCII is made readable. */
static void note_line(const char *line)
{
    struct text clean = { 0 };

    text_add_clean(&clean, line, "");
    if (!clean.failed && clean.length > 0)
        say_note("icacls: %s", text_string(&clean));
    text_clear(&clean);
}

/* What icacls shows a person, line by line. */
static void note_icacls(const char *path)
{
    const char *words[] = { "icacls.exe", path, NULL };
    struct remedy_said said = { 0 };
    struct error err = { 0 };
    char *line;

    if (!remedy_run_tool(words, &said, &err))
        say_note("icacls of %s: %s", path, err.message);
    for (char *at = said.output.data; at; at = line) {
        line = strchr(at, '\n');
        if (line)
            *line++ = '\0';
        note_line(text_trim(at, " \t\r"));
    }
    remedy_said_clear(&said);
}

static void check_object(const char *path, enum acl_use use)
{
    struct text sddl = { 0 };
    struct error err = { 0 };
    char name[REMEDY_PATH_SIZE + 128];
    bool ok = remedy_read_sddl(path, &sddl, &err);

    (void)snprintf(name, sizeof name, "remedy: only administrators may change '%s'",
                   path);
    if (ok)
        say_note("SDDL of %s: %s", path, text_string(&sddl));
    if (ok && remedy_is_wine())
        say_skip(name, "Wine has no owners and no access lists");
    else
        (void)remedy_say(name, ok && remedy_judge_sddl(text_string(&sddl), use, &err),
                         &err, "SYSTEM and administrators as owner and writers");
    text_clear(&sddl);
}

void remedy_check_access(const char *state)
{
    char path[REMEDY_PATH_SIZE + 16];

    note_icacls(state);
    check_object(state, ACL_READABLE);
    (void)snprintf(path, sizeof path, "%s\\journal", state);
    if (remedy_exists(path))
        check_object(path, ACL_READABLE);
    (void)snprintf(path, sizeof path, "%s\\lock", state);
    if (remedy_exists(path))
        check_object(path, ACL_PRIVATE);
}
