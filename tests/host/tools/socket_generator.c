/* SPDX-License-Identifier: MIT */
/* Makes a known population of sockets on loopback, so that what the check reports can be
 * compared with what there is. */
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/host/tools/lib/loopback.h"

enum {
    COUNT_MAX = 4000000,
    PROCESSES_MAX = 512,
    FILES_SPARE = 64,
    LOCAL_PORT_RANGE_OPTION = 51, /* IP_LOCAL_PORT_RANGE of <linux/in.h>, Linux 6.3 */
};

static const char usage[] =
    "usage: socket_generator KIND [options]\n"
    "KIND: time-wait server-time-wait established close-wait fin-wait2\n"
    "      fin-wait2-orphan bound listen udp\n"
    "  --count N          sockets or connections (default 1)\n"
    "  --ports FIRST-LAST local ports of the clients (default 32768-60999)\n"
    "  --explicit         take them with bind(): for ports outside the system's range\n"
    "  --remote ADDR:PORT first destination (default 127.1.0.1:7000); the next ones "
    "count\n"
    "                     the IPv4 address up, or for IPv6 the port\n"
    "  --destinations N   spread over N of them (default: as few as the ports allow)\n"
    "  --processes N      at work at the same time (default 2)\n"
    "Prints 'ready N'. All but the TIME_WAIT kinds then hold their sockets until "
    "standard\n"
    "input ends, and end at once when it ends before.\n";

enum kind {
    KIND_TIME_WAIT = 0,
    KIND_SERVER_TIME_WAIT,
    KIND_ESTABLISHED,
    KIND_CLOSE_WAIT,
    KIND_FIN_WAIT2,
    KIND_FIN_WAIT2_ORPHAN,
    KIND_BOUND,
    KIND_LISTEN,
    KIND_UDP,
    KIND_COUNT
};

static const char *const kind_names[KIND_COUNT] = { "time-wait",   "server-time-wait",
                                                    "established", "close-wait",
                                                    "fin-wait2",   "fin-wait2-orphan",
                                                    "bound",       "listen",
                                                    "udp" };

struct plan {
    enum kind kind;
    uint32_t count;
    uint32_t first_port;
    uint32_t last_port;
    bool explicit_port;
    struct endpoint remote;
    uint32_t destinations; /* 0 = as few as possible */
    uint32_t processes;
    uint32_t per_destination;
};

static _Noreturn void die(const char *what, const struct endpoint *at, uint32_t port)
{
    fprintf(stderr, "socket_generator: %s %s from port %u: %s\n", what, endpoint_text(at),
            (unsigned)port, strerror(errno));
    _exit(1);
}

static bool leaves_time_wait(enum kind kind)
{
    return kind == KIND_TIME_WAIT || kind == KIND_SERVER_TIME_WAIT;
}

static bool has_destination(enum kind kind)
{
    return kind <= KIND_FIN_WAIT2_ORPHAN;
}

static bool bind_port(int fd, sa_family_t family, uint16_t port)
{
    struct endpoint any = { .length = family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                         : sizeof(struct sockaddr_in) };
    int one = 1;

    any.address.ss_family = family;
    endpoint_set_port(&any, port);
    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
           bind(fd, (const struct sockaddr *)&any.address, any.length) == 0;
}

/* Leaves the kernel one port to choose from at connect(): a port taken so can still be
 * shared with other destinations, a bound one cannot. */
static bool pin_port(int fd, const struct plan *plan, uint16_t port)
{
    uint32_t only = (uint32_t)port << 16 | port;

    if (plan->explicit_port) {
        return bind_port(fd, plan->remote.address.ss_family, port);
    }
    if (setsockopt(fd, IPPROTO_IP, LOCAL_PORT_RANGE_OPTION, &only, sizeof(only)) == 0) {
        return true;
    }
    return errno == ENOPROTOOPT && bind_port(fd, plan->remote.address.ss_family, port);
}

static int open_client(const struct plan *plan, const struct endpoint *to, uint16_t port)
{
    int fd = socket(to->address.ss_family, SOCK_STREAM, 0);

    if (fd < 0 || !pin_port(fd, plan, port) ||
        connect(fd, (const struct sockaddr *)&to->address, to->length) != 0) {
        die("cannot connect to", to, port);
    }
    return fd;
}

