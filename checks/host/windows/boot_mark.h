/* SPDX-License-Identifier: MIT */
/* The mark of this boot: where it lies, and what it is. */
#ifndef CHECKS_HOST_WINDOWS_BOOT_MARK_H
#define CHECKS_HOST_WINDOWS_BOOT_MARK_H

#include <stdbool.h>

#include "checks/base/text.h"
#include "checks/model/journal_record.h"

/* Below HKLM, in the 64-bit view. Both keys are volatile: a boot removes them, and a Fast
 * Startup shutdown does not, since it is none. */
#define BOOT_MARK_PARENT L"SOFTWARE\\port-exhaustion"
#define BOOT_MARK_KEY    L"SOFTWARE\\port-exhaustion\\boot"
#define BOOT_MARK_VALUE  L"mark" /* REG_SZ: the id of the run that left it */

/* Reads the mark: "" when there is none, BOOT_MARK_UNREAD when it could not be read or is
 * not one of ours. */
void boot_mark_read(char out[JOURNAL_ID_SIZE]);

#endif
