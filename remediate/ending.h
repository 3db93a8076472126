/* SPDX-License-Identifier: MIT */
/* Printing the report; the exit code. */
#ifndef REMEDIATE_ENDING_H
#define REMEDIATE_ENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/text.h"

/* How long nothing may be read of what is printed, s: of a command that changes something
 * the monitoring waits for the exit code; of the rest a person reads, with a pager. */
enum { ENDING_CHANGER_WAIT_S = 5, ENDING_READER_WAIT_S = 60 };

/* How the program ends, whether or not anybody reads what it prints. */
struct ending {
    int exit_code;
    bool changed; /* something of this machine */
    bool json;
    uint32_t wait_s; /* ENDING_... */
};

/*
 * Prints *out, which it takes, or that there was no memory for it; the exit code. Where
 * nobody reads in time the process ends here: nothing may be held any more.
 */
int ending_print(struct text *out, const struct ending *ending);

#endif
