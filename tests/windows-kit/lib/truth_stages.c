/* SPDX-License-Identifier: MIT */
/* W1 to W6, W12 and W13. */
#include "tests/windows-kit/lib/truth_stages.h"

#include <stdlib.h>

#include "tests/windows-kit/lib/say.h"
#include "tests/windows-kit/lib/truth_events.h"
#include "tests/windows-kit/lib/truth_range.h"
#include "tests/windows-kit/lib/truth_reserve.h"
#include "tests/windows-kit/lib/truth_time_wait.h"

enum { LISTENERS = 10, RESERVED = 20, MORE = 20 };

static void look_at(struct truth_run *run, const char *name, bool is_short)
{
    const struct truth_look look = { .name = name, .is_short = is_short };

    truth_moment(run, &look);
}

static void look_at_full(struct truth_run *run, const char *name,
                         enum ip_protocol protocol, bool asks)
{
    const struct truth_look look = { name, true, true, protocol, asks };

    truth_moment(run, &look);
}

static void one_destination(struct truth_run *run)
{
    const struct truth_door *door = &run->doors[0];
    struct truth_tried tried;
    int error;

    truth_say_expected("W1");
    look_at(run, "empty", false);
    (void)truth_fill_connect(run, door, TRUTH_BY_CONNECT, truth_run_usable(run) / 2);
    look_at(run, "half", false);
    truth_release(run);
    (void)truth_fill_connect(run, door, TRUTH_BY_CONNECT, TRUTH_CROWD_MAX);
    truth_crowd_end_last(&run->crowd);
    look_at(run, "all but one", true);
    truth_release(run);
    error = truth_fill_connect(run, door, TRUTH_BY_CONNECT, TRUTH_CROWD_MAX);
    look_at_full(run, "full", IP_PROTOCOL_TCP, false);
    tried = truth_run_tried(run, error);
    truth_say_in_range(run);
    truth_release(run);
    truth_say_answer("W1", &tried);
}

/* What happens to the next connections, of a range that is full. */
static struct truth_tried try_both(const struct truth_run *run, int error)
{
    struct truth_tried tried = truth_run_tried(run, error);

    tried.tried_other = true;
    tried.same_error = truth_try_connect(&run->doors[0], TRUTH_BY_CONNECT);
    tried.other_error = truth_try_connect(&run->doors[1], TRUTH_BY_CONNECT);
    return tried;
}

static void second_destination(struct truth_run *run)
{
    struct truth_tried tried;
    int error;

    truth_say_expected("W2");
    error = truth_fill_connect(run, &run->doors[0], TRUTH_BY_CONNECT, TRUTH_CROWD_MAX);
    tried = try_both(run, error);
    for (int i = 0; i < MORE && error != 0 && tried.other_error == 0; i++)
        (void)truth_crowd_connect(&run->crowd, &run->doors[1], TRUTH_BY_CONNECT);
    look_at(run, "full", true);
    truth_say_in_range(run);
    truth_release(run);
    truth_say_answer("W2", &tried);
}

static void bound_only(struct truth_run *run)
{
    struct truth_tried tried;
    int error;

    truth_say_expected("W3");
    (void)truth_fill_bind(run, IP_PROTOCOL_TCP, truth_run_usable(run) / 2);
    look_at(run, "half", false);
    truth_release(run);
    error = truth_fill_bind(run, IP_PROTOCOL_TCP, TRUTH_CROWD_MAX);
    tried = try_both(run, error);
    look_at_full(run, "full", IP_PROTOCOL_TCP, false);
    truth_say_in_range(run);
    truth_release(run);
    truth_say_answer("W3", &tried);
}

/* Of the newest `count` connections, those with a port of the set. */
static uint32_t listed(const struct truth_run *run, size_t from, size_t count,
                       const struct port_set *set)
{
    uint32_t found = 0;

    for (size_t i = from; i < from + count && i < run->crowd.count; i++)
        found += port_set_has(set, run->crowd.links[i].port);
    return found;
}

