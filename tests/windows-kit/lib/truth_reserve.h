/* SPDX-License-Identifier: MIT */
/* Ports that Windows reserves for one program while it runs, as WinNAT and Hyper-V have
 * them. */
#ifndef TESTS_WINDOWS_KIT_LIB_TRUTH_RESERVE_H
#define TESTS_WINDOWS_KIT_LIB_TRUTH_RESERVE_H

#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/windows/win.h"
#include "checks/model/port_range.h"

/* Reserves `count` TCP ports in the middle of the range until *holder is closed, and adds
 * them to *out. ERR_IO: Windows refuses. */
MUST_CHECK bool truth_reserve(struct port_range range, uint16_t count, SOCKET *holder,
                              struct port_set *out, struct error *err);

#endif
