/* SPDX-License-Identifier: MIT */
/* Arguments, files, output and time limit on Linux. */
#include "checks/host/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "checks/host/deadline.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/state_place.h"
#include "checks/model/machine_id.h"

/* Read-only: what is written to a descriptor that the caller closed must fail. */
static bool fill_descriptor(int wanted, struct error *err)
{
    if (fcntl(wanted, F_GETFD) >= 0 || errno != EBADF)
        return true;
    if (open("/dev/null", O_RDONLY | O_NOCTTY) != wanted)
        return linux_error_set(err, errno, "cannot open /dev/null");
    return true;
}

/* They outlive execve(2), and would end the program in its middle. */
static void stop_timers(void)
{
    const struct itimerval off = { 0 };

    (void)setitimer(ITIMER_REAL, &off, NULL);
    (void)setitimer(ITIMER_VIRTUAL, &off, NULL);
    (void)setitimer(ITIMER_PROF, &off, NULL);
}

/* Measured: a run takes less than 160 KiB of it, and without it ends by SIGSEGV and
 * without a word. The kernel asks for the limit each time that the stack grows. */
static bool ensure_stack(struct error *err)
{
    const rlim_t least = (rlim_t)512 * 1024;
    struct rlimit limit = { 0 };

    if (getrlimit(RLIMIT_STACK, &limit) < 0 || limit.rlim_cur >= least)
        return true;
    limit.rlim_cur = least;
    if (limit.rlim_max < least)
        limit.rlim_max = least; /* root may */
    return setrlimit(RLIMIT_STACK, &limit) == 0 ||
           error_set(err, ERR_LIMIT,
                     "the limit on the stack is too low (ulimit -s), expected %u KiB or "
                     "more",
                     (unsigned int)(least / 1024));
}

/* The arguments are what they should be already: it is Windows that changes them.
 * NOLINTNEXTLINE(readability-non-const-parameter) */
bool program_start(int *argc, char ***argv, struct error *err)
{
    const struct sigaction ignore = { .sa_handler = SIG_IGN };

    (void)argc;
    (void)argv;
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (!fill_descriptor(fd, err))
            return false;
    /* A write beyond a limit must fail, not kill. */
    if (sigaction(SIGPIPE, &ignore, NULL) < 0 || sigaction(SIGXFSZ, &ignore, NULL) < 0)
        return linux_error_set(err, errno, "cannot ignore SIGPIPE");
    stop_timers();
    return ensure_stack(err);
}

/* Waits for a named pipe's first writer; without it a read would tell "end of file". */
static void await_writer(int fd)
{
    struct pollfd pipe = { .fd = fd, .events = POLLIN };

    while (poll(&pipe, 1, -1) < 0 && errno == EINTR)
        ;
}

/* As sshd and sudo judge a file that steers them: its owner can always change it, and
 * whoever can write it decides what it says. A link leads to what is judged. */
static bool judge_writers(const char *path, const struct stat *status, struct error *err)
{
    if (status->st_uid != 0 && status->st_uid != geteuid())
        return error_set(err, ERR_DENIED,
                         "'%s' belongs to uid %lu, expected root or uid %lu, which runs "
                         "this: chown it",
                         path, (unsigned long)status->st_uid, (unsigned long)geteuid());
    if (status->st_mode & (S_IWGRP | S_IWOTH))
        return error_set(
            err, ERR_DENIED,
            "'%s' is writable by others (mode %04o), expected only by its owner: "
            "chmod go-w",
            path, (unsigned int)(status->st_mode & 07777));
    return true;
}

/* Which files may be read. */
enum trust { TRUST_ANY = 0, TRUST_OWN };

/* Opens without waiting, since a device or a terminal might never come, and looks at what
 * it is. As standard input inetd and Node.js give a socket.
 */
static bool open_file(const char *path, enum trust trust, int *fd, struct error *err)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    struct stat status;

    *fd = is_stdin ? STDIN_FILENO
                   : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0 || fstat(*fd, &status) < 0)
        return linux_error_set(err, errno, "cannot read '%s'", path);
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode) &&
        !(is_stdin && S_ISSOCK(status.st_mode)))
        return error_set(err, ERR_IO, "cannot read '%s': expected a file or a pipe",
                         path);
    if (!is_stdin && trust == TRUST_OWN && !judge_writers(path, &status, err))
        return false;
    if (!is_stdin && S_ISFIFO(status.st_mode)) {
        if (fcntl(*fd, F_SETFL, O_RDONLY) < 0)
            return linux_error_set(err, errno, "cannot read '%s'", path);
        await_writer(*fd);
    }
    return true;
}

