/* SPDX-License-Identifier: MIT */
/* Comparing in any case. */
#include "checks/base/ascii.h"

#include <stddef.h>

const char *ascii_after(const char *string, const char *prefix)
{
    for (; *prefix; prefix++, string++)
        if (ascii_lower(*string) != ascii_lower(*prefix))
            return NULL;
    return string;
}

bool ascii_same(const char *a, const char *b)
{
    const char *rest = ascii_after(a, b);

    return rest && *rest == '\0';
}
