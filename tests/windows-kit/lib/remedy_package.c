/* SPDX-License-Identifier: MIT */
/* File names of the MSIs that packaging/windows/package makes. */
#include "tests/windows-kit/lib/remedy_package.h"

#include <stdio.h>
#include <string.h>

static bool parse(const char *name, struct remedy_package *out)
{
    char wanted[PACKAGE_NAME_SIZE];

    *out = (struct remedy_package){ 0 };
    if (strlen(name) >= sizeof out->name ||
        sscanf(name, "port-exhaustion-%6u.%6u.%6u-", &out->numbers[0], &out->numbers[1],
               &out->numbers[2]) != 3)
        return false;
    (void)snprintf(out->name, sizeof out->name, "%s", name);
    (void)snprintf(out->version, sizeof out->version, "%u.%u.%u", out->numbers[0],
                   out->numbers[1], out->numbers[2]);
    (void)snprintf(wanted, sizeof wanted, "port-exhaustion-%s-windows-x64.msi",
                   out->version);
    return strcmp(wanted, name) == 0;
}

/* Below 0: a is older. */
static int compare(const struct remedy_package *a, const struct remedy_package *b)
{
    for (size_t i = 0; i < ARRAY_COUNT(a->numbers); i++)
        if (a->numbers[i] != b->numbers[i])
            return a->numbers[i] < b->numbers[i] ? -1 : 1;
    return 0;
}

bool remedy_packages_add(struct remedy_packages *packages, const char *name)
{
    struct remedy_package package;

    if (!parse(name, &package))
        return false;
    if (!packages->first.name[0] || compare(&package, &packages->first) < 0)
        packages->first = package;
    if (!packages->last.name[0] || compare(&package, &packages->last) > 0)
        packages->last = package;
    return true;
}

bool remedy_packages_can_upgrade(const struct remedy_packages *packages)
{
    return packages->first.name[0] && compare(&packages->first, &packages->last) < 0;
}
