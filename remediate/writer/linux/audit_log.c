/* SPDX-License-Identifier: MIT */
/* A run's line in the system's log. */
#include "remediate/writer/linux/audit_log.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "checks/base/text.h"
#include "remediate/writer/system.h"

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

/* -1 = the log does not take this type of socket, or is not there. */
static int connect_as(int type)
{
    static const struct sockaddr_un address = { .sun_family = AF_UNIX,
                                                .sun_path = "/dev/log" };
    const int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

/* To a log that takes streams, as few do; open until the process ends. */
static int stream = -1;
static bool prepared;

void audit_log_prepare(void)
{
    const int datagrams = connect_as(SOCK_DGRAM);

    if (datagrams >= 0)
        (void)close(datagrams);
    else
        stream = connect_as(SOCK_STREAM);
    prepared = true;
}

static bool send_to(int fd, const char *bytes, size_t length)
{
    return fd >= 0 && send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

static void send_line(const struct text *line)
{
    const int datagrams = connect_as(SOCK_DGRAM);

    if (datagrams >= 0) {
        (void)send_to(datagrams, line->data, line->length);
        (void)close(datagrams);
        return;
    }
    if (!prepared)
        audit_log_prepare();
    /* A stream needs the NUL between two messages. */
    (void)send_to(stream, line->data, line->length + 1);
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
    if (!message.failed)
        send_line(&message);
    text_clear(&message);
}
