/* SPDX-License-Identifier: MIT */
/* syslog(3) waits without end for a logger that stopped reading; a run must not. */
#include "remediate/writer/linux/audit_line.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "checks/base/text.h"

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

void audit_line_send(bool failure, const char *line)
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
