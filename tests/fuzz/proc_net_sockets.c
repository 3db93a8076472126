/* SPDX-License-Identifier: MIT */
/* /proc/net/tcp in pieces. The last byte is the size of a piece, owners and the clock's
 * rate. */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/proc_net_sockets.h"
#include "tests/fuzz/lib/fuzz.h"

static bool in_pieces(const uint8_t *data, size_t size, size_t piece,
                      struct proc_net_sockets *file, struct error *err)
{
    size_t at = 0;
    size_t held = 0;

    while (at + held < size) {
        size_t used;
        char *copy;
        bool ok;

        held += piece;
        if (held > size - at)
            held = size - at;
        copy = fuzz_copy(data + at, held);
        ok = proc_net_sockets_decode(file, copy, held, &used, err);
        free(copy);
        FUZZ_MUST(used <= held);
        if (!ok)
            return false;
        at += used;
        held -= used;
    }
    return proc_net_sockets_finish(file, held, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t choice = fuzz_last_byte(data, &size);
    struct fuzz_rows rows[2] = { { 0 }, { 0 } };
    struct error errors[2] = { { 0 }, { 0 } };
    bool ok[2];

    for (size_t i = 0; i < 2; i++) {
        struct proc_net_sockets file = { .ticks_per_s = choice & 1 ? 100 : 0,
                                         .owners = (choice & 2) != 0,
                                         .visit = fuzz_visit,
                                         .context = &rows[i] };
        size_t piece = i == 0 ? size : 1 + (size_t)(choice >> 2);

        ok[i] = in_pieces(data, size, piece, &file, &errors[i]);
        (void)fuzz_outcome(ok[i], &errors[i]);
        FUZZ_MUST(!file.stopped);
    }
    FUZZ_MUST(ok[0] == ok[1] && rows[0].count == rows[1].count);
    FUZZ_MUST(rows[0].sum == rows[1].sum);
    FUZZ_MUST(strcmp(errors[0].message, errors[1].message) == 0);
    return 0;
}
