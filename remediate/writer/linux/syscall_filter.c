/* SPDX-License-Identifier: MIT */
/* The list of system calls, once, and the filter that the kernel is given (man 2
 * seccomp).
 */
#include "remediate/writer/linux/syscall_filter.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "checks/base/compiler.h"

/* The system calls of another architecture (32 bit ones on 64 bit) have other numbers,
 * and are refused as a whole. What only this architecture has, or others call otherwise:
 * musl and older C libraries use the calls of x86_64 without "at" in their name. */
#if defined(__x86_64__) && !defined(__ILP32__)
enum { FOREIGN_BIT = 0x40000000 /* x32 */, CALL_MMAP = SYS_mmap };
static const uint32_t architecture = AUDIT_ARCH_X86_64;
static const int own_calls[] = { SYS_access, SYS_fstat,     SYS_getdents, SYS_lstat,
                                 SYS_mkdir,  SYS_open,      SYS_poll,     SYS_readlink,
                                 SYS_rename, SYS_renameat,  SYS_stat,     SYS_time,
                                 SYS_unlink, SYS_newfstatat };
#elif defined(__aarch64__)
enum { FOREIGN_BIT = 0x7fffffff, CALL_MMAP = SYS_mmap };
static const uint32_t architecture = AUDIT_ARCH_AARCH64;
static const int own_calls[] = { SYS_fstat, SYS_newfstatat, SYS_renameat };
#else
enum { FOREIGN_BIT = 0x7fffffff, CALL_MMAP = -1 };
static const uint32_t architecture = 0; /* no list was tried here */
static const int own_calls[] = { SYS_close };
#endif

/* Newer than the headers of RHEL 8; the same number on every architecture. */
enum { CALL_FACCESSAT2 = 439 };

/*
 * What glibc 2.36 and 2.41 and musl 1.2.3 make of this program (strace of every command),
 * and what they and others may make of the same functions. None of these makes a process,
 * runs a program, changes who may do what (chmod, chown, setxattr: Landlock does not see
 * those), or reaches another process.
 */
static const int calls[] = {
    /* memory */
    SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise,
    /* looking: Landlock leaves reading free */
    SYS_openat, SYS_read, SYS_pread64, SYS_readv, SYS_lseek, SYS_close, SYS_statx,
    SYS_statfs, SYS_fstatfs, SYS_faccessat, CALL_FACCESSAT2, SYS_readlinkat,
    SYS_getdents64, SYS_getcwd, SYS_ppoll,
    /* writing: where, Landlock says */
    SYS_write, SYS_writev, SYS_pwrite64, SYS_ftruncate, SYS_fsync, SYS_fdatasync,
    SYS_flock, SYS_mkdirat, SYS_renameat2, SYS_unlinkat, SYS_umask,
    /* sock_diag, asking for a port, the log */
    SYS_bind, SYS_connect, SYS_getsockname, SYS_getpeername, SYS_getsockopt, SYS_sendto,
    SYS_sendmsg, SYS_recvfrom, SYS_recvmsg,
    /* who and where we are */
    SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid,
    SYS_uname, SYS_sysinfo, SYS_getrandom, SYS_sched_getaffinity, SYS_capget,
    /* time */
    SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday, SYS_clock_nanosleep,
    SYS_nanosleep, SYS_setitimer, SYS_getitimer, SYS_timer_create, SYS_timer_settime,
    SYS_timer_delete, SYS_restart_syscall,
    /* signals that come, threads of the C library, the end */
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_futex,
    SYS_sched_yield, SYS_exit, SYS_exit_group
};

/* What a call that is not allowed answers. */
#define REFUSE (SECCOMP_RET_ERRNO | ENOSYS)

enum { WHOLE = -1, CONDITIONS_MAX = 2 };

/* Holds where argument `number`, as far as `mask` goes, is `value`. All of them are int
 * in the kernel, which looks at the lower half alone, as the filter does. */
struct condition {
    unsigned int number;
    int mask; /* 0 = there is no condition */
    int value;
};

/* Stands for our own process id. */
enum { OWN_PROCESS = -1 };

/* A system call that is allowed where its conditions hold; rows of one are alternatives.
 */
struct conditional_call {
    int call;
    struct condition when[CONDITIONS_MAX];
};

/* The lower four bits of a socket's type; above them flags (man 2 socket). */
enum { TYPE_MASK = 0xf };

/* From man 7 ip, kernel 4.2 and 6.3 (linux_ask.c). */
enum { BIND_ADDRESS_NO_PORT = 24, LOCAL_PORT_RANGE = 51 };

