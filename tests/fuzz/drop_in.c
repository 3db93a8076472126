/* SPDX-License-Identifier: MIT */
/* Our own file in sysctl.d, which anybody may have edited: what is read and written again
 * is read as the same. */
#include <stdlib.h>
#include <string.h>

#include "remediate/drop_in.h"
#include "tests/fuzz/lib/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct drop_in none;
    static struct drop_in parsed;
    static struct drop_in again;
    char *string = fuzz_string(data, size);
    struct text text = { 0 };
    struct error err = { 0 };

    memset(&parsed, 0, sizeof parsed);
    if (fuzz_outcome(drop_in_parse(string, &parsed, &err), &err)) {
        drop_in_format(&parsed, "note", &text);
        FUZZ_MUST(fuzz_outcome(drop_in_parse(text_string(&text), &again, &err), &err));
        FUZZ_MUST(again.count == parsed.count);
        for (size_t i = 0; i < parsed.count; i++) {
            const char *value = drop_in_find(&again, parsed.lines[i].key);

            FUZZ_MUST(value && strcmp(value, parsed.lines[i].value) == 0);
        }
        drop_in_clear(&again);
    } else {
        FUZZ_MUST(memcmp(&parsed, &none, sizeof parsed) == 0);
    }
    drop_in_clear(&parsed);
    text_clear(&text);
    free(string);
    return 0;
}
