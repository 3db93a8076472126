/* SPDX-License-Identifier: MIT */
/* A "no" of the system is believed only where the numbers could explain it. */
#include "checks/ask_judgement.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks/ask_words.h"

/* The numbers of one protocol, as far as an answer can be held against them. */
struct room {
    bool known;
    uint32_t usable;
    uint32_t free; /* at least: those that could not be listed may hold none */
};

static struct room room_of(const struct observation *seen, enum ip_protocol protocol)
{
    const struct observed_range *range = &seen->range[protocol];
    const bool tcp = protocol == IP_PROTOCOL_TCP;
    const uint64_t used = tcp ? (uint64_t)seen->tcp.ports_used + seen->tcp.bound_possible
                              : seen->udp.ports_used;

    return (struct room){
        .known = range->reading.known &&
                 (tcp ? seen->tcp.reading.known : seen->udp.reading.known),
        .usable = range->usable,
        .free = used < range->usable ? range->usable - (uint32_t)used : 0,
    };
}

static struct room room_for(const struct observation *seen, enum ask_kind kind)
{
    return room_of(seen, kind == ASK_CONNECT || kind == ASK_BIND ? IP_PROTOCOL_TCP
                                                                 : IP_PROTOCOL_UDP);
}

static bool is_full(const struct room *room)
{
    return room->known && (room->free <= 2 || UINT64_C(10) * room->free <= room->usable);
}

bool ask_is_exhaustion(const struct observation *seen, const struct ask *ask)
{
    const struct room room = room_for(seen, ask->kind);

    return ask->answer == ASK_NONE && ask->confirmed && is_full(&room);
}

bool ask_judgement_doubt(const struct observation *seen, const struct ask *ask,
                         char out[OBSERVED_NOTE_SIZE])
{
    const struct room room = room_for(seen, ask->kind);
    char subject[ASK_WORDS_SIZE];

    out[0] = '\0';
    if (ask->answer != ASK_NONE || ask_is_exhaustion(seen, ask))
        return false;
    ask_words_subject(seen, ask, subject);
    if (is_full(&room))
        (void)snprintf(out, OBSERVED_NOTE_SIZE,
                       "%.155s found no free port, which was not confirmed", subject);
    else if (room.known)
        (void)snprintf(out, OBSERVED_NOTE_SIZE,
                       "%s is refused though %" PRIu32 " of %" PRIu32
                       " ports are free: not exhaustion",
                       ask_words_call(ask->kind), room.free, room.usable);
    else
        (void)snprintf(out, OBSERVED_NOTE_SIZE,
                       "%s is refused, and how many ports are free is not known",
                       ask_words_call(ask->kind));
    return true;
}
