/* SPDX-License-Identifier: MIT */
/* What the kit changes of a host, and how that is put back: a list on disk, written
 * before each change, from which the stage itself, kit.exe after it, or the next start of
 * Windows restores. */
#ifndef TESTS_WINDOWS_KIT_LIB_RESTORE_H
#define TESTS_WINDOWS_KIT_LIB_RESTORE_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/change.h"
#include "checks/model/port_range.h"

/* Whether netsh takes this range: it refuses a start below 1025 and fewer than 255 ports,
 * and what it refuses must not be changed. Pure. */
bool restore_netsh_takes(struct port_range range);

/*
 * Adds the value that this place has now to the list `path`, and waits until it is on the
 * disk. Kinds: CHANGE_REGISTRY and CHANGE_DYNAMIC_RANGE, places as there; a place that is
 * in the list already keeps its first value. The list is a file of lines "KIND PLACE
 * VALUE" (VALUE "absent" where there is none) in a directory that only administrators may
 * write, since it is obeyed by SYSTEM at the next start; who calls has made that.
 * ERR_DENIED, ERR_IO, ERR_MALFORMED, and those of the reader: then nothing may be
 * changed.
 */
MUST_CHECK bool restore_note(const char *path, enum change_kind kind, const char *place,
                             struct error *err);

/*
 * Puts back everything in the list, newest first, each read back, and removes the list
 * when all of it is as it was. No list: true, nothing done. What is not in the list's
 * syntax is never obeyed. ERR_IO with the first place that could not be restored; the
 * others are tried, and the list stays.
 */
MUST_CHECK bool restore_all(const char *path, struct error *err);

#endif
