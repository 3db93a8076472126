/* SPDX-License-Identifier: MIT */
/* A sum that tells whether two pieces of bytes differ. */
#ifndef CHECKS_MODEL_CRC32_H
#define CHECKS_MODEL_CRC32_H

#include <stddef.h>
#include <stdint.h>

/*
 * CRC-32 of ISO 3309 (zlib's, gzip's) of more bytes: begin with 0, hand on the result. It
 * tells a torn or altered piece; no protection against someone who wants to.
 */
uint32_t crc32_add(uint32_t crc, const void *bytes, size_t length);

#endif
