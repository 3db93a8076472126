/* SPDX-License-Identifier: MIT */
/* fork, nothing but words and a pipe, execve; then a look at the clock. */
#include "remediate/writer/linux/bounded_child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "checks/host/deadline.h"
#include "checks/host/linux/linux_file.h"

/* How often it is looked whether a silent child has ended. */
enum { LOOK_MS = 10, AFTER_KILL_MS = 1000 };

/* All but 0 to 2: also what whoever started us left open. */
static void close_descriptors(void)
{
    DIR *open_now = opendir("/proc/self/fd");
    const struct dirent *entry;

    while (open_now && (entry = readdir(open_now)) != NULL) {
        const long fd = strtol(entry->d_name, NULL, 10);

        if (fd > STDERR_FILENO && fd != dirfd(open_now))
            (void)close((int)fd);
    }
    if (open_now)
        (void)closedir(open_now);
}

/* In the child: never comes back. A child of a process with one thread may allocate. */
static void become(const char *const argv[], int output)
{
    static char *const nothing[] = { NULL };
    char *const *words; /* what execve takes, and does not change */
    const int input = open("/dev/null", O_RDWR);

    memcpy(&words, &argv, sizeof words);
    (void)setsid();
    (void)signal(SIGPIPE, SIG_DFL);
    if (input >= 0 && dup2(input, STDIN_FILENO) >= 0 &&
        dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0) {
        close_descriptors();
        (void)execve(argv[0], words, nothing);
    }
    _exit(127);
}

/* Adds what it writes, until it closes its end or the time is over; what does not fit is
 * dropped. */
static void listen_to(int fd, const struct deadline *deadline, struct child_end *out)
{
    size_t length = 0;
    struct pollfd wait = { .fd = fd, .events = POLLIN };

    while (!deadline_passed(deadline)) {
        char bytes[256];
        ssize_t got;

        if (poll(&wait, 1, (int)deadline_left_ms(deadline)) <= 0)
            continue;
        got = read(fd, bytes, sizeof bytes);
        if (got == 0 || (got < 0 && errno != EINTR))
            break;
        for (ssize_t i = 0; i < got && length + 1 < sizeof out->words; i++)
            out->words[length++] = (char)(bytes[i] ? bytes[i] : ' ');
    }
    out->words[length] = '\0';
}

/* Whether it has ended by then. */
static bool await(pid_t child, const struct deadline *deadline, int *status)
{
    static const struct timespec moment = { .tv_nsec =
                                                (long)LOOK_MS * DEADLINE_NS_PER_MS };

    for (;;) {
        const pid_t ended = waitpid(child, status, WNOHANG);

        if (ended == child || (ended < 0 && errno != EINTR))
            return ended == child;
        if (deadline_passed(deadline))
            return false;
        (void)nanosleep(&moment, NULL);
    }
}

/* A child that hangs in the kernel is left behind. */
static bool give_up(pid_t child, const char *path, struct error *err)
{
    const struct deadline soon = deadline_in_ms(AFTER_KILL_MS);
    int status;

    (void)kill(-child, SIGKILL);
    (void)kill(child, SIGKILL); /* where it had no group of its own yet */
    (void)await(child, &soon, &status);
    return error_set(err, ERR_TIMEOUT, "%s did not answer in time", path);
}

bool child_run(const char *const argv[], int64_t limit_ms, struct child_end *out,
               struct error *err)
{
    const struct deadline deadline = deadline_in_ms(limit_ms);
    int ends[2];
    int status = 0;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return linux_error_set(err, errno, "cannot run %s", argv[0]);
    (void)signal(SIGCHLD, SIG_DFL); /* ignored, its end could not be waited for */
    child = fork();
    if (child == 0)
        become(argv, ends[1]);
    (void)close(ends[1]);
    if (child > 0)
        listen_to(ends[0], &deadline, out);
    else
        (void)linux_error_set(err, errno, "cannot run %s", argv[0]);
    (void)close(ends[0]);
    if (child < 0)
        return false;
    if (!await(child, &deadline, &status))
        return give_up(child, argv[0], err);
    out->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}
