/* SPDX-License-Identifier: MIT */
/* /proc/net/stat/nf_conntrack. */
#include <stdlib.h>

#include "checks/decode/nf_conntrack.h"
#include "tests/fuzz/lib/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);
    struct nf_conntrack seen = { 4711, 4712, 4713 };
    struct error err = { 0 };

    if (fuzz_outcome(nf_conntrack_decode(text, &seen, &err), &err))
        FUZZ_MUST(seen.insert_failed / UINT32_MAX <= size &&
                  seen.drop / UINT32_MAX <= size);
    else
        FUZZ_MUST(seen.entries == 4711 && seen.insert_failed == 4712 &&
                  seen.drop == 4713 &&
                  (err.code == ERR_MALFORMED || err.code == ERR_UNSUPPORTED));
    free(text);
    return 0;
}
