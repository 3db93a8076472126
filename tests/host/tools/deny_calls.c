/* SPDX-License-Identifier: MIT */
/* Runs a command to which some system calls fail with one errno, as in an older kernel or
 * under a container's seccomp profile. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CALLS_MAX = 16 };

static const struct {
    const char *name;
    unsigned int number;
} words[] = {
    { "E2BIG", E2BIG },
    { "ENOSYS", ENOSYS },
    { "EOPNOTSUPP", EOPNOTSUPP },
    { "EPERM", EPERM },
    { "faccessat2", 439 },
    { "getrandom", SYS_getrandom },
    { "landlock_create_ruleset", 444 },
    { "landlock_restrict_self", 446 },
    { "rseq", SYS_rseq },
    { "statx", SYS_statx },
};

static unsigned int number_of(const char *name)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].name, name) == 0)
            return words[i].number;
    fprintf(stderr, "deny_calls: does not know '%s'\n", name);
    _exit(2);
}

/* Denies the calls up to "--"; the command that follows. */
static char **deny(char **argument)
{
    struct sock_filter filter[2 + 2 * CALLS_MAX] = { BPF_STMT(
        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)) };
    struct sock_fprog program = { .len = 1, .filter = filter };
    const unsigned int answer = SECCOMP_RET_ERRNO | number_of(*argument++);

    for (; *argument && strcmp(*argument, "--") != 0; argument++) {
        if (program.len + 3U > sizeof filter / sizeof filter[0])
            return NULL;
        filter[program.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                                             number_of(*argument), 0, 1);
        filter[program.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer);
    }
    filter[program.len++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    if (!*argument || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return NULL;
    return argument + 1;
}

int main(int argc, char **argv)
{
    char **command = argc > 3 ? deny(argv + 1) : NULL;

    if (!command || !*command) {
        fputs("usage: deny_calls ERRNO CALL... -- COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    execvp(command[0], command);
    fprintf(stderr, "deny_calls: cannot run '%s': %s\n", command[0], strerror(errno));
    return 2;
}
