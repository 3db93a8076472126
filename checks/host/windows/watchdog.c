/* SPDX-License-Identifier: MIT */
/* The time limit of a program, whatever it waits for. */
#include "checks/host/program.h"

#include <string.h>

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"

/* Who may write to standard output: whoever moves it away from FREE first. */
enum voice { VOICE_FREE = 0, VOICE_WATCHDOG, VOICE_PROGRAM };

static struct watchdog_plan plan;
static HANDLE thread;
static HANDLE cancelled; /* an event */
static HANDLE started;   /* event: the thread runs */
static LONG volatile voice = VOICE_FREE;
static const char *volatile stage = "";

static void say(HANDLE output, const char *words)
{
    DWORD written = 0;

    (void)WriteFile(output, words, (DWORD)strlen(words), &written, NULL);
}

static DWORD WINAPI watch(void *unused)
{
    HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);

    (void)unused;
    (void)SetEvent(started);
    if (WaitForSingleObject(cancelled, plan.seconds * 1000) == WAIT_OBJECT_0)
        return 0;
    if (InterlockedCompareExchange(&voice, VOICE_WATCHDOG, VOICE_FREE) == VOICE_FREE) {
        say(output, plan.before);
        say(output, stage);
        say(output, plan.after);
    }
    /* ExitProcess would wait for locks that the hanging thread may hold. */
    (void)TerminateProcess(GetCurrentProcess(), (UINT)plan.exit_code);
    return 0;
}

void program_watchdog_stop(void)
{
    if (!thread)
        return;
    (void)SetEvent(cancelled);
    (void)WaitForSingleObject(thread, INFINITE);
    (void)CloseHandle(thread);
    thread = NULL;
}

bool program_watchdog_start(const struct watchdog_plan *wanted, struct error *err)
{
    program_watchdog_stop();
    if (!cancelled)
        cancelled = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!started)
        started = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (!cancelled || !started)
        return win_error_set(err, GetLastError(), "time limit");
    (void)ResetEvent(cancelled);
    plan = *wanted;
    thread = CreateThread(NULL, 0, watch, NULL, 0, NULL);
    if (!thread)
        return win_error_set(err, GetLastError(), "time limit");
    /* A process that ends while a thread of it begins makes Wine complain. */
    (void)WaitForSingleObject(started, INFINITE);
    return true;
}

void program_watchdog_stage(const char *name)
{
    stage = name;
}

void program_watchdog_mute(void)
{
    if (InterlockedCompareExchange(&voice, VOICE_PROGRAM, VOICE_FREE) == VOICE_WATCHDOG)
        Sleep(INFINITE); /* its line is being written; it ends us in a moment */
}
