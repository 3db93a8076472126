/* SPDX-License-Identifier: MIT */
/* What a program needs of its system besides sockets: arguments, files, output, time
 * limit. */
#ifndef CHECKS_HOST_PROGRAM_H
#define CHECKS_HOST_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/*
 * First thing in main. Linux: a write to a closed pipe becomes an error (SIGPIPE ignored)
 * and closed descriptors 0-2 are filled, so that no file of ours lands there. Windows:
 * the arguments become UTF-8, standard output binary, DLLs come from System32 only.
 */
MUST_CHECK bool program_start(int *argc, char ***argv, struct error *err);

/*
 * Reads a whole file (UTF-8 path; "-" = standard input) into *out, at most `limit` bytes.
 * Regular files and pipes only, and a socket as standard input. It waits for the end of
 * what is read; the watchdog ends that. ERR_ABSENT, ERR_DENIED, ERR_LIMIT, ERR_IO, with
 * the path in the message.
 */
MUST_CHECK bool program_read_file(const char *path, size_t limit, struct text *out,
                                  struct error *err);

/*
 * The same for a file that somebody named and that steers us: it must belong to root
 * (Windows: SYSTEM, Administrators, TrustedInstaller) or to the user who runs this, and
 * be writable by nobody else, else ERR_DENIED, with what is wrong and its cure in the
 * message. Its directories are not judged, nor is standard input, which the caller
 * opened. Windows: no named pipes.
 */
MUST_CHECK bool program_read_own_file(const char *path, size_t limit, struct text *out,
                                      struct error *err);

/*
 * The same for a file at program_site_policy_path or program_journal_path, or one that
 * steers a change: nobody but an administrator can have touched it, else ERR_DENIED, with
 * what is wrong in the message. Linux: it and every directory above (safe_path.h); where
 * the file system is read-only, a directory of root may have any mode, and links of it
 * are followed. Windows: it and its directory (safe_handle.h). Regular files only. It is
 * opened once: what is read is what was judged.
 */
MUST_CHECK bool program_read_site_file(const char *path, size_t limit, struct text *out,
                                       struct error *err);

/* Writes all of `bytes` to standard output. False with ERR_IO when it is full or closed.
 */
MUST_CHECK bool program_write_output(const char *bytes, size_t length, struct error *err);

/* What a person sees of standard output. */
struct program_terminal {
    bool present;
    uint32_t columns; /* 0 = not told */
    /* It obeys colours, and NO_COLOR is not set. Windows: from now on the console obeys
     * them, where it can, until it ends. */
    bool colours;
};
void program_terminal(struct program_terminal *out);

/* Writes a line to standard error, for a person who waits; lost where it cannot be
 * written at once. */
void program_tell(const char *line);

/*
 * Before anything is read, of who looks into other network namespaces: gives up every
 * capability but the two that this takes, CAP_SYS_ADMIN and CAP_SYS_PTRACE, for good.
 * Windows: nothing to give up. ERR_DENIED, ERR_IO.
 */
MUST_CHECK bool program_keep_namespace_rights(struct error *err);

/* When they were looked into: those two as well. */
MUST_CHECK bool program_drop_namespace_rights(struct error *err);

/* Where this system keeps the site's policy (UTF-8); ERR_IO when it cannot be found out.
 */
MUST_CHECK bool program_site_policy_path(struct text *out, struct error *err);

/* A number that nobody outside of this process can guess, another one in each run. */
uint64_t program_secret(void);

/* CPU time of this thread so far, ns; 0 when it cannot be told. */
int64_t program_thread_cpu_ns(void);

/* Unix time, s. */
int64_t program_time_s(void);

/*
 * Identity of the present boot, another one after each boot; nothing added when unknown.
 * Linux: /proc/sys/kernel/random/boot_id. Windows: the boot counter that the memory
 * manager keeps for prefetching, else the time of the boot to the minute; both may be
 * wrong, so the mark that the remediation left is told as well (boot_id.h, which compares
 * identities).
 */
void program_boot_id(struct text *out);

/* The digest of this machine's identity (machine_id.h); nothing added when it has none,
 * as on Windows. */
void program_machine(struct text *out);

/* How long this boot has lasted, suspension included (CLOCK_BOOTTIME), s; -1 = unknown.
 * It never goes back, whatever is done to the clock. */
int64_t program_uptime_s(void);

/* Where the remediation keeps its journal (UTF-8); world-readable. ERR_IO. */
MUST_CHECK bool program_journal_path(struct text *out, struct error *err);

/*
 * Last thing in main, which returns what this does: `exit_code`. Windows: it does not
 * come back where a thread hangs in WMI. Returning from main waits for locks that such a
 * thread may hold, until the watchdog ends the process with its own exit code.
 */
int program_end(int exit_code);

/*
 * The watchdog: after `seconds` it writes `before`, the current stage and `after` to
 * standard output and ends the process with `exit_code`, whatever the process waits for:
 * words that the output does not take (Windows: within 200 ms) are given up. Linux: what
 * only the end of the process can interrupt (a file system that does not answer) is
 * killed 5 s later, without a word; what not even that can stays.
 * The strings must outlive it. Starting it again replaces it; ERR_IO.
 */
struct watchdog_plan {
    uint32_t seconds;
    int exit_code;
    const char *before;
    const char *after;
};
MUST_CHECK bool program_watchdog_start(const struct watchdog_plan *plan,
                                       struct error *err);

/* Ends it without a word; safe when it was never started. */
void program_watchdog_stop(void);

/* Names what is under way, e.g. "reading TCP sockets"; a static ASCII string. */
void program_watchdog_stage(const char *name);

/* From now on the watchdog only ends the process: our own report is being written. */
void program_watchdog_mute(void);

#endif
