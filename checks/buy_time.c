/* SPDX-License-Identifier: MIT */
/* What the remediation would do, and whether that is enough. */
#include "checks/buy_time.h"

#include "checks/headline.h"

void buy_time_words(const struct buy_time *buy_time, struct text *out)
{
    (void)buy_time;
    text_add(out, "remediate_port_exhaustion plan tells what would change\n");
}

void buy_time_advised(const struct observation *seen, const struct verdict *verdict,
                      struct text *out)
{
    const enum metric_id metric = headline_metric(seen, verdict);
    struct forecast_change change;
    struct measure after;
    const struct buy_time buy_time = { .seen = seen,
                                       .verdict = verdict,
                                       .metric = metric,
                                       .cause = cause_of_metric(seen, metric),
                                       .change = &change,
                                       .after = &after };

    forecast_advised(seen, verdict, &change);
    forecast_usage(seen, metric, NULL, &change, &after);
    buy_time_words(&buy_time, out);
}
