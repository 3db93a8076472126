/* SPDX-License-Identifier: MIT */
/* An event as XML: whatever it holds, its parts are bounded. */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/event_xml.h"
#include "checks/model/utc_time.h"
#include "tests/fuzz/lib/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct tcpip_event before = { .id = 7 };
    struct tcpip_event event = before;
    struct error err = { 0 };
    char *text = fuzz_string(data, size);

    if (fuzz_outcome(event_xml_decode(text, &event, &err), &err)) {
        FUZZ_MUST(memchr(event.provider, '\0', sizeof event.provider) != NULL);
        FUZZ_MUST(event.id <= UINT16_MAX);
        FUZZ_MUST(event.time_s >= 0 && event.time_s <= UTC_TIME_MAX);
    } else {
        FUZZ_MUST(memcmp(&event, &before, sizeof event) == 0);
    }
    free(text);
    return 0;
}
