/* SPDX-License-Identifier: MIT */
/* What Linux prints in the files of /proc/sys. */
#ifndef CHECKS_DECODE_SYSCTL_TEXT_H
#define CHECKS_DECODE_SYSCTL_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/port_range.h"

/* All of these: ERR_MALFORMED or ERR_LIMIT with a message that quotes the culprit; *out
 * is then unchanged. Blanks and ends of line around the words are skipped. */

/* One integer, "1\n". */
MUST_CHECK bool sysctl_text_number(const char *text, int64_t *out, struct error *err);

/* Two ports, "32768\t60999\n". */
MUST_CHECK bool sysctl_text_port_range(const char *text, struct port_range *out,
                                       struct error *err);

/* A list of ports and ranges, "8080,9000-9010\n", or nothing: port_list_parse, without
 * blanks. */
MUST_CHECK bool sysctl_text_port_list(const char *text, struct port_set *out,
                                      struct error *err);

#endif
