/* SPDX-License-Identifier: MIT */
/* Thresholds, port ranges and whole numbers of the command line. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/base/threshold.h"
#include "checks/model/port_range.h"
#include "tests/fuzz/lib/fuzz.h"

static bool same(const struct threshold *a, const struct threshold *b)
{
    return a->set == b->set && a->inside == b->inside && !(a->start < b->start) &&
           !(a->start > b->start) && !(a->end < b->end) && !(a->end > b->end);
}

static void parse_threshold(const char *string)
{
    const struct threshold before = { true, true, 1, 2 };
    struct threshold threshold = before;
    struct threshold again = { 0 };
    struct text text = { 0 };
    struct error err = { 0 };

    if (!fuzz_outcome(threshold_parse(string, &threshold, &err), &err)) {
        FUZZ_MUST(same(&threshold, &before));
        return;
    }
    FUZZ_MUST(threshold.set && threshold.start <= threshold.end);
    threshold_format(&threshold, &text);
    FUZZ_MUST(threshold_parse(text_string(&text), &again, NULL));
    FUZZ_MUST(same(&threshold, &again));
    if (isfinite(threshold.start))
        FUZZ_MUST(threshold_alerts(&threshold, threshold.start) == threshold.inside);
    if (isfinite(threshold.end))
        FUZZ_MUST(threshold_alerts(&threshold, threshold.end) == threshold.inside);
    FUZZ_MUST(!threshold_is_plain(&threshold) || threshold_alerts(&threshold, -1));
    text_clear(&text);
}

static void parse_range(const char *string)
{
    struct port_range range = { 7, 8 };
    struct port_range again = { 0 };
    char text[PORT_RANGE_TEXT_SIZE];
    struct error err = { 0 };

    if (!fuzz_outcome(port_range_parse(string, &range, &err), &err)) {
        FUZZ_MUST(range.first == 7 && range.last == 8);
        return;
    }
    FUZZ_MUST(range.first >= 1 && range.first <= range.last);
    port_range_format(range, text);
    FUZZ_MUST(port_range_parse(text, &again, NULL));
    FUZZ_MUST(again.first == range.first && again.last == range.last);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *string = fuzz_string(data, size);
    struct error err = { 0 };
    uint32_t number = 4711;
    int64_t wide = 4711;

    parse_threshold(string);
    parse_range(string);
    if (fuzz_outcome(number_parse_u32(string, 65535, &number, &err), &err))
        FUZZ_MUST(number <= 65535);
    else
        FUZZ_MUST(number == 4711);
    error_clear(&err);
    if (!fuzz_outcome(number_parse_i64(string, &wide, &err), &err))
        FUZZ_MUST(wide == 4711);
    free(string);
    return 0;
}