static void live_and_bound(struct truth_run *run)
{
    const size_t each = truth_run_usable(run) / 4;
    struct port_set *bound = calloc(1, sizeof *bound);
    struct truth_tried tried;
    struct error err = { 0 };

    truth_say_expected("W4");
    (void)truth_fill_connect(run, &run->doors[0], TRUTH_BY_CONNECT, each);
    (void)truth_fill_connect(run, &run->doors[0], TRUTH_BY_BIND, each);
    tried = truth_run_tried(run, 0);
    tried.bound_visible = bound && truth_range_bound(bound, &err);
    tried.live[0] = (uint32_t)(run->crowd.count < each ? run->crowd.count : each);
    tried.live[1] = (uint32_t)run->crowd.count - tried.live[0];
    if (tried.bound_visible) {
        tried.listed[0] = listed(run, 0, each, bound);
        tried.listed[1] = listed(run, each, each, bound);
    } else {
        say_skip("W4: ports bound only", err.message);
    }
    free(bound);
    look_at(run, "live", false);
    truth_release(run);
    truth_say_answer("W4", &tried);
}

/* Listeners all over the range, where a port is free. */
static void listen_inside(struct truth_run *run)
{
    const uint32_t step = port_range_size(run->range) / LISTENERS;

    for (uint32_t port = run->range.first; port + step <= run->range.last; port += step)
        for (uint32_t i = 0; i < step; i++)
            if (truth_crowd_listen(&run->crowd, (uint16_t)(port + i)) == 0)
                break;
}

static void listeners_inside(struct truth_run *run)
{
    struct port_set *listeners = calloc(1, sizeof *listeners);
    struct truth_tried tried;
    size_t count;
    int error;

    truth_say_expected("W5");
    listen_inside(run);
    count = run->crowd.count;
    for (size_t i = 0; listeners && i < count; i++)
        port_set_add(listeners, run->crowd.links[i].port);
    look_at(run, "listening", false);
    error = truth_fill_connect(run, &run->doors[0], TRUTH_BY_CONNECT, TRUTH_CROWD_MAX);
    look_at_full(run, "full", IP_PROTOCOL_TCP, false);
    tried = truth_run_tried(run, error);
    if (listeners)
        tried.stolen = listed(run, count, run->crowd.count - count, listeners);
    free(listeners);
    truth_release(run);
    truth_say_answer("W5", &tried);
}

/* Reserves some, and reads anew what is excluded: netsh may not list them. */
static bool reserve_some(struct truth_run *run, struct port_set *excluded,
                         SOCKET *reserved, struct error *err)
{
    if (!truth_reserve(run->range, RESERVED, reserved, excluded, err))
        return false;
    *excluded = (struct port_set){ { 0 } };
    if (!truth_range_excluded(IP_PROTOCOL_TCP, excluded, err))
        return false;
    return truth_range_count(run->range, excluded) >= RESERVED ||
           error_set(err, ERR_UNSUPPORTED, "netsh does not list the reservation");
}

/* Fills `excluded`; where none of the range is, some are reserved, until `reserved` is
 * closed. */
static bool find_excluded(struct truth_run *run, struct port_set *excluded,
                          SOCKET *reserved, struct error *err)
{
    if (!truth_range_excluded(IP_PROTOCOL_TCP, excluded, err))
        return false;
    if (truth_range_count(run->range, excluded) > 0)
        return true;
    if (!reserve_some(run, excluded, reserved, err))
        return false;
    run->excluded[IP_PROTOCOL_TCP] = truth_range_count(run->range, excluded);
    say_note("W6 %d ports are reserved while it runs", RESERVED);
    return true;
}

static void fill_around(struct truth_run *run, const struct port_set *excluded)
{
    struct truth_tried tried;
    int error;

    truth_say_expected("W6");
    look_at(run, "empty", false);
    error = truth_fill_connect(run, &run->doors[0], TRUTH_BY_CONNECT, TRUTH_CROWD_MAX);
    look_at_full(run, "full", IP_PROTOCOL_TCP, false);
    tried = truth_run_tried(run, error);
    tried.stolen = listed(run, 0, run->crowd.count, excluded);
    truth_release(run);
    truth_say_answer("W6", &tried);
}

