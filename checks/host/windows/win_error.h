/* SPDX-License-Identifier: MIT */
/* The error codes of Windows as errors of ours. */
#ifndef CHECKS_HOST_WINDOWS_WIN_ERROR_H
#define CHECKS_HOST_WINDOWS_WIN_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/*
 * Fills *err from a Win32 code (GetLastError): "WHAT: words of Windows (error 5)",
 * where WHAT is the printf text. Denied, absent, unsupported, no memory and timeouts get
 * their code, all others are ERR_IO. Returns false.
 */
bool win_error_set(struct error *err, uint32_t code, const char *what, ...)
    PRINTF_LIKE(3, 4);

/* The same for a HRESULT of COM or WMI: "WHAT: text (0x80041003)". */
bool win_error_set_hresult(struct error *err, int32_t result, const char *what, ...)
    PRINTF_LIKE(3, 4);

#endif
