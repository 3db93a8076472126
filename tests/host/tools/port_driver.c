/* SPDX-License-Identifier: MIT */
/* Uses up ports one by one on command and says what the kernel answered: the truth that
 * the metrics are held against. */
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/host/tools/lib/loopback.h"

enum {
    HELD_MAX = 8000,
    LISTENERS_MAX = 256,
    WORDS_MAX = 5,
    LINE_SIZE = 256,
    CONNECT_WAIT_S = 120, /* only ends a hang */
    NO_PORT_OPTION = 24,  /* IP_BIND_ADDRESS_NO_PORT of <linux/in.h> */
};

static const char usage[] =
    "port_driver: reads commands from standard input, answers each with one line.\n"
    "  connect TO COUNT [bind=FROM|late=FROM]  hold up to COUNT connections\n"
    "  half-connect TO COUNT  the same, where nobody answers: not waited for\n"
    "  accept AT COUNT bind=FROM  hold connections from FROM and the next addresses,\n"
    "                        each to a listener (port 0) of its own, closed since\n"
    "  bind FROM COUNT       hold sockets that are bound (port 0) and not connected\n"
    "  udp-bind FROM COUNT   the same for UDP\n"
    "  udp-connect TO COUNT  hold connected UDP sockets\n"
    "  probe TO [bind=FROM|late=FROM]  would one more connect() succeed?\n"
    "  probe-bind FROM       would one more bind() succeed?\n"
    "  listen AT             hold a listener\n"
    "  close client|server   close what is held, that side first: TIME_WAIT stays there\n"
    "  abort                 close what is held with resets: nothing stays\n"
    "COUNT may be 'all': until the kernel refuses. The answer is 'N ERRNO', '-' for "
    "none.\n";

/* One held socket; `peer` is the accepted end, -1 without one. */
struct held {
    int fd;
    int peer;
};

struct listener {
    struct endpoint at;
    int fd;
};

struct driver {
    struct held held[HELD_MAX];
    size_t held_count;
    struct listener listeners[LISTENERS_MAX];
    size_t listener_count;
};

/* How a client comes by its source: the kernel's choice, bind(from, 0), or the address at
 * once and the port at connect(). */
struct source {
    bool given;
    bool late;
    struct endpoint from;
};

struct attempt {
    int type; /* SOCK_STREAM or SOCK_DGRAM */
    bool connects;
    bool is_half;     /* left in SYN_SENT; it has no listener here */
    bool is_orphaned; /* its listener, on a port of the kernel's choice, is closed */
    struct endpoint to;
    struct source source;
};

/* The listener for a destination, made at first use; -1 with errno. */
static int listener_for(struct driver *driver, const struct endpoint *to)
{
    struct endpoint at = endpoint_unmapped(to);
    struct listener *fresh = &driver->listeners[driver->listener_count];

    for (size_t i = 0; i < driver->listener_count; i++) {
        if (endpoint_equal(&driver->listeners[i].at, &at)) {
            return driver->listeners[i].fd;
        }
    }
    if (driver->listener_count == LISTENERS_MAX) {
        errno = EMFILE;
        return -1;
    }
    fresh->at = at;
    fresh->fd = loopback_listen(&at);
    driver->listener_count += fresh->fd >= 0;
    return fresh->fd;
}

static int attempt_family(const struct attempt *attempt)
{
    return attempt->connects ? attempt->to.address.ss_family
                             : attempt->source.from.address.ss_family;
}

static bool bind_source(int fd, const struct source *source)
{
    int one = 1;

    if (!source->given) {
        return true;
    }
    if (source->late &&
        setsockopt(fd, IPPROTO_IP, NO_PORT_OPTION, &one, sizeof(one)) != 0) {
        return false;
    }
    return bind(fd, (const struct sockaddr *)&source->from.address,
                source->from.length) == 0;
}

