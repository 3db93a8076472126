/* SPDX-License-Identifier: MIT */
/* The MSI on a real Windows: installed, used, repaired, upgraded and removed. */
#ifndef TESTS_WINDOWS_KIT_LIB_REMEDY_INSTALL_H
#define TESTS_WINDOWS_KIT_LIB_REMEDY_INSTALL_H

/*
 * The stage, with the MSIs that lie in `directory`: the lowest version is installed, the
 * highest one upgrades it. Skips where the product is installed already. Says what it
 * found, and removes the product in the end; its values are put back by `list`.
 */
void remedy_stage_msi(const char *directory, const char *list);

/* Removes the product where a stopped stage left it installed, which a mark beside the
 * list tells; says so. */
void remedy_end_msi(const char *list);

#endif
