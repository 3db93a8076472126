/* SPDX-License-Identifier: MIT */
/* The text of /proc/PID/cgroup (man 7 cgroups): in which control groups a process is. */
#ifndef CHECKS_DECODE_CGROUP_LINE_H
#define CHECKS_DECODE_CGROUP_LINE_H

#include "checks/decode/cgroup_path.h"

/*
 * Decodes the owner by the line of version 2 ("0::/system.slice/cron.service"), else by
 * that of systemd's own hierarchy ("1:name=systemd:/..."), else by the first of any other
 * that names one, as on hosts of version 1. Zeroed = no line does.
 */
void cgroup_line_decode(const char *text, struct cgroup_owner *out);

#endif
