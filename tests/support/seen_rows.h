/* SPDX-License-Identifier: MIT */
/* A visitor that keeps the rows of a decoded dump. */
#ifndef TESTS_SUPPORT_SEEN_ROWS_H
#define TESTS_SUPPORT_SEEN_ROWS_H

#include <stddef.h>

#include "checks/decode/sock_diag.h"

enum { SEEN_ROWS_MAX = 64 };

/* Zeroed = nothing visited. */
struct seen_rows {
    struct socket_row rows[SEEN_ROWS_MAX];
    size_t count;
    size_t stop_at; /* refuse the row at this position; 0 = none */
};

/* An answer as the recorded ones of tests/fixtures/sock_diag, whose rows go into *seen.
 */
struct sock_diag_answer seen_rows_answer(struct seen_rows *seen);

#endif
