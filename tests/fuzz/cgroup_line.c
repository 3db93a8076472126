/* SPDX-License-Identifier: MIT */
/* Whose a process is, by any text as its control groups: what one of the lines says. */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/cgroup_line.h"
#include "tests/fuzz/lib/fuzz.h"

/* Whether some path of the text names that owner by itself. */
static bool names(char *text, const struct cgroup_owner *wanted)
{
    for (char *at = text; *at;) {
        char *end = at + strcspn(at, "\n");
        const bool last = *end == '\0';
        char *path = NULL;
        struct cgroup_owner owner = { 0 };

        *end = '\0';
        path = strchr(at, ':');
        path = path ? strchr(path + 1, ':') : NULL;
        if (path)
            cgroup_path_decode(path + 1, &owner);
        if (owner.kind == wanted->kind && strcmp(owner.name, wanted->name) == 0)
            return true;
        at = last ? end : end + 1;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size < 4096 ? size : 4096); /* longer paths are cut */
    struct cgroup_owner owner;

    cgroup_line_decode(text, &owner);
    FUZZ_MUST(owner.kind <= OWNER_POD);
    FUZZ_MUST((owner.kind == OWNER_USER) == (owner.name[0] == '\0'));
    FUZZ_MUST(owner.kind == OWNER_USER || names(text, &owner));
    free(text);
    return 0;
}
