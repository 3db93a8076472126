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
static bool has_other_source(const struct observation *seen,
                             const struct destination *asked)
{
    for (size_t i = 0; i < seen->tcp.top_count; i++) {
        const struct destination *to = &seen->tcp.top[i];

        if (is_same(&to->remote, &asked->remote) &&
            to->remote_port == asked->remote_port && !is_same(&to->local, &asked->local))
            return true;
    }
    return false;
}

void ask_words_destination(const struct observation *seen, const struct destination *to,
                           char out[ASK_WORDS_SIZE])
{
    const bool v4 = ip_address_is_v4(&to->remote);
    const bool from = has_other_source(seen, to);
    char remote[IP_ADDRESS_TEXT_SIZE];
    char local[IP_ADDRESS_TEXT_SIZE];

    ip_address_format(&to->remote, remote);
    ip_address_format(&to->local, local);
    (void)snprintf(out, ASK_WORDS_SIZE, "%s%s%s:%" PRIu16 "%s%s%s%.15s", v4 ? "" : "[",
                   remote, v4 ? "" : "]", to->remote_port, from ? " from " : "",
                   from ? local : "", to->device ? " over " : "",
                   observation_device(seen, to->device));
}

static void name_connection(const struct observation *seen, const struct ask *ask,
                            char out[ASK_WORDS_SIZE])
{
    const struct destination to = { .local = ask->local,
                                    .remote = ask->remote,
                                    .device = ask->device,
                                    .remote_port = ask->remote_port };
    char name[ASK_WORDS_SIZE];

    ask_words_destination(seen, &to, name);
    (void)snprintf(out, ASK_WORDS_SIZE, "a new connection to %.139s", name);
}

void ask_words_cost(const struct ask *ask, struct text *out)
{
    if (ask->microseconds < 1000)
        text_addf(out, "%" PRIu32 " us", ask->microseconds);
    else
        text_addf(out, "%" PRIu32 ".%" PRIu32 " ms", ask->microseconds / 1000,
                  ask->microseconds % 1000 / 100);
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
