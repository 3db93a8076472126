/* SPDX-License-Identifier: MIT */
/* The command line of the remediation: one word per line. What an alert may say is held
 * against every vector that is accepted. */
#include <stdlib.h>
#include <string.h>

#include "remediate/options.h"
#include "tests/fuzz/lib/fuzz.h"

enum { WORDS_MAX = 80 };

/* An alert brings its facts, and nothing that steers. */
static void look_at_alert(const struct remediate_options *options)
{
    struct alert alert;
    struct error err = { 0 };

    FUZZ_MUST(!options->policy_path && !options->undo_id && options->only_count == 0);
    FUZZ_MUST(!options->dry_run && !options->json && !options->exit_3010);
    FUZZ_MUST(options->timeout_s == REMEDIATE_TIMEOUT_DEFAULT_S);
    if (options->alert_given)
        (void)fuzz_outcome(alert_parse(&options->alert, &alert, &err), &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct remediate_options options;
    static struct remediate_options before;
    char *words[WORDS_MAX + 2] = { "remediate_port_exhaustion" };
    size_t count = fuzz_words(data, size, words + 1, WORDS_MAX);
    char *owned = words[1];
    struct error err = { 0 };

    memset(&options, 0x55, sizeof options);
    memcpy(&before, &options, sizeof options);
    if (!fuzz_outcome(remediate_options_parse((int)count + 1, words, &options, &err),
                      &err)) {
        FUZZ_MUST(memcmp(&options, &before, sizeof options) == 0);
    } else {
        FUZZ_MUST(options.command->execute);
        FUZZ_MUST(options.only_count <= SETTINGS_MAX);
        FUZZ_MUST(options.timeout_s >= 1 && options.timeout_s <= REMEDIATE_TIMEOUT_MAX_S);
        FUZZ_MUST(options.command == &command_undo || !options.undo_id);
        FUZZ_MUST(options.command == &command_apply || !options.dry_run);
        FUZZ_MUST(options.command == &command_on_alert || !options.alert_given);
        if (options.command == &command_on_alert)
            look_at_alert(&options);
    }
    free(owned);
    return 0;
}
