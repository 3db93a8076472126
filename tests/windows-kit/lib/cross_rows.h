/* SPDX-License-Identifier: MIT */
/* Sockets as a tool of Windows lists them, and what they add up to. Counted anew, by
 * other code than the check's: it shall not be right because it is wrong twice. */
#ifndef TESTS_WINDOWS_KIT_LIB_CROSS_ROWS_H
#define TESTS_WINDOWS_KIT_LIB_CROSS_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/port_range.h"
#include "checks/model/socket_row.h"
#include "tests/windows-kit/lib/cross_fact.h"

struct cross_row {
    bool is_udp;
    uint16_t local_port;
    uint16_t remote_port;  /* 0 = none */
    enum conn_state state; /* CONN_UNKNOWN: in words that we do not know */
};

/* Zeroed = empty. */
struct cross_rows {
    struct cross_row *list; /* owned */
    size_t count;
    size_t size;
    char unknown_word[64];            /* the first state that was not known */
    bool has_v6[IP_PROTOCOL_COUNT];   /* one of them was of IPv6, where that is told */
    bool lacks_v6[IP_PROTOCOL_COUNT]; /* the tool does not list those that there are */
    bool says_nothing_of_bound; /* the tool was run without the means to show them */
};

/* ERR_MEMORY, and ERR_LIMIT for more rows than a host has. */
MUST_CHECK bool cross_rows_add(struct cross_rows *rows, const struct cross_row *row,
                               struct error *err);

/* The port behind the last colon of "[fe80::1%12]:49152"; "*:*" has port 0. */
MUST_CHECK bool cross_rows_port(const char *address, uint16_t *out);

/* What counts as a port of the range, as the check sees it. */
struct cross_scope {
    struct port_range range[IP_PROTOCOL_COUNT];
    struct port_set excluded[IP_PROTOCOL_COUNT];
    char excluded_unread[CROSS_WORDS_SIZE]; /* why these are not known; "" = they are */
    bool counts_bound;                      /* the check sees ports that are only bound */
};

/* Fills the facts about TCP sockets; those that the rows do not tell are CROSS_UNKNOWN,
 * with the reason. */
void cross_rows_tcp(const struct cross_rows *rows, const struct cross_scope *scope,
                    struct cross_facts *facts);

/* The same of UDP. */
void cross_rows_udp(const struct cross_rows *rows, const struct cross_scope *scope,
                    struct cross_facts *facts);

void cross_rows_clear(struct cross_rows *rows);

#endif
