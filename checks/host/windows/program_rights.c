/* SPDX-License-Identifier: MIT */
/* Windows has no namespaces to enter, and so no rights that would be needed for it. */
#include "checks/host/program.h"

bool program_keep_namespace_rights(struct error *err)
{
    (void)err;
    return true;
}

bool program_drop_namespace_rights(struct error *err)
{
    (void)err;
    return true;
}
