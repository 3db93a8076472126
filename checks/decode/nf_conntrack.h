/* SPDX-License-Identifier: MIT */
/* What Linux counts of the connections that it tracks: /proc/net/stat/nf_conntrack. */
#ifndef CHECKS_DECODE_NF_CONNTRACK_H
#define CHECKS_DECODE_NF_CONNTRACK_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Of one network namespace. */
struct nf_conntrack {
    uint32_t entries;       /* in the table now */
    uint64_t insert_failed; /* since boot, of all processors, as is `drop` */
    uint64_t drop;
};

/*
 * A line of names, then a line of hexadecimal numbers for each processor. The columns are
 * found by their names: other kernels have others. ERR_UNSUPPORTED when one of the three
 * is not there, ERR_MALFORMED; *out is then unchanged.
 */
MUST_CHECK bool nf_conntrack_decode(const char *text, struct nf_conntrack *out,
                                    struct error *err);

#endif
