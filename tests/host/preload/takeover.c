/* SPDX-License-Identifier: MIT */
/* Preloaded into the remediation by its test: tries what somebody would who took the run
 * over, once it is bounded (at the first getppid, which tells who called it) or, with
 * TAKEOVER=free, before that; then the run goes on. Each try is a line "NAME ERRNO" (0 =
 * it worked) in the file TAKEOVER_FILE. Tries that work leave no trace but in files of
 * the test's own root: calls get arguments that only a kernel that lets them in looks at.
 * Never shipped. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NETLINK_ROUTING = 0, SOCK_DIAGNOSIS = 4, TABLES_REPLACE = 64, X32 = 0x40000000 };

static FILE *lines;

static int result(long returned)
{
    return returned < 0 ? errno : 0;
}

static void tell(const char *name, int number)
{
    (void)fprintf(lines, "%s %d\n", name, number);
}

/* --- Files: which can be opened for writing, made, moved, removed ----------------------
 */

static int write_to(const char *path, int flags)
{
    const int fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);

    return fd < 0 ? errno : close(fd);
}

static void try_files(void)
{
    /* the control removes what it could make */
    static const char *const made[] = {
        "/etc/cron.d/takeover", "/etc/systemd/system/takeover.service",
        "/etc/ld.so.preload",   "/etc/takeover",
        "/root/takeover",       "/run/takeover",
        "/var/lib/takeover",    "/var/spool/takeover"
    };
    static const char *const written[] = { "/etc/passwd",
                                           "/proc/sysrq-trigger",
                                           "/proc/sys/kernel/core_pattern",
                                           "/proc/sys/kernel/modprobe",
                                           "/proc/sys/kernel/hostname",
                                           "/proc/sys/vm/drop_caches",
                                           "/proc/self/mem",
                                           "/proc/self/oom_score_adj",
                                           "/proc/1/oom_score_adj",
                                           "/dev/full" };

    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        tell(made[i], write_to(made[i], O_WRONLY | O_CREAT));
        (void)unlink(made[i]);
    }
    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++)
        tell(written[i], write_to(written[i], O_WRONLY));
    tell("append", write_to("/etc/passwd", O_WRONLY | O_APPEND));
    tell("read-write", write_to("/etc/passwd", O_RDWR));
    tell("mkdir", result(mkdirat(AT_FDCWD, "/etc/takeover.d", 0755)));
    tell("rmdir", result(unlinkat(AT_FDCWD, "/etc/empty", AT_REMOVEDIR)));
    tell("remove", result(unlinkat(AT_FDCWD, "/etc/shadow", 0)));
    tell("move-out", result(renameat(AT_FDCWD, "/etc/sysctl.d/other.conf", AT_FDCWD,
                                     "/etc/cron.d/moved")));
    tell("move-in",
         result(renameat(AT_FDCWD, "/etc/group", AT_FDCWD, "/etc/sysctl.d/moved.conf")));
    tell("cut-among-ours", write_to("/etc/sysctl.d/other.conf", O_WRONLY | O_TRUNC));
    tell("mkdir-among-ours", result(mkdirat(AT_FDCWD, "/etc/sysctl.d/sub", 0755)));
}

/* --- What a run needs ----------------------------------------------------------------
 */

static int make_and_remove(const char *path)
{
    const int failure = write_to(path, O_WRONLY | O_CREAT | O_EXCL);

    return failure ? failure : result(unlinkat(AT_FDCWD, path, 0));
}

