/* SPDX-License-Identifier: MIT */
/* Socket tables of Windows as bytes that may be given away. */
#ifndef TESTS_WINDOWS_KIT_LIB_TABLE_BYTES_H
#define TESTS_WINDOWS_KIT_LIB_TABLE_BYTES_H

#include <stddef.h>

#include "checks/decode/mib_table.h"
#include "checks/model/stand_ins.h"

/* How many of `size` bytes are the table: its number of rows, and them. All bytes where
 * there are fewer than it claims. */
size_t table_bytes_length(enum mib_layout layout, const void *bytes, size_t size);

/* Replaces each address of a table that is `length` bytes long by its stand-in; ports,
 * states and pids stay. */
void table_bytes_hide(enum mib_layout layout, void *bytes, size_t length,
                      struct stand_ins *known);

#endif
