/* SPDX-License-Identifier: MIT */
/* Sockets are known again by their cookies. */
#include "checks/model/churn.h"

#include <stdlib.h>

bool churn_make(struct churn *churn, struct error *err)
{
    struct churn made = { .sockets = calloc(CHURN_SOCKETS_MAX, sizeof *made.sockets) };

    if (!made.sockets)
        return error_set(err, ERR_MEMORY, "not enough memory for the sockets of a look");
    if (!id_table_make(&made.cookies, CHURN_SOCKETS_MAX, err)) {
        churn_clear(&made);
        return false;
    }
    *churn = made;
    return true;
}

void churn_see(struct churn *churn, uint64_t cookie, uint32_t owner)
{
    const uint32_t known = churn->cookies.count;
    const uint32_t position = id_table_find(&churn->cookies, cookie);
    struct churn_socket *socket;

    if (position == ID_TABLE_NONE) {
        churn->full = true;
        return;
    }
    socket = &churn->sockets[position];
    if (position == known)
        *socket = (struct churn_socket){ .owner = owner, .first = churn->look };
    socket->looks++;
}

void churn_add_up(const struct churn *churn, struct churn_totals *totals)
{
    for (uint32_t i = 0; i < churn->cookies.count; i++) {
        const struct churn_socket *socket = &churn->sockets[i];

        if (socket->first == 0 || socket->owner >= OWNER_KEYS_MAX)
            continue;
        if (socket->looks > 1)
            totals->counted[socket->owner]++;
        else
            totals->seen[socket->owner]++;
    }
}

/* Whether one owner comes before another. */
static bool is_before(const struct churn_totals *totals, uint32_t a, uint32_t b)
{
    if (totals->counted[a] != totals->counted[b])
        return totals->counted[a] > totals->counted[b];
    return totals->seen[a] > totals->seen[b];
}

void churn_list(const struct churn_totals *totals, struct observed_look *look)
{
    look->count = 0;
    for (uint32_t owner = 0; owner < OWNER_KEYS_MAX; owner++) {
        size_t at = look->count;

        if (totals->counted[owner] == 0 && totals->seen[owner] == 0)
            continue;
        while (at > 0 && is_before(totals, owner, look->openers[at - 1].owner))
            at--;
        if (at == OWNER_SHARES_MAX)
            continue;
        if (look->count < OWNER_SHARES_MAX)
            look->count++;
        for (size_t i = look->count - 1; i > at; i--)
            look->openers[i] = look->openers[i - 1];
        look->openers[at] =
            (struct observed_opener){ .owner = owner, .opened = totals->counted[owner] };
    }
}

void churn_clear(struct churn *churn)
{
    id_table_clear(&churn->cookies);
    free(churn->sockets);
    *churn = (struct churn){ 0 };
}
