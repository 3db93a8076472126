/* SPDX-License-Identifier: MIT */
/* One file and a sysctl, as everybody may read them. Both are of the network namespace,
 * but for the limit: it is the first namespace's in all of them, and each table is held
 * to it alone (nf_conntrack_core.c, Linux 3.9 to 6.18). */
#include "checks/host/linux/conntrack.h"

#include <unistd.h>

#include "checks/base/text.h"
#include "checks/decode/nf_conntrack.h"
#include "checks/host/linux/linux_file.h"

static const char limit_place[] = "net/netfilter/nf_conntrack_max";
static const char count_place[] = "net/netfilter/nf_conntrack_count";

/* A line of 150 bytes for each processor that there may be. */
enum { STAT_FILE_MAX = 4 * 1024 * 1024 };

static bool read_file(const char *path, struct text *out, struct error *err)
{
    int fd = -1;
    bool ok;

    if (!proc_file_open(path, &fd, err))
        return false;
    ok = descriptor_read_all(fd, path, STAT_FILE_MAX, out, err);
    (void)close(fd);
    return ok;
}

static bool read_counters(struct observed_conntrack *out, struct error *err)
{
    static const char path[] = "/proc/net/stat/nf_conntrack";
    struct nf_conntrack counted = { 0 };
    struct text contents = { 0 };
    bool ok = read_file(path, &contents, err) &&
              (nf_conntrack_decode(text_string(&contents), &counted, err) ||
               error_prefix(err, "%s", path));

    text_clear(&contents);
    if (!ok)
        return false;
    out->entries = counted.entries;
    out->counters_known = true;
    out->insert_failed = counted.insert_failed;
    out->dropped = counted.drop;
    return true;
}

/* A kernel without CONFIG_NF_CONNTRACK_PROCFS has no counters, and tells the number of
 * entries elsewhere. */
static bool read_table(struct observed_conntrack *out, struct error *err)
{
    struct error failure = { 0 };
    int64_t entries = 0;

    if (read_counters(out, &failure))
        return true;
    if (failure.code == ERR_MEMORY)
        return error_set(err, ERR_MEMORY, "%s", failure.message);
    if (!sysctl_read_number(count_place, &entries, err))
        return false;
    out->entries = entries < 0 ? 0 : (uint64_t)entries;
    return true;
}

bool conntrack_read(void *self, struct observed_conntrack *out, struct error *err)
{
    struct observed_conntrack seen = { .reading.known = true };
    struct error failure = { 0 };
    int64_t limit = 0;

    (void)self;
    if (!sysctl_read_number(limit_place, &limit, &failure)) {
        if (failure.code == ERR_ABSENT && access(SYSCTL_ROOT "net", F_OK) == 0)
            return true;
        return error_set(err, failure.code, "%s", failure.message);
    }
    if (!read_table(&seen, err))
        return false;
    seen.limit = limit < 0 ? 0 : (uint64_t)limit;
    *out = seen;
    return true;
}
