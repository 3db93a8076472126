/* SPDX-License-Identifier: MIT */
/* How long an alert waits after what was done on this host before. Pure. */
#ifndef REMEDIATE_COOL_DOWN_H
#define REMEDIATE_COOL_DOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/model/journal.h"

/* A run by hand means that someone is at work on the host, for so long. */
enum { COOL_DOWN_BY_HAND_S = 300 };

/* Where and when an alert comes. Strings borrowed. */
struct cool_down_moment {
    const char *machine; /* digest of the machine's identity; "" = unknown */
    const char *network; /* namespace of the network; "" = that of PID 1 */
    const char *boot;    /* identity of this boot; "" = unknown */
    int64_t uptime_s;    /* CLOCK_BOOTTIME; -1 = unknown */
    int64_t time_s;      /* Unix time */
};

/* When something happened. */
struct cool_down_past {
    const char *boot; /* identity of its boot, borrowed; "" = unknown */
    int64_t uptime_s; /* CLOCK_BOOTTIME; -1 = unknown */
    int64_t time_s;   /* Unix time */
};

/* How long ago that was, s, by the clock that can be believed (see below). False: it lies
 * in the future of the one that is asked. */
bool cool_down_age(const struct cool_down_past *past, const struct cool_down_moment *now,
                   uint64_t *age);

/* What an alert waits for. */
struct cool_down {
    const struct journal_run *run; /* borrowed from the journal; NULL = for nothing */
    bool by_hand;                  /* the run is no alert's */
    uint64_t since_s; /* the run's end (its begin, where it was rolled back) */
    uint64_t left_s;  /* 1.. */
};

/*
 * The run that makes an alert wait longest. An alert's run holds for `period_s`, a run by
 * hand (apply, undo, confirm) for COOL_DOWN_BY_HAND_S, whatever came of it; the end of a
 * trial, which a timer brings, for nothing, and so does a run of another machine or in
 * another network. `period_s` 0: nothing holds.
 *
 * A run of this boot is as old as CLOCK_BOOTTIME says, whatever became of the clock on
 * the wall. That clock is asked only where CLOCK_BOOTTIME says nothing: of a run of an
 * earlier boot, which is at least as old as this one, or of one that earlier versions
 * recorded. A run that lies in its future makes nothing wait. So nothing waits for longer
 * than its period, and a host whose clock starts in the past at each boot acts once in
 * each.
 */
struct cool_down cool_down_find(const struct journal *journal, uint32_t period_s,
                                const struct cool_down_moment *now);

#endif
