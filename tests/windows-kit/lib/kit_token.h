/* SPDX-License-Identifier: MIT */
/* Rights: whether this process has those of an administrator, and how to start one
 * without or with them. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_TOKEN_H
#define TESTS_WINDOWS_KIT_LIB_KIT_TOKEN_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/windows/win.h"

/* Whether this process is elevated, or SYSTEM. */
bool kit_is_elevated(void);

/* A token of the same user without the rights of an administrator, as a browser would
 * have it; the caller closes it. ERR_DENIED, ERR_IO, ... */
MUST_CHECK bool kit_token_of_user(HANDLE *out, struct error *err);

/*
 * Starts this program elevated, with these words, hidden; Windows asks whoever sits
 * there. ERR_DENIED when that is refused. The caller closes *out.
 */
MUST_CHECK bool kit_start_elevated(const char *words, HANDLE *out, struct error *err);

#endif