/* Nobody listens there: the refusal comes from the network, so the call came through. */
static int connect_to(int type)
{
    const struct sockaddr_in nobody = { .sin_family = AF_INET,
                                        .sin_port = htons(9),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    const int failure =
        fd < 0 ? errno
               : result(connect(fd, (const struct sockaddr *)&nobody, sizeof nobody));

    if (fd >= 0)
        (void)close(fd);
    return failure == ECONNREFUSED ? 0 : failure;
}

static int use_socket(int domain, int type, int protocol)
{
    const int fd = socket(domain, type | SOCK_CLOEXEC, protocol);

    return fd < 0 ? errno : close(fd);
}

static int name_device(void)
{
    char name[IF_NAMESIZE];

    return if_indextoname(1, name) ? 0 : errno;
}

static void try_needs(void)
{
    tell("sysctl-net", write_to("/proc/sys/net/ipv4/tcp_fin_timeout", O_WRONLY));
    tell("sysctl.d", make_and_remove("/etc/sysctl.d/takeover.conf"));
    tell("state", write_to("/var/lib/port-exhaustion/journal", O_RDWR | O_CREAT));
    tell("read", write_to("/etc/passwd", O_RDONLY));
    tell("connect", connect_to(SOCK_STREAM));
    tell("connect-udp", connect_to(SOCK_DGRAM));
    tell("sock-diag", use_socket(AF_NETLINK, SOCK_RAW, SOCK_DIAGNOSIS));
    tell("log", use_socket(AF_UNIX, SOCK_DGRAM, 0));
    tell("device-name", name_device());
    tell("memory", mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
                       ? errno
                       : 0);
}

/* --- System calls ----------------------------------------------------------------------
 */

static const struct {
    const char *name;
    long number;
    long arguments[5];
} calls[] = {
    /* programs and processes */
    { "execve", SYS_execve, { 0 } },
    { "execveat", SYS_execveat, { -1, 0, 0, 0, 0 } },
    { "clone", SYS_clone, { CLONE_SIGHAND } }, /* which needs CLONE_VM: EINVAL */
    { "clone3", SYS_clone3, { 0 } },
    { "unshare", SYS_unshare, { 1 } },
    { "setns", SYS_setns, { -1 } },
    { "ptrace", SYS_ptrace, { PTRACE_ATTACH, -1 } },
    { "process_vm_writev", SYS_process_vm_writev, { -1 } },
    { "pidfd_open", SYS_pidfd_open, { -1 } },
    { "pidfd_getfd", SYS_pidfd_getfd, { -1 } },
    { "kill", SYS_kill, { 1, 0 } },
    { "tgkill", SYS_tgkill, { 1, 1, 0 } },
    { "tkill", SYS_tkill, { 1, 0 } },
    { "rt_sigqueueinfo", SYS_rt_sigqueueinfo, { 1, 0, 0 } },
    { "prlimit", SYS_prlimit64, { 1, RLIMIT_NOFILE, 0, 0 } },
    { "setpriority", SYS_setpriority, { PRIO_PROCESS, 1, 0 } },
    /* who we are */
    { "setresuid", SYS_setresuid, { -1, -1, -1 } },
    { "setgroups", SYS_setgroups, { -1 } },
    { "capset", SYS_capset, { 0 } },
    { "prctl", SYS_prctl, { 3 } }, /* PR_GET_DUMPABLE */
    { "seccomp", SYS_seccomp, { -1 } },
    { "personality", SYS_personality, { 0xffffffff } },
    { "keyctl", SYS_keyctl, { -1 } },
    { "add_key", SYS_add_key, { 0 } },
    /* file systems, and rights that Landlock does not know */
    { "mount", SYS_mount, { 0 } },
    { "umount2", SYS_umount2, { 0 } },
    { "pivot_root", SYS_pivot_root, { 0 } },
    { "chroot", SYS_chroot, { 0 } },
    { "fsopen", SYS_fsopen, { 0 } },
    { "open_tree", SYS_open_tree, { -1, 0 } },
    { "move_mount", SYS_move_mount, { -1, 0, -1, 0, -1 } },
    { "open_by_handle_at", SYS_open_by_handle_at, { -1, 0, 0 } },
    { "fchmodat", SYS_fchmodat, { -1, 0, 0 } },
    { "fchmod", SYS_fchmod, { -1, 0 } },
    { "fchownat", SYS_fchownat, { -1, 0, 0, 0, 0 } },
    { "fchown", SYS_fchown, { -1, 0, 0 } },
    { "utimensat", SYS_utimensat, { -1, 0, 0, 0 } },
    { "setxattr", SYS_setxattr, { 0 } },
    { "linkat", SYS_linkat, { -1, 0, -1, 0, 0 } },
    { "symlinkat", SYS_symlinkat, { 0, -1, 0 } },
    { "mknodat", SYS_mknodat, { -1, 0, 0, 0 } },
    { "truncate", SYS_truncate, { 0, 0 } },
    { "fallocate", SYS_fallocate, { -1, 0, 0, 0 } },
    { "copy_file_range", SYS_copy_file_range, { -1, 0, -1, 0, 0 } },
    { "splice", SYS_splice, { -1, 0, -1, 0, 0 } },
    { "openat2", SYS_openat2, { -1, 0, 0, 0 } },
    /* the kernel */
    { "bpf", SYS_bpf, { -1 } },
    { "io_uring_setup", SYS_io_uring_setup, { 0 } },
    { "userfaultfd", SYS_userfaultfd, { -1 } },
    { "perf_event_open", SYS_perf_event_open, { 0 } },
    { "init_module", SYS_init_module, { 0 } },
    { "finit_module", SYS_finit_module, { -1 } },
    { "delete_module", SYS_delete_module, { 0 } },
    { "kexec_load", SYS_kexec_load, { 0, 0, 0, -1 } },
    { "reboot", SYS_reboot, { 0 } },
    { "swapon", SYS_swapon, { 0 } },
    { "sethostname", SYS_sethostname, { 0, -1 } },
    { "clock_settime", SYS_clock_settime, { -1, 0 } },
    { "adjtimex", SYS_adjtimex, { 0 } },
    { "syslog", SYS_syslog, { 10 } },
    { "memfd_create", SYS_memfd_create, { 0 } },
    { "shmget", SYS_shmget, { 1, 0, 0 } },
    { "mq_open", SYS_mq_open, { 0 } },
    /* the network */
    { "accept4", SYS_accept4, { -1, 0, 0, 0 } },
    { "listen", SYS_listen, { -1, 0 } },
    { "socketpair", SYS_socketpair, { AF_UNIX, SOCK_STREAM, 0, 0 } },
    { "socket-unix-stream", SYS_socket, { AF_UNIX, SOCK_STREAM, 0 } },
    { "socket-unix-packets", SYS_socket, { AF_UNIX, SOCK_SEQPACKET, 0 } },
    { "socket-routing", SYS_socket, { AF_NETLINK, SOCK_RAW, NETLINK_ROUTING } },
    { "socket-family-18", SYS_socket, { 18, SOCK_DGRAM, 0 } },
    { "socket-packet", SYS_socket, { AF_PACKET, SOCK_RAW, 0 } },
    { "tables", SYS_setsockopt, { -1, IPPROTO_IP, TABLES_REPLACE, 0, 0 } },
    { "tables-ipv6", SYS_setsockopt, { -1, IPPROTO_IPV6, TABLES_REPLACE, 0, 0 } },
    { "ioctl-device-flags", SYS_ioctl, { -1, SIOCSIFFLAGS, 0 } },
    { "ioctl-type-into-terminal", SYS_ioctl, { -1, TIOCSTI, 0 } },
    { "fcntl-signal-owner", SYS_fcntl, { -1, F_SETOWN, 1 } },
    /* code that was not there, and calls by the numbers of another architecture */
    { "mmap-exec", SYS_mmap, { 0, 0, PROT_READ | PROT_EXEC, 0, -1 } },
    { "mprotect-exec", SYS_mprotect, { 1, 0, PROT_READ | PROT_EXEC } },
    { "x32", X32 | SYS_getpid, { 0 } },
};

static void try_calls(void)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        const long *with = calls[i].arguments;
        const long returned =
            syscall(calls[i].number, with[0], with[1], with[2], with[3], with[4], 0);

        tell(calls[i].name, result(returned));
    }
}

/* A child that could be made ends at once. */
static void try_fork(void)
{
    const pid_t child = fork();

    if (child == 0)
        _exit(0);
    tell("fork", child < 0 ? errno : 0);
    if (child > 0)
        (void)waitpid(child, NULL, 0);
}

static void try_all(void)
{
    try_needs();
    (void)fputs("\n", lines);
    try_files();
    (void)fputs("\n", lines);
    try_fork();
    try_calls();
    (void)fclose(lines);
    lines = NULL;
}

pid_t getppid(void)
{
    if (lines)
        try_all();
    return (pid_t)syscall(SYS_getppid);
}

__attribute__((constructor)) static void begin(void)
{
    const char *when = getenv("TAKEOVER");
    const char *path = getenv("TAKEOVER_FILE");

    lines = path ? fopen(path, "we") : NULL;
    if (lines && when && strcmp(when, "free") == 0)
        try_all();
}