/* A socket in the state that the attempt asks for, or -1 with errno. */
static int attempt_open(const struct attempt *attempt)
{
    struct timeval patience = { .tv_sec = CONNECT_WAIT_S };
    int saved;
    int type = attempt->type | SOCK_CLOEXEC | (attempt->is_half ? SOCK_NONBLOCK : 0);
    int fd = socket(attempt_family(attempt), type, 0);

    if (fd < 0) {
        return -1;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (bind_source(fd, &attempt->source) &&
        (!attempt->connects ||
         connect(fd, (const struct sockaddr *)&attempt->to.address, attempt->to.length) ==
             0 ||
         (attempt->is_half && errno == EINPROGRESS))) {
        return fd;
    }
    saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

/* Makes one socket and holds it; false with errno. */
static bool hold_one(struct driver *driver, const struct attempt *attempt, int listener)
{
    struct held *held = &driver->held[driver->held_count];

    if (driver->held_count == HELD_MAX) {
        errno = EMFILE;
        return false;
    }
    held->fd = attempt_open(attempt);
    if (held->fd < 0) {
        return false;
    }
    held->peer = listener >= 0 ? loopback_accept(listener) : -1;
    if (listener >= 0 && held->peer < 0) {
        int saved = errno;

        loopback_abort(held->fd);
        errno = saved;
        return false;
    }
    driver->held_count++;
    return true;
}

/* The same with a listener for this one connection, as passive FTP has it. */
static bool hold_orphan(struct driver *driver, const struct attempt *wanted)
{
    struct attempt attempt = *wanted;
    int listener = loopback_listen(&wanted->to);
    bool ok;
    int saved;

    if (listener < 0) {
        return false;
    }
    attempt.source.from =
        endpoint_step(wanted->source.from, (uint32_t)driver->held_count);
    ok = getsockname(listener, (struct sockaddr *)&attempt.to.address,
                     &attempt.to.length) == 0 &&
         hold_one(driver, &attempt, listener);
    saved = errno;
    close(listener);
    errno = saved;
    return ok;
}

static void answer(uint32_t done, int error)
{
    printf("%u %s\n", done, loopback_errno_name(error));
}

static void fill(struct driver *driver, const struct attempt *attempt, uint32_t count)
{
    bool has_listener = attempt->connects && attempt->type == SOCK_STREAM &&
                        !attempt->is_half && !attempt->is_orphaned;
    int listener = has_listener ? listener_for(driver, &attempt->to) : -1;
    uint32_t done = 0;

    if (has_listener && listener < 0) {
        printf("error: cannot listen: %s\n", strerror(errno));
        return;
    }
    while (done < count) {
        if (attempt->is_orphaned ? !hold_orphan(driver, attempt)
                                 : !hold_one(driver, attempt, listener)) {
            answer(done, errno);
            return;
        }
        done++;
    }
    answer(done, 0);
}

/* Tries once and leaves nothing behind. */
static void probe(struct driver *driver, const struct attempt *attempt)
{
    int listener = attempt->connects ? listener_for(driver, &attempt->to) : -1;
    int fd = attempt_open(attempt);
    int peer;

    if (fd < 0) {
        answer(0, errno);
        return;
    }
    peer = listener >= 0 ? loopback_accept(listener) : -1;
    loopback_abort(fd);
    if (peer >= 0) {
        loopback_abort(peer);
    }
    answer(1, 0);
}

static void close_held(struct driver *driver, bool client_first)
{
    uint32_t count = (uint32_t)driver->held_count;

    for (size_t i = 0; i < driver->held_count; i++) {
        struct held *held = &driver->held[i];

        close(client_first || held->peer < 0 ? held->fd : held->peer);
        if (held->peer >= 0) {
            close(client_first ? held->peer : held->fd);
        }
    }
    driver->held_count = 0;
    answer(count, 0);
}

static void abort_held(struct driver *driver)
{
    uint32_t count = (uint32_t)driver->held_count;

    for (size_t i = 0; i < driver->held_count; i++) {
        loopback_abort(driver->held[i].fd);
        if (driver->held[i].peer >= 0) {
            loopback_abort(driver->held[i].peer);
        }
    }
    driver->held_count = 0;
    answer(count, 0);
}

static bool parse_source(const char *word, struct source *out)
{
    if (!word) {
        return true;
    }
    out->given = true;
    out->late = strncmp(word, "late=", 5) == 0;
    return (out->late || strncmp(word, "bind=", 5) == 0) &&
           endpoint_parse(word + 5, &out->from);
}

static bool parse_count(const char *word, uint32_t *out)
{
    if (word && strcmp(word, "all") == 0) {
        *out = HELD_MAX;
        return true;
    }
    return word && loopback_parse_number(word, 1, HELD_MAX, out);
}

/* The commands that make sockets: VERB ENDPOINT [COUNT] [SOURCE]. */
static bool run_attempt(struct driver *driver, char **words)
{
    bool is_probe = strncmp(words[0], "probe", 5) == 0;
    bool is_udp = strncmp(words[0], "udp-", 4) == 0;
    bool binds = strstr(words[0], "bind") != NULL;
    struct attempt attempt = { .type = is_udp ? SOCK_DGRAM : SOCK_STREAM,
                               .connects = !binds,
                               .is_half = strcmp(words[0], "half-connect") == 0,
                               .is_orphaned = strcmp(words[0], "accept") == 0 };
    struct endpoint *where = binds ? &attempt.source.from : &attempt.to;
    uint32_t count = 1;

    if (!words[1] || !parse_source(words[is_probe ? 2 : 3], &attempt.source) ||
        !endpoint_parse(words[1], where) ||
        (attempt.is_orphaned && !attempt.source.given) ||
        (!is_probe && !parse_count(words[2], &count))) {
        return false;
    }
    attempt.source.given = attempt.source.given || binds;
    if (is_probe) {
        probe(driver, &attempt);
    } else {
        fill(driver, &attempt, count);
    }
    return true;
}

static bool run_listen(struct driver *driver, const char *where)
{
    struct endpoint at;

    if (!where || !endpoint_parse(where, &at)) {
        return false;
    }
    answer(listener_for(driver, &at) >= 0, 0);
    return true;
}

static bool run_close(struct driver *driver, const char *side)
{
    bool client_first = side && strcmp(side, "client") == 0;

    if (!client_first && (!side || strcmp(side, "server") != 0)) {
        return false;
    }
    close_held(driver, client_first);
    return true;
}

/* False when there is no such command. */
static bool run_command(struct driver *driver, char **words)
{
    static const char *const attempts[] = { "connect",    "half-connect", "bind",
                                            "udp-bind",   "udp-connect",  "probe",
                                            "probe-bind", "accept" };

    for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
        if (strcmp(words[0], attempts[i]) == 0) {
            return run_attempt(driver, words);
        }
    }
    if (strcmp(words[0], "listen") == 0) {
        return run_listen(driver, words[1]);
    }
    if (strcmp(words[0], "close") == 0) {
        return run_close(driver, words[1]);
    }
    if (strcmp(words[0], "abort") == 0) {
        abort_held(driver);
        return true;
    }
    return false;
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
        if (!words[0] || !run_command(&driver, words)) {
            puts("error: bad command");
        }
        fflush(stdout);
    }
    return 0;
}
