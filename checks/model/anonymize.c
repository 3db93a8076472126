/* SPDX-License-Identifier: MIT */
/* First every name, then the texts: they may name anybody. */
#include "checks/model/anonymize.h"

#include <assert.h>
#include <string.h>

#include "checks/model/stand_in_text.h"
#include "checks/model/stand_ins.h"

static_assert(2 * ((int)OBSERVED_DESTINATIONS_MAX + (int)ASKS_MAX) <=
                  (int)STAND_IN_ADDRESSES_MAX,
              "every address finds a place");
static_assert((int)OWNERS_MAX <= (int)STAND_INS_MAX &&
                  (int)OBSERVED_DESTINATIONS_MAX <= (int)STAND_INS_MAX &&
                  (int)SETTINGS_MAX <= (int)STAND_INS_MAX,
              "every name finds a place");

/* Nothing is left behind the end of what is shorter than before. */
#define NAME(known, kind, in, out)                                                       \
    (memset(out, 0, sizeof(out)), stand_in_name(known, kind, in, out, sizeof(out)))
#define TEXT(known, in, out)                                                             \
    (memset(out, 0, sizeof(out)), stand_in_text(known, in, out, sizeof(out)))

static enum named name_of_kind(enum owner_kind kind)
{
    return kind == OWNER_CONTAINER ? NAMED_CONTAINER
           : kind == OWNER_POD     ? NAMED_POD
                                   : NAMED_UNIT;
}

static void name_owners(struct stand_ins *known, const struct observed_owners *seen,
                        struct observed_owners *out)
{
    for (size_t i = 0; i < seen->count; i++) {
        const struct owner *owner = &seen->list[i];

        NAME(known, NAMED_USER, owner->user, out->list[i].user);
        NAME(known, name_of_kind(owner->kind), owner->name, out->list[i].name);
        NAME(known, NAMED_PROGRAM, owner->program, out->list[i].program);
    }
}

static void name_addresses(struct stand_ins *known, struct observation *out)
{
    struct observed_tcp *tcp = &out->tcp;
    struct observed_asks *asked = &out->asked;

    for (size_t i = 0; i < tcp->top_count; i++) {
        tcp->top[i].local = stand_in_address(known, &tcp->top[i].local);
        tcp->top[i].remote = stand_in_address(known, &tcp->top[i].remote);
    }
    for (size_t i = 0; i < asked->count; i++) {
        asked->asks[i].local = stand_in_address(known, &asked->asks[i].local);
        asked->asks[i].remote = stand_in_address(known, &asked->asks[i].remote);
    }
}

static void name_all(struct stand_ins *known, const struct observation *seen,
                     struct observation *out)
{
    NAME(known, NAMED_HOST, seen->host, out->host);
    name_owners(known, &seen->owners, &out->owners);
    name_addresses(known, out);
    for (size_t i = 0; i < seen->tcp.device_count; i++)
        NAME(known, NAMED_DEVICE, seen->tcp.devices[i].name, out->tcp.devices[i].name);
    for (size_t i = 0; i < seen->setting_count; i++)
        NAME(known, NAMED_FILE, seen->settings[i].boot_source,
             out->settings[i].boot_source);
}

static void clean_range(struct stand_ins *known, const struct observed_range *seen,
                        struct observed_range *out)
{
    TEXT(known, seen->reading.reason, out->reading.reason);
    TEXT(known, seen->unread, out->unread);
    TEXT(known, seen->source, out->source);
    TEXT(known, seen->auto_reuse.unread, out->auto_reuse.unread);
}

static void clean_ranges(struct stand_ins *known, const struct observation *seen,
                         struct observation *out)
{
    for (size_t i = 0; i < IP_PROTOCOL_COUNT; i++) {
        clean_range(known, &seen->range[i], &out->range[i]);
        TEXT(known, seen->wider[i].reading.reason, out->wider[i].reading.reason);
    }
}

static void clean_sockets(struct stand_ins *known, const struct observation *seen,
                          struct observation *out)
{
    TEXT(known, seen->tcp.reading.reason, out->tcp.reading.reason);
    TEXT(known, seen->tcp.bound_unread, out->tcp.bound_unread);
    TEXT(known, seen->tcp.source, out->tcp.source);
    TEXT(known, seen->udp.reading.reason, out->udp.reading.reason);
    TEXT(known, seen->udp.source, out->udp.source);
    TEXT(known, seen->conntrack.reading.reason, out->conntrack.reading.reason);
    TEXT(known, seen->events.reading.reason, out->events.reading.reason);
    for (size_t i = 0; i < seen->asked.count; i++)
        TEXT(known, seen->asked.asks[i].reason, out->asked.asks[i].reason);
    TEXT(known, seen->asked.not_asked, out->asked.not_asked);
    TEXT(known, seen->owners.reading.reason, out->owners.reading.reason);
    TEXT(known, seen->owners.unread, out->owners.unread);
    TEXT(known, seen->look.unread, out->look.unread);
}

static void clean_settings(struct stand_ins *known, const struct observation *seen,
                           struct observation *out)
{
    for (size_t i = 0; i < seen->setting_count; i++) {
        TEXT(known, seen->settings[i].reason, out->settings[i].reason);
        TEXT(known, seen->settings[i].boot_refused, out->settings[i].boot_refused);
    }
}

void observation_anonymize(const struct observation *seen, struct observation *out)
{
    struct stand_ins known = { 0 };

    *out = *seen;
    name_all(&known, seen, out);
    clean_ranges(&known, seen, out);
    clean_sockets(&known, seen, out);
    clean_settings(&known, seen, out);
    for (size_t i = 0; i < seen->note_count; i++)
        TEXT(&known, seen->notes[i], out->notes[i]);
}
