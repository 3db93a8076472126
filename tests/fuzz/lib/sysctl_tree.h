/* SPDX-License-Identifier: MIT */
/* A tree of three sysctls, to be searched with the very function with which
 * systemd-sysctl searches /proc/sys. */
#ifndef TESTS_FUZZ_LIB_SYSCTL_TREE_H
#define TESTS_FUZZ_LIB_SYSCTL_TREE_H

#include <stdbool.h>

enum { SYSCTL_TREE_KEYS = 3 };

/* "net/ipv4/tcp_tw_reuse", ... */
extern const char *const sysctl_tree_keys[SYSCTL_TREE_KEYS];

/* Which of them glob(3) finds by the pattern. */
void sysctl_tree_match(const char *pattern, bool matches[SYSCTL_TREE_KEYS]);

#endif
