/* SPDX-License-Identifier: MIT */
/* Asks the kernel through the product's own READ seam: one question as often as wanted,
 * or which ports of a range are closed. And a client that must not notice. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "checks/base/compiler.h"
#include "checks/host/host.h"
#include "checks/model/port_range.h"
#include "tests/host/tools/lib/loopback.h"
#include "tests/support/word.h"

enum { MPTCP = 262, US_PER_MS = 1000, WITHOUT_MAX = 8 };

static const char usage[] =
    "usage: ask_tool [OPTION...] ask KIND LOCAL REMOTE [DEVICE [COUNT [PAUSE_MS]]]\n"
    "       ask_tool [OPTION...] closed FIRST-LAST\n"
    "       ask_tool client COUNT\n"
    "  ask     KIND is connect, bind or udp_connect; LOCAL is ADDRESS, REMOTE is\n"
    "          ADDRESS:PORT, or - for none; DEVICE an interface index, 0 = none.\n"
    "          One line: 'free', 'none', 'unknown: WHY' or 'ended: WHY'; of more than "
    "one\n"
    "          ask 'free N none N unknown N'; with a pause 'asking' after the first\n"
    "  closed  'closed N: PORT...' or 'ended: WHY'\n"
    "  client  connects to 127.0.0.1:7100 and closes, without pause, until standard\n"
    "          input ends, and at least COUNT times: 'ready' after the first one, then\n"
    "          'made N lost N'. A connection that had to be tried again is a lost one.\n"
    "  --mptcp       each TCP socket is one of MPTCP, as mptcpize(8) makes them\n"
    "  --without N   as on a kernel that does not know option N\n"
    "  --then-bind   after the end bind() to port 0 is asked about too: ', bind() "
    "ANSWER'\n";

static bool to_mptcp;
static bool then_bind;
static uint32_t without[WITHOUT_MAX];
static size_t without_count;

/* In place of the C library's, for the product's code too. */
int socket(int domain, int type, int protocol)
{
    const bool inet = domain == AF_INET || domain == AF_INET6;

    if (to_mptcp && inet && (type & 0xF) == SOCK_STREAM)
        protocol = MPTCP;
    return (int)syscall(SYS_socket, domain, type, protocol);
}

int setsockopt(int fd, int level, int optname, const void *optval, socklen_t optlen)
{
    for (size_t i = 0; i < without_count; i++)
        if (without[i] == (uint32_t)optname) {
            errno = ENOPROTOOPT;
            return -1;
        }
    return (int)syscall(SYS_setsockopt, fd, level, optname, optval, optlen);
}

static bool parse_end(const char *text, struct ip_address *address, uint16_t *port)
{
    struct endpoint end;

    if (strcmp(text, "-") == 0)
        return true;
    if (!endpoint_parse(text, &end))
        return false;
    *port = endpoint_port(&end);
    if (end.address.ss_family == AF_INET)
        *address =
            ip_address_from_v4(&((const struct sockaddr_in *)&end.address)->sin_addr);
    else
        *address =
            ip_address_from_v6(&((const struct sockaddr_in6 *)&end.address)->sin6_addr);
    return true;
}

static bool parse_question(int argc, char **argv, struct ask *out)
{
    uint16_t unused;
    size_t kind = 0;

    if (argc < 3 || !word_number(ask_kind_names, ASK_KIND_COUNT, argv[0], &kind))
        return false;
    out->kind = (enum ask_kind)kind;
    return parse_end(argv[1], &out->local, &unused) &&
           parse_end(argv[2], &out->remote, &out->remote_port) &&
           (argc < 4 || loopback_parse_number(argv[3], 0, INT32_MAX, &out->device));
}

static int ended(const struct host *host, const struct error *err)
{
    static const uint8_t any[4];
    struct ask bind_ask = { .kind = ASK_BIND, .local = ip_address_from_v4(any) };

    printf("ended: %s", err->message);
    if (then_bind)
        printf(", bind() %s", host->ops->ask(host->self, &bind_ask, NULL)
                                  ? ask_answer_names[bind_ask.answer]
                                  : "ended");
    printf("\n");
    return 1;
}

static int ask_often(const struct host *host, const struct ask *question, uint32_t count,
                     uint32_t pause_ms)
{
    uint32_t answers[ASK_ANSWER_COUNT] = { 0 };
    struct ask ask = *question;
    struct error err = { 0 };

    for (uint32_t i = 0; i < count; i++) {
        ask = *question;
        if (!host->ops->ask(host->self, &ask, &err))
            return ended(host, &err);
        answers[ask.answer]++;
        if (pause_ms > 0 && i == 0 && (puts("asking") < 0 || fflush(stdout) != 0))
            return 1;
        if (pause_ms > 0)
            (void)usleep(pause_ms * US_PER_MS);
    }
    if (count > 1)
        printf("free %u none %u unknown %u\n", answers[ASK_FREE], answers[ASK_NONE],
               answers[ASK_UNKNOWN]);
    else
        printf("%s%s%s\n", ask_answer_names[ask.answer], ask.reason[0] ? ": " : "",
               ask.reason);
    return 0;
}

