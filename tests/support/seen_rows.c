/* SPDX-License-Identifier: MIT */
/* Keeping what a decoder visits. */
#include "tests/support/seen_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static bool keep(void *context, const struct socket_row *row)
{
    struct seen_rows *seen = context;

    if (seen->stop_at && seen->count + 1 == seen->stop_at)
        return false;
    assert_true(seen->count < SEEN_ROWS_MAX);
    seen->rows[seen->count++] = *row;
    return true;
}

struct sock_diag_answer seen_rows_answer(struct seen_rows *seen)
{
    return (struct sock_diag_answer){
        .sequence = 1, .port_id = 4242, .visit = keep, .context = seen
    };
}
