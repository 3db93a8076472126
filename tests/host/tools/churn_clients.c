/* SPDX-License-Identifier: MIT */
/* Clients that open connections at a rate, hold each for a while, and close first; and a
 * server that closes after them. They count what they did themselves. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/host/tools/lib/loopback.h"

enum { NS_PER_S = 1000000000, NS_PER_MS = 1000000, HELD_MOST = 65536, EVENTS = 256 };

static const char usage[] =
    "usage: churn_clients serve ADDRESS:PORT\n"
    "       churn_clients open COUNT RATE HOLD_MS ADDRESS:PORT\n"
    "       churn_clients fork COUNT RATE HOLD_MS ADDRESS:PORT\n"
    "       churn_clients hold COUNT ADDRESS:PORT\n"
    "  serve  'ready'; accepts and closes after its clients until standard input ends\n"
    "  open   COUNT connections, RATE a second, each closed after HOLD_MS:\n"
    "         'made N failed N until MS' (CLOCK_MONOTONIC) after the last one is closed\n"
    "  fork   the same, each by a process of its own, which ends with it\n"
    "  hold   COUNT connections at once: 'ready'; held until standard input ends\n";

struct clients {
    uint32_t count;
    uint32_t rate;
    uint32_t hold_ms;
    struct endpoint to;
    uint32_t made;
    uint32_t failed;
};

/* Connections that are open, in the order of their ends. */
static struct {
    int fd;
    int64_t end_ns;
} held[HELD_MOST];
static uint32_t held_first;
static uint32_t held_end;

static int64_t now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void sleep_until(int64_t at_ns)
{
    const struct timespec at = { .tv_sec = at_ns / NS_PER_S,
                                 .tv_nsec = at_ns % NS_PER_S };

    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

/* Closes those whose end has come by then, each at its end. */
static void close_until(int64_t at_ns)
{
    while (held_first < held_end && held[held_first % HELD_MOST].end_ns <= at_ns) {
        sleep_until(held[held_first % HELD_MOST].end_ns);
        (void)close(held[held_first % HELD_MOST].fd);
        held_first++;
    }
}

static int connect_to(const struct endpoint *to)
{
    int fd = socket(to->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (const struct sockaddr *)&to->address, to->length) != 0) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

static void open_one(struct clients *clients)
{
    const int fd = connect_to(&clients->to);

    if (fd < 0) {
        clients->failed++;
        return;
    }
    clients->made++;
    if (clients->hold_ms == 0 || held_end - held_first == HELD_MOST) {
        (void)close(fd);
        return;
    }
    held[held_end % HELD_MOST].fd = fd;
    held[held_end % HELD_MOST].end_ns = now_ns() + (int64_t)clients->hold_ms * NS_PER_MS;
    held_end++;
}

/* The child's exit code tells whether it could. */
static void fork_one(struct clients *clients)
{
    int status = 0;
    const pid_t pid = fork();

    if (pid == 0) {
        const int fd = connect_to(&clients->to);

        sleep_until(now_ns() + (int64_t)clients->hold_ms * NS_PER_MS);
        _exit(fd < 0);
    }
    if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0)
        clients->made++;
    else
        clients->failed++;
}

static int run_clients(struct clients *clients, void (*one)(struct clients *))
{
    const int64_t start_ns = now_ns();

    for (uint32_t i = 0; i < clients->count; i++) {
        const int64_t due_ns = start_ns + (int64_t)i * NS_PER_S / clients->rate;

        close_until(due_ns);
        sleep_until(due_ns);
        one(clients);
    }
    close_until(INT64_MAX);
    printf("made %u failed %u until %lld\n", clients->made, clients->failed,
           (long long)(now_ns() / NS_PER_MS));
    return clients->failed != 0;
}

static int hold(const struct clients *clients)
{
    char byte;

    for (uint32_t i = 0; i < clients->count; i++)
        if (connect_to(&clients->to) < 0) {
            fprintf(stderr, "churn_clients: cannot connect: %s\n", strerror(errno));
            return 1;
        }
    puts("ready");
    (void)fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    return 0;
}

static bool watch(int poller, int fd)
{
    struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

    return epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* False at the end of standard input. */
static bool serve_one(int poller, int listener, int fd)
{
    char bytes[64];

    if (fd == listener) {
        const int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        return client < 0 || watch(poller, client);
    }
    if (read(fd, bytes, sizeof bytes) > 0)
        return true;
    if (fd == STDIN_FILENO)
        return false;
    (void)close(fd);
    return true;
}

static int serve(const struct endpoint *at)
{
    const int listener = loopback_listen(at);
    const int poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event events[EVENTS];

    if (listener < 0 || poller < 0 || !watch(poller, listener) ||
        !watch(poller, STDIN_FILENO)) {
        fprintf(stderr, "churn_clients: cannot listen: %s\n", strerror(errno));
        return 1;
    }
    puts("ready");
    (void)fflush(stdout);
    for (;;) {
        const int count = epoll_wait(poller, events, EVENTS, -1);

        for (int i = 0; i < count; i++)
            if (!serve_one(poller, listener, events[i].data.fd))
                return 0;
    }
}

static int run_open(char **arguments, void (*one)(struct clients *))
{
    struct clients clients = { 0 };

    if (!loopback_parse_number(arguments[0], 1, 1000000, &clients.count) ||
        !loopback_parse_number(arguments[1], 1, 1000000, &clients.rate) ||
        !loopback_parse_number(arguments[2], 0, 600000, &clients.hold_ms) ||
        !endpoint_parse(arguments[3], &clients.to)) {
        fputs(usage, stderr);
        return 2;
    }
    return run_clients(&clients, one);
}

static int run_hold(char **arguments)
{
    struct clients clients = { 0 };

    if (!loopback_parse_number(arguments[0], 1, HELD_MOST, &clients.count) ||
        !endpoint_parse(arguments[1], &clients.to)) {
        fputs(usage, stderr);
        return 2;
    }
    return hold(&clients);
}

int main(int argc, char **argv)
{
    struct endpoint at;

    (void)loopback_raise_file_limit();
    if (argc == 6 && strcmp(argv[1], "open") == 0)
        return run_open(argv + 2, open_one);
    if (argc == 6 && strcmp(argv[1], "fork") == 0)
        return run_open(argv + 2, fork_one);
    if (argc == 4 && strcmp(argv[1], "hold") == 0)
        return run_hold(argv + 2);
    if (argc == 3 && strcmp(argv[1], "serve") == 0 && endpoint_parse(argv[2], &at)) {
        loopback_require_namespace("churn_clients");
        return serve(&at);
    }
    fputs(usage, stderr);
    return 2;
}
