/* SPDX-License-Identifier: MIT */
/* What a run must know and tell of the system it changes. */
#ifndef REMEDIATE_WRITER_SYSTEM_H
#define REMEDIATE_WRITER_SYSTEM_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/decode/sysctl_boot.h"
#include "checks/host/deadline.h"
#include "checks/model/socket_row.h"

/* False with ERR_DENIED, "changing settings needs root (use sudo ...)", when this process
 * may not change settings. */
MUST_CHECK bool system_may_change(struct error *err);

/*
 * Raises the limits that a run needs: sudo hands its caller's on, and with 8 descriptors
 * a change could be made and not be taken back. To be called first, while rights for it
 * are there; ERR_LIMIT, naming a limit that is too low and may not be raised. Windows:
 * nothing.
 */
MUST_CHECK bool system_raise_limits(struct error *err);

/* Makes the directories that a change is written to, where they are missing, as far as
 * that can be; for a command that changes something, before system_bound_privileges,
 * after which only what is there can be written to. Not `begins`: nothing where there is
 * no state directory. Windows: nothing. */
void system_prepare_places(bool begins);

/*
 * Gives up what no plan needs, for good; to be called before anything foreign is read
 * (the command line, and what a command prepares, may come before).
 * Linux: all capabilities but CAP_NET_ADMIN and CAP_DAC_READ_SEARCH, gaining rights
 * (no_new_privs), writing outside of /proc/sys/net, /etc/sysctl.d and the state directory
 * (Landlock), and all system calls that no run needs (seccomp): no program or process is
 * started, no other process reached, no directory server asked for a name. Where the
 * kernel lacks one of the last two, the other bounds hold. Windows: nothing, since netsh
 * has to be run with our rights. ERR_IO.
 */
MUST_CHECK bool system_bound_privileges(struct error *err);

/* Adds in one line, of an ASCII string of our own, how far system_bound_privileges went:
 * what a taken-over run could still write and call. */
void system_confinement(struct text *out);

/* Who runs us: "root", "root (login uid 1000)", "root (called by uid 115)"; on Windows
 * "CORP\admin", or the SID where no name is told in a part of the time that is left;
 * cleaned. */
void system_user(const struct deadline *deadline, struct text *out);

/* Whether only live changes make sense: a container with a PID 1 of its own. Adds its
 * sign ("/.dockerenv") to *why. */
bool system_is_container(struct text *why);

/*
 * Whether what is kept for the next boot, and for undo, would be the host's. ERR_DENIED:
 * this is not the network, or are not the files, of PID 1; the message ends in what to
 * do. ERR_IO: they are, and cannot be written now (a read-only /etc). Windows: always.
 */
MUST_CHECK bool system_may_keep(struct error *err);

/* Whether there are changes that end with the boot. ERR_UNSUPPORTED: Windows. */
MUST_CHECK bool system_may_change_live_only(struct error *err);

/* Adds what tells this network namespace from the others of this boot; nothing for that
 * of PID 1, and on Windows. */
void system_network(struct text *out);

/* What the files of this host make of net.ipv4.ip_local_reserved_ports at the next boot.
 * Linux only. As linux_read_boot_reserve. */
MUST_CHECK bool system_reserve_at_boot(struct boot_reserve *out, struct error *err);

/*
 * From now on who started us can neither stop nor interrupt us from the terminal, nor by
 * hanging up: a run is short, and one that stands still keeps the lock. kill(1) still
 * ends it; the next run puts back what it did.
 */
void system_ignore_interruptions(void);

/* One audit line: syslog authpriv, the Application event log. Never fails the run. */
void system_audit(bool failure, const char *line);

/* Adds "sqlservr.exe, pid 1234" (or "pid 1234"), or nothing: who listens on the port. The
 * name is unit_name_clean's. */
void system_port_owner(enum ip_protocol protocol, uint16_t port, struct text *out);

/*
 * Leaves `mark`, an id of a run, where the next boot loses it, and nothing else does,
 * unless there is a mark of this boot already; from then on program_boot_id tells it. For
 * a run whose changes wait for a boot, before they are recorded. Windows: a volatile
 * registry key. Linux: nothing, since no change there waits. ERR_DENIED, ERR_IO.
 */
MUST_CHECK bool system_mark_boot(const char *mark, struct error *err);

/* This process' id. */
unsigned long system_pid(void);

#endif
