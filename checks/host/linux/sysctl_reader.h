/* SPDX-License-Identifier: MIT */
/* The one reader of sysctls: for what is judged, and for what is read back after a
 * change. Names as in place.h: "net/ipv4/tcp_tw_reuse". */
#ifndef CHECKS_HOST_LINUX_SYSCTL_READER_H
#define CHECKS_HOST_LINUX_SYSCTL_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/place.h"
#include "checks/model/port_range.h"

/* Where sysctls are, and room for the path of one. */
#define SYSCTL_ROOT "/proc/sys/"
enum { SYSCTL_PATH_SIZE = sizeof SYSCTL_ROOT + PLACE_SYSCTL_MAX };

/* All of these: ERR_ABSENT, ERR_DENIED, ERR_LIMIT, or ERR_IO, also for what is not of the
 * kernel; those that decode ERR_MALFORMED too. The path is in each message. */

/* The text as the kernel prints it; *out is borrowed until the next call. Nothing is
 * allocated: what was just changed can be read back with no memory left. */
MUST_CHECK bool sysctl_read(const char *place, const char **out, struct error *err);

/* The same, decoded; see sysctl_text.h. */
MUST_CHECK bool sysctl_read_number(const char *place, int64_t *out, struct error *err);
MUST_CHECK bool sysctl_read_range(const char *place, struct port_range *out,
                                  struct error *err);
MUST_CHECK bool sysctl_read_ports(const char *place, struct port_set *out,
                                  struct error *err);

/* Something mounted over /proc would take a value and change nothing. ERR_IO. */
MUST_CHECK bool sysctl_is_of_kernel(int fd, const char *path, struct error *err);

#endif
