/* SPDX-License-Identifier: MIT */
/* Files of Linux, read: those of /proc, what an open descriptor holds, those of the
 * administrator, sysctls; and the error numbers of Linux as errors of ours. */
#ifndef CHECKS_HOST_LINUX_LINUX_FILE_H
#define CHECKS_HOST_LINUX_LINUX_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/place.h"
#include "checks/model/port_range.h"

/* Denied and absent have a code of their own, all others are ERR_IO. */
enum error_code linux_error_code(int number);

/*
 * Fills *err from errno's `number`: "WHAT: words of the C library", where WHAT is the
 * printf text. Returns false.
 */
bool linux_error_set(struct error *err, int number, const char *what, ...)
    PRINTF_LIKE(3, 4);

/* Files of /proc: small ones at once, long ones piece by piece. All failures: ERR_ABSENT,
 * ERR_DENIED or ERR_IO, "cannot read PATH: why". */

/* Opens for reading; the caller closes *fd. */
MUST_CHECK bool proc_file_open(const char *path, int *fd, struct error *err);

/* Reads the next bytes; *length 0 is the end of the file. */
MUST_CHECK bool proc_file_read(const char *path, int fd, char *buffer, size_t size,
                               size_t *length, struct error *err);

/*
 * Reads the whole file into buffer and ends it with a NUL. It is read from its start in
 * one piece: the kernel prints a sysctl only as far as it fits into the first read.
 * ERR_LIMIT when it does not fit.
 */
MUST_CHECK bool proc_file_slurp(const char *path, char *buffer, size_t size,
                                struct error *err);

/* The same of a file of one process, "comm", whose number is `pid`; `proc` is /proc, an
 * open directory. One that the kernel prints in one piece (single_open), in one read.
 * False when it is gone, larger, or kept from us. */
MUST_CHECK bool proc_process_slurp(int proc, const char *pid, const char *name,
                                   char *buffer, size_t size);

/*
 * Adds what follows in `fd` to *out, at most `limit` bytes of it; waits where it is
 * non-blocking. Messages name `path`. ERR_IO or whatever errno says, ERR_LIMIT,
 * ERR_MEMORY; *out then holds what it held before.
 */
MUST_CHECK bool descriptor_read_all(int fd, const char *path, size_t limit,
                                    struct text *out, struct error *err);

/* Adds a file of /proc/PID/mountinfo whole: thousands of mounts, some MB. False when it
 * cannot be read; *out then holds what it held before. */
MUST_CHECK bool proc_mounts_read(const char *path, struct text *out);

/* Waits until `events` of poll(2) come. False with errno. */
MUST_CHECK bool descriptor_await(int fd, short events);

enum { CONFIG_FILE_MAX = 1024 * 1024 };

/* What a file of a configuration turned out to be: of the administrator, it may be
 * anything, a link, a mask, a pipe. */
struct config_file {
    bool present; /* false: absent, or a link to nothing */
    dev_t device; /* with `inode` which file it is, when present */
    ino_t inode;
};

/*
 * Adds the contents of `root``path`, links followed; /dev/null is an empty file (it masks
 * another). Anything else that is no regular file is never waited for: ERR_IO.
 * ERR_DENIED, ERR_LIMIT (above CONFIG_FILE_MAX bytes), ERR_MEMORY; the message names
 * `path`.
 */
MUST_CHECK bool config_file_read(const char *root, const char *path,
                                 struct config_file *out, struct text *contents,
                                 struct error *err);

/* Sysctls: the one reader of them, for what is judged, and for what is read back after a
 * change. Names as in place.h: "net/ipv4/tcp_tw_reuse". */

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
