/* SPDX-License-Identifier: MIT */
/* What pressing the button would buy, in words: `check -o explain` and `plan` say the
 * same. Pure. */
#ifndef CHECKS_BUY_TIME_H
#define CHECKS_BUY_TIME_H

#include "checks/base/text.h"
#include "checks/check.h"
#include "checks/forecast.h"
#include "checks/model/observation.h"

/* Everything borrowed. */
struct buy_time {
    const struct observation *seen;
    const struct verdict *verdict;
    enum metric_id metric; /* the usage that is the matter: headline_metric */
    const struct forecast_change *change; /* what the remediation would do */
    const struct measure *after;          /* what that usage would be then */
};

/*
 * Adds lines, each with its end, for a screen's part "BUY TIME".
 *
 * "remediate_port_exhaustion apply: 80.21% -> 40.87% now; at 1,940/s full again in about
 * 17 s: NOT ENOUGH", then what that costs: how far the range grows, ports that get
 * reserved, listeners that lose protection. Or why not: "do not: it only makes room for
 * more attempts", "nothing to change: ...", "... waits for a reboot". Never nothing.
 */
void buy_time_words(const struct buy_time *buy_time, struct text *out);

/* The same for what the verdict advises, forecast from the observation alone. */
void buy_time_advised(const struct observation *seen, const struct verdict *verdict,
                      enum metric_id metric, struct text *out);

#endif
