/* SPDX-License-Identifier: MIT */
/* Who has sockets in which state, of what the screen is about. */
#ifndef PLUGIN_EXPLAIN_ROWS_H
#define PLUGIN_EXPLAIN_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "checks/model/owner.h"
#include "plugin/explain_subject.h"

enum { EXPLAIN_ROWS_MAX = (OWNER_SHARES_MAX + 1) * CONN_STATE_COUNT };

struct explain_row {
    const struct owner *owner; /* NULL = nobody's, or not known whose */
    enum conn_state state;     /* CONN_UNKNOWN = UDP, or several */
    uint32_t sockets;
    const char *words; /* instead of an owner's names; static */
};

/* Most sockets first. */
struct explain_rows {
    struct explain_row list[EXPLAIN_ROWS_MAX];
    size_t count;
    uint64_t others;  /* of whoever has no row */
    uint64_t sockets; /* of all, others included */
};

/* Fills *out. Whose sockets nobody looked up are rows by state alone. */
void explain_rows_fill(const struct explain_subject *subject, struct explain_rows *out);

/* The first row whose owner is known to make the cause, and may be named; NULL: none. */
const struct explain_row *explain_rows_holder(const struct explain_subject *subject,
                                              const struct explain_rows *rows);

#endif
