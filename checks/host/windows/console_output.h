/* SPDX-License-Identifier: MIT */
/* Text for a console, in pieces that any Windows takes. */
#ifndef CHECKS_HOST_WINDOWS_CONSOLE_OUTPUT_H
#define CHECKS_HOST_WINDOWS_CONSOLE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/windows/win.h"

/* What writes `length` characters, and tells how many of them; WriteConsoleW. */
typedef WINBOOL WINAPI console_writer(HANDLE console, const void *text, DWORD length,
                                      DWORD *written, void *reserved);

/* The most that one call writes, in characters: up to Windows 7 a call has less than
 * 64 KiB, which others share. */
enum { CONSOLE_PIECE_MAX = 8192 };

/* Writes all of `text` by calls of `write`; no call gets half a surrogate pair. ERR_IO,
 * ERR_DENIED. */
MUST_CHECK bool console_output_write(HANDLE console, const wchar_t *text, size_t length,
                                     console_writer *write, struct error *err);

#endif
