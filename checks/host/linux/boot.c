/* SPDX-License-Identifier: MIT */
/* Which boot this is, and where the remediation of this host remembers what it did. */
#include <string.h>

#include "checks/host/linux/proc_file.h"
#include "checks/host/linux/state_place.h"
#include "checks/host/program.h"

void program_boot_id(struct text *out)
{
    char contents[64];

    if (!proc_file_slurp("/proc/sys/kernel/random/boot_id", contents, sizeof contents,
                         NULL))
        return;
    contents[strcspn(contents, "\n")] = '\0';
    text_add_clean(out, contents, "");
}

bool program_journal_path(struct text *out, struct error *err)
{
    text_add(out, STATE_JOURNAL);
    return text_ok(out, err);
}
