/* SPDX-License-Identifier: MIT */
/* Where the remediation of this host remembers what it did. */
#ifndef CHECKS_HOST_LINUX_STATE_PLACE_H
#define CHECKS_HOST_LINUX_STATE_PLACE_H

/* Root's; the journal is world-readable. */
#define STATE_DIRECTORY "/var/lib/port-exhaustion"
#define STATE_JOURNAL   STATE_DIRECTORY "/journal"
#define STATE_LOCK      STATE_DIRECTORY "/lock"

#endif
