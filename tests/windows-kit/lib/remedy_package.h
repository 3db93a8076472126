/* SPDX-License-Identifier: MIT */
/* Which MSI is which, by its file name. Pure. */
#ifndef TESTS_WINDOWS_KIT_LIB_REMEDY_PACKAGE_H
#define TESTS_WINDOWS_KIT_LIB_REMEDY_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"

enum { PACKAGE_NAME_SIZE = 128, PACKAGE_VERSION_SIZE = 32 };

/* Zeroed = none. */
struct remedy_package {
    char name[PACKAGE_NAME_SIZE]; /* "port-exhaustion-0.1.0-windows-x64.msi" */
    char version[PACKAGE_VERSION_SIZE];
    unsigned int numbers[3];
};

/* The lowest and the highest version of those that were added. Zeroed = empty. */
struct remedy_packages {
    struct remedy_package first;
    struct remedy_package last;
};

/* Adds a file of the directory; false: it is no MSI of ours. */
bool remedy_packages_add(struct remedy_packages *packages, const char *name);

/* Whether there are two of different version: one to upgrade to. */
bool remedy_packages_can_upgrade(const struct remedy_packages *packages);

#endif
