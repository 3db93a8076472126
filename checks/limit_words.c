/* SPDX-License-Identifier: MIT */
/* One end of a range is what was crossed: only that one is said. */
#include "checks/limit_words.h"

#include "checks/base/number.h"

void limit_words(const struct result *result, struct text *out)
{
    const struct threshold *crossed = result_crossed(result);
    char number[NUMBER_TEXT_SIZE];
    bool below;

    if (!crossed)
        return;
    if (crossed->inside) {
        text_add(out, "limit ");
        threshold_format(crossed, out);
        return;
    }
    below = measure_value(result->metric, &result->measure) < crossed->start;
    number_format_double(below ? crossed->start : crossed->end, number);
    text_addf(out, "%s %s%s", below ? "minimum" : "limit", number,
              metric_is_percent(result->metric) ? "%" : "");
}
