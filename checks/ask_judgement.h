/* SPDX-License-Identifier: MIT */
/* Which answer of the system is exhaustion. */
#ifndef CHECKS_ASK_JUDGEMENT_H
#define CHECKS_ASK_JUDGEMENT_H

#include <stdbool.h>

#include "checks/model/ask.h"
#include "checks/model/observation.h"

/*
 * Whether "no port is free" is exhaustion: the answer was confirmed, and sockets, with
 * those that could not be listed, may be on nine tenths of the usable ports or on all but
 * two. Without numbers it never is: the system says the same for other reasons.
 */
bool ask_is_exhaustion(const struct observation *seen, const struct ask *ask);

/*
 * Writes why "no port is free" is not taken for exhaustion; false, and "", when the
 * answer is another one or is exhaustion.
 */
bool ask_judgement_doubt(const struct observation *seen, const struct ask *ask,
                         char out[OBSERVED_NOTE_SIZE]);

#endif
