/* SPDX-License-Identifier: MIT */
/* The policy of this run: a named file, the site's, or the built-in one. */
#ifndef CHECKS_HOST_SITE_POLICY_H
#define CHECKS_HOST_SITE_POLICY_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/policy.h"

/* Adds `given` (of --policy), or the path of the site's file where that is NULL. ERR_IO.
 */
MUST_CHECK bool site_policy_path(const char *given, struct text *out, struct error *err);

/*
 * Fills *policy: the file's content over the built-in one, which alone holds where
 * `given` is NULL and the site has no file. Adds "built-in" or the path to *source. A
 * file that cannot be read or holds nonsense: ERR_IO, ERR_MALFORMED, ..., "policy ...:
 * ...".
 */
MUST_CHECK bool site_policy_load(const char *given, struct policy *policy,
                                 struct text *source, struct error *err);

#endif