static const struct conditional_call conditional[] = {
    /* no code that was not there when the program began */
    { CALL_MMAP, { { 2, PROT_EXEC, 0 } } },
    { SYS_mprotect, { { 2, PROT_EXEC, 0 } } },
    /* what CAP_NET_ADMIN could do by routing or netfilter stays out of reach, and so do
     * the daemons that obey root on a stream (D-Bus, container engines) */
    { SYS_socket, { { 0, WHOLE, AF_INET } } },
    { SYS_socket, { { 0, WHOLE, AF_INET6 } } },
    { SYS_socket, { { 0, WHOLE, AF_NETLINK }, { 2, WHOLE, NETLINK_SOCK_DIAG } } },
    { SYS_socket, { { 0, WHOLE, AF_UNIX }, { 1, TYPE_MASK, SOCK_DGRAM } } },
    /* not the tables of netfilter, which are options of an IP socket */
    { SYS_setsockopt, { { 1, WHOLE, SOL_SOCKET } } },
    { SYS_setsockopt, { { 1, WHOLE, IPPROTO_TCP } } },
    { SYS_setsockopt, { { 1, WHOLE, IPPROTO_IP }, { 2, WHOLE, BIND_ADDRESS_NO_PORT } } },
    { SYS_setsockopt, { { 1, WHOLE, IPPROTO_IP }, { 2, WHOLE, LOCAL_PORT_RANGE } } },
    /* whether output is a terminal; the name of a device and back */
    { SYS_ioctl, { { 1, WHOLE, TCGETS } } },
    { SYS_ioctl, { { 1, WHOLE, TIOCGWINSZ } } },
    { SYS_ioctl, { { 1, WHOLE, SIOCGIFNAME } } },
    { SYS_ioctl, { { 1, WHOLE, SIOCGIFINDEX } } },
    /* no owner of a descriptor: it would be sent signals */
    { SYS_fcntl, { { 1, WHOLE, F_GETFD } } },
    { SYS_fcntl, { { 1, WHOLE, F_SETFD } } },
    { SYS_fcntl, { { 1, WHOLE, F_GETFL } } },
    { SYS_fcntl, { { 1, WHOLE, F_SETFL } } },
    { SYS_fcntl, { { 1, WHOLE, F_DUPFD_CLOEXEC } } },
    { SYS_fcntl, { { 1, WHOLE, F_OFD_SETLK } } },
    /* this process alone: abort(), and limits */
    { SYS_tgkill, { { 0, WHOLE, OWN_PROCESS } } },
    { SYS_tkill, { { 0, WHOLE, OWN_PROCESS } } },
    { SYS_prlimit64, { { 0, WHOLE, 0 } } },
};

/* Room for the filter: its head and its end, two instructions per call, up to nine per
 * conditional one. */
enum {
    FILTER_MAX = 16 + (ARRAY_COUNT(calls) + ARRAY_COUNT(own_calls)) * 2 +
                 ARRAY_COUNT(conditional) * 9
};

struct filter {
    struct sock_filter code[FILTER_MAX];
    unsigned short length;
};

static void add(struct filter *filter, uint16_t code, uint32_t value)
{
    assert(filter->length < FILTER_MAX);
    filter->code[filter->length++] = (struct sock_filter)BPF_STMT(code, value);
}

static void load(struct filter *filter, size_t offset)
{
    add(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset);
}

/* What was loaded is `value`, or the next `count` instructions are left out. */
static void need(struct filter *filter, uint32_t value, size_t count)
{
    assert(count <= UINT8_MAX);
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, value);
    filter->code[filter->length - 1].jf = (uint8_t)count;
}

static void end(struct filter *filter, uint32_t action)
{
    add(filter, BPF_RET | BPF_K, action);
}

/* Leaves the number of the call loaded. */
static void refuse_foreign(struct filter *filter)
{
    load(filter, offsetof(struct seccomp_data, arch));
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, architecture);
    filter->code[filter->length - 1].jt = 1;
    end(filter, REFUSE);
    load(filter, offsetof(struct seccomp_data, nr));
    add(filter, BPF_JMP | BPF_JGE | BPF_K, FOREIGN_BIT);
    filter->code[filter->length - 1].jf = 1;
    end(filter, REFUSE);
}

static void allow_calls(struct filter *filter, const int *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        need(filter, (uint32_t)numbers[i], 1);
        end(filter, SECCOMP_RET_ALLOW);
    }
}

static size_t count_conditions(const struct conditional_call *row)
{
    size_t count = 0;

    while (count < CONDITIONS_MAX && row->when[count].mask != 0)
        count++;
    return count;
}

static void allow_conditional(struct filter *filter, const struct conditional_call *row)
{
    enum { PER_CONDITION = 3 };
    const size_t count = count_conditions(row);

    load(filter, offsetof(struct seccomp_data, nr));
    need(filter, (uint32_t)row->call, count * PER_CONDITION + 1);
    for (size_t i = 0; i < count; i++) {
        const struct condition *condition = &row->when[i];
        const int value =
            condition->value == OWN_PROCESS ? (int)getpid() : condition->value;

        /* Its lower half: both architectures are little-endian. */
        load(filter,
             offsetof(struct seccomp_data, args) + condition->number * sizeof(uint64_t));
        add(filter, BPF_ALU | BPF_AND | BPF_K, (uint32_t)condition->mask);
        need(filter, (uint32_t)value, (count - i - 1) * PER_CONDITION + 1);
    }
    end(filter, SECCOMP_RET_ALLOW);
}

static void list_calls(struct filter *filter)
{
    refuse_foreign(filter);
    allow_calls(filter, calls, ARRAY_COUNT(calls));
    allow_calls(filter, own_calls, ARRAY_COUNT(own_calls));
    for (size_t i = 0; i < ARRAY_COUNT(conditional); i++)
        allow_conditional(filter, &conditional[i]);
    end(filter, REFUSE);
}

static void forbid_running_programs(struct filter *filter)
{
    load(filter, offsetof(struct seccomp_data, nr));
    need(filter, SYS_execve, 1);
    end(filter, REFUSE);
    need(filter, SYS_execveat, 1);
    end(filter, REFUSE);
    end(filter, SECCOMP_RET_ALLOW);
}

enum syscall_bounds syscall_filter_install(void)
{
    const bool is_listed = architecture != 0;
    struct filter filter = { .length = 0 };
    struct sock_fprog program = { .filter = filter.code };

    if (is_listed)
        list_calls(&filter);
    else
        forbid_running_programs(&filter);
    program.len = filter.length;
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        return SYSCALLS_UNBOUND;
    return is_listed ? SYSCALLS_LISTED : SYSCALLS_NO_PROGRAMS;
}
