/* SPDX-License-Identifier: MIT */
/* What a run knows of Linux, what it gives up and demands before it begins, and its line
 * in the log. */
#include "remediate/writer/system.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "checks/base/number.h"
#include "checks/base/text.h"
#include "checks/host/linux/container.h"
#include "checks/host/linux/linux_boot_values.h"
#include "checks/host/linux/linux_file.h"

struct need {
    unsigned int resource; /* RLIMIT_... */
    rlim_t least;
    const char *name; /* of a limit without which no run begins; NULL = try only */
};

/* A run takes fewer than 20 descriptors and 256 KiB of the stack; the journal grows to 4
 * MiB. */
static const struct need needs[] = {
    { RLIMIT_NOFILE, 64, "open files (ulimit -n)" },
    { RLIMIT_FSIZE, (rlim_t)16 << 20, "bytes of a file (ulimit -f)" },
    { RLIMIT_STACK, (rlim_t)1 << 20, "bytes of the stack (ulimit -s)" },
    { RLIMIT_DATA, (rlim_t)1 << 30, NULL },
    { RLIMIT_AS, (rlim_t)1 << 30, NULL },
    { RLIMIT_CPU, 7200, NULL },
};

static bool raise_limit(const struct need *need, struct error *err)
{
    struct rlimit limit = { 0 };

    if (getrlimit(need->resource, &limit) == 0) {
        if (limit.rlim_cur >= need->least)
            return true;
        limit.rlim_cur = need->least;
        if (limit.rlim_max < need->least)
            limit.rlim_max = need->least;
        if (setrlimit(need->resource, &limit) == 0)
            return true;
    }
    return !need->name ||
           error_set(err, ERR_LIMIT, "the limit on %s is too low, expected %llu or more",
                     need->name, (unsigned long long)need->least);
}

/* sudo hands its caller's limits on: with 8 descriptors a change could be made and not
 * be taken back. Where it may not raise them, too low ones are named. */
static bool raise_limits(struct error *err)
{
    if (geteuid() != 0)
        return true;
    for (size_t i = 0; i < ARRAY_COUNT(needs); i++)
        if (!raise_limit(&needs[i], err))
            return false;
    return true;
}

/* Root owns the files that a plan writes, and so needs no right for them. In a container
 * root may write net sysctls by CAP_NET_ADMIN only. CAP_DAC_READ_SEARCH: a policy may lie
 * in a home directory that is closed to others. */
static const uint32_t kept_capabilities =
    UINT32_C(1) << CAP_NET_ADMIN | UINT32_C(1) << CAP_DAC_READ_SEARCH;

/* More than any kernel has. */
enum { CAPABILITIES_MAX = 64 };

/* Both kept ones are in the first of the two words. */
static bool keep_capabilities(struct error *err)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

    /* While we may: it needs CAP_SETPCAP. Fails at the first that the kernel does not
     * know, or at once where we are bound already. */
    for (unsigned long i = 0; i < CAPABILITIES_MAX; i++)
        if (i != CAP_NET_ADMIN && i != CAP_DAC_READ_SEARCH &&
            prctl(PR_CAPBSET_DROP, i, 0, 0, 0) != 0)
            break;
    if (syscall(SYS_capget, &header, data) != 0)
        return linux_error_set(err, errno, "cannot read the capabilities");
    data[0] = (struct __user_cap_data_struct){
        .effective = data[0].effective & kept_capabilities,
        .permitted = data[0].permitted & kept_capabilities
    };
    data[1] = (struct __user_cap_data_struct){ 0 };
    if (syscall(SYS_capset, &header, data) != 0)
        return linux_error_set(err, errno, "cannot drop capabilities");
    return true;
}

/* The system calls of another architecture (32 bit ones on 64 bit) have other numbers,
 * and are refused as a whole. 0 = not known here, so not looked at. */
#if defined(__x86_64__)
enum { FOREIGN_BIT = 0x40000000 }; /* x32 */
static const uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
enum { FOREIGN_BIT = 0x7fffffff };
static const uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
enum { FOREIGN_BIT = 0x7fffffff };
static const uint32_t architecture = 0;
#endif

