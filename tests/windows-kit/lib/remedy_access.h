/* SPDX-License-Identifier: MIT */
/* Who may change a file of the product, by the access list in text that Windows itself
 * makes of it: a second opinion beside the product's own. Pure. */
#ifndef TESTS_WINDOWS_KIT_LIB_REMEDY_ACCESS_H
#define TESTS_WINDOWS_KIT_LIB_REMEDY_ACCESS_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/host/acl_judgement.h"

/*
 * `sddl` with owner and list, "O:BAD:P(A;OICI;FA;;;SY)...". True when the owner and
 * everybody with more than the rights of `use` is SYSTEM, Administrators or
 * TrustedInstaller, nothing is inherited from above, and what is made inside gets no
 * other writer either. ERR_DENIED with the part of the text that says otherwise.
 */
MUST_CHECK bool remedy_judge_sddl(const char *sddl, enum acl_use use, struct error *err);

#endif
