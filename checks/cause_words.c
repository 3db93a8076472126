/* SPDX-License-Identifier: MIT */
/* One table of sentences, so that no two outputs give different advice. */
#include "checks/cause_words.h"

#include <assert.h>

#include "checks/base/compiler.h"

struct words {
    enum cause_now now;
    const char *why;
    const char *cure;
    const char *why_on_windows; /* NULL = the same */
    const char *cure_on_windows;
};

static const struct words words[] = {
    [CAUSE_NONE] = {
        .why = "sockets in several states hold the ports, and no state stands out",
        .cure = "reuse connections (keep-alive, a connection pool), and limit how many "
                "are open at once",
    },
    [CAUSE_SHORT_CONNECTIONS] = {
        .why = "many short connections: each one that this host closes first keeps its "
               "port for 60 s more (TIME_WAIT)",
        .why_on_windows = "many short connections: each one that this host closes first "
                          "keeps its port in TIME_WAIT for TcpTimedWaitDelay more, 120 or "
                          "240 s when that is not set",
        .cure = "reuse connections (keep-alive, a connection pool), or spread them over "
                "more addresses",
        .cure_on_windows = "reuse connections (keep-alive, a connection pool)",
    },
    [CAUSE_TOO_MANY_OPEN] = {
        .now = CAUSE_NOW_PROGRAM,
        .why = "too many connections are open at once (ESTABLISHED): a pool without a "
               "limit, a leak, or a slow server",
        .cure = "limit the number of connections (the size of the pool), and find out "
                "whether the server is slow",
    },
    [CAUSE_NOT_CLOSED_HERE] = {
        .now = CAUSE_NOW_PROGRAM,
        .why = "the other side has closed these connections, a program on this host has "
               "not (CLOSE_WAIT)",
        .cure = "fix that program: it must close a connection when the other side has "
                "closed it (a larger range only delays the next failure)",
    },
    [CAUSE_NOBODY_ANSWERS] = {
        .now = CAUSE_NOW_SERVER,
        .why = "nobody answers (SYN_SENT): the server is down, or something on the way "
               "drops the packets. Each attempt holds a port, up to 127 s by default",
        .why_on_windows = "nobody answers (SYN_SENT): the server is down, or something on "
                          "the way drops the packets. Each attempt holds a port, about "
                          "21 s by default",
        .cure = "check that server and the firewalls on the way, and use a shorter "
                "connect timeout here",
    },
    [CAUSE_NOT_CLOSED_THERE] = {
        .now = CAUSE_NOW_SERVER,
        .why = "this host has closed these connections, the other side has not "
               "(FIN_WAIT2)",
        .cure = "find out why the other side does not close its connections",
    },
    [CAUSE_BOUND_NEVER_CONNECTED] = {
        .now = CAUSE_NOW_PROGRAM,
        .why = "a program takes ports by bind() and does not connect: such a port is "
               "unusable for every destination",
        .cure = "let that program close sockets that it does not use, or set "
                "IP_BIND_ADDRESS_NO_PORT before bind(): update it, or see its settings "
                "(HAProxy: source, nginx: proxy_bind)",
        .cure_on_windows = "let that program close sockets that it does not use: update "
                           "it, or see its settings",
    },
    [CAUSE_BIND_BEFORE_CONNECT] = {
        .now = CAUSE_NOW_PROGRAM,
        .why = "programs with a source address of their own (nginx proxy_bind, HAProxy "
               "source, a local address in Java) take ports by bind() before connect(): "
               "unusable for every destination",
        .cure = "remove that address, or set IP_BIND_ADDRESS_NO_PORT there (current nginx "
                "and HAProxy do)",
    },
    [CAUSE_LISTENERS] = {
        .now = CAUSE_NOW_PROGRAM,
        .why = "listeners hold ports of the range: such a port is unusable for every "
               "destination",
        .cure = "give the listeners ports outside of the range",
    },
    [CAUSE_UDP_NOT_CLOSED] = {
        .now = CAUSE_NOW_PROGRAM,
        .why = "open UDP sockets hold their ports until they are closed: a leak, or "
               "queries that get no answer",
        .cure = "fix that program: close sockets after use, or use one for many queries",
    },
};
static_assert(ARRAY_COUNT(words) == CAUSE_COUNT, "every cause has words");

enum cause_now cause_words_now(enum cause cause)
{
    return words[cause].now;
}

static const char *of_system(const struct observation *seen, const char *usual,
                             const char *on_windows)
{
    return on_windows && seen->os.kind == OS_WINDOWS ? on_windows : usual;
}

void cause_words_why(const struct observation *seen, enum cause cause, struct text *out)
{
    text_add(out, of_system(seen, words[cause].why, words[cause].why_on_windows));
}

void cause_words_cure(const struct observation *seen, enum cause cause, struct text *out)
{
    text_add(out, of_system(seen, words[cause].cure, words[cause].cure_on_windows));
}
