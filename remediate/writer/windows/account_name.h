/* SPDX-License-Identifier: MIT */
/* What an account is called, as far as that is told in time. */
#ifndef REMEDIATE_WRITER_WINDOWS_ACCOUNT_NAME_H
#define REMEDIATE_WRITER_WINDOWS_ACCOUNT_NAME_H

#include <stdint.h>

#include "checks/base/text.h"
#include "checks/host/windows/win_security.h"

/* What finds the name of an account: LookupAccountSidW. */
typedef WINBOOL WINAPI account_lookup(const wchar_t *system, PSID sid, wchar_t *name,
                                      DWORD *name_size, wchar_t *domain,
                                      DWORD *domain_size, SID_NAME_USE *use);

/* Adds "DOMAIN\name", or the SID as text where there is no name within `limit_ms`: a
 * domain controller may be asked, which may not answer. */
void account_name_add(PSID sid, int64_t limit_ms, account_lookup *lookup,
                      struct text *out);

#endif
