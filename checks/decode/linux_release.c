/* SPDX-License-Identifier: MIT */
/* Up to three numbers with points between them, then whatever the builder liked. */
#include "checks/decode/linux_release.h"

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