static int ask_command(const struct host *host, int argc, char **argv)
{
    struct ask question = { .kind = ASK_CONNECT };
    uint32_t count = 1;
    uint32_t pause_ms = 0;

    if (!parse_question(argc, argv, &question) ||
        (argc >= 5 && !loopback_parse_number(argv[4], 1, INT32_MAX, &count)) ||
        (argc >= 6 && !loopback_parse_number(argv[5], 0, 1000, &pause_ms)))
        return -1;
    return ask_often(host, &question, count, pause_ms);
}

static int closed_command(const struct host *host, int argc, char **argv)
{
    static uint16_t ports[UINT16_MAX + 1];
    static struct port_set closed;
    struct port_range range;
    struct error err = { 0 };
    int64_t cpu_ns = 0;
    size_t n = 0;

    if (argc != 1 || !port_range_parse(argv[0], &range, NULL))
        return -1;
    for (uint32_t port = range.first; port <= range.last; port++)
        ports[n++] = (uint16_t)port;
    if (!host->ops->find_closed(host->self, ports, n, &closed, &cpu_ns, &err)) {
        printf("%s", err.code == ERR_UNSUPPORTED ? "unsupported, " : "");
        return ended(host, &err);
    }
    printf("closed %u:", port_set_count(&closed));
    for (size_t i = 0; i < n; i++)
        if (port_set_has(&closed, ports[i]))
            printf(" %u", ports[i]);
    printf("\n");
    return 0;
}

static bool input_ended(void)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    char byte;

    return poll(&input, 1, 0) > 0 && read(STDIN_FILENO, &byte, 1) <= 0;
}

/* False when no port was free. */
static bool connect_once(const struct endpoint *to, int listener)
{
    const int fd = socket(to->address.ss_family, SOCK_STREAM, 0);
    const bool ok =
        fd >= 0 && connect(fd, (const struct sockaddr *)&to->address, to->length) == 0;

    if (fd >= 0)
        loopback_abort(fd);
    if (ok)
        (void)close(loopback_accept(listener));
    return ok;
}

static int client_command(const struct host *host, int argc, char **argv)
{
    struct endpoint to;
    uint32_t least;
    uint32_t made = 0;
    uint32_t lost = 0;
    int listener;

    (void)host;
    if (argc != 1 || !loopback_parse_number(argv[0], 1, INT32_MAX, &least) ||
        !endpoint_parse("127.0.0.1:7100", &to) || (listener = loopback_listen(&to)) < 0)
        return -1;
    for (bool again = false; !input_ended() || made < least;) {
        const bool ok = connect_once(&to, listener);

        made += ok;
        lost += !ok && !again;
        again = !ok;
        if (ok && made == 1 && (puts("ready") < 0 || fflush(stdout) != 0))
            return 1;
    }
    printf("made %u lost %u\n", made, lost);
    return 0;
}

static bool parse_options(int *argc, char ***argv)
{
    for (; *argc > 1 && strncmp((*argv)[1], "--", 2) == 0; (*argc)--, (*argv)++) {
        if (strcmp((*argv)[1], "--mptcp") == 0) {
            to_mptcp = true;
            continue;
        }
        if (strcmp((*argv)[1], "--then-bind") == 0) {
            then_bind = true;
            continue;
        }
        if (strcmp((*argv)[1], "--without") != 0 || *argc < 3 ||
            without_count == WITHOUT_MAX ||
            !loopback_parse_number((*argv)[2], 1, 255, &without[without_count++]))
            return false;
        (*argc)--;
        (*argv)++;
    }
    return *argc > 2;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(const struct host *, int, char **);
    } commands[] = { { "ask", ask_command },
                     { "closed", closed_command },
                     { "client", client_command } };
    const bool good = parse_options(&argc, &argv);
    struct host host;
    int result = -1;

    loopback_require_namespace("ask_tool");
    if (!host_open(&host, NULL))
        return 2;
    for (size_t i = 0; good && i < ARRAY_COUNT(commands); i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            result = commands[i].run(&host, argc - 2, argv + 2);
    host.ops->close(host.self);
    if (result >= 0)
        return result;
    (void)fputs(usage, stderr);
    return 2;
}
