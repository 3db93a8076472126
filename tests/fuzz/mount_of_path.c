/* SPDX-License-Identifier: MIT */
/* Where a path lies, by any text as the mounts of a process: one line, or nothing. */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/mount_of_path.h"
#include "tests/fuzz/lib/fuzz.h"

static void find(const char *mounts, const char *path)
{
    struct text out = { 0 };
    const bool found = mount_of_path(mounts, path, &out);

    FUZZ_MUST(found == (out.length > 0));
    FUZZ_MUST(!strchr(text_string(&out), '\n'));
    FUZZ_MUST(!found || strchr(text_string(&out), ' '));
    text_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *mounts = fuzz_string(data, size);

    find(mounts, "/etc/sysctl.d");
    find(mounts, "/var/lib/port-exhaustion");
    find(mounts, "/");
    free(mounts);
    return 0;
}
