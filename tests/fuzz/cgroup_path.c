/* SPDX-License-Identifier: MIT */
/* Whose any path of a control group is: a kind that has a name, or none. */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/cgroup_path.h"
#include "tests/fuzz/lib/fuzz.h"

static bool is_clean(const char *name)
{
    return strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                        "0123456789@._:/-?") == strlen(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *path = fuzz_string(data, size);
    struct cgroup_owner owner;

    cgroup_path_decode(path, &owner);
    FUZZ_MUST(owner.kind <= OWNER_POD);
    FUZZ_MUST((owner.kind == OWNER_USER) == (owner.name[0] == '\0'));
    FUZZ_MUST(memchr(owner.name, '\0', sizeof owner.name) && is_clean(owner.name));
    FUZZ_MUST(!owner.has_uid || owner.kind == OWNER_USER);
    if (strncmp(path, "/user.slice/", 12) == 0)
        FUZZ_MUST(owner.kind == OWNER_USER);
    free(path);
    return 0;
}
