/* SPDX-License-Identifier: MIT */
/* Netlink datagrams. The last byte chooses the walk, the row that stops it, and owners.
 */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/sock_diag.h"
#include "tests/fuzz/lib/fuzz.h"

enum { SEQUENCE = 1, PORT_ID = 4242 }; /* of the recorded answers */

static struct sock_diag_answer answer_for(uint8_t choice, struct fuzz_rows *rows)
{
    rows->stop_at = choice >> 1 & 7;
    return (struct sock_diag_answer){ .sequence = SEQUENCE,
                                      .port_id = PORT_ID,
                                      .bound = choice & 1,
                                      .owners = (choice & 16) != 0,
                                      .visit = fuzz_visit,
                                      .context = rows };
}

/* A datagram ends with a message, so decoding message by message is the same. */
static void decode_in_two(const uint8_t *data, size_t size, uint8_t choice,
                          const struct fuzz_rows *whole)
{
    struct fuzz_rows rows = { 0 };
    struct sock_diag_answer answer = answer_for(choice, &rows);
    uint32_t first;

    if (size < 16)
        return;
    memcpy(&first, data, sizeof first);
    if (first > size || first < 16 || (first & 3) != 0)
        return;
    if (sock_diag_decode(&answer, data, first, NULL) && !answer.done)
        (void)sock_diag_decode(&answer, data + first, size - first, NULL);
    FUZZ_MUST(rows.count == whole->count && rows.sum == whole->sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t choice = fuzz_last_byte(data, &size);
    struct fuzz_rows rows = { 0 };
    struct sock_diag_answer answer = answer_for(choice, &rows);
    struct error err = { 0 };
    void *copy = fuzz_copy(data, size);
    bool ok = sock_diag_decode(&answer, copy, size, &err);

    FUZZ_MUST(answer.stopped == (rows.stop_at > 0 && rows.count == rows.stop_at));
    FUZZ_MUST(!ok || !answer.stopped);
    if (!answer.stopped)
        (void)fuzz_outcome(ok, &err);
    FUZZ_MUST((answer.refused_errno != 0) == (err.code == ERR_IO));
    FUZZ_MUST(answer.refused_errno >= 0);
    FUZZ_MUST(!answer.done || ok);
    decode_in_two(copy, size, choice, &rows);
    free(copy);
    return 0;
}
