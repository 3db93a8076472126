/* SPDX-License-Identifier: MIT */
/* The identities of boots tell when; our file of sysctl.d tells what came back. */
#include "remediate/remains.h"

#include <string.h>

#include "checks/host/program.h"
#include "checks/model/boot_id.h"
#include "checks/model/place.h"
#include "remediate/drop_in.h"

enum run_age { AGE_THIS_BOOT, AGE_EARLIER_BOOT, AGE_UNKNOWN };

/* Without two identities the time since the boot may still tell. */
static enum run_age age_of(const struct run_site *site, const struct journal_run *run)
{
    const char *then = run->boot ? run->boot : "";
    const char *now = site->boot ? site->boot : "";
    const int64_t uptime_s = program_uptime_s();

    if (*then && *now)
        return boot_id_is_same(then, now) ? AGE_THIS_BOOT : AGE_EARLIER_BOOT;
    return uptime_s >= 0 && run->uptime_s > uptime_s ? AGE_EARLIER_BOOT : AGE_UNKNOWN;
}

/* Whether a text of our file gives the sysctl the value that the change gives it. One
 * that someone edited beyond our reading says nothing. */
static bool says(const char *contents, const struct change *sysctl)
{
    struct drop_in drop_in = { 0 };
    char key[PLACE_PART_SIZE];
    const char *value;
    bool same;

    if (!contents || !sysctl->to || !drop_in_parse(contents, &drop_in, NULL))
        return false;
    place_sysctl_key(sysctl->place, key);
    value = drop_in_find(&drop_in, key);
    same = value && change_same_value(CHANGE_SYSCTL, value, sysctl->to);
    drop_in_clear(&drop_in);
    return same;
}

/* Whether this boot had the value from our file. */
enum kept { KEPT_NOT = 0, KEPT_UNREAD, KEPT };

static enum kept file_says(const struct run_site *site, const char *path,
                           const struct change *sysctl)
{
    enum { READ_MS = 30 * 1000 };
    const struct setting_writer *writer = site->writer;
    const struct deadline deadline = deadline_in_ms(READ_MS);
    struct text contents = { 0 };
    bool present = false;
    enum kept kept = KEPT_UNREAD;

    if (writer->ops->read(writer->self, CHANGE_FILE, path, &deadline, &present, &contents,
                          NULL) &&
        !contents.failed)
        kept = present && says(text_string(&contents), sysctl) ? KEPT : KEPT_NOT;
    text_clear(&contents);
    return kept;
}

/* Whether one of the run's changes put the value into our file, where it still is. */
static enum kept keeps(const struct run_site *site, const struct journal_run *run,
                       const struct change *sysctl)
{
    enum kept kept = KEPT_NOT;

    for (size_t i = 0; kept == KEPT_NOT && i < run->change_count; i++) {
        const struct change *file = &run->changes[i];

        if (file->kind == CHANGE_FILE && says(file->to, sysctl) &&
            !says(file->from, sysctl))
            kept = file_says(site, file->place, sysctl);
    }
    return kept;
}

/* A trial writes no file: the run that confirms it does. */
static enum kept is_kept(const struct run_site *site, const struct journal_run *run,
                         const struct change *sysctl)
{
    const struct journal *journal = &site->ledger->journal;
    enum kept kept = keeps(site, run, sysctl);

    for (size_t i = 0; kept == KEPT_NOT && i < journal->count; i++)
        if (strcmp(journal->runs[i].confirms, run->id) == 0)
            kept = keeps(site, &journal->runs[i], sysctl);
    return kept;
}

enum run_place run_place_of(const struct journal_run *run, const char *machine,
                            const char *network)
{
    if (journal_run_is_foreign(run, machine))
        return RUN_ON_ANOTHER_MACHINE;
    return strcmp(run->network, network) == 0 ? RUN_HERE : RUN_IN_ANOTHER_NETWORK;
}

struct run_remains run_remains_of(const struct run_site *site,
                                  const struct journal_run *run)
{
    const enum run_age age = age_of(site, run);
    struct run_remains remains = { .same_boot = age == AGE_THIS_BOOT,
                                   .later_boot = age == AGE_EARLIER_BOOT };

    for (size_t i = 0; !remains.same_boot && i < run->change_count; i++) {
        const uint32_t bit = UINT32_C(1) << i;
        enum kept kept = KEPT;

        if (run->changes[i].kind == CHANGE_SYSCTL)
            kept = is_kept(site, run, &run->changes[i]);
        if (kept == KEPT)
            continue;
        if (age == AGE_UNKNOWN || kept == KEPT_UNREAD)
            remains.unsure |= bit;
        else
            remains.gone |= bit;
    }
    return remains;
}

bool run_is_in_file(const struct run_site *site, const struct journal_run *run,
                    const char *path)
{
    for (size_t i = 0; i < run->change_count; i++)
        if (run->changes[i].kind == CHANGE_SYSCTL &&
            file_says(site, path, &run->changes[i]) != KEPT)
            return false;
    return true;
}
