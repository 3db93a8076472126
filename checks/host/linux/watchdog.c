/* SPDX-License-Identifier: MIT */
/* The end of the process after a time, whatever it waits for: a signal of the interval
 * timer, and one that nothing holds back. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "checks/host/linux/linux_file.h"
#include "checks/host/program.h"

/* Read by the signal handler. Written only while the timer is off, but for `stage` and
 * `muted`. */
static struct watchdog_plan armed;
static _Atomic(const char *) stage = "starting";
static atomic_bool muted;

/* One write of at most PIPE_BUF bytes: it goes into a pipe whole. */
struct line {
    char bytes[4096];
    size_t length;
};

static void add(struct line *line, const char *string)
{
    size_t length = strlen(string);

    if (length > sizeof line->bytes - line->length)
        length = sizeof line->bytes - line->length;
    memcpy(line->bytes + line->length, string, length);
    line->length += length;
}

/* Only calls that are safe in a handler (man 7 signal-safety), and none that can wait. */
static void expire(int signal_number)
{
    struct pollfd output = { .fd = STDOUT_FILENO, .events = POLLOUT };
    struct line line = { .length = 0 };

    (void)signal_number;
    if (!muted && poll(&output, 1, 0) == 1 && (output.revents & POLLOUT)) {
        add(&line, armed.before);
        add(&line, stage);
        add(&line, armed.after);
        const ssize_t ignored = write(STDOUT_FILENO, line.bytes, line.length);
        (void)ignored;
    }
    _exit(armed.exit_code);
}

/*
 * A wait that only death ends (a file system in user space that does not take the
 * request, a hard mount of NFS) holds the handler back. A timer of its own then kills.
 */
enum { PATIENCE_S = 5 };
static timer_t killer;
static bool has_killer;

/* 0 = never. Best effort: a kernel without such timers does without. */
static void kill_in(time_t seconds)
{
    struct sigevent kill = { .sigev_notify = SIGEV_SIGNAL };
    const struct itimerspec at = { .it_value = { .tv_sec = seconds } };

    kill.sigev_signo = SIGKILL;
    if (!has_killer)
        has_killer = timer_create(CLOCK_MONOTONIC, &kill, &killer) == 0;
    if (has_killer)
        (void)timer_settime(killer, 0, &at, NULL);
}

bool program_watchdog_start(const struct watchdog_plan *plan, struct error *err)
{
    const struct itimerval off = { 0 };
    const struct itimerval on = { .it_value = { .tv_sec = (time_t)plan->seconds } };
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction action = { .sa_handler = expire };
    sigset_t alarm_only;

    if (setitimer(ITIMER_REAL, &off, NULL) < 0)
        return linux_error_set(err, errno, "cannot stop the timer");
    armed = *plan;
    muted = false;
    (void)sigemptyset(&alarm_only);
    (void)sigaddset(&alarm_only, SIGALRM);
    (void)sigfillset(&action.sa_mask);
    /* whoever started this program may have left it blocked, and one pending, which is
     * discarded where it is ignored */
    if (sigaction(SIGALRM, &ignore, NULL) < 0 || sigaction(SIGALRM, &action, NULL) < 0 ||
        sigprocmask(SIG_UNBLOCK, &alarm_only, NULL) < 0 ||
        setitimer(ITIMER_REAL, &on, NULL) < 0)
        return linux_error_set(err, errno, "cannot start the timer");
    kill_in((time_t)plan->seconds + PATIENCE_S);
    return true;
}

void program_watchdog_stop(void)
{
    const struct itimerval off = { 0 };

    (void)setitimer(ITIMER_REAL, &off, NULL);
    if (has_killer)
        kill_in(0);
}

void program_watchdog_stage(const char *name)
{
    stage = name;
}

void program_watchdog_mute(void)
{
    muted = true;
}
