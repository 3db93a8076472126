/* SPDX-License-Identifier: MIT */
/* The policy of this run: a named file, the site's, or the built-in one. */
#ifndef CHECKS_HOST_SITE_POLICY_H
#define CHECKS_HOST_SITE_POLICY_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/policy.h"

/*
 * Fills *policy: the file's content over the built-in one, which alone holds where
 * `given` is NULL and the site has no file. Adds "built-in" or the path to *source. For
 * a program that `changes` something, a named file must be as safe as the site's
 * (program_read_site_file, else program_read_own_file), and is not standard input. A file
 * that cannot be read, that others can write, that is of a newer version or holds
 * nonsense: ERR_DENIED, ERR_MALFORMED, ..., "policy ...: ...".
 */
MUST_CHECK bool site_policy_load(const char *given, bool changes, struct policy *policy,
                                 struct text *source, struct error *err);

/*
 * The same for who changes nothing: of a newer version's file holds what is known here
 * (origin.skipped), and a site's file that is bad is no failure: one typo must neither
 * blind nor page a whole fleet (origin.error, policy_init_without_site). ERR_MEMORY.
 */
MUST_CHECK bool site_policy_load_to_look(const char *given, struct policy *policy,
                                         struct text *source, struct error *err);

#endif
