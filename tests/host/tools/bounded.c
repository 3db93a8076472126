/* SPDX-License-Identifier: MIT */
/* Bounds itself as the remediation does, then tries what it must no longer be able to do,
 * and asks the kernel for a port, which it still must; each try a line "NAME ERRNO"
 * (0 = it worked). What works without the bounds is done to FILE, which is the caller's
 * own: nothing of the machine is changed. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checks/host/host.h"
#include "checks/model/ask.h"
#include "remediate/writer/system.h"

/* As an errno: this process could not bound itself. */
enum { UNBOUND = 250 };

static char *const no_words[] = { NULL };
static const char *victim;

static int try_execve(void)
{
    char *const arguments[] = { "true", NULL };

    (void)execve("/bin/true", arguments, no_words);
    return errno;
}

static int try_execveat(void)
{
    char *const arguments[] = { "true", NULL };

    (void)syscall(SYS_execveat, AT_FDCWD, "/bin/true", arguments, no_words, 0);
    return errno;
}

static int try_mount(void)
{
    return mount("none", "/mnt", "tmpfs", 0, NULL) == 0 ? 0 : errno;
}

static int try_chown(void)
{
    const int fd = open(victim, O_RDONLY | O_CLOEXEC);

    return fd >= 0 && fchown(fd, 1, 1) == 0 ? 0 : errno;
}

static int try_raw_socket(void)
{
    return socket(AF_INET, SOCK_RAW, 1) >= 0 ? 0 : errno;
}

static int try_user(void)
{
    return setresuid(1, 1, 1) == 0 ? 0 : errno;
}

/* Whether the kernel can be asked for a port, which it is as the alert is confirmed. */
static int try_ask(void)
{
    struct ask ask = { .kind = ASK_CONNECT, .remote_port = 9 };
    struct host host;

    (void)ip_address_parse("127.0.0.1", &ask.local);
    (void)ip_address_parse("127.99.99.99", &ask.remote);
    if (!host_open(&host, NULL) || !host.ops->ask(host.self, &ask, NULL))
        return EPERM;
    host.ops->close(host.self);
    return ask.answer == ASK_FREE ? 0 : EIO;
}

static const struct {
    const char *name;
    int (*run)(void);
} tries[] = {
    { "execve", try_execve }, { "execveat", try_execveat },     { "mount", try_mount },
    { "chown", try_chown },   { "raw-socket", try_raw_socket }, { "setuid", try_user },
    { "ask", try_ask },
};

/* A try that works may end the process, and a bounded one starts none: each has a process
 * of its own, which bounds itself. */
static int outcome_of(bool bounded, int (*run)(void))
{
    const pid_t child = fork();
    int status = 0;

    if (child == 0)
        _exit(!bounded || system_bound_privileges(NULL) ? run() : UNBOUND);
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

/* What the program says of its bounds. */
static int say_confinement(void)
{
    struct text said = { 0 };

    if (!system_bound_privileges(NULL))
        return 1;
    system_confinement(&said);
    puts(text_string(&said));
    text_clear(&said);
    return 0;
}

int main(int argc, char **argv)
{
    const bool free = argc == 3 && strcmp(argv[1], "--free") == 0;

    if (argc != (free ? 3 : 2)) {
        fputs("usage: bounded [--free] FILE\n       bounded --say\n", stderr);
        return 2;
    }
    if (strcmp(argv[1], "--say") == 0)
        return say_confinement();
    victim = argv[argc - 1];
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++)
        printf("%s %d\n", tries[i].name, outcome_of(!free, tries[i].run));
    return 0;
}
