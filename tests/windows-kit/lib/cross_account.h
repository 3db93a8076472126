/* SPDX-License-Identifier: MIT */
/* Whose rights this process has. */
#ifndef TESTS_WINDOWS_KIT_LIB_CROSS_ACCOUNT_H
#define TESTS_WINDOWS_KIT_LIB_CROSS_ACCOUNT_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* The words for an account by its SID as text, which no language changes: "SYSTEM",
 * "NetworkService", "LocalService", else "a user"; static. */
const char *cross_account_name(const char *sid);

/* "SYSTEM, elevated", "a user, not elevated", from the token of this process; static.
 * NULL: ERR_IO, ERR_DENIED. */
const char *cross_account(struct error *err);

#endif
