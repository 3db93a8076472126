/* SPDX-License-Identifier: MIT */
/* The stages that leave ports in TIME_WAIT: nobody can end that, so they come last. */
#include "tests/windows-kit/lib/truth_time_wait.h"

#include <stdlib.h>

#include "tests/windows-kit/lib/say.h"
#include "tests/windows-kit/lib/truth_events.h"
#include "tests/windows-kit/lib/truth_range.h"

enum { MANY = 10, LOOK_MS = 1000, MS = 1000, ERRORS_MAX = 20 };

static uint32_t left(struct port_range range)
{
    struct port_set *ports = calloc(1, sizeof *ports);
    struct error err = { 0 };
    uint32_t count = UINT32_MAX;

    if (ports && truth_range_time_wait(ports, &err))
        count = truth_range_count(range, ports);
    free(ports);
    return count;
}

uint32_t truth_wait_gone(struct port_range range, int64_t since_ns)
{
    const int64_t end_ns = since_ns + (int64_t)TRUTH_GONE_S * MS * DEADLINE_NS_PER_MS;
    uint32_t count = left(range);

    while (count > 0 && deadline_now_ns() < end_ns) {
        const struct deadline next = deadline_in_ms(LOOK_MS);

        deadline_wait(&next);
        count = left(range);
    }
    return count;
}

/* One more port in TIME_WAIT toward the door; a Winsock error, 0 = there is. *reused: it
 * had that port before, so a port in TIME_WAIT was used again. */
static int add_one(struct truth_run *run, size_t door, int local, bool *reused)
{
    uint16_t port = 0;
    const int error = truth_leave_time_wait(&run->doors[door], local, &port);

    if (error != 0)
        return error;
    *reused = *reused || port_set_has(&run->time_wait[door], port);
    port_set_add(&run->time_wait[door], port);
    return 0;
}

/* Ports toward `doors` destinations in turn, at most as many as there are and one. */
static struct truth_tried fill(struct truth_run *run, size_t doors)
{
    const uint32_t most = truth_run_usable(run) + (doors == 1);
    struct truth_tried tried;
    bool reused = false;
    int error = 0;

    for (uint32_t i = 0; i < most && error == 0 && !reused; i++)
        error = add_one(run, i % doors, TRUTH_BY_CONNECT, &reused);
    run->full_end = deadline_in_ms(run->full_ms);
    tried = truth_run_tried(run, error);
    tried.time_wait = truth_run_time_wait(run);
    tried.reused = reused;
    return tried;
}

static void time_wait_toward(struct truth_run *run, const char *id, size_t doors)
{
    const struct truth_look look = { .name = "TIME_WAIT", .is_short = true };
    struct truth_tried tried;

    truth_say_expected(id);
    tried = fill(run, doors);
    tried.tried_other = true;
    truth_moment(run, &look); /* before a try takes a port out of TIME_WAIT */
    tried.same_error = truth_try_connect(&run->doors[0], TRUTH_BY_CONNECT);
    tried.other_error = truth_try_connect(&run->doors[MANY], TRUTH_BY_CONNECT);
    truth_say_answer(id, &tried);
}

void truth_stage_time_wait_one(struct truth_run *run)
{
    time_wait_toward(run, "W7", 1);
}

void truth_stage_time_wait_many(struct truth_run *run)
{
    time_wait_toward(run, "W8", MANY);
}

/* As a program does that calls bind() before connect(): goes on after an error, since the
 * next port may be a free one. */
static struct truth_tried fill_by_bind(struct truth_run *run)
{
    const uint32_t most = truth_run_usable(run);
    int first = 0;
    uint32_t met = 0;
    bool reused = false;
    struct truth_tried tried;

    for (int errors = 0;
         errors < ERRORS_MAX && !reused && truth_run_time_wait(run) < most;) {
        const int error = add_one(run, 0, TRUTH_BY_BIND, &reused);

        errors += error != 0;
        if (error != 0 && first == 0) {
            first = error;
            met = truth_run_time_wait(run);
        }
    }
    run->full_end = deadline_in_ms(run->full_ms);
    tried = truth_run_tried(run, first);
    tried.time_wait = truth_run_time_wait(run);
    tried.met = met;
    tried.reused = reused;
    return tried;
}

/* Toward the same destination and another one, from a port in TIME_WAIT. */
static void try_from(const struct truth_run *run, struct truth_tried *tried)
{
    for (uint32_t port = run->range.first; port <= run->range.last; port++) {
        if (!port_set_has(&run->time_wait[0], (uint16_t)port))
            continue;
        tried->tried_bind = true;
        tried->tried_other = true;
        tried->bind_error = truth_try_bind_to((uint16_t)port);
        tried->same_error = truth_try_connect(&run->doors[0], (int)port);
        tried->other_error = truth_try_connect(&run->doors[1], (int)port);
        return;
    }
}

void truth_stage_collision(struct truth_run *run)
{
    const struct truth_look look = { .name = "TIME_WAIT", .is_short = true };
    struct truth_tried tried;

    truth_say_expected("W9");
    tried = fill_by_bind(run);
    truth_moment(run, &look);
    try_from(run, &tried);
    truth_say_answer("W9", &tried);
    run->collision = tried;
}

/* W7 or W8 may have caused the event, and Windows no second one so soon. */
void truth_stage_after_collision(struct truth_run *run)
{
    truth_say_expected("W10 TIME_WAIT");
    truth_events_answer("W10 TIME_WAIT", EVENT_TIME_WAIT, run->began_ns, run->collision);
}
