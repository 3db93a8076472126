/* SPDX-License-Identifier: MIT */
/* The positions in the lists are what binds a share to its owner. */
#include "tests/support/given_owners.h"

#include <stdio.h>

struct owner *given_owner(struct observation *seen, enum owner_kind kind,
                          const char *name, const char *user)
{
    struct owner *owner = &seen->owners.list[seen->owners.count++];

    seen->owners.reading.known = true;
    seen->owners.destination_count = 1;
    *owner = (struct owner){ .kind = kind };
    (void)snprintf(owner->name, sizeof owner->name, "%s", name ? name : "");
    (void)snprintf(owner->user, sizeof owner->user, "%s", user ? user : "");
    return owner;
}

void given_share(struct owner_shares *shares, const struct observation *seen,
                 const struct owner *owner, enum conn_state state, uint32_t sockets)
{
    struct owner_share *share = &shares->list[shares->count++];

    *share = (struct owner_share){ .owner = (uint32_t)(owner - seen->owners.list),
                                   .sockets = sockets };
    share->states[state] = sockets;
}

void given_holder(struct observation *seen, const struct owner *owner,
                  enum conn_state state, uint32_t sockets)
{
    given_share(&seen->owners.destinations[0], seen, owner, state, sockets);
    given_share(&seen->owners.tcp, seen, owner, state, sockets);
}

void given_opener(struct observation *seen, const struct owner *owner, uint32_t opened)
{
    struct observed_look *look = &seen->look;

    look->span_ms = 1000;
    look->openers[look->count++] =
        (struct observed_opener){ .owner = (uint32_t)(owner - seen->owners.list),
                                  .opened = opened };
}
