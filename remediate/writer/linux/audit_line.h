/* SPDX-License-Identifier: MIT */
/* A line in the system's log. */
#ifndef REMEDIATE_WRITER_LINUX_AUDIT_LINE_H
#define REMEDIATE_WRITER_LINUX_AUDIT_LINE_H

#include <stdbool.h>

/* Sends `line` to /dev/log: authpriv, warning on a failure, else notice. Never waits: no
 * listener, or one that does not read, loses the line. */
void audit_line_send(bool failure, const char *line);

#endif