static void excluded_ports(struct truth_run *run)
{
    struct port_set *excluded = calloc(1, sizeof *excluded);
    SOCKET reserved = INVALID_SOCKET;
    struct error err = { 0 };

    if (excluded && find_excluded(run, excluded, &reserved, &err))
        fill_around(run, excluded);
    else
        say_skip("W6", err.message);
    if (reserved != INVALID_SOCKET)
        (void)closesocket(reserved);
    free(excluded);
}

static void udp_ports(struct truth_run *run)
{
    struct truth_tried tried;
    int error;

    truth_say_expected("W12");
    look_at(run, "empty", false);
    (void)truth_fill_bind(run, IP_PROTOCOL_UDP, truth_run_usable(run) / 2);
    look_at(run, "half", false);
    truth_release(run);
    (void)truth_fill_bind(run, IP_PROTOCOL_UDP, TRUTH_CROWD_MAX);
    truth_crowd_end_last(&run->crowd);
    look_at(run, "all but one", true);
    truth_release(run);
    error = truth_fill_bind(run, IP_PROTOCOL_UDP, TRUTH_CROWD_MAX);
    tried = truth_run_tried(run, error);
    look_at_full(run, "full", IP_PROTOCOL_UDP, true);
    truth_say_in_range(run);
    truth_release(run);
    truth_say_answer("W12", &tried);
}

/* Whether each of both finds a port now: the connection goes to a destination that nobody
 * uses, and leaves nothing behind. */
static void add_pair(const struct truth_run *run, struct truth_tried *tried)
{
    struct truth_pair *pair = &tried->pairs[tried->pair_count++];

    pair->bind_error = truth_try_bind(false, IP_PROTOCOL_TCP);
    pair->connect_error = truth_try_connect(&run->doors[1], TRUTH_BY_CONNECT);
}

static void ask_and_connect(struct truth_run *run)
{
    const struct truth_look almost = { "all but one", true, false, IP_PROTOCOL_TCP,
                                       true };
    struct truth_tried tried = { .usable = truth_run_usable(run) };

    truth_say_expected("W13");
    add_pair(run, &tried);
    (void)truth_fill_connect(run, &run->doors[0], TRUTH_BY_CONNECT, TRUTH_CROWD_MAX);
    truth_crowd_end_last(&run->crowd);
    add_pair(run, &tried);
    truth_moment(run, &almost);
    truth_release(run);
    tried.fill_error =
        truth_fill_connect(run, &run->doors[0], TRUTH_BY_CONNECT, TRUTH_CROWD_MAX);
    tried.held = truth_run_tried(run, 0).held;
    add_pair(run, &tried);
    look_at_full(run, "full", IP_PROTOCOL_TCP, true);
    truth_release(run);
    truth_say_answer("W13", &tried);
}

/* First comes W10: after its first event Windows may keep back others for a while. */
const struct truth_stage truth_stages[] = {
    { .id = "W10", .run = truth_stage_events },
    { .id = "W1", .run = one_destination },
    { .id = "W2", .run = second_destination },
    { .id = "W3", .run = bound_only },
    { .id = "W4", .run = live_and_bound },
    { .id = "W5", .run = listeners_inside },
    { .id = "W6", .run = excluded_ports, .around = true },
    { .id = "W7", .run = truth_stage_time_wait_one, .last = true },
    { .id = "W8", .run = truth_stage_time_wait_many, .last = true },
    { .id = "W9",
      .run = truth_stage_collision,
      .after = truth_stage_after_collision,
      .last = true },
    { .id = "W12", .run = udp_ports },
    { .id = "W13", .run = ask_and_connect },
};
const size_t truth_stage_count = ARRAY_COUNT(truth_stages);
