/* SPDX-License-Identifier: MIT */
/* The words for the systems, their versions and the order of these. */
#include "checks/model/os.h"

#include <stddef.h>
#include <string.h>

const char *const os_kind_names[OS_KIND_COUNT] = {
    [OS_UNKNOWN] = "unknown",
    [OS_LINUX] = "linux",
    [OS_WINDOWS] = "windows",
};

const char *os_kind_name(enum os_kind kind)
{
    return (size_t)kind < OS_KIND_COUNT ? os_kind_names[kind] : os_kind_names[OS_UNKNOWN];
}

bool os_version_at_least(const struct os_version *version, uint32_t major, uint32_t minor)
{
    if (version->major != major)
        return version->major > major;
    return version->minor >= minor;
}

/* A release: up to three numbers with points between them, then whatever the builder
 * liked. */
static uint32_t take_number(const char **at)
{
    uint64_t value = 0;

    for (; **at >= '0' && **at <= '9'; (*at)++)
        if (value <= UINT32_MAX)
            value = value * 10 + (uint64_t)(**at - '0');
    return value <= UINT32_MAX ? (uint32_t)value : 0;
}

struct os_version linux_release_decode(const char *release)
{
    struct os_version version = { .kind = OS_LINUX };

    version.major = take_number(&release);
    if (*release == '.') {
        release++;
        version.minor = take_number(&release);
    }
    if (*release == '.') {
        release++;
        version.build = take_number(&release);
    }
    return version;
}
