/* SPDX-License-Identifier: MIT */
/* Relief is asked of the system: what was asked before a change is asked again after it.
 */
#ifndef REMEDIATE_RELIEF_H
#define REMEDIATE_RELIEF_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/text.h"
#include "checks/host/host.h"
#include "checks/model/ask.h"
#include "checks/model/observation.h"

/* One question, answered twice. */
struct relief {
    struct ask before;
    struct ask after;
};

/* Zeroed = nothing was asked. */
struct reliefs {
    struct relief asks[ASKS_MAX];
    size_t count;
    char not_asked[ASK_REASON_SIZE]; /* why some were not asked again; "" = all were */
};

/* Asks again what `before` has an answer to, what found no port first, within 20 ms of
 * CPU time. An answer that is not known is left out, and out->not_asked says why. */
void relief_ask(const struct host *host, const struct observation *before,
                struct reliefs *out);

/* The first question that shows that the ports are exhausted still, NULL = none: it found
 * no port `before` and was no error of the system's (ask_is_exhaustion), and finds none
 * now. */
const struct relief *relief_missing(const struct reliefs *reliefs,
                                    const struct observation *before);

/* Adds "a new connection to 10.0.0.5:443 found no free port before, finds one now (1.6
 * ms)"; `seen` names destinations. Never "works": only ports were asked for. */
void relief_words(const struct observation *seen, const struct relief *relief,
                  struct text *out);

#endif
