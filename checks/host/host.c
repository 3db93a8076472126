/* SPDX-License-Identifier: MIT */
/* What every backend's caller would otherwise repeat. */
#include "checks/host/host.h"

#include "checks/host/program.h"
#include "checks/model/journal_file.h"

void host_close(struct host *host)
{
    if (host->ops && host->ops->close)
        host->ops->close(host->self);
    *host = (struct host){ 0 };
}

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
