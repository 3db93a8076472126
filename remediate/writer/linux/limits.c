/* SPDX-License-Identifier: MIT */
/* sudo hands its caller's limits on: with 8 descriptors a change could be made and not be
 * taken back. */
#include "remediate/writer/linux/limits.h"

#include <sys/resource.h>
#include <unistd.h>

struct need {
    unsigned int resource; /* RLIMIT_... */
    rlim_t least;
    const char *name; /* of a limit without which no run begins; NULL = try only */
};

/* A run takes fewer than 20 descriptors and 256 KiB of the stack; the journal grows to 4
 * MiB. */
static const struct need needs[] = {
    { RLIMIT_NOFILE, 64, "open files (ulimit -n)" },
    { RLIMIT_FSIZE, (rlim_t)16 << 20, "bytes of a file (ulimit -f)" },
    { RLIMIT_STACK, (rlim_t)1 << 20, "bytes of the stack (ulimit -s)" },
    { RLIMIT_DATA, (rlim_t)1 << 30, NULL },
    { RLIMIT_AS, (rlim_t)1 << 30, NULL },
    { RLIMIT_CPU, 7200, NULL },
};

static bool raise_limit(const struct need *need, struct error *err)
{
    struct rlimit limit = { 0 };

    if (getrlimit(need->resource, &limit) == 0) {
        if (limit.rlim_cur >= need->least)
            return true;
        limit.rlim_cur = need->least;
        if (limit.rlim_max < need->least)
            limit.rlim_max = need->least;
        if (setrlimit(need->resource, &limit) == 0)
            return true;
    }
    return !need->name ||
           error_set(err, ERR_LIMIT, "the limit on %s is too low, expected %llu or more",
                     need->name, (unsigned long long)need->least);
}

bool limits_raise(struct error *err)
{
    if (geteuid() != 0)
        return true;
    for (size_t i = 0; i < ARRAY_COUNT(needs); i++)
        if (!raise_limit(&needs[i], err))
            return false;
    return true;
}
