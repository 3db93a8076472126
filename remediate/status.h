/* SPDX-License-Identifier: MIT */
/* What `status` tells besides the plan: what is kept, what waits, who acted last. */
#ifndef REMEDIATE_STATUS_H
#define REMEDIATE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/text.h"
#include "checks/model/journal.h"
#include "checks/model/policy.h"

/* Borrowed but for `confinement`. Zeroed = nothing is known. */
struct remediate_status {
    const char *drop_in_path; /* of our file; NULL: none is kept here, or not looked */
    const char *drop_in;      /* its contents; NULL = there is none */
    const struct journal *journal; /* NULL: it could not be read */
    const struct policy *policy;   /* NULL: it could not be read */
    const char *boot;              /* identity of this boot; "" = unknown */
    const char *machine;           /* digest of this machine's identity; "" = unknown */
    int64_t uptime_s;              /* CLOCK_BOOTTIME; -1 = unknown */
    int64_t now_s;                 /* Unix time */
    struct text confinement;       /* one line; "" = this system has none; owned */
};

#endif
