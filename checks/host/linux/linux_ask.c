/* SPDX-License-Identifier: MIT */
/* A connect() that chooses its port and stops there: with TCP Fast Open put off to the
 * first write, which never comes, the SYN is not sent, and close() gives the port back.
 */
#include "checks/host/linux/linux_ask.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "checks/host/linux/ask_answer.h"
#include "checks/host/linux/linux_file.h"
#include "checks/host/linux/netstat_counter.h"
#include "checks/host/program.h"

/* By number (include/uapi/linux/tcp.h, in.h, asm-generic/socket.h): the headers of some
 * systems that we are built on are older than the kernels that we run on. */
enum {
    FASTOPEN_CONNECT = 30,     /* TCP_, kernel 4.11 */
    FASTOPEN_NO_COOKIE = 34,   /* TCP_, kernel 4.15; without it a SYN goes out at once */
    BIND_ADDRESS_NO_PORT = 24, /* IP_, kernel 4.2; IPv6 sockets take it too */
    LOCAL_PORT_RANGE = 51,     /* IP_, kernel 6.3; last << 16 | first */
    BIND_TO_INDEX = 62         /* SO_BINDTOIFINDEX, kernel 5.1; 5.7 where not root */
};

/* Where nobody is, and nothing leaves the machine. */
static const uint8_t nowhere[] = { 127, 99, 99, 99 };
static const uint8_t loopback[] = { 127, 0, 0, 1 };
enum { NOWHERE_PORT = 9 };

/* Of this run: why nothing may be asked, since a packet could go out. A code that is not
 * ERR_NONE is a reason. */
static struct {
    bool looked;
    struct error black_hole; /* looked: no connect() */
    struct error began;      /* one connect() sent: nothing at all */
} forbidden;

/* With a black hole found, connect() sends its SYN at once, whatever the socket says
 * (tcp_fastopen_active_should_disable). That state itself shows nowhere; it needs a
 * timeout that is not 0, and is counted when it begins. Unreadable is as not 0. */
static void look_for_black_hole(struct error *out)
{
    int64_t timeout_s;
    uint64_t found;
    struct error unread = { 0 };

    if (sysctl_read_number("net/ipv4/tcp_fastopen_blackhole_timeout_sec", &timeout_s,
                           NULL) &&
        timeout_s == 0)
        return;
    if (!netstat_read_counter("TCPFastOpenBlackhole", &found, &unread))
        (void)error_set(out, ERR_UNSUPPORTED,
                        "connect() might send a packet: no telling whether TCP Fast Open "
                        "met a black hole (%.200s)",
                        unread.message);
    else if (found > 0)
        (void)error_set(out, ERR_UNSUPPORTED,
                        "connect() might send a packet: TCP Fast Open met a black hole "
                        "since the boot (TCPFastOpenBlackhole)");
}

static bool is_none(const struct error *reason, struct error *err)
{
    return reason->code == ERR_NONE ||
           error_set(err, reason->code, "%s", reason->message);
}

static bool may_ask(enum ask_kind kind, struct error *err)
{
    if (!is_none(&forbidden.began, err))
        return false;
    if (kind != ASK_CONNECT)
        return true;
    if (!forbidden.looked)
        look_for_black_hole(&forbidden.black_hole);
    forbidden.looked = true;
    return is_none(&forbidden.black_hole, err);
}

/* That one connect() sent something stays: it is this program's way of asking. */
void linux_ask_forget(void)
{
    forbidden.looked = false;
    error_clear(&forbidden.black_hole);
}

static bool turn_on(int fd, int level, int option)
{
    const int on = 1;

    return setsockopt(fd, level, option, &on, sizeof on) == 0;
}

static bool bind_device(int fd, uint32_t device)
{
    const int index = (int)device;
    char name[IF_NAMESIZE];

    if (device == 0 ||
        setsockopt(fd, SOL_SOCKET, BIND_TO_INDEX, &index, sizeof index) == 0)
        return true;
    return errno == ENOPROTOOPT && if_indextoname(device, name) &&
           setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name)) ==
               0;
}

