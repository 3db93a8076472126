/* SPDX-License-Identifier: MIT */
/* Uses up ports one by one on command and says what the kernel answered: the truth that
 * the metrics are held against. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/host/tools/lib/attempt.h"
#include "tests/host/tools/lib/held.h"
#include "tests/host/tools/lib/loopback.h"
#include "tests/host/tools/lib/port_oracle.h"
#include "tests/host/tools/lib/routes.h"

enum { WORDS_MAX = 10, LINE_SIZE = 4096, PATH_SIZE = 128 };

static const char usage[] =
    "port_driver: reads commands from standard input, answers each with one line.\n"
    "  connect TO COUNT [HOW]   hold up to COUNT connections\n"
    "  half-connect TO COUNT [HOW]  the same, where nobody answers: not waited for\n"
    "  refused TO COUNT [HOW]   hold bound sockets whose connect() was refused\n"
    "  accept AT COUNT bind=FROM [HOW]  hold connections from FROM and the next\n"
    "                           addresses, each to a listener (port 0) of its own,\n"
    "                           closed since\n"
    "  bind FROM COUNT [HOW]    hold sockets that are bound and not connected\n"
    "  listen FROM COUNT [HOW]  hold listeners\n"
    "  udp-bind FROM COUNT, udp-connect TO COUNT  the same for UDP\n"
    "  probe TO [HOW]           would one more connect() succeed?\n"
    "  probe-bind FROM [HOW]    would one more bind() succeed?\n"
    "  listen AT                let connections to AT be accepted\n"
    "  close client|server [WHICH]  close both ends, that one first: TIME_WAIT stays "
    "there\n"
    "  leave client|server [WHICH]  close that end only: FIN_WAIT2, CLOSE_WAIT\n"
    "  abort [WHICH]            close with resets: nothing stays\n"
    "  set KEY VALUE            write net.KEY (slashes) of this namespace\n"
    "HOW: bind=FROM (before connect), late=FROM (the address alone), step=N (next port "
    "of\n"
    "     FROM), reuse, shared (SO_REUSEADDR, SO_REUSEPORT), device=NAME, "
    "ports=FIRST-LAST\n"
    "     (a range of its own), group=N\n"
    "WHICH: oldest N, youngest N, group=N\n"
    "The truth, port by port:\n"
    "  usable                   how many ports the range has\n"
    "  used                     how many of them have a socket\n"
    "  closed                   how many of them no connect() can have\n"
    "  free TO [late=FROM] [device=NAME]  how many the next connect() there can have\n"
    "  worst                    of all destinations that there were: 'TAKEN FROM TO "
    "DEVICE'\n"
    "COUNT may be 'all': until the kernel refuses. The answer is 'N ERRNO', '-' for "
    "none.\n";

struct driver {
    struct held_sockets held;
    struct listeners listeners;
    struct routes routes;   /* of all connections that there were */
    bool ports[PORT_COUNT]; /* scratch */
};

static void answer(uint32_t done, int error)
{
    printf("%u %s\n", done, loopback_errno_name(error));
}

/* False with errno 0: the command is wrong; else what the kernel said. */
static bool wrong(void)
{
    errno = 0;
    return false;
}

/* Where the newest connection goes, seen from the end that a port of the range is for. */
static bool note_route(struct driver *driver, const struct attempt *attempt,
                       bool is_accepted)
{
    const struct held *held = held_newest(&driver->held);

    return routes_note(&driver->routes, is_accepted ? held->peer : held->fd,
                       is_accepted ? &attempt->from : &attempt->to, attempt->device);
}

