/* SPDX-License-Identifier: MIT */
/* What the check and a tool of Windows both tell, and whether they agree. */
#ifndef TESTS_WINDOWS_KIT_LIB_CROSS_FACT_H
#define TESTS_WINDOWS_KIT_LIB_CROSS_FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/model/port_range.h"

/* "In range": sockets on ports of the dynamic range of TCP. */
enum cross_name {
    CROSS_TIME_WAIT = 0, /* every one, whatever its port */
    CROSS_TIME_WAIT_IN_RANGE,
    CROSS_ESTABLISHED,
    CROSS_CLOSE_WAIT,
    CROSS_CONNECTIONS, /* in any state, with a remote port */
    CROSS_LISTEN,
    CROSS_BOUND, /* only bound: no connection has the port */
    CROSS_PORTS_USED,
    CROSS_UDP_PORTS_USED,
    CROSS_RANGE_TCP4,
    CROSS_RANGE_TCP6,
    CROSS_RANGE_UDP4,
    CROSS_RANGE_UDP6,
    CROSS_RANGE_TCP, /* of a tool that knows no families */
    CROSS_RANGE_UDP,
    CROSS_EXCLUDED_TCP, /* excluded ports of the range, of either family */
    CROSS_EXCLUDED_UDP,
    CROSS_AUTO_REUSE,
    CROSS_TIMED_WAIT_DELAY,
    CROSS_STRICT_SEQ_CHECK,
    CROSS_MAX_USER_PORT,
    CROSS_EVENTS,     /* 4231 and 4266 of the last ten minutes */
    CROSS_COLLISIONS, /* 4227, the same */
    CROSS_NAME_COUNT
};

/* "TIME_WAIT sockets", ... : part of the names of results. */
extern const char *const cross_names[CROSS_NAME_COUNT];

enum cross_kind {
    CROSS_UNKNOWN = 0, /* nobody can know it here: `words` say why */
    CROSS_UNREAD,      /* it should be known, and reading it failed: why */
    CROSS_NUMBER,
    CROSS_WORDS
};

enum { CROSS_WORDS_SIZE = 200 };

/* Zeroed = not known, and nobody says why. */
struct cross_fact {
    enum cross_kind kind;
    uint64_t number;
    char words[CROSS_WORDS_SIZE];
};

/* All of them, by enum cross_name. */
struct cross_facts {
    struct cross_fact of[CROSS_NAME_COUNT];
};

void cross_set_number(struct cross_facts *facts, enum cross_name name, uint64_t number);

/* Of another kind than CROSS_NUMBER. */
void cross_set_words(struct cross_facts *facts, enum cross_name name,
                     enum cross_kind kind, const char *format, ...) PRINTF_LIKE(4, 5);

/* "49152-65535"; a zeroed range becomes "none". */
void cross_set_range(struct cross_facts *facts, enum cross_name name,
                     struct port_range range);

enum cross_verdict {
    CROSS_NOT_COMPARED = 0, /* one of the sides cannot know it */
    CROSS_SAME,
    CROSS_DIFFERENT /* also: the tool knows what the check failed to read */
};

/*
 * Judges what the check said before and after the tool was run. The tables of a host
 * move, so the tool's number may lie between both; on a host where nothing moved it must
 * be the same.
 */
enum cross_verdict cross_judge(const struct cross_fact *before,
                               const struct cross_fact *theirs,
                               const struct cross_fact *after);

/* "12", "49152-65535", "not read (netsh: ...)"; returns `out`. */
const char *cross_fact_words(const struct cross_fact *fact, char *out, size_t size);

#endif