/* A source address that is chosen by connect() can fail as if there were no port: IPv6
 * without one says EADDRNOTAVAIL with every port free. */
static bool bind_source(int fd, const struct ask *ask)
{
    struct sockaddr_storage source;
    const socklen_t length = ask_address(&ask->local, 0, ask->device, &source);

    return bind(fd, (const struct sockaddr *)&source, length) == 0;
}

/* NULL when connect() will not send; else the step that failed, with errno. */
static const char *hold_back(int fd, const struct ask *ask)
{
    if (!turn_on(fd, IPPROTO_TCP, FASTOPEN_CONNECT))
        return "TCP_FASTOPEN_CONNECT (the 1 of net.ipv4.tcp_fastopen)";
    if (!turn_on(fd, IPPROTO_TCP, FASTOPEN_NO_COOKIE))
        return "TCP_FASTOPEN_NO_COOKIE";
    if (!turn_on(fd, IPPROTO_IP, BIND_ADDRESS_NO_PORT))
        return "IP_BIND_ADDRESS_NO_PORT";
    return bind_source(fd, ask) ? NULL : "bind() to the source address";
}

/* All that comes before the call that looks for a port. The same; *fd is open, or -1. */
static const char *prepare(const struct ask *ask, int *fd)
{
    const int type = ask->kind == ASK_UDP_CONNECT ? SOCK_DGRAM : SOCK_STREAM;
    const struct ip_address *address =
        ask->kind == ASK_UDP_CONNECT ? &ask->remote : &ask->local;

    *fd = socket(ip_address_is_v4(address) ? AF_INET : AF_INET6,
                 type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*fd < 0)
        return "socket()";
    if (!bind_device(*fd, ask->device))
        return "SO_BINDTODEVICE";
    return ask->kind == ASK_CONNECT ? hold_back(*fd, ask) : NULL;
}

static bool decide(struct ask *ask, int number, struct error *err)
{
    struct error ended = { 0 };

    if (ask_answer_decide(ask, number, &ended))
        return true;
    if (number == EINPROGRESS)
        forbidden.began = ended;
    return is_none(&ended, err);
}

/* The one call that looks for a port. errno's number; 0 = it found one. */
static int look_for_port(int fd, const struct ask *ask)
{
    const bool binds = ask->kind == ASK_BIND;
    struct sockaddr_storage address;
    const socklen_t length = ask_address(binds ? &ask->local : &ask->remote,
                                         ask->remote_port, ask->device, &address);
    const int result = binds ? bind(fd, (const struct sockaddr *)&address, length)
                             : connect(fd, (const struct sockaddr *)&address, length);

    return result == 0 ? 0 : errno;
}

static int look_and_measure(int fd, struct ask *ask)
{
    const int64_t before_ns = program_thread_cpu_ns();
    const int number = look_for_port(fd, ask);

    ask->microseconds = (uint32_t)((program_thread_cpu_ns() - before_ns) / 1000);
    return number;
}

static bool ask_once(struct ask *ask, struct error *err)
{
    int fd;
    const char *failed = prepare(ask, &fd);
    const int number = failed ? errno : look_and_measure(fd, ask);

    if (fd >= 0)
        (void)close(fd);
    return failed ? ask_answer_not_asked(ask, failed, number, err)
                  : decide(ask, number, err);
}

static bool has_source(const struct ask *ask)
{
    static const struct ip_address none = { { 0 } };
    const struct ip_address none_v4 = ip_address_from_v4(none.bytes);

    return memcmp(&ask->local, &none, sizeof none) != 0 &&
           memcmp(&ask->local, &none_v4, sizeof none_v4) != 0;
}

bool linux_ask(void *self, struct ask *ask, struct error *err)
{
    (void)self;
    ask->answer = ASK_UNKNOWN;
    if (!may_ask(ask->kind, err))
        return false;
    if (ask->kind == ASK_CONNECT && !has_source(ask)) {
        (void)snprintf(ask->reason, sizeof ask->reason, "no source address");
        return true;
    }
    return ask_once(ask, err);
}

