/* SPDX-License-Identifier: MIT */
/* Opens and closes connections without end, at a rate or as fast as it goes: the weather
 * that the check must read its counts in. */
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/host/tools/lib/loopback.h"

enum { FIRST_PORT = 50001, PORTS = 10000, NS_PER_S = 1000000000 };

static const char usage[] =
    "usage: socket_churn [--rate N] [--abort] [--system-ports]\n"
    "  --rate N   connections per second (default: as fast as it goes)\n"
    "  --abort    end them with a reset, so that no TIME_WAIT stays\n"
    "  --system-ports  on ports of the system's choice; else 50001-60000, by bind()\n"
    "Destinations are 127.2.x.y:7100. Prints 'ready' after the first connection, goes "
    "on\n"
    "until standard input ends, and prints 'made N failed N'.\n";

struct churn {
    uint32_t rate; /* 0 = as fast as it goes */
    bool abort;
    bool system_ports;
    uint64_t made;
    uint64_t failed;
};

static int64_t now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static bool bind_port(int fd, uint16_t port)
{
    struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };
    int one = 1;

    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 &&
           bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0;
}

/* Connection number n: another port each, then another destination. */
static bool one_connection(const struct churn *churn, uint64_t number, int listener)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(7100) };
    int client = socket(AF_INET, SOCK_STREAM, 0);
    int server;

    to.sin_addr.s_addr = htonl(0x7f020001 + (uint32_t)(number / PORTS % 60000));
    if (client < 0) {
        return false;
    }
    if ((!churn->system_ports &&
         !bind_port(client, (uint16_t)(FIRST_PORT + number % PORTS))) ||
        connect(client, (const struct sockaddr *)&to, sizeof(to)) != 0) {
        close(client);
        return false;
    }
    server = loopback_accept(listener);
    if (churn->abort) {
        loopback_abort(client);
    } else {
        close(client);
    }
    if (server >= 0) {
        close(server);
    }
    return server >= 0;
}

static bool input_ended(void)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    char byte;

    return poll(&input, 1, 0) > 0 && read(STDIN_FILENO, &byte, 1) <= 0;
}

static void run_churn(struct churn *churn, int listener)
{
    int64_t start = now_ns();

    for (uint64_t number = 0; !input_ended(); number++) {
        if (churn->rate > 0) {
            int64_t due = start + (int64_t)(number * NS_PER_S / churn->rate);
            struct timespec at = { .tv_sec = due / NS_PER_S, .tv_nsec = due % NS_PER_S };

            (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
        }
        if (one_connection(churn, number, listener)) {
            churn->made++;
        } else {
            churn->failed++;
        }
        if (number == 0) {
            puts("ready");
            fflush(stdout);
        }
    }
}

static bool parse_options(int argc, char **argv, struct churn *churn)
{
    static const struct option options[] = {
        { "rate", required_argument, NULL, 'r' },
        { "abort", no_argument, NULL, 'a' },
        { "system-ports", no_argument, NULL, 'k' },
        { NULL, 0, NULL, 0 },
    };
    bool good = true;
    int option;

    while (good && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'r':
            good = loopback_parse_number(optarg, 1, 1000000, &churn->rate);
            break;
        case 'a':
            churn->abort = true;
            break;
        case 'k':
            churn->system_ports = true;
            break;
        default:
            good = false;
        }
    }
    return good && optind == argc;
}

int main(int argc, char **argv)
{
    struct churn churn = { 0 };
    struct endpoint at;
    int listener;

    if (!parse_options(argc, argv, &churn)) {
        fputs(usage, stderr);
        return 2;
    }
    loopback_require_namespace("socket_churn");
    if (!endpoint_parse("0.0.0.0:7100", &at) || (listener = loopback_listen(&at)) < 0) {
        fprintf(stderr, "socket_churn: cannot listen: %s\n", strerror(errno));
        return 1;
    }
    run_churn(&churn, listener);
    printf("made %llu failed %llu\n", (unsigned long long)churn.made,
           (unsigned long long)churn.failed);
    return 0;
}
