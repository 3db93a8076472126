/* SPDX-License-Identifier: MIT */
/* The words for the systems, and the order of their versions. */
#include "checks/model/os.h"

#include <stddef.h>
#include <string.h>

#include "checks/base/compiler.h"

static const char *const names[] = {
    [OS_UNKNOWN] = "unknown",
    [OS_LINUX] = "linux",
    [OS_WINDOWS] = "windows",
};

const char *os_kind_name(enum os_kind kind)
{
    return (size_t)kind < ARRAY_COUNT(names) ? names[kind] : names[OS_UNKNOWN];
}

enum os_kind os_kind_from_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (strcmp(name, names[i]) == 0)
            return (enum os_kind)i;
    return OS_UNKNOWN;
}

bool os_version_at_least(const struct os_version *version, uint32_t major, uint32_t minor)
{
    if (version->major != major)
        return version->major > major;
    return version->minor >= minor;
}