/* Ports one by one: the answer to a range of one port toward an address that nobody uses
 * says whether connect() can share it. */

struct probe {
    struct ask ask;
    int fd; /* -1: the next port needs a new socket */
};

static bool set_port(int fd, uint16_t port)
{
    const uint32_t range = (uint32_t)port << 16 | port;

    return setsockopt(fd, IPPROTO_IP, LOCAL_PORT_RANGE, &range, sizeof range) == 0;
}

/* The socket without a port, and with this one as its range. NULL or the step that
 * failed, with errno. */
static const char *aim(struct probe *probe, uint16_t port)
{
    const char *failed = probe->fd < 0 ? prepare(&probe->ask, &probe->fd) : NULL;

    if (failed)
        return failed;
    return set_port(probe->fd, port) ? NULL : "IP_LOCAL_PORT_RANGE";
}

static void drop(struct probe *probe)
{
    if (probe->fd >= 0)
        (void)close(probe->fd);
    probe->fd = -1;
}

/* A socket that found a port holds it. It is left unconnected without one, at a third of
 * what a new one costs (measured: 3 and 8 us a port); held back anew, though 6.18 forgets
 * nothing. */
static void give_port_back(struct probe *probe)
{
    const struct sockaddr nobody = { .sa_family = AF_UNSPEC };

    if (connect(probe->fd, &nobody, sizeof nobody) < 0 ||
        !turn_on(probe->fd, IPPROTO_TCP, FASTOPEN_CONNECT) ||
        !turn_on(probe->fd, IPPROTO_TCP, FASTOPEN_NO_COOKIE))
        drop(probe);
}

static bool cannot_probe(const char *step, int number, struct error *err)
{
    if (number == ENOPROTOOPT || number == EOPNOTSUPP)
        return error_set(err, ERR_UNSUPPORTED, "%s: %s", step, strerror(number));
    return linux_error_set(err, number, "%s", step);
}

static bool probe_port(struct probe *probe, uint16_t port, struct error *err)
{
    const char *failed = aim(probe, port);
    int number;

    if (failed)
        return cannot_probe(failed, errno, err);
    number = look_for_port(probe->fd, &probe->ask);
    if (number == 0)
        give_port_back(probe);
    if (!decide(&probe->ask, number, err))
        return false;
    return probe->ask.answer != ASK_UNKNOWN || cannot_probe("connect()", number, err);
}

/* Adds the closed ones to *found. */
static bool probe_ports(struct probe *probe, const uint16_t *ports, size_t count,
                        struct port_set *found, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!probe_port(probe, ports[i], err))
            return false;
        if (probe->ask.answer == ASK_NONE)
            port_set_add(found, ports[i]);
    }
    return true;
}

bool linux_find_closed(void *self, const uint16_t *ports, size_t count,
                       struct port_set *closed, int64_t *cpu_ns, struct error *err)
{
    const int64_t before_ns = program_thread_cpu_ns();
    struct probe probe = { .fd = -1,
                           .ask = { .kind = ASK_CONNECT,
                                    .local = ip_address_from_v4(loopback),
                                    .remote = ip_address_from_v4(nowhere),
                                    .remote_port = NOWHERE_PORT } };
    struct port_set found = *closed;
    const bool ok =
        may_ask(ASK_CONNECT, err) && probe_ports(&probe, ports, count, &found, err);

    (void)self;
    drop(&probe);
    *cpu_ns += program_thread_cpu_ns() - before_ns;
    if (ok)
        *closed = found;
    return ok;
}

bool linux_name_device(void *self, uint32_t index, char name[OBSERVED_DEVICE_SIZE])
{
    char found[IF_NAMESIZE] = "";

    (void)self;
    if (!if_indextoname(index, found))
        return false;
    (void)snprintf(name, OBSERVED_DEVICE_SIZE, "%s", found);
    return true;
}
