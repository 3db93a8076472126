/* SPDX-License-Identifier: MIT */
/* Rows with the ports as the kernel prints them. */
#include "checks/model/plan_reservation.h"

#include <stdio.h>
#include <stdlib.h>

#include "checks/base/text.h"

const char *const plan_reservation_names[PLAN_RESERVATION_KIND_COUNT] = {
    [PLAN_RESERVED_BEFORE] = "before",
    [PLAN_RESERVED_POLICY] = "policy",
    [PLAN_RESERVED_NODE_PORTS] = "node_ports",
    [PLAN_RESERVED_BUILT_IN] = "built_in",
    [PLAN_RESERVED_LISTENER] = "listener",
    [PLAN_NOT_RESERVED] = "not_reserved",
    [PLAN_RELEASED] = "released",
};

static bool make_room(struct plan_reservations *list, struct error *err)
{
    const size_t room = list->room ? 2 * list->room : 64;
    struct plan_reservation *more;

    if (list->count < list->room)
        return true;
    more = realloc(list->rows, room * sizeof *more);
    if (!more)
        return error_set(err, ERR_MEMORY, "not enough memory for the reserved ports");
    list->rows = more;
    list->room = room;
    return true;
}

bool plan_reservations_add(struct plan_reservations *list,
                           const struct plan_reservation_words *words,
                           const struct port_set *ports, const struct port_set *live,
                           struct error *err)
{
    struct plan_reservation row = { .kind = words->kind, .count = port_set_count(ports) };
    struct port_set missing = *ports;
    struct text text = { 0 };

    if (row.count == 0)
        return true;
    port_set_remove(&missing, live);
    row.added = port_set_count(&missing) > 0;
    (void)snprintf(row.why, sizeof row.why, "%s", words->why);
    port_set_format(ports, &text);
    if (!text_ok(&text, err) || !make_room(list, err)) {
        text_clear(&text);
        return false;
    }
    row.ports = text.data; /* owned there from now on */
    list->rows[list->count++] = row;
    return true;
}

void plan_reservations_clear(struct plan_reservations *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->rows[i].ports);
    free(list->rows);
    *list = (struct plan_reservations){ 0 };
}
