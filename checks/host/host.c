/* SPDX-License-Identifier: MIT */
/* What both systems read in the same way. */
#include "checks/host/host.h"

#include "checks/host/program.h"
#include "checks/model/journal.h"

bool host_read_journal(void *self, struct text *out, struct error *err)
{
    struct text path = { 0 };
    bool ok;

    (void)self;
    ok = program_journal_path(&path, err) &&
         program_read_site_file(text_string(&path), JOURNAL_MAX, out, err);
    text_clear(&path);
    return ok;
}
