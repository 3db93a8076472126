/* SPDX-License-Identifier: MIT */
/* What netsh prints about dynamic and excluded ranges. */
#include <string.h>

#include "checks/decode/netsh_text.h"
#include "tests/fuzz/lib/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct port_set before = { .words = { 2, [7] = 1 } };
    static struct port_set ports;
    struct port_range range = { 7, 8 };
    struct error err = { 0 };

    if (fuzz_outcome(netsh_text_dynamic_range((const char *)data, size, &range, &err),
                     &err))
        FUZZ_MUST(range.first >= 1 && range.first <= range.last);
    else
        FUZZ_MUST(range.first == 7 && range.last == 8);
    error_clear(&err);
    ports = before;
    if (fuzz_outcome(netsh_text_excluded_ranges((const char *)data, size, &ports, &err),
                     &err))
        FUZZ_MUST(port_set_has(&ports, 1) && port_set_has(&ports, 7 * 64));
    else
        FUZZ_MUST(memcmp(&ports, &before, sizeof ports) == 0);
    return 0;
}
