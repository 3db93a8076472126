/* SPDX-License-Identifier: MIT */
/* Names a question by what it would do. */
#include "checks/ask_words.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const calls[] = {
    [ASK_CONNECT] = "connect()",
    [ASK_BIND] = "bind() to port 0",
    [ASK_UDP_CONNECT] = "UDP connect()",
    [ASK_UDP_BIND] = "UDP bind() to port 0",
};
static_assert(ARRAY_COUNT(calls) == ASK_KIND_COUNT, "every kind has a call");

const char *ask_words_call(enum ask_kind kind)
{
    return calls[kind];
}

static bool is_same(const struct ip_address *a, const struct ip_address *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* Whether the list has the destination from another local address too. */
static bool has_other_source(const struct observation *seen, const struct ask *ask)
{
    for (size_t i = 0; i < seen->tcp.top_count; i++) {
        const struct destination *to = &seen->tcp.top[i];

        if (is_same(&to->remote, &ask->remote) && to->remote_port == ask->remote_port &&
            !is_same(&to->local, &ask->local))
            return true;
    }
    return false;
}

static void name_connection(const struct observation *seen, const struct ask *ask,
                            char out[ASK_WORDS_SIZE])
{
    const bool v4 = ip_address_is_v4(&ask->remote);
    const bool from = has_other_source(seen, ask);
    char remote[IP_ADDRESS_TEXT_SIZE];
    char local[IP_ADDRESS_TEXT_SIZE];

    ip_address_format(&ask->remote, remote);
    ip_address_format(&ask->local, local);
    (void)snprintf(out, ASK_WORDS_SIZE,
                   "a new connection to %s%s%s:%" PRIu16 "%s%s%s%.15s", v4 ? "" : "[",
                   remote, v4 ? "" : "]", ask->remote_port, from ? " from " : "",
                   from ? local : "", ask->device ? " over " : "",
                   observation_device(seen, ask->device));
}

void ask_words_subject(const struct observation *seen, const struct ask *ask,
                       char out[ASK_WORDS_SIZE])
{
    if (ask->kind == ASK_CONNECT && !ask->unused)
        name_connection(seen, ask, out);
    else if (ask->kind == ASK_CONNECT)
        (void)snprintf(out, ASK_WORDS_SIZE, "a new connection to an unused destination");
    else if (ask->kind == ASK_UDP_CONNECT)
        (void)snprintf(out, ASK_WORDS_SIZE, "a UDP connect()");
    else
        (void)snprintf(out, ASK_WORDS_SIZE, "%s%s", calls[ask->kind],
                       ip_address_is_v4(&ask->local) ? "" : " (IPv6)");
}
