/* SPDX-License-Identifier: MIT */
/* Network namespaces, by any text as the mounts of a process: numbers and short paths. */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/mountinfo.h"
#include "tests/fuzz/lib/fuzz.h"

static bool see(void *context, uint64_t inode, const char *path)
{
    size_t *lines = context;

    FUZZ_MUST(inode <= UINT32_MAX);
    FUZZ_MUST(strlen(path) < MOUNT_PATH_SIZE);
    FUZZ_MUST(*lines > 0); /* a line has one mount at most */
    --*lines;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *mounts = fuzz_string(data, size);
    char path[64] = "";
    size_t lines = 1;

    for (const char *at = mounts; *at; at++)
        lines += *at == '\n';
    FUZZ_MUST(mountinfo_net_namespaces(mounts, see, &lines));
    if (mountinfo_find(mounts, "cgroup2", path, sizeof path))
        FUZZ_MUST(memchr(path, '\0', sizeof path));
    free(mounts);
    return 0;
}
