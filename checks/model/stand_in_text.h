/* SPDX-License-Identifier: MIT */
/* A line of text without the names in it. */
#ifndef CHECKS_MODEL_STAND_IN_TEXT_H
#define CHECKS_MODEL_STAND_IN_TEXT_H

#include <stddef.h>

#include "checks/model/stand_ins.h"

/*
 * Writes a line of text, which must outlive *known, with stand-ins for addresses, files
 * and the names that are known; call it when all of them are. Words of letters, numbers
 * and names of the kernel's settings stay. "?" stands for anything else and for what is
 * quoted. Cut to `size`.
 */
void stand_in_text(struct stand_ins *known, const char *text, char *out, size_t size);

#endif
