/* SPDX-License-Identifier: MIT */
/* The text of /proc/PID/mountinfo (man 5 proc). */
#ifndef CHECKS_DECODE_MOUNTINFO_H
#define CHECKS_DECODE_MOUNTINFO_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes where the first file system of that type is mounted by its root ("/"), a string
 * without the escapes of the file. False when there is none, or its path does not fit.
 */
bool mountinfo_find(const char *mountinfo, const char *type, char *path, size_t size);

#endif
