/* SPDX-License-Identifier: MIT */
/* The time limit of a program, whatever it waits for. */
#include "checks/host/program.h"

#include <string.h>

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"

/* Who may write to standard output: whoever moves it away from FREE first. */
enum voice { VOICE_FREE = 0, VOICE_WATCHDOG, VOICE_PROGRAM };

/* Writing waits for ever where nobody reads the pipe, or text is selected in the console.
 */
enum { LINE_LIMIT_MS = 200 };

static struct watchdog_plan plan;
static HANDLE speaker;   /* a thread; writes the line */
static HANDLE enforcer;  /* a thread; ends the process when the speaker does not */
static HANDLE cancelled; /* an event */
static HANDLE started;   /* event: a thread runs */
static LONG volatile voice = VOICE_FREE;
static const char *volatile stage = "";

static void say(HANDLE output, const char *words)
{
    DWORD written = 0;

    (void)WriteFile(output, words, (DWORD)strlen(words), &written, NULL);
}

/* ExitProcess would wait for locks that the hanging thread may hold. */
static void end_process(void)
{
    (void)TerminateProcess(GetCurrentProcess(), (UINT)plan.exit_code);
}

static DWORD WINAPI speak(void *unused)
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
    end_process();
    return 0;
}

/* It waits for the speaker, not for the event: whoever cancels too late waits for a
 * speaker that may be stuck. It exists beforehand, since a thread cannot begin while
 * another one hangs in the loader. */
static DWORD WINAPI enforce(void *unused)
{
    (void)unused;
    (void)SetEvent(started);
    if (WaitForSingleObject(speaker, plan.seconds * 1000 + LINE_LIMIT_MS) !=
        WAIT_OBJECT_0)
        end_process();
    return 0;
}

static void join(HANDLE *thread)
{
    if (!*thread)
        return;
    (void)WaitForSingleObject(*thread, INFINITE);
    (void)CloseHandle(*thread);
    *thread = NULL;
}

void program_watchdog_stop(void)
{
    if (!speaker)
        return;
    (void)SetEvent(cancelled);
    join(&enforcer); /* the first one: it uses the handle of the other */
    join(&speaker);
}

static bool start_thread(LPTHREAD_START_ROUTINE routine, HANDLE *thread,
                         struct error *err)
{
    *thread = CreateThread(NULL, 0, routine, NULL, 0, NULL);
    if (!*thread)
        return win_error_set(err, GetLastError(), "time limit");
    /* A process that ends while a thread of it begins makes Wine complain. */
    (void)WaitForSingleObject(started, INFINITE);
    return true;
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
    if (start_thread(speak, &speaker, err) && start_thread(enforce, &enforcer, err))
        return true;
    program_watchdog_stop();
    return false;
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
