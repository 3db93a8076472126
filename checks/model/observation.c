/* SPDX-License-Identifier: MIT */
/* Notes of an observation, and what its numbers add up to. */
#include "checks/model/observation.h"

#include <stdarg.h>
#include <stdio.h>

#include "checks/base/utf8.h"

const char *observation_device(const struct observation *seen, uint32_t index)
{
    for (size_t i = 0; i < seen->tcp.device_count; i++)
        if (seen->tcp.devices[i].index == index)
            return seen->tcp.devices[i].name;
    return index == 0 ? "" : "?";
}

static uint32_t with_blocked(const struct observation *seen, uint32_t ports)
{
    const uint32_t usable = seen->range[IP_PROTOCOL_TCP].usable;
    const uint64_t sum =
        (uint64_t)ports + seen->tcp.ports_blocked + seen->tcp.ports_closed;

    return sum < usable ? (uint32_t)sum : usable;
}

uint32_t observation_destination_ports(const struct observation *seen,
                                       const struct destination *destination)
{
    const int ports =
        destination ? destination->sockets - destination->reusable - destination->covered
                    : 0;

    return with_blocked(seen, ports > 0 ? (uint32_t)ports : 0);
}

uint32_t observation_busiest_ports(const struct observation *seen)
{
    const uint32_t listed = observation_destination_ports(
        seen, seen->tcp.top_count > 0 ? &seen->tcp.top[0] : NULL);
    const uint32_t others = with_blocked(seen, seen->tcp.untracked_bound);

    return listed > others ? listed : others;
}

void observation_note(struct observation *seen, const char *format, ...)
{
    va_list arguments;
    char *note;
    int length;

    if (seen->note_count >= OBSERVED_NOTES_MAX)
        return;
    note = seen->notes[seen->note_count++];
    va_start(arguments, format);
    length = vsnprintf(note, OBSERVED_NOTE_SIZE, format, arguments);
    va_end(arguments);
    if (length >= OBSERVED_NOTE_SIZE)
        note[utf8_cut(note, OBSERVED_NOTE_SIZE - 1)] = '\0';
}
