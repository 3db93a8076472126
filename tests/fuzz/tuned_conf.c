/* SPDX-License-Identifier: MIT */
/* A profile of tuned. */
#include <string.h>

#include "checks/decode/tuned_conf.h"
#include "tests/fuzz/lib/fuzz.h"

static bool visit(void *context, const struct tuned_conf_line *line)
{
    uint32_t *number = context;

    FUZZ_MUST(line->number > *number);
    FUZZ_MUST(line->section && line->name[0] != '\0' && line->value);
    FUZZ_MUST(!strchr(line->name, '\n') && !strchr(line->value, '\n'));
    *number = line->number;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t number = 0;
    struct error err = { 0 };

    FUZZ_MUST(tuned_conf_read((const char *)data, size, visit, &number, &err));
    (void)fuzz_outcome(true, &err);
    return 0;
}
