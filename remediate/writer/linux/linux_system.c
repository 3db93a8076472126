/* SPDX-License-Identifier: MIT */
/* What a run knows of Linux, and what it demands before it begins. */
#include "remediate/writer/system.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "checks/base/number.h"
#include "checks/base/text.h"
#include "checks/decode/proc_status.h"
#include "checks/host/linux/container.h"
#include "checks/host/linux/init_view.h"
#include "checks/host/linux/linux_boot_values.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/state_place.h"

/* Made below it where it is missing. */
static bool is_read_only(const char *directory)
{
    return access(directory, W_OK) != 0 && errno == EROFS;
}

bool system_may_keep(struct error *err)
{
    if (linux_is_foreign_network())
        return error_set(err, ERR_DENIED,
                         "this is not the network namespace of PID 1, to which "
                         "/etc/sysctl.d applies: run it with nsenter "
                         "--net=/proc/1/ns/net");
    if (linux_has_foreign_files())
        return error_set(err, ERR_DENIED,
                         "/etc/sysctl.d or " STATE_DIRECTORY " is not that of PID 1 (a "
                         "container with the host's processes?), so nothing would be "
                         "kept for the host's next boot: run it with nsenter "
                         "--mount=/proc/1/ns/mnt");
    /* A unit may have its directory alone to write to, as ours for Prometheus. */
    if (is_read_only("/etc/sysctl.d") ||
        (access("/etc/sysctl.d", F_OK) != 0 && is_read_only("/etc")))
        return error_set(err, ERR_IO, "/etc/sysctl.d is on a read-only file system");
    return true;
}

bool system_may_change_live_only(struct error *err)
{
    (void)err;
    return true;
}

void system_network(struct text *out)
{
    if (linux_is_foreign_network())
        linux_network_name(out);
}

bool system_may_change(struct error *err)
{
    static const char path[] = "/proc/sys/net/ipv4/ip_local_port_range";
    int fd;

    /* Files that another user creates would be refused by the next run. */
    if (geteuid() != 0)
        return error_set(err, ERR_DENIED,
                         "changing settings needs root: run it with sudo, or as root");
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
            !proc_status_number(status, "PPid", &pid) ||
            !proc_status_number(status, "Uid", &user))
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
void system_user(const struct deadline *deadline, struct text *out)
{
    const unsigned long user = geteuid();
    const unsigned long login = login_user();
    const unsigned long caller = calling_user();

    (void)deadline;
    if (user == 0)
        text_add(out, "root");
    else
        text_addf(out, "uid %lu", user);
    if (login != 0 && login != user)
        text_addf(out, " (login uid %lu)", login);
    else if (caller != 0 && caller != user)
        text_addf(out, " (called by uid %lu)", caller);
}

/* One that shares PID 1 with its host has to be asked for. */
bool system_is_container(struct text *why)
{
    return !linux_is_foreign_network() && !linux_has_foreign_files() &&
           linux_is_container(why);
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
