/* SPDX-License-Identifier: MIT */
/* /proc/net/sockstat and sockstat6. */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/proc_net_counters.h"
#include "tests/fuzz/lib/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sockstat before = { 1, 2, 3, 4 };
    struct sockstat totals = before;
    struct error err = { 0 };
    char *text = fuzz_string(data, size);

    if (!fuzz_outcome(sockstat_decode(text, &totals, &err), &err))
        FUZZ_MUST(memcmp(&totals, &before, sizeof totals) == 0);
    FUZZ_MUST(totals.inuse6 == before.inuse6);
    FUZZ_MUST(sockstat_bound_possible(&totals) <= totals.alloc);
    (void)sockstat_mostly_open(&totals);
    totals = before;
    error_clear(&err);
    if (!fuzz_outcome(sockstat6_decode(text, &totals, &err), &err))
        FUZZ_MUST(memcmp(&totals, &before, sizeof totals) == 0);
    FUZZ_MUST(totals.inuse == before.inuse && totals.alloc == before.alloc);
    free(text);
    return 0;
}
