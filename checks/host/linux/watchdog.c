/* SPDX-License-Identifier: MIT */
/* The end of the process after a time, whatever it waits for: a signal of the interval
 * timer. */
#include "checks/host/program.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "checks/host/linux/linux_error.h"

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
    return true;
}

void program_watchdog_stop(void)
{
    const struct itimerval off = { 0 };

    (void)setitimer(ITIMER_REAL, &off, NULL);
}

void program_watchdog_stage(const char *name)
{
    stage = name;
}

void program_watchdog_mute(void)
{
    muted = true;
}
