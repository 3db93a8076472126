/* SPDX-License-Identifier: MIT */
/* The identity of a machine, and whether a record is of this one. */
#ifndef CHECKS_MODEL_MACHINE_ID_H
#define CHECKS_MODEL_MACHINE_ID_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/text.h"

/*
 * Adds the digest of an identity to *out: 8 hex digits, the CRC-32 of "port-exhaustion"
 * and the 32 hex digits of /etc/machine-id, whose own text belongs in no other file
 * (man 5 machine-id). Nothing for contents that are no identity: "uninitialized", an
 * empty file, zeros.
 */
void machine_id_add_digest(const char *contents, size_t length, struct text *out);

/* Whether it can be such a digest. */
bool machine_id_is_digest(const char *text);

/* Whether two digests are those of two machines: an unknown one ("") is the same. */
bool machine_id_differs(const char *then, const char *now);

#endif
