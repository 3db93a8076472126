/* SPDX-License-Identifier: MIT */
/* The identity of a boot, and whether two are the same. */
#ifndef CHECKS_MODEL_BOOT_ID_H
#define CHECKS_MODEL_BOOT_ID_H

#include <stdbool.h>

#include "checks/base/text.h"

/*
 * A text: what the system tells ("boot 77"), and perhaps a mark ("boot 77; mark M"): a
 * word that the remediation left where only a boot clears it (Windows, a volatile
 * registry key). "" = unknown.
 */

/* Stands for a mark that could not be read. */
#define BOOT_MARK_UNREAD "?"

/* Adds a mark to the identity in *out. */
void boot_id_add_mark(const char *mark, struct text *out);

/*
 * Whether what was recorded `then` happened in the boot of `now`. A recorded mark
 * decides: no boot has been since, if and only if it is still there. What the system
 * tells decides where none was recorded, or none can be read now. Unknown is never the
 * same.
 */
bool boot_id_is_same(const char *then, const char *now);

#endif
