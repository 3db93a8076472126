/* SPDX-License-Identifier: MIT */
/* Whose value it should be depends on what the run is for. */
#include "remediate/run_words.h"

#include <stdio.h>

const char *run_words_held(enum change_kind kind, const char *value,
                           char out[RUN_WORDS_HELD_SIZE])
{
    char shown[ERR_QUOTE_SIZE];

    if (!value)
        (void)snprintf(out, RUN_WORDS_HELD_SIZE, "is absent");
    else if (kind == CHANGE_FILE)
        (void)snprintf(out, RUN_WORDS_HELD_SIZE, "has other contents");
    else
        (void)snprintf(out, RUN_WORDS_HELD_SIZE, "holds '%s'", error_quote(value, shown));
    return out;
}

/* "PLACE holds '5', not '1' as planned"; `since` is when it was what it should be. */
static bool refuse(const struct change *change, const char *held, const char *as,
                   const char *since, struct error *err)
{
    char name[CHANGE_NAME_SIZE];
    char expected[ERR_QUOTE_SIZE];

    (void)change_place_name(change, name);
    if (!change->from)
        return error_set(err, ERR_LIMIT, "%s %s, but was absent %s", name, held, since);
    if (change->kind == CHANGE_FILE)
        return error_set(err, ERR_LIMIT, "%s %s than %s", name, held, since);
    return error_set(err, ERR_LIMIT, "%s %s, not '%s' as %s", name, held,
                     error_quote(change->from, expected), as);
}

bool run_words_refuse(const struct journal_run *run, const struct change *change,
                      const char *now, struct error *err)
{
    char held[RUN_WORDS_HELD_SIZE];
    char as[JOURNAL_ID_SIZE + 96];
    char since[JOURNAL_ID_SIZE + 96];

    (void)run_words_held(change->kind, now, held);
    if (run->undoes && *run->undoes) {
        static const char advice[] = "(restore that, or revert the run manually: see "
                                     "history)";

        (void)snprintf(as, sizeof as, "run %s set it %s", run->undoes, advice);
        (void)snprintf(since, sizeof since, "after run %s %s", run->undoes, advice);
        return refuse(change, held, as, since, err);
    }
    if (run->confirms && *run->confirms) {
        static const char advice[] = "(undo the trial, then run apply)";

        (void)snprintf(as, sizeof as, "when the trial %s began %s", run->confirms,
                       advice);
        (void)snprintf(since, sizeof since, "%s", as);
        return refuse(change, held, as, since, err);
    }
    return refuse(change, held, "planned", "when the plan was made", err);
}