/* A connection as passive FTP has it: with a listener for this one, closed since. */
static bool hold_accepted(struct driver *driver, struct attempt attempt, uint32_t number)
{
    struct attempt listens = attempt;
    int listener;
    bool ok;
    int saved;

    listens.end = ATTEMPT_LISTEN;
    listens.from = attempt.to;
    attempt.end = ATTEMPT_CONNECT;
    attempt.is_reused = false;
    attempt.from = endpoint_step(attempt.from, number);
    listener = attempt_open(&listens);
    if (listener < 0) {
        return false;
    }
    ok = getsockname(listener, (struct sockaddr *)&attempt.to.address,
                     &attempt.to.length) == 0 &&
         held_add(&driver->held, &attempt, listener) &&
         note_route(driver, &attempt, true);
    saved = errno;
    close(listener);
    errno = saved;
    return ok;
}

static bool hold_connected(struct driver *driver, const struct attempt *attempt)
{
    int listener = -1;

    if (attempt->type == SOCK_STREAM && attempt->end == ATTEMPT_CONNECT) {
        listener = listeners_get(&driver->listeners, &attempt->to);
        if (listener < 0) {
            return false;
        }
    }
    return held_add(&driver->held, attempt, listener) &&
           (attempt->type != SOCK_STREAM || attempt->end <= ATTEMPT_LISTEN ||
            attempt->end == ATTEMPT_REFUSED || note_route(driver, attempt, false));
}

static void fill(struct driver *driver, struct attempt attempt, uint32_t count,
                 bool is_accepted)
{
    uint32_t before = (uint32_t)driver->held.count;
    uint32_t done = 0;

    while (done < count && (is_accepted ? hold_accepted(driver, attempt, before + done)
                                        : hold_connected(driver, &attempt))) {
        attempt = attempt_next(attempt);
        done++;
    }
    answer(done, done < count ? errno : 0);
}

static bool parse_options(char **words, struct attempt *attempt)
{
    for (; *words; words++) {
        if (!attempt_parse_option(*words, attempt)) {
            return wrong();
        }
    }
    return true;
}

static bool parse_count(const char *word, uint32_t *out)
{
    if (word && strcmp(word, "all") == 0) {
        *out = HELD_MAX;
        return true;
    }
    return (word && loopback_parse_number(word, 1, HELD_MAX, out)) || wrong();
}

/* The kind of socket that a verb makes, and where the endpoint behind it belongs. */
static struct endpoint *begin_attempt(const char *verb, struct attempt *attempt)
{
    bool is_udp = strncmp(verb, "udp-", 4) == 0;
    const char *word = is_udp ? verb + 4 : verb;

    *attempt = (struct attempt){ .type = is_udp ? SOCK_DGRAM : SOCK_STREAM };
    attempt->end = strcmp(word, "half-connect") == 0 ? ATTEMPT_HALF
                   : strcmp(word, "refused") == 0    ? ATTEMPT_REFUSED
                   : strcmp(word, "listen") == 0     ? ATTEMPT_LISTEN
                   : strstr(word, "bind") != NULL    ? ATTEMPT_BIND
                                                     : ATTEMPT_CONNECT;
    attempt->is_bound = attempt->end <= ATTEMPT_LISTEN;
    return attempt->is_bound ? &attempt->from : &attempt->to;
}

static bool run_fill(struct driver *driver, char **words)
{
    struct attempt attempt;
    struct endpoint *where = begin_attempt(words[0], &attempt);
    bool is_accepted = strcmp(words[0], "accept") == 0;
    uint32_t count;

    if (!words[1] || !endpoint_parse(words[1], where) || !parse_count(words[2], &count) ||
        !parse_options(words + 3, &attempt) || (is_accepted && !attempt.is_bound)) {
        return wrong();
    }
    fill(driver, attempt, count, is_accepted);
    return true;
}

static bool run_listen(struct driver *driver, char **words)
{
    struct endpoint at;

    if (words[1] && words[2]) {
        return run_fill(driver, words);
    }
    if (!words[1] || !endpoint_parse(words[1], &at)) {
        return wrong();
    }
    answer(listeners_get(&driver->listeners, &at) >= 0, 0);
    return true;
}

