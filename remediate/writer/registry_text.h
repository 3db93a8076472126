/* SPDX-License-Identifier: MIT */
/* Registry values as the text of a change; pure. */
#ifndef REMEDIATE_WRITER_REGISTRY_TEXT_H
#define REMEDIATE_WRITER_REGISTRY_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/* REG_DWORD of the registry (winnt.h). */
enum { REGISTRY_TYPE_DWORD = 4 };

/* Adds a value as text: a REG_DWORD of 4 bytes in decimals, any other as "type:hexbytes"
 * with the type in decimals. */
void registry_text_add(uint32_t type, const void *bytes, size_t size, struct text *out);

/* The reverse: the type, and the bytes added to *bytes. ERR_MALFORMED, ERR_LIMIT,
 * ERR_MEMORY; both are then unchanged. */
MUST_CHECK bool registry_text_parse(const char *text, uint32_t *type, struct text *bytes,
                                    struct error *err);

#endif
