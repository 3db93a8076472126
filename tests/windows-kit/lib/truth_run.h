/* SPDX-License-Identifier: MIT */
/* One run of the truth table: its options, the stage that runs, and its moments. */
#ifndef TESTS_WINDOWS_KIT_LIB_TRUTH_RUN_H
#define TESTS_WINDOWS_KIT_LIB_TRUTH_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/host/deadline.h"
#include "checks/model/port_range.h"
#include "tests/windows-kit/lib/truth_answer.h"
#include "tests/windows-kit/lib/truth_judge.h"
#include "tests/windows-kit/lib/truth_sockets.h"

enum { TRUTH_DOORS = 11, TRUTH_PAUSE_MS = 1000 };

struct truth_run {
    const char *check;       /* full path of the check */
    const char *list;        /* of what must be restored */
    struct port_range fixed; /* the host's own range, where it cannot be set; else 0 */
    int64_t full_ms;         /* how long the range may be full */
    int64_t began_ns;        /* when the program did */
    /* The stage's: */
    const char *stage; /* "W1" */
    struct port_range range;
    uint32_t excluded[IP_PROTOCOL_COUNT];
    struct port_set time_wait[TRUTH_DOORS]; /* ports that it left in TIME_WAIT, by door */
    struct truth_door doors[TRUTH_DOORS];
    struct truth_crowd crowd;
    struct deadline full_end;     /* set when the range got full */
    struct truth_tried collision; /* of W9: events come later */
};

/* Fills the crowd by one call after the other until one fails or `most` are made; that
 * one's error, 0 = none. A range that is full from then on is so for `full_ms`. */
int truth_fill_connect(struct truth_run *run, const struct truth_door *door, int local,
                       size_t most);
int truth_fill_bind(struct truth_run *run, enum ip_protocol protocol, size_t most);

/* How many sockets the stage left in TIME_WAIT on ports of its range. */
uint32_t truth_run_time_wait(const struct truth_run *run);

/* How many ports that are usable a stage has. */
uint32_t truth_run_usable(const struct truth_run *run);

/* What the crowd, and TIME_WAIT, are at the moment. Ports of other programs are added to
 * `others` (one set for each protocol), and counted with those that it has already. */
MUST_CHECK bool truth_run_made(const struct truth_run *run, struct port_set *others,
                               struct truth_made *out, struct error *err);

/* A look at the check. */
struct truth_look {
    const char *name; /* "half" */
    bool is_short;    /* within what is left of the time that the range may be full */
    bool is_full;     /* says also whether all usable ports are held, */
    enum ip_protocol protocol; /* of this one */
    bool asks; /* says also what the check was told by bind(), against ours */
};

/* Runs the check and says what is to be said of it; where its time is over, the moment is
 * skipped by name. */
void truth_moment(struct truth_run *run, const struct truth_look *look);

/* Says each finding as a line. */
void truth_say(const struct truth_findings *findings);

/* Says whether all ports of the crowd lie in the range. */
void truth_say_in_range(const struct truth_run *run);

/* Runs `CHECK -o json ARGUMENTS`; adds what it printed. Errors of child_run. */
MUST_CHECK bool truth_run_check(const struct truth_run *run, const char *arguments,
                                int64_t limit_ms, struct text *out, struct error *err);

/* Releases all that the stage holds, and gives the host a while to itself, for programs
 * that need a port; not where the range is fixed, since that is no host's. */
void truth_release(struct truth_run *run);

/* Whether a new connection, to the last door, finds a port within ten seconds. */
bool truth_can_connect(const struct truth_run *run);

/* Says what is expected under each reading of the question. */
void truth_say_expected(const char *id);

/* Says the answer to the question of the stage. */
void truth_say_answer(const char *id, const struct truth_tried *tried);

/* What of a fill goes into an answer: usable, held, fill_error. */
struct truth_tried truth_run_tried(const struct truth_run *run, int fill_error);

#endif
