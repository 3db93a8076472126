/* SPDX-License-Identifier: MIT */
/* Whether the event log shows our events as they were written: by the event source that
 * the MSI registers, where it is installed.
 *   run_event_text EVENT_TEXT      tests/host/windows-tools/event_text.c */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/win.h"
#include "tests/windows-kit/lib/run_program.h"
#include "tests/windows-kit/lib/runner_arguments.h"
#include "tests/windows-kit/lib/say.h"

enum { LIMIT_MS = 120000 };

/* A text with what event texts expand: it must stay as it is. */
#define WORDS "APPLY DONE: 100% of %1"

static const wchar_t key[] =
    L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\port-exhaustion";

struct event {
    const char *identity;
    const char *name;
};

static const struct event events[] = { { "1", "event 1 reads as what was said" },
                                       { "2", "event 2 reads as what was said" } };
static const char types_name[] =
    "the event source takes information, warnings and errors";

static bool is_registered(void)
{
    HKEY opened = NULL;
    const LSTATUS code = RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, KEY_READ, &opened);

    if (code == ERROR_SUCCESS)
        (void)RegCloseKey(opened);
    return code != ERROR_FILE_NOT_FOUND;
}

static void judge_event(const wchar_t *program, const struct event *event)
{
    const char *const arguments[] = { "port-exhaustion", event->identity, WORDS };
    const struct program_run wanted = { .path = program,
                                        .arguments = arguments,
                                        .argument_count = ARRAY_COUNT(arguments),
                                        .limit_ms = LIMIT_MS };
    struct program_result result = { 0 };
    struct error err = { 0 };
    struct text got = { 0 };
    char words[64];

    if (!run_program(&wanted, &result, &err)) {
        say_not_ok(event->name, err.message, "a run");
        return;
    }
    text_add(&got, text_string(&result.output));
    text_cut(&got, strcspn(text_string(&got), "\r\n"));
    if (result.end != PROGRAM_ENDED || program_result_crashed(&result))
        say_not_ok(event->name,
                   program_result_words(&result, LIMIT_MS, words, sizeof words),
                   "the text of the event");
    else
        (void)say_same(event->name, "[" WORDS "]", text_string(&got));
    text_clear(&got);
    program_result_clear(&result);
}

static void judge_types(void)
{
    DWORD types = 0;
    DWORD size = sizeof types;
    char got[32];

    /* EVENTLOG_ERROR_TYPE, ..._WARNING_TYPE and ..._INFORMATION_TYPE (winnt.h). */
    (void)RegGetValueW(HKEY_LOCAL_MACHINE, key, L"TypesSupported", RRF_RT_REG_DWORD, NULL,
                       &types, &size);
    (void)snprintf(got, sizeof got, "0x%lx", types);
    (void)say_same(types_name, "0x7", got);
}

static void judge_all(const wchar_t *program)
{
    for (size_t i = 0; i < ARRAY_COUNT(events); i++)
        judge_event(program, &events[i]);
    judge_types();
}

static void skip_all(const char *why)
{
    for (size_t i = 0; i < ARRAY_COUNT(events); i++)
        say_skip(events[i].name, why);
    say_skip(types_name, why);
}

int main(int argc, char **argv)
{
    int64_t limit_ms = LIMIT_MS;
    struct error err = { 0 };
    wchar_t *program;

    if (!runner_arguments(&argc, &argv, 1, &limit_ms, "run_event_text EVENT_TEXT"))
        return 2;
    program = program_full_path(argv[1], &err);
    if (is_registered())
        judge_all(program ? program : L"");
    else
        skip_all("the event source is not registered: the MSI is not installed");
    free(program);
    return say_finish();
}
