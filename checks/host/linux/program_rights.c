/* SPDX-License-Identifier: MIT */
/* Capabilities, on Linux. */
#include <linux/capability.h>

#include "checks/host/linux/capabilities.h"
#include "checks/host/linux/namespace_enter.h"
#include "checks/host/program.h"

bool program_keep_namespace_rights(struct error *err)
{
    return capabilities_keep(NAMESPACE_RIGHTS, err);
}

bool program_drop_namespace_rights(struct error *err)
{
    return capabilities_keep(0, err);
}