static bool read_input(const char *path, enum trust trust, size_t limit, struct text *out,
                       struct error *err)
{
    int fd = -1;
    bool ok = open_file(path, trust, &fd, err) &&
              descriptor_read_all(fd, path, limit, out, err);

    if (fd > STDERR_FILENO)
        (void)close(fd);
    return ok;
}

bool program_read_file(const char *path, size_t limit, struct text *out,
                       struct error *err)
{
    return read_input(path, TRUST_ANY, limit, out, err);
}

bool program_read_own_file(const char *path, size_t limit, struct text *out,
                           struct error *err)
{
    return read_input(path, TRUST_OWN, limit, out, err);
}

bool program_write_output(const char *bytes, size_t length, struct error *err)
{
    while (length > 0) {
        const ssize_t written = write(STDOUT_FILENO, bytes, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EAGAIN && descriptor_await(STDOUT_FILENO, POLLOUT))
            continue;
        if (written == 0 || written > (ssize_t)length)
            errno = EIO;
        if (written <= 0 || written > (ssize_t)length)
            return linux_error_set(err, errno, "cannot write to standard output");
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

void program_tell(const char *line)
{
    struct pollfd output = { .fd = STDERR_FILENO, .events = POLLOUT };
    char bytes[512];
    const int length = snprintf(bytes, sizeof bytes, "%s\n", line);

    if (length <= 0 || (size_t)length >= sizeof bytes || poll(&output, 1, 0) != 1 ||
        !(output.revents & POLLOUT))
        return;
    const ssize_t ignored = write(STDERR_FILENO, bytes, (size_t)length);
    (void)ignored;
}

bool program_site_policy_path(struct text *out, struct error *err)
{
    text_add(out, "/etc/port-exhaustion/policy.json");
    return text_ok(out, err);
}

int64_t program_thread_cpu_ns(void)
{
    struct timespec used;

    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) < 0)
        return 0;
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

/* From the 16 random bytes that the kernel gives each program (man 3 getauxval); the C
 * library takes its own secrets from them, so none is used as it is. */
uint64_t program_secret(void)
{
    const void *random =
        (const void *)getauxval(AT_RANDOM); /* NOLINT: so it is defined */
    uint64_t words[2] = { (uint64_t)(uintptr_t)&words, (uint64_t)getpid() };

    if (random)
        memcpy(words, random, sizeof words);
    return multiply_folded(words[0] ^ UINT64_C(0x9E3779B97F4A7C15),
                           words[1] ^ UINT64_C(0xBF58476D1CE4E5B9));
}

int64_t program_time_s(void)
{
    return (int64_t)time(NULL);
}

int program_end(int exit_code)
{
    return exit_code;
}

void program_boot_id(struct text *out)
{
    char contents[64];

    if (!proc_file_slurp("/proc/sys/kernel/random/boot_id", contents, sizeof contents,
                         NULL))
        return;
    contents[strcspn(contents, "\n")] = '\0';
    text_add_clean(out, contents, "");
}

/* A service of its own root may lack it, a clone may have it filled at its first boot. */
void program_machine(struct text *out)
{
    struct config_file file = { 0 };
    struct text contents = { 0 };

    if (config_file_read("", "/etc/machine-id", &file, &contents, NULL))
        machine_id_add_digest(text_string(&contents), contents.length, out);
    text_clear(&contents);
}

int64_t program_uptime_s(void)
{
    struct timespec now;

    return clock_gettime(CLOCK_BOOTTIME, &now) == 0 ? (int64_t)now.tv_sec : -1;
}

bool program_journal_path(struct text *out, struct error *err)
{
    text_add(out, STATE_JOURNAL);
    return text_ok(out, err);
}

int64_t deadline_now_ns(void)
{
    struct timespec now = { 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void deadline_wait(const struct deadline *deadline)
{
    const struct timespec at = {
        .tv_sec = (time_t)(deadline->at_ns / 1000000000),
        .tv_nsec = (long)(deadline->at_ns % 1000000000),
    };

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
        ;
}
