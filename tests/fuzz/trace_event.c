/* SPDX-License-Identifier: MIT */
/* The file `format` of a tracepoint: whatever it says, no field lies beyond a bound. */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/trace_event.h"
#include "tests/fuzz/lib/fuzz.h"

enum { FARTHEST = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct trace_fields before = { .id = 7 };
    struct trace_fields fields = before;
    struct trace_event event;
    struct error err = { 0 };
    char *text = fuzz_string(data, size);

    if (fuzz_outcome(trace_fields_decode(text, &fields, &err), &err)) {
        FUZZ_MUST(fields.old_state <= FARTHEST && fields.new_state <= FARTHEST);
        FUZZ_MUST(fields.local_port <= FARTHEST && fields.remote_port <= FARTHEST);
        FUZZ_MUST(fields.local <= FARTHEST && fields.remote <= FARTHEST);
        (void)trace_event_decode(&fields, data, size, &event);
    } else {
        FUZZ_MUST(memcmp(&fields, &before, sizeof fields) == 0);
    }
    free(text);
    return 0;
}