/* Tries once and leaves nothing behind. */
static bool run_probe(struct driver *driver, char **words)
{
    struct attempt attempt;
    struct endpoint *where = begin_attempt(words[0], &attempt);
    int listener = -1;
    int fd;

    if (!words[1] || !endpoint_parse(words[1], where) ||
        !parse_options(words + 2, &attempt)) {
        return wrong();
    }
    if (attempt.end == ATTEMPT_CONNECT) {
        listener = listeners_get(&driver->listeners, &attempt.to);
    }
    fd = attempt_open(&attempt);
    answer(fd >= 0, fd >= 0 ? 0 : errno);
    if (fd >= 0) {
        int peer = listener >= 0 ? loopback_accept(listener) : -1;

        loopback_abort(fd);
        if (peer >= 0) {
            loopback_abort(peer);
        }
    }
    return true;
}

static bool parse_choice(char **words, struct held_choice *out)
{
    *out = (struct held_choice){ .count = HELD_MAX };
    for (; *words; words++) {
        bool youngest = strcmp(*words, "youngest") == 0;

        if (youngest || strcmp(*words, "oldest") == 0) {
            out->youngest = youngest;
            words++;
            if (!parse_count(*words, &out->count)) {
                return false;
            }
        } else if (strncmp(*words, "group=", 6) == 0) {
            out->by_group = true;
            if (!loopback_parse_number(*words + 6, 0, UINT32_MAX, &out->group)) {
                return wrong();
            }
        } else {
            return wrong();
        }
    }
    return true;
}

static bool run_abort(struct driver *driver, char **words)
{
    struct held_choice choice;

    if (!parse_choice(words + 1, &choice)) {
        return false;
    }
    answer(held_end(&driver->held, &choice, HELD_ABORT), 0);
    return true;
}

static bool run_close(struct driver *driver, char **words)
{
    struct held_choice choice;
    bool is_client = words[1] && strcmp(words[1], "client") == 0;
    bool leaves = strcmp(words[0], "leave") == 0;

    if (!words[1] || (!is_client && strcmp(words[1], "server") != 0) ||
        !parse_choice(words + 2, &choice)) {
        return wrong();
    }
    answer(held_end(&driver->held, &choice,
                    leaves ? (is_client ? HELD_LEAVE_CLIENT : HELD_LEAVE_SERVER)
                           : (is_client ? HELD_CLIENT_FIRST : HELD_SERVER_FIRST)),
           0);
    return true;
}

/* VALUE may be two words. */
static bool run_set(struct driver *driver, char **words)
{
    char path[PATH_SIZE];
    FILE *file;
    bool ok;

    (void)driver;
    if (!words[1] || !words[2] || strstr(words[1], "..") ||
        snprintf(path, sizeof(path), "/proc/sys/net/%s", words[1]) >= PATH_SIZE) {
        return wrong();
    }
    file = fopen(path, "w");
    if (!file) {
        return false;
    }
    ok = fprintf(file, "%s %s\n", words[2], words[3] ? words[3] : "") > 0;
    ok = fclose(file) == 0 && ok;
    answer(ok, ok ? 0 : errno);
    return true;
}

/* --- The truth
 * ---------------------------------------------------------------------------- */

static uint32_t count_ports(const bool *ports)
{
    uint32_t count = 0;

    for (uint32_t port = 0; port < PORT_COUNT; port++) {
        count += ports[port];
    }
    return count;
}

static bool run_usable(struct driver *driver, char **words)
{
    (void)words;
    if (!port_oracle_usable(driver->ports)) {
        return false;
    }
    answer(count_ports(driver->ports), 0);
    return true;
}

