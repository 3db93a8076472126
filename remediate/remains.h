/* SPDX-License-Identifier: MIT */
/* What of a run is still there and its own: a boot ends what was set live, an image takes
 * the journal to machines on which nothing of it happened. */
#ifndef REMEDIATE_REMAINS_H
#define REMEDIATE_REMAINS_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/model/journal.h"
#include "remediate/ledger.h"
#include "remediate/writer/setting_writer.h"

/* Where a run happens; all borrowed. */
struct run_site {
    struct ledger *ledger;
    const struct setting_writer *writer;
    const char *boot; /* identity of this boot; NULL or "" = unknown */
};

/* Where a run belongs, seen from here. */
enum run_place {
    RUN_HERE = 0,
    RUN_ON_ANOTHER_MACHINE, /* this one is an image of it: nothing of the run happened */
    RUN_IN_ANOTHER_NETWORK  /* a network namespace of this machine */
};

/* `machine` is the digest of this machine's identity ("" = unknown), `network` the
 * network namespace of this process ("" = that of PID 1). */
enum run_place run_place_of(const struct journal_run *run, const char *machine,
                            const char *network);

/*
 * Which of its changes are the run's no more. A sysctl that was set in an earlier boot is
 * what this boot made of it, whatever it holds, and is the run's only where the run had
 * our file of sysctl.d set it, and the file still does: nobody can tell where that cannot
 * be read. Files and the registry outlive a boot.
 */
struct run_remains {
    bool same_boot;
    bool later_boot; /* neither of the two: it cannot be told */
    uint32_t gone;   /* bit N: change N ended with its boot */
    uint32_t unsure; /* bit N: nobody can tell whether it did */
};

struct run_remains run_remains_of(const struct run_site *site,
                                  const struct journal_run *run);

/* Whether the file of sysctl.d at `path`, ours, sets at each boot what the run set live;
 * not where it cannot be read. */
bool run_is_in_file(const struct run_site *site, const struct journal_run *run,
                    const char *path);

#endif
