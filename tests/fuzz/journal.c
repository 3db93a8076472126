/* SPDX-License-Identifier: MIT */
/* The journal, raw, or with the right sum in front of each line (last byte odd): what is
 * decoded is written again and read as the same. */
#include <stdlib.h>
#include <string.h>

#include "checks/base/text.h"
#include "checks/model/journal.h"
#include "checks/model/journal_record.h"
#include "tests/fuzz/lib/fuzz.h"
#include "tests/fuzz/lib/sums.h"

static void encode_run(const struct journal_run *run, struct text *out)
{
    struct error err = { 0 };

    FUZZ_MUST(fuzz_outcome(journal_encode_begin(run, out, &err), &err));
    for (size_t i = 0; i < run->change_count; i++) {
        if (run->started >> i & 1)
            FUZZ_MUST(journal_encode_step(RECORD_START, run->id, i, out, NULL));
        if (run->done >> i & 1)
            FUZZ_MUST(journal_encode_step(RECORD_DONE, run->id, i, out, NULL));
    }
    for (size_t i = run->change_count; i-- > 0;)
        if (run->back >> i & 1)
            FUZZ_MUST(journal_encode_step(RECORD_BACK, run->id, i, out, NULL));
    if (run->outcome != RUN_OPEN)
        FUZZ_MUST(journal_encode_end(run, out, NULL));
}

static void same_run(const struct journal_run *a, const struct journal_run *b)
{
    FUZZ_MUST(strcmp(a->id, b->id) == 0 && a->time_s == b->time_s);
    FUZZ_MUST(strcmp(a->boot, b->boot) == 0 && strcmp(a->user, b->user) == 0);
    FUZZ_MUST(strcmp(a->undoes, b->undoes) == 0 && a->outcome == b->outcome);
    FUZZ_MUST(a->started == b->started && a->done == b->done && a->back == b->back);
    FUZZ_MUST(strcmp(a->machine, b->machine) == 0 && a->uptime_s == b->uptime_s);
    FUZZ_MUST(strcmp(a->network, b->network) == 0);
    FUZZ_MUST(strcmp(a->confirms, b->confirms) == 0 && a->live_only == b->live_only);
    FUZZ_MUST(a->trial_until_s == b->trial_until_s && a->confirmed == b->confirmed);
    FUZZ_MUST(a->end_uptime_s == b->end_uptime_s);
    FUZZ_MUST(a->change_count == b->change_count && a->undone == b->undone);
    for (size_t i = 0; i < a->change_count; i++) {
        const struct change *x = &a->changes[i];
        const struct change *y = &b->changes[i];

        FUZZ_MUST(x->kind == y->kind && x->reboot == y->reboot);
        FUZZ_MUST(strcmp(x->place, y->place) == 0);
        FUZZ_MUST(strcmp(x->setting, y->setting) == 0);
        FUZZ_MUST(x->from ? y->from && strcmp(x->from, y->from) == 0 : !y->from);
        FUZZ_MUST(x->to ? y->to && strcmp(x->to, y->to) == 0 : !y->to);
    }
}

static void write_again(const struct journal *journal)
{
    struct journal again = { 0 };
    struct text bytes = { 0 };
    struct error err = { 0 };

    for (size_t i = 0; i < journal->count; i++)
        encode_run(&journal->runs[i], &bytes);
    FUZZ_MUST(fuzz_outcome(
        journal_decode(text_string(&bytes), bytes.length, &again, &err), &err));
    FUZZ_MUST(again.count == journal->count && again.torn_bytes == 0);
    for (size_t i = 0; i < journal->count; i++)
        same_run(&journal->runs[i], &again.runs[i]);
    journal_clear(&again);
    text_clear(&bytes);
}

/* What the programs ask a journal. */
static void ask(const struct journal *journal)
{
    const struct journal_run *open = journal_open_run(journal);
    const struct journal_run *last = journal_last_applied_in(journal, NULL, NULL);
    const struct journal_run *trial = journal_trial(journal, "boot");
    const struct journal_now now = { .boot = "boot", .machine = "fc27ca6c" };

    FUZZ_MUST(!open || open == &journal->runs[journal->count - 1]);
    FUZZ_MUST(!last || (last->outcome == RUN_APPLIED && !last->undone));
    FUZZ_MUST(!trial || (trial->trial_until_s > 0 && !trial->confirmed));
    (void)journal_waiting_since_s(journal, &now, "tcp_tw_reuse");
    for (size_t i = 0; i < journal->count; i++)
        FUZZ_MUST(journal_find(journal, journal->runs[i].id) == &journal->runs[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t choice = fuzz_last_byte(data, &size);
    struct journal journal = { 0 };
    struct text bytes = { 0 };
    struct error err = { 0 };
    char *copy;

    if (choice & 1)
        fuzz_add_sums(data, size, &bytes);
    else
        text_add_bytes(&bytes, data, size);
    copy = fuzz_copy(bytes.data, bytes.length);
    if (fuzz_outcome(journal_decode(copy, bytes.length, &journal, &err), &err)) {
        struct journal cut = { 0 };

        FUZZ_MUST(journal.torn_bytes <= bytes.length);
        FUZZ_MUST(journal_decode(copy, bytes.length - journal.torn_bytes, &cut, NULL));
        FUZZ_MUST(cut.count == journal.count && cut.torn_bytes == 0);
        ask(&journal);
        write_again(&journal);
        journal_clear(&cut);
    } else {
        FUZZ_MUST(!journal.runs && journal.count == 0);
    }
    journal_clear(&journal);
    text_clear(&bytes);
    free(copy);
    return 0;
}
