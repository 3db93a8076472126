/* SPDX-License-Identifier: MIT */
/* The command line of the check: one word per line. */
#include <stdlib.h>
#include <string.h>

#include "plugin/options.h"
#include "tests/fuzz/lib/fuzz.h"

enum { WORDS_MAX = 80 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct plugin_options options;
    static struct plugin_options before;
    char *words[WORDS_MAX + 2] = { "check_port_exhaustion" };
    size_t count = fuzz_words(data, size, words + 1, WORDS_MAX);
    char *owned = words[1];
    struct metric_limits limits[METRIC_COUNT] = { 0 };
    struct error err = { 0 };
    enum output_format format = plugin_options_format((int)count + 1, words);

    FUZZ_MUST(format <= OUTPUT_OBSERVATION);
    memset(&options, 0x55, sizeof options);
    memcpy(&before, &options, sizeof options);
    if (!fuzz_outcome(plugin_options_parse((int)count + 1, words, &options, &err),
                      &err)) {
        FUZZ_MUST(memcmp(&options, &before, sizeof options) == 0);
    } else {
        FUZZ_MUST(options.limit_count <= LIMIT_OPTIONS_MAX);
        FUZZ_MUST(options.metrics > 0 && options.metrics <= METRICS_ALL);
        FUZZ_MUST(options.timeout_s >= 1 && options.timeout_s <= TIMEOUT_MAX_S);
        FUZZ_MUST(options.top <= OBSERVED_DESTINATIONS_MAX && options.verbosity <= 3);
        FUZZ_MUST(options.timeout_state <= CHECK_UNKNOWN);
        FUZZ_MUST(options.owners <= OWNERS_NOT_SAID && options.look_s <= LOOK_MAX_S);
        FUZZ_MUST(options.range.first <= options.range.last);
        plugin_options_limits(&options, limits, OS_LINUX, limits);
    }
    free(owned);
    return 0;
}