/* Brings a fresh connection into the state that is wanted. */
static void settle(enum kind kind, int client, int server)
{
    switch (kind) {
    case KIND_TIME_WAIT:
        close(client);
        close(server);
        break;
    case KIND_SERVER_TIME_WAIT:
        close(server);
        close(client);
        break;
    case KIND_CLOSE_WAIT:
        (void)shutdown(server, SHUT_WR);
        break;
    case KIND_FIN_WAIT2:
        (void)shutdown(client, SHUT_WR);
        break;
    case KIND_FIN_WAIT2_ORPHAN:
        close(client);
        break;
    default:
        break;
    }
}

/* All connections to destination number `number`. Only the destination knows its
 * listener, which goes when they are made. */
static uint32_t make_destination(const struct plan *plan, uint32_t number)
{
    struct endpoint to = endpoint_step(plan->remote, number);
    struct endpoint at = endpoint_unmapped(&to);
    uint32_t ports = plan->last_port - plan->first_port + 1;
    uint32_t start = number * plan->per_destination;
    uint32_t end = start + plan->per_destination;
    int listener = loopback_listen(&at);

    if (listener < 0) {
        die("cannot listen at", &at, 0);
    }
    end = end < plan->count ? end : plan->count;
    for (uint32_t i = start; i < end; i++) {
        uint16_t port = (uint16_t)(plan->first_port + i % ports);
        int client = open_client(plan, &to, port);
        int server = loopback_accept(listener);

        if (server < 0) {
            die("cannot accept at", &at, port);
        }
        settle(plan->kind, client, server);
    }
    close(listener);
    return end > start ? end - start : 0;
}

static void make_local(const struct plan *plan, uint32_t number)
{
    uint16_t port = (uint16_t)(plan->first_port + number);
    sa_family_t family = plan->remote.address.ss_family;
    int fd = socket(family, plan->kind == KIND_UDP ? SOCK_DGRAM : SOCK_STREAM, 0);

    if (fd < 0 || !bind_port(fd, family, port) ||
        (plan->kind == KIND_LISTEN && listen(fd, 16) != 0)) {
        die("cannot bind for", &plan->remote, port);
    }
}

static uint32_t make_share(const struct plan *plan, uint32_t worker)
{
    uint32_t made = 0;

    for (uint32_t i = worker; has_destination(plan->kind) && i < plan->destinations;
         i += plan->processes) {
        made += make_destination(plan, i);
    }
    for (uint32_t i = worker; !has_destination(plan->kind) && i < plan->count;
         i += plan->processes) {
        make_local(plan, i);
        made++;
    }
    return made;
}

/* A worker: tells its count, then holds its sockets until the parent lets go. */
static _Noreturn void work(const struct plan *plan, uint32_t worker, int report, int hold)
{
    uint32_t made;
    char byte;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    made = make_share(plan, worker);
    if (write(report, &made, sizeof(made)) != (ssize_t)sizeof(made)) {
        _exit(1);
    }
    close(report);
    while (!leaves_time_wait(plan->kind) && read(hold, &byte, 1) > 0) {
    }
    _exit(0);
}

static bool start_workers(const struct plan *plan, const int report[2], const int hold[2])
{
    for (uint32_t i = 0; i < plan->processes; i++) {
        pid_t pid = fork();

        if (pid < 0) {
            return false;
        }
        if (pid == 0) {
            close(report[0]);
            close(hold[1]);
            work(plan, i, report[1], hold[0]);
        }
    }
    close(report[1]);
    close(hold[0]);
    return true;
}

/* False when standard input ends first: whoever wanted the sockets is gone. Nobody need
 * hold it for sockets in TIME_WAIT. */
static bool wait_for_report(int report, bool watches_input)
{
    struct pollfd wait[] = { { .fd = report, .events = POLLIN },
                             { .fd = watches_input ? STDIN_FILENO : -1,
                               .events = POLLIN } };

    for (;;) {
        char byte;

        if (poll(wait, 2, -1) < 0 && errno != EINTR) {
            return false;
        }
        if (wait[0].revents) {
            return true;
        }
        if (wait[1].revents && read(STDIN_FILENO, &byte, 1) <= 0) {
            return false;
        }
    }
}

