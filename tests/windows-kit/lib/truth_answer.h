/* SPDX-License-Identifier: MIT */
/* The questions that nobody can answer without a Windows: each with the answers that are
 * possible, which of them the check assumes, and which line of it another answer changes.
 * Pure. */
#ifndef TESTS_WINDOWS_KIT_LIB_TRUTH_ANSWER_H
#define TESTS_WINDOWS_KIT_LIB_TRUTH_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"

/* Two functions at one moment: whether each found a port. Winsock errors, 0 = it did. */
struct truth_pair {
    int bind_error;
    int connect_error;
};

enum { TRUTH_PAIRS_MAX = 4 };

/* What a stage tried, and which errors came: Winsock's, 0 = it worked. Each question
 * reads those members that its stage fills. */
struct truth_tried {
    uint32_t usable;
    uint32_t held;    /* ports that the stage got */
    int fill_error;   /* with which it ended; 0 = it never did */
    bool tried_other; /* the next two are filled */
    int other_error;  /* connect() to a destination that nobody uses */
    int same_error;   /* connect() to the busiest one */
    uint32_t stolen;  /* ports allocated that no one should get */
    bool bound_visible;
    uint32_t live[2];   /* live connections: made without bind(), after bind() */
    uint32_t listed[2]; /* of them, how many are also listed as Bound */
    bool tried_draw;    /* the next three are filled */
    uint32_t drawers;   /* connections toward one destination */
    uint32_t drawn;     /* of them, those from the auto-reuse range */
    uint32_t shared;    /* ports that a second destination got as well */
    struct truth_pair pairs[TRUTH_PAIRS_MAX];
    size_t pair_count;
    uint32_t time_wait; /* how many the stage made */
    bool reused;        /* a port in TIME_WAIT went to its own destination again */
    uint32_t met;       /* at how many of them connect() failed first; 0 = never */
    bool tried_bind;    /* bind_error is filled, and the two errors above are those from
                           such a port: */
    int bind_error;     /* bind() to a port in TIME_WAIT */
    uint32_t events;    /* of event_id, in the log afterwards */
    uint32_t event_id;
    int64_t event_ms; /* how long after the failure the first one was there */
};

struct truth_reading {
    const char *words;  /* static */
    const char *change; /* "FILE: NAME" of what another verdict takes; NULL = assumed, or
                           nothing depends on it */
};

enum { TRUTH_READINGS_MAX = 4 };

struct truth_question {
    const char *id;                                    /* "W2" */
    const char *asked;                                 /* the question */
    struct truth_reading readings[TRUTH_READINGS_MAX]; /* the first one is assumed */
    /* The reading that what was tried shows; -1: it shows none. */
    int (*read)(const struct truth_tried *tried);
};

extern const struct truth_question truth_questions[];
extern const size_t truth_question_count;

/* NULL: no such question. */
const struct truth_question *truth_question(const char *id);

/* Room for any answer. */
enum { TRUTH_WORDS_SIZE = 512 };

/* Prints which reading holds, what was seen, and, where it is not the assumed one, what
 * to change. */
void truth_answer_words(const struct truth_question *question,
                        const struct truth_tried *tried, char out[TRUTH_WORDS_SIZE]);

/* Prints both readings, for who waits for the answer. */
void truth_expected_words(const struct truth_question *question,
                          char out[TRUTH_WORDS_SIZE]);

/* "10055 WSAENOBUFS", "0", ...; room for the longest. */
enum { TRUTH_ERROR_SIZE = 40 };
const char *truth_error_words(int error, char out[TRUTH_ERROR_SIZE]);

#endif
