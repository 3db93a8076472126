/* SPDX-License-Identifier: MIT */
/* The one usage that a screen is about, in words. */
#include "checks/headline.h"

enum metric_id headline_metric(const struct observation *seen,
                               const struct verdict *verdict)
{
    (void)verdict;
    return metric_deciding(seen->os.kind);
}

void headline_words(const struct observation *seen, const struct verdict *verdict,
                    struct text *out)
{
    text_add(out, metric_names[headline_metric(seen, verdict)]);
}

void headline_details(const struct observation *seen, const struct verdict *verdict,
                      struct text *out)
{
    (void)seen;
    (void)verdict;
    (void)out;
}