static uint32_t add_reports(int report, bool watches_input)
{
    uint32_t total = 0;
    uint32_t made;

    while (wait_for_report(report, watches_input) &&
           read(report, &made, sizeof(made)) == (ssize_t)sizeof(made)) {
        total += made;
    }
    return total;
}

static int run_plan(const struct plan *plan)
{
    int report[2];
    int hold[2];
    uint32_t total;
    char byte;

    if (pipe(report) != 0 || pipe(hold) != 0 || !start_workers(plan, report, hold)) {
        perror("socket_generator");
        return 1;
    }
    total = add_reports(report[0], !leaves_time_wait(plan->kind));
    if (total != plan->count) {
        fprintf(stderr, "socket_generator: made %u of %u\n", total, plan->count);
        return 1;
    }
    printf("ready %u\n", total);
    fflush(stdout);
    while (!leaves_time_wait(plan->kind) && read(STDIN_FILENO, &byte, 1) > 0) {
    }
    close(hold[1]);
    while (wait(NULL) > 0) {
    }
    return 0;
}

/* How many destinations there are, how many connections each gets, who makes them. */
static bool divide(struct plan *plan)
{
    uint32_t ports = plan->last_port - plan->first_port + 1;
    uint32_t files = loopback_raise_file_limit() - FILES_SPARE;
    uint32_t most = ports;

    if (!has_destination(plan->kind)) {
        plan->processes = plan->count / files + 1;
        return plan->count <= ports;
    }
    if (!leaves_time_wait(plan->kind) && most > files / 2) {
        most = files / 2;
    }
    if (plan->destinations == 0) {
        plan->destinations = (plan->count + most - 1) / most;
    }
    plan->per_destination = (plan->count + plan->destinations - 1) / plan->destinations;
    if (!leaves_time_wait(plan->kind)) {
        uint32_t each = files / 2 / plan->per_destination;

        plan->processes = each ? (plan->destinations + each - 1) / each : 0;
    }
    return plan->per_destination <= most && plan->processes > 0 &&
           plan->processes <= PROCESSES_MAX;
}

static bool parse_ports(char *text, struct plan *plan)
{
    char *last = strchr(text, '-');

    if (!last) {
        return false;
    }
    *last++ = '\0';
    return loopback_parse_number(text, 1, 65535, &plan->first_port) &&
           loopback_parse_number(last, plan->first_port, 65535, &plan->last_port);
}

static bool parse_kind(const char *text, enum kind *out)
{
    for (int i = 0; i < KIND_COUNT; i++) {
        if (strcmp(text, kind_names[i]) == 0) {
            *out = (enum kind)i;
            return true;
        }
    }
    return false;
}

static bool take_option(int option, struct plan *plan)
{
    switch (option) {
    case 'c':
        return loopback_parse_number(optarg, 1, COUNT_MAX, &plan->count);
    case 'p':
        return parse_ports(optarg, plan);
    case 'e':
        plan->explicit_port = true;
        return true;
    case 'r':
        return endpoint_parse(optarg, &plan->remote);
    case 'd':
        return loopback_parse_number(optarg, 1, COUNT_MAX, &plan->destinations);
    case 'j':
        return loopback_parse_number(optarg, 1, PROCESSES_MAX, &plan->processes);
    default:
        return false;
    }
}

static bool parse_plan(int argc, char **argv, struct plan *plan)
{
    static const struct option options[] = {
        { "count", required_argument, NULL, 'c' },
        { "ports", required_argument, NULL, 'p' },
        { "explicit", no_argument, NULL, 'e' },
        { "remote", required_argument, NULL, 'r' },
        { "destinations", required_argument, NULL, 'd' },
        { "processes", required_argument, NULL, 'j' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (!take_option(option, plan)) {
            return false;
        }
    }
    return optind == argc - 1 && parse_kind(argv[optind], &plan->kind);
}

int main(int argc, char **argv)
{
    struct plan plan = {
        .count = 1, .first_port = 32768, .last_port = 60999, .processes = 2
    };

    if (!endpoint_parse("127.1.0.1:7000", &plan.remote) ||
        !parse_plan(argc, argv, &plan)) {
        fputs(usage, stderr);
        return 2;
    }
    loopback_require_namespace("socket_generator");
    if (!divide(&plan)) {
        fputs(
            "socket_generator: more than these ports, destinations or open files allow\n",
            stderr);
        return 2;
    }
    return run_plan(&plan);
}