/* A kernel without seccomp does without this bar; the other bounds hold. */
static void forbid_running_programs(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 0, architecture != 0 ? 4 : 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FOREIGN_BIT, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { .len = sizeof filter / sizeof filter[0],
                                  .filter = filter };

    (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

bool system_bound_privileges(struct error *err)
{
    linux_container_prepare();
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    /* While we may: it needs CAP_SYS_RESOURCE. */
    if (!raise_limits(err) || !keep_capabilities(err))
        return false;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return linux_error_set(err, errno, "cannot set no_new_privs");
    forbid_running_programs();
    return true;
}

/* A container has files of its own and gets live changes only. */
static bool is_own_network(struct error *err)
{
    struct text sign = { 0 };
    bool ok = !linux_is_foreign_network() || linux_is_container(&sign);

    text_clear(&sign);
    return ok ||
           error_set(err, ERR_DENIED,
                     "this is not the network namespace of PID 1, to which /etc/sysctl.d "
                     "applies: run it with nsenter --net=/proc/1/ns/net");
}

bool system_may_change(struct error *err)
{
    static const char path[] = "/proc/sys/net/ipv4/ip_local_port_range";
    int fd;

    /* Files that another user creates would be refused by the next run. */
    if (geteuid() != 0)
        return error_set(err, ERR_DENIED,
                         "changing settings needs root: run it with sudo, or as root");
    if (!is_own_network(err))
        return false;
    fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd >= 0) {
        (void)close(fd);
        return true;
    }
    if (errno == EROFS)
        return error_set(err, ERR_DENIED,
                         "/proc/sys is mounted read-only (a container?): run it on the "
                         "host, or in a container that may change its settings");
    return error_set(err, ERR_DENIED,
                     "changing settings needs the right to write %s (CAP_NET_ADMIN): %s",
                     path, strerror(errno));
}

/* The number behind `field` in /proc/PID/status. */
static bool status_number(const char *status, const char *field, uint32_t *out)
{
    const char *at = strstr(status, field);
    char digits[16];
    size_t length;

    if (!at)
        return false;
    at += strlen(field);
    at += strspn(at, " \t");
    length = strspn(at, "0123456789");
    if (length == 0 || length >= sizeof digits)
        return false;
    (void)snprintf(digits, sizeof digits, "%.*s", (int)length, at);
    return number_parse_u32(digits, UINT32_MAX, out, NULL);
}

/* The user of the nearest ancestor that is not root's: who called sudo. 0 = nobody. */
static uint32_t calling_user(void)
{
    uint32_t pid = (uint32_t)getppid();
    uint32_t user = 0;

    for (int i = 0; i < 16 && user == 0 && pid > 1; i++) {
        char path[sizeof "/proc//status" + 12];
        char status[16 * 1024];

        (void)snprintf(path, sizeof path, "/proc/%lu/status", (unsigned long)pid);
        if (!proc_file_slurp(path, status, sizeof status, NULL) ||
            !status_number(status, "\nPPid:", &pid) ||
            !status_number(status, "\nUid:", &user))
            return 0;
    }
    return user;
}

/* The user who logged in, kept by the kernel through sudo and su. 0 = nobody did. */
static uint32_t login_user(void)
{
    char digits[16];
    uint32_t user = 0;

    if (!proc_file_slurp("/proc/self/loginuid", digits, sizeof digits, NULL))
        return 0;
    digits[strcspn(digits, "\n")] = '\0';
    if (!number_parse_u32(digits, UINT32_MAX, &user, NULL) || user == UINT32_MAX)
        return 0;
    return user;
}

/* Numbers only: looking a name up may ask a directory server that does not answer. */
void system_user(struct text *out)
{
    const unsigned long user = geteuid();
    const unsigned long login = login_user();
    const unsigned long caller = calling_user();

    if (user == 0)
        text_add(out, "root");
    else
        text_addf(out, "uid %lu", user);
    if (login != 0 && login != user)
        text_addf(out, " (login uid %lu)", login);
    else if (caller != 0 && caller != user)
        text_addf(out, " (called by uid %lu)", caller);
}

bool system_is_container(struct text *why)
{
    return linux_is_container(why);
}

bool system_mark_boot(const char *mark, struct error *err)
{
    (void)mark;
    (void)err;
    return true;
}

bool system_reserve_at_boot(struct boot_reserve *out, struct error *err)
{
    return linux_read_boot_reserve(out, err);
}

/* Loggers cut or drop longer ones (RFC 3164 promises 1024, the daemons take 8192). */
enum { LINE_MAX_BYTES = 4096 };

/* "Nov 21 04:00:00 ": the form that syslog(3) sends. */
static void add_time(struct text *message)
{
    const time_t now = time(NULL);
    struct tm local;
    char stamp[32];

    /* It may name a file: the caller's, or a pipe that is never written to. */
    (void)unsetenv("TZ");
    if (localtime_r(&now, &local) &&
        strftime(stamp, sizeof stamp, "%b %e %H:%M:%S ", &local) > 0)
        text_add(message, stamp);
}

static bool send_as(int type, const struct text *message)
{
    static const struct sockaddr_un address = { .sun_family = AF_UNIX,
                                                .sun_path = "/dev/log" };
    /* A stream needs the NUL between two messages. */
    const size_t length = message->length + (type == SOCK_STREAM);
    const int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool sent;

    if (fd < 0)
        return false;
    sent = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
           send(fd, message->data, length, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
    (void)close(fd);
    return sent;
}

/* Never waits: no listener, or one that does not read, loses the line; syslog(3) waits
 * without end for a logger that stopped reading. */
void system_audit(bool failure, const char *line)
{
    const int priority = LOG_AUTHPRIV | (failure ? LOG_WARNING : LOG_NOTICE);
    struct text message = { 0 };

    text_addf(&message, "<%d>", priority);
    add_time(&message);
    text_addf(&message, "remediate_port_exhaustion[%lu]: ", (unsigned long)getpid());
    text_add_clean(&message, line, "");
    text_cut(&message, LINE_MAX_BYTES);
    if (!message.failed && !send_as(SOCK_DGRAM, &message))
        (void)send_as(SOCK_STREAM, &message);
    text_clear(&message);
}

/* Linux reserves the ports of listeners, so nobody is ever in the way. */
void system_port_owner(enum ip_protocol protocol, uint16_t port, struct text *out)
{
    (void)protocol;
    (void)port;
    (void)out;
}

unsigned long system_pid(void)
{
    return (unsigned long)getpid();
}

void system_ignore_interruptions(void)
{
    static const int signals[] = { SIGTSTP, SIGTTIN, SIGTTOU, SIGINT, SIGQUIT, SIGHUP };
    const struct sigaction ignore = { .sa_handler = SIG_IGN };

    for (size_t i = 0; i < ARRAY_COUNT(signals); i++)
        (void)sigaction(signals[i], &ignore, NULL);
}
