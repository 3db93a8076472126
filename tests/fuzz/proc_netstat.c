/* SPDX-License-Identifier: MIT */
/* /proc/net/netstat. */
#include <stdlib.h>

#include "checks/decode/proc_net_counters.h"
#include "tests/fuzz/lib/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);
    struct error err = { 0 };
    uint64_t counter = 4711;

    if (!fuzz_outcome(
            proc_netstat_counter(text, "TcpExt", "TCPTimeWaitOverflow", &counter, &err),
            &err))
        FUZZ_MUST(counter == 4711 &&
                  (err.code == ERR_MALFORMED || err.code == ERR_UNSUPPORTED ||
                   err.code == ERR_LIMIT));
    free(text);
    return 0;
}
