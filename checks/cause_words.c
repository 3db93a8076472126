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
    [CAUSE_NONE] = { CAUSE_NOW_NOWHERE,
                     "sockets in several states hold the ports, and no state stands out",
                     "reuse connections (keep-alive, a connection pool), and limit how "
                     "many are open at once",
                     NULL, NULL },
    [CAUSE_SHORT_CONNECTIONS] = { CAUSE_NOW_NOWHERE,
                                  "many short connections: each one that this host "
                                  "closes first keeps its port "
                                  "for 60 s more (TIME_WAIT)",
                                  "reuse connections (keep-alive, a connection pool), or "
                                  "spread them over more "
                                  "addresses",
                                  "many short connections: each one that this host "
                                  "closes first keeps its port "
                                  "for TcpTimedWaitDelay more, 120 or 240 s when that is "
                                  "not set (TIME_WAIT)",
                                  "reuse connections (keep-alive, a connection pool)" },
    [CAUSE_TOO_MANY_OPEN] = { CAUSE_NOW_PROGRAM,
                              "too many connections are open at once (ESTABLISHED): a "
                              "pool without a limit, a leak, or a slow server",
                              "limit the number of connections (the size of the pool), "
                              "and find out whether the server is slow",
                              NULL, NULL },
    [CAUSE_NOT_CLOSED_HERE] = { CAUSE_NOW_PROGRAM,
                                "the other side has closed these connections, a program "
                                "on this host has not "
                                "(CLOSE_WAIT)",
                                "fix that program: it must close a connection when the "
                                "other side has closed "
                                "it; settings only delay the end",
                                NULL, NULL },
    [CAUSE_NOBODY_ANSWERS] = { CAUSE_NOW_SERVER,
                               "nobody answers (SYN_SENT): the server is down, or "
                               "something on the way drops "
                               "the packets; each attempt holds a port, up to 127 s by "
                               "default",
                               "check that server and the firewalls on the way; use a "
                               "shorter connect timeout "
                               "here",
                               "nobody answers (SYN_SENT): the server is down, or "
                               "something on the way drops "
                               "the packets: each attempt holds a port, about 21 s by "
                               "default",
                               NULL },
    [CAUSE_NOT_CLOSED_THERE] = { CAUSE_NOW_SERVER,
                                 "this host has closed these connections, the other side "
                                 "has not (FIN_WAIT2)",
                                 "find out why the other side does not close its "
                                 "connections",
                                 NULL, NULL },
    [CAUSE_BOUND_NEVER_CONNECTED] = { CAUSE_NOW_PROGRAM,
                                      "a program takes ports by bind() and does not "
                                      "connect: such a port is blocked "
                                      "for every destination",
                                      "fix that program: close sockets that it does not "
                                      "use, or set "
                                      "IP_BIND_ADDRESS_NO_PORT before bind()",
                                      NULL,
                                      "fix that program: close sockets that it does not "
                                      "use" },
    [CAUSE_BIND_BEFORE_CONNECT] = { CAUSE_NOW_PROGRAM,
                                    "programs with a source address of their own (nginx "
                                    "proxy_bind, HAProxy source, "
                                    "a local address in Java) take ports by bind() "
                                    "before connect(): blocked for "
                                    "every destination",
                                    "remove that address, or set IP_BIND_ADDRESS_NO_PORT "
                                    "there (current nginx and "
                                    "HAProxy do)",
                                    NULL, NULL },
    [CAUSE_LISTENERS] = { CAUSE_NOW_PROGRAM,
                          "listeners hold ports of the range: such a port is blocked for "
                          "every destination",
                          "give the listeners ports outside of the range", NULL, NULL },
    [CAUSE_UDP_NOT_CLOSED] = { CAUSE_NOW_PROGRAM,
                               "programs keep UDP sockets open: each holds its port "
                               "until it is closed (UDP "
                               "has no TIME_WAIT)",
                               "fix that program: close sockets after use, or use one "
                               "for many queries",
                               NULL, NULL },
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
