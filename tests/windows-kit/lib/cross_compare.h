/* SPDX-License-Identifier: MIT */
/* The check before and after tools of Windows, again where they differ. */
#ifndef TESTS_WINDOWS_KIT_LIB_CROSS_COMPARE_H
#define TESTS_WINDOWS_KIT_LIB_CROSS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "tests/windows-kit/lib/cross_fact.h"
#include "tests/windows-kit/lib/cross_tools.h"

/* What differs this often is a difference. */
enum { CROSS_TRIES_MAX = 5 };

/* What was found out about one fact, in the last try that concerned it. */
struct cross_comparison {
    enum cross_verdict verdict;
    struct cross_fact before;
    struct cross_fact theirs;
    struct cross_fact after;
};

/* How the check is asked. */
struct cross_asker {
    bool (*look)(void *context, struct cross_look *look); /* replaces *look; false: no
                                                             answer, and all ends */
    bool (*may_try_again)(void *context);
    void *context;
};

/*
 * Compares the facts of some tools, which have no name in common. *look is the last one
 * before them, and afterwards the first one behind them. A tool whose facts are settled
 * is not run again. Fills found[name] of each of their names. False: the check did not
 * answer.
 */
MUST_CHECK bool cross_compare(const struct cross_tool *const *tools, size_t count,
                              const struct cross_asker *asker, struct cross_look *look,
                              struct cross_comparison *found);

#endif
