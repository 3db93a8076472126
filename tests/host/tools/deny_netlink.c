/* SPDX-License-Identifier: MIT */
/* Runs a command that may not open netlink sockets, as under a container's seccomp
 * profile: its way through /proc is what is tested then. Or none of the internet, which
 * is what asking the kernel needs. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* socket(FAMILY, ...) fails with EAFNOSUPPORT, as RestrictAddressFamilies of systemd does
 * it; all else passes. The low half of an argument is what is looked at. */
enum { FIRST_FAMILY = 3, SECOND_FAMILY }; /* in `filter` */
static struct sock_filter filter[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 4),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 1, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

int main(int argc, char **argv)
{
    struct sock_fprog program = { .len = sizeof(filter) / sizeof(filter[0]),
                                  .filter = filter };

    if (argc > 1 && strcmp(argv[1], "--internet") == 0) {
        filter[FIRST_FAMILY].k = AF_INET;
        filter[SECOND_FAMILY].k = AF_INET6;
        argc--;
        argv++;
    }
    if (argc < 2) {
        fputs("usage: deny_netlink [--internet] COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        fprintf(stderr, "deny_netlink: cannot set the filter: %s\n", strerror(errno));
        return 2;
    }
    execvp(argv[1], argv + 1);
    fprintf(stderr, "deny_netlink: cannot run '%s': %s\n", argv[1], strerror(errno));
    return 2;
}