static bool run_used(struct driver *driver, char **words)
{
    static bool used[PORT_COUNT];

    (void)words;
    memset(used, 0, sizeof(used));
    held_mark_ports(&driver->held, used);
    if (!port_oracle_usable(driver->ports) || !port_oracle_listed(used)) {
        return false;
    }
    for (uint32_t port = 0; port < PORT_COUNT; port++) {
        used[port] = used[port] && driver->ports[port];
    }
    answer(count_ports(used), 0);
    return true;
}

static bool answer_free(struct driver *driver, const struct route *route, bool negated)
{
    int32_t free_ports;

    if (!port_oracle_usable(driver->ports)) {
        return false;
    }
    free_ports = port_oracle_free(route, driver->ports);
    if (free_ports < 0) {
        return false;
    }
    answer(negated ? count_ports(driver->ports) - (uint32_t)free_ports
                   : (uint32_t)free_ports,
           0);
    return true;
}

static bool run_closed(struct driver *driver, char **words)
{
    const struct route nobody = port_oracle_nobody();

    (void)words;
    return answer_free(driver, &nobody, true);
}

static bool run_free(struct driver *driver, char **words)
{
    struct attempt attempt = { 0 };
    struct route route = { 0 };

    if (!words[1] || !endpoint_parse(words[1], &route.remote) ||
        !endpoint_parse(route.remote.address.ss_family == AF_INET ? "127.0.0.1" : "[::1]",
                        &attempt.from) ||
        !parse_options(words + 2, &attempt)) {
        return wrong();
    }
    route.local = attempt.from;
    memcpy(route.device, attempt.device, sizeof(route.device));
    return answer_free(driver, &route, false);
}

static bool run_worst(struct driver *driver, char **words)
{
    struct route worst;
    int32_t free_ports;

    (void)words;
    if (!port_oracle_usable(driver->ports)) {
        return false;
    }
    free_ports = routes_worst(&driver->routes, driver->ports, &worst);
    if (free_ports < 0) {
        return false;
    }
    printf("%u %s", count_ports(driver->ports) - (uint32_t)free_ports,
           endpoint_text(&worst.local));
    printf(" %s %s\n", endpoint_text(&worst.remote), *worst.device ? worst.device : "-");
    return true;
}

/* --- Commands
 * ----------------------------------------------------------------------------- */

static const struct {
    const char *verb;
    bool (*run)(struct driver *driver, char **words); /* false: `wrong`, or errno */
} commands[] = {
    { "connect", run_fill },     { "half-connect", run_fill }, { "refused", run_fill },
    { "accept", run_fill },      { "bind", run_fill },         { "udp-bind", run_fill },
    { "listen", run_listen },    { "udp-connect", run_fill },  { "probe", run_probe },
    { "probe-bind", run_probe }, { "close", run_close },       { "leave", run_close },
    { "abort", run_abort },      { "set", run_set },           { "usable", run_usable },
    { "used", run_used },        { "closed", run_closed },     { "free", run_free },
    { "worst", run_worst },
};

static void run_command(struct driver *driver, char **words)
{
    errno = 0;
    for (size_t i = 0; words[0] && i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(words[0], commands[i].verb) == 0) {
            if (!commands[i].run(driver, words)) {
                printf("error: %s\n", errno == 0 ? "bad command" : strerror(errno));
            }
            return;
        }
    }
    puts("error: bad command");
}

int main(int argc, char **argv)
{
    static struct driver driver;
    char line[LINE_SIZE];

    (void)argv;
    if (argc != 1) {
        fputs(usage, stderr);
        return 2;
    }
    loopback_require_namespace("port_driver");
    (void)loopback_raise_file_limit();
    while (fgets(line, sizeof(line), stdin)) {
        char *words[WORDS_MAX + 1] = { 0 };
        char *rest = line;

        for (size_t i = 0; i < WORDS_MAX; i++) {
            words[i] = strsep(&rest, " \n");
            if (!words[i] || !*words[i]) {
                words[i] = NULL;
                break;
            }
        }
        run_command(&driver, words);
        fflush(stdout);
    }
    return 0;
}
