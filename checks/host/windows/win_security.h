/* SPDX-License-Identifier: MIT */
/* The one place that includes Windows' headers about owners and access lists. */
#ifndef CHECKS_HOST_WINDOWS_WIN_SECURITY_H
#define CHECKS_HOST_WINDOWS_WIN_SECURITY_H

#include "checks/host/windows/win.h"

#include <aclapi.h>
#include <sddl.h>

#endif
