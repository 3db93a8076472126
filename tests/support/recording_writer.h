/* SPDX-License-Identifier: MIT */
/* A machine and a journal in memory, which go wrong at the call that a test names. */
#ifndef TESTS_SUPPORT_RECORDING_WRITER_H
#define TESTS_SUPPORT_RECORDING_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/text.h"
#include "checks/host/deadline.h"
#include "checks/model/change.h"
#include "remediate/writer/setting_writer.h"
#include "remediate/writer/state_store.h"

/* What goes wrong with a write. */
enum write_fault {
    WRITE_WORKS = 0,
    WRITE_FAILS,           /* nothing changes, and it says so */
    WRITE_LIES,            /* nothing changes, and it claims success */
    WRITE_WORKS_AND_FAILS, /* the value is there, and it says that it failed */
    WRITE_GIVES_ANOTHER,   /* another value is there ("7"), and it claims success */
    WRITE_FAULT_COUNT
};

/* What an append that fails leaves behind. */
enum append_fault {
    APPEND_WORKS = 0,
    APPEND_ADDS_NOTHING,
    APPEND_ADDS_A_PART,
    APPEND_ADDS_ALL,
    APPEND_FAULT_COUNT
};

enum { RECORDED_PLACES = 64, RECORDED_CALLS = 1024 };

struct recorded_place {
    enum change_kind kind;
    char *place; /* owned */
    char *value; /* owned; NULL = absent */
};

/*
 * Calls are counted from 0, each kind for itself. Reads and writes whose deadline has
 * passed fail with ERR_TIMEOUT. Zeroed = an empty machine on which everything works.
 */
struct recording_writer {
    struct recorded_place places[RECORDED_PLACES];
    size_t place_count;
    struct text journal; /* what is on the disk */
    size_t reads;
    size_t writes;
    size_t appends;
    size_t loads;                 /* of the whole journal */
    enum error_code lock_failure; /* ERR_NONE: the lock can be had */
    bool read_faults[RECORDED_CALLS];
    enum write_fault write_faults[RECORDED_CALLS];
    enum append_fault append_faults[RECORDED_CALLS];
    /* The power goes: after so many writes and appends nothing reaches the machine any
     * more (0 = never); `torn`: half of the next append still does. */
    size_t dies_after;
    bool torn;
    /* After so many writes and appends *deadline has passed; NULL = never. */
    struct deadline *deadline;
    size_t deadline_after;
    struct text calls; /* one line per write and append: "write PLACE=VALUE", "append" */
};

/* Adds a place with its value (NULL = absent). */
void recording_writer_hold(struct recording_writer *machine, enum change_kind kind,
                           const char *place, const char *value);

/* Gives a place another value behind everyone's back. */
void recording_writer_change(struct recording_writer *machine, const char *place,
                             const char *value);

/* What the place holds; NULL = absent. An unknown place fails the test. */
const char *recording_writer_value(const struct recording_writer *machine,
                                   const char *place);

/* Everything works again; counters at 0, places and journal as they are. */
void recording_writer_repair(struct recording_writer *machine);

/* The seams over it; closing them does nothing. */
struct setting_writer recording_writer_writer(struct recording_writer *machine);
struct state_store recording_writer_store(struct recording_writer *machine);

void recording_writer_clear(struct recording_writer *machine);

#endif
