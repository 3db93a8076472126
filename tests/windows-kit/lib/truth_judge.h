/* SPDX-License-Identifier: MIT */
/* The check's numbers of one moment beside what a stage itself made: pure, so that a test
 * can show it a check that lies. */
#ifndef TESTS_WINDOWS_KIT_LIB_TRUTH_JUDGE_H
#define TESTS_WINDOWS_KIT_LIB_TRUTH_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/model/place.h"
#include "checks/model/port_range.h"

/* What a stage holds at one moment, in ports of the range. */
struct truth_made {
    struct port_range range;
    uint32_t excluded[IP_PROTOCOL_COUNT]; /* ports of the range that Windows never
                                             allocates */
    uint32_t ports;     /* distinct TCP ports, in any state: all of the following */
    uint32_t bound;     /* bound, neither connected nor listening */
    uint32_t listeners; /* listening */
    uint32_t time_wait; /* in TIME_WAIT */
    uint32_t toward;    /* toward the destination that has most */
    uint32_t udp_ports;
    /* Ports of other programs in the range: those seen just before or just after. */
    uint32_t others[IP_PROTOCOL_COUNT];
};

enum truth_ask { TRUTH_NOT_ASKED = 0, TRUTH_FREE, TRUTH_NONE, TRUTH_UNKNOWN };

/* What the check said at that moment. */
struct truth_said {
    struct port_range range[IP_PROTOCOL_COUNT];
    uint32_t reserved[IP_PROTOCOL_COUNT];
    uint32_t used;
    uint32_t blocked;
    bool bound_known;
    uint32_t bound;
    uint32_t listeners;
    uint32_t time_wait;
    uint32_t toward; /* of the stage's busiest destination; 0 = it is not in the list */
    bool at_least;   /* ports_used is a lower bound, `more` may be used as well */
    uint32_t more;
    uint32_t udp_hundredths; /* udp_port_usage, in hundredths of a percent */
    enum truth_ask asked[IP_PROTOCOL_COUNT][IP_FAMILY_COUNT]; /* bind() to port 0 */
    bool confirmed[IP_PROTOCOL_COUNT][IP_FAMILY_COUNT];
};

enum truth_outcome { TRUTH_OK = 0, TRUTH_NOT_OK, TRUTH_SKIP };

/* One line of a report; `got` is the reason of a skip. */
struct truth_finding {
    enum truth_outcome outcome;
    char name[96];
    char got[96];
    char wanted[96];
};

/* Room for all that is said of one moment. Zeroed = none; what has no room is counted as
 * a failure by truth_findings_bad. */
enum { TRUTH_FINDINGS_MAX = 16 };
struct truth_findings {
    struct truth_finding list[TRUTH_FINDINGS_MAX];
    size_t count;
};

/* Adds one finding for each number that the moment is about: range, ports used, bound
 * ports, listeners, blocked ports, TIME_WAIT, destination, UDP. Ports of other programs
 * widen what is right; where there are none a number must be exact. */
void truth_judge_numbers(const char *moment, const struct truth_made *made,
                         const struct truth_said *said, struct truth_findings *out);

/* What bind() to port 0 said when the stage tried it itself: a Winsock error, 0 = it
 * found a port. */
struct truth_tried_bind {
    enum ip_protocol protocol;
    enum ip_family family;
    int error;
};

/* Adds whether the check was told the same by its own bind(), twice where no port is
 * free, and did not ask where less than nine tenths of the ports are used. */
void truth_judge_ask(const char *moment, const struct truth_tried_bind *tried,
                     const struct truth_made *made, const struct truth_said *said,
                     struct truth_findings *out);

/* Adds whether connect() failed when all ports that the check calls usable were taken,
 * and not before: within those of other programs. */
void truth_judge_full(const char *moment, const struct truth_made *made,
                      enum ip_protocol protocol, struct truth_findings *out);

/* Adds whether the check counts the events that the log has: at least those of before it
 * ran, at most those of after. `said` < 0: it could not tell. */
void truth_judge_events(const char *moment, uint32_t before, uint32_t after, int64_t said,
                        struct truth_findings *out);

/* How many of them are TRUTH_NOT_OK. */
size_t truth_findings_bad(const struct truth_findings *findings);

/* Usable ports of the range. */
uint32_t truth_usable(const struct truth_made *made, enum ip_protocol protocol);

/* Whether a Winsock error means "no port is free" to the check: 10055, 10048. */
bool truth_is_no_port(int error);

#endif
