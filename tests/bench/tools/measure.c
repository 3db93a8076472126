/* SPDX-License-Identifier: MIT */
/* Runs a command once and prints what it cost: CPU of the whole process tree, wall, RSS.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double milliseconds(struct timeval time)
{
    return (double)time.tv_sec * 1000.0 + (double)time.tv_usec / 1000.0;
}

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1000.0 + (double)now.tv_nsec / 1000000.0;
}

static _Noreturn void run(char **command)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (null < 0 || dup2(null, STDOUT_FILENO) < 0) {
        _exit(126);
    }
    execvp(command[0], command);
    fprintf(stderr, "measure: cannot run '%s': %s\n", command[0], strerror(errno));
    _exit(127);
}

/* Prints "CPU_MS WALL_MS RSS_KB EXIT_CODE". Its own resident memory bounds the RSS from
 * below: a child starts with its parent's. */
int main(int argc, char **argv)
{
    struct rusage usage;
    double start;
    double wall;
    int status;
    pid_t pid;

    if (argc < 2) {
        fputs("usage: measure COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    start = now_ms();
    pid = fork();
    if (pid == 0) {
        run(argv + 1);
    }
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) {
        perror("measure");
        return 2;
    }
    wall = now_ms() - start;
    printf("%.3f %.3f %ld %d\n",
           milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime), wall,
           usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128);
    return 0;
}
