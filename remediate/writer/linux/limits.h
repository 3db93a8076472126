/* SPDX-License-Identifier: MIT */
/* Resource limits are the caller's choice, and must not stop a run in its middle. */
#ifndef REMEDIATE_WRITER_LINUX_LIMITS_H
#define REMEDIATE_WRITER_LINUX_LIMITS_H

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/*
 * As root, raises the limits (getrlimit(2)) that are lower than what a run and its way
 * back need; needs CAP_SYS_RESOURCE for that. ERR_LIMIT, naming the limit, where too few
 * descriptors, bytes of a file or of the stack stay allowed; the others are tried only.
 */
MUST_CHECK bool limits_raise(struct error *err);

#endif
