/* SPDX-License-Identifier: MIT */
/* Which operating system an observation or a setting belongs to. */
#ifndef CHECKS_MODEL_OS_H
#define CHECKS_MODEL_OS_H

#include <stdbool.h>
#include <stdint.h>

enum os_kind { OS_UNKNOWN = 0, OS_LINUX, OS_WINDOWS, OS_KIND_COUNT };

/* Linux: kernel release. Windows: RtlGetVersion (6.1.7601, 10.0.20348). Zeroed = unknown.
 */
struct os_version {
    enum os_kind kind;
    uint32_t major;
    uint32_t minor;
    uint32_t build; /* Linux: the third number */
};

/* "linux", "windows" or "unknown"; static. */
const char *os_kind_name(enum os_kind kind);
extern const char *const os_kind_names[OS_KIND_COUNT];

/* Whether `version` is `major`.`minor` or newer. */
bool os_version_at_least(const struct os_version *version, uint32_t major,
                         uint32_t minor);

/* The release of a Linux kernel as uname(2) spells it: from "6.1.0-18-amd64", "5.14-rc3",
 * "6.18.44-custom"; numbers that are not there or do not fit are 0. */
struct os_version linux_release_decode(const char *release);

#endif
