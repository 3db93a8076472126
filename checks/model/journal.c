/* SPDX-License-Identifier: MIT */
/* Lines of the journal -> runs, and the questions that both programs ask about them. */
#include "checks/model/journal.h"

#include <stdlib.h>
#include <string.h>

#include "checks/base/crc32.h"
#include "checks/model/journal_json.h"

_Static_assert(CHANGES_MAX <= 32, "the steps of a run are bits of a uint32_t");

/* A journal under construction. */
struct decoder {
    struct journal journal;
    size_t capacity; /* runs allocated */
};

/* One line without its newline. */
struct line {
    const char *bytes;
    size_t length;
};

const char *run_outcome_name(enum run_outcome outcome)
{
    static const char *const names[RUN_OUTCOME_COUNT] = {
        [RUN_OPEN] = "open",
        [RUN_APPLIED] = "applied",
        [RUN_RESTORED] = "restored",
        [RUN_INCOMPLETE] = "incomplete",
    };

    return names[outcome];
}

void journal_run_clear(struct journal_run *run)
{
    for (size_t i = 0; i < run->change_count; i++)
        change_clear(&run->changes[i]);
    free(run->changes);
    free(run->boot);
    free(run->user);
    free(run->command);
    free(run->undoes);
    free(run->policy);
    free(run->version);
    free(run->message);
    *run = (struct journal_run){ 0 };
}

void journal_clear(struct journal *journal)
{
    for (size_t i = 0; i < journal->count; i++)
        journal_run_clear(&journal->runs[i]);
    free(journal->runs);
    *journal = (struct journal){ 0 };
}

/* The sum in front of the line; exactly what the encoder prints. */
static bool read_sum(const struct line *line, uint32_t *out)
{
    uint32_t sum = 0;

    if (line->length <= JOURNAL_SUM_LENGTH || line->bytes[JOURNAL_SUM_LENGTH - 1] != ' ')
        return false;
    for (size_t i = 0; i < JOURNAL_SUM_LENGTH - 1; i++) {
        char c = line->bytes[i];

        if (c >= '0' && c <= '9')
            sum = sum << 4 | (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            sum = sum << 4 | (uint32_t)(c - 'a' + 10);
        else
            return false;
    }
    *out = sum;
    return true;
}

static bool has_right_sum(const struct line *line)
{
    uint32_t sum;

    return read_sum(line, &sum) && crc32_add(0, line->bytes + JOURNAL_SUM_LENGTH,
                                             line->length - JOURNAL_SUM_LENGTH) == sum;
}

/* Some file systems leave zeros at the end after a power cut. */
static bool is_zero(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != '\0')
            return false;
    return true;
}

/*
 * Whether the broken last line hides a whole record: its newline was altered, so that it
 * swallowed the next record. Nothing torn looks like that: a record comes with its
 * newline, and only then the next one is written.
 */
static bool hides_a_record(const struct line *line)
{
    uint32_t crc = 0;
    uint32_t sum;

    if (!read_sum(line, &sum))
        return false;
    for (size_t i = JOURNAL_SUM_LENGTH; i + 2 < line->length; i++) {
        crc = crc32_add(crc, line->bytes + i, 1);
        if (crc == sum && line->bytes[i] == '}' &&
            !is_zero(line->bytes + i + 1, line->length - i - 1))
            return true;
    }
    return false;
}

/* The last run, when it has that id and is open: no other one can go on. */
static struct journal_run *find_open(struct journal *journal, const char *id,
                                     struct error *err)
{
    struct journal_run *last =
        journal->count > 0 ? &journal->runs[journal->count - 1] : NULL;

    if (last && last->outcome == RUN_OPEN && strcmp(last->id, id) == 0)
        return last;
    if (journal_find(journal, id))
        (void)error_set(err, ERR_MALFORMED, "run '%s' goes on after its end", id);
    else
        (void)error_set(err, ERR_MALFORMED, "run '%s' has no begin", id);
    return NULL;
}

static bool add_run(struct decoder *decoder, struct journal_run *run, struct error *err)
{
    struct journal *journal = &decoder->journal;

    if (journal->count == decoder->capacity) {
        size_t capacity = decoder->capacity > 0 ? decoder->capacity * 2 : 16;
        struct journal_run *grown =
            realloc(journal->runs, capacity * sizeof *journal->runs);

        if (!grown)
            return error_set(err, ERR_MEMORY, "not enough memory for the journal");
        journal->runs = grown;
        decoder->capacity = capacity;
    }
    journal->runs[journal->count++] = *run;
    *run = (struct journal_run){ 0 };
    return true;
}

static bool begin_run(struct decoder *decoder, struct journal_run *run, struct error *err)
{
    const struct journal_run *open = journal_open_run(&decoder->journal);

    if (open)
        return error_set(err, ERR_MALFORMED, "run '%s' begins before run '%s' ended",
                         run->id, open->id);
    if (journal_find(&decoder->journal, run->id))
        return error_set(err, ERR_MALFORMED, "run '%s' begins a second time", run->id);
    if (run->undoes[0] && !journal_find(&decoder->journal, run->undoes)) {
        char shown[ERR_QUOTE_SIZE];

        return error_set(err, ERR_MALFORMED, "run '%s' undoes the unknown run '%s'",
                         run->id, error_quote(run->undoes, shown));
    }
    run->message = calloc(1, 1);
    if (!run->message)
        return error_set(err, ERR_MEMORY, "not enough memory for the journal");
    decoder->journal.refusals = (struct journal_refusals){ 0 };
    return add_run(decoder, run, err);
}

/* Whether that step may follow what the run did before. */
static bool may_step(const struct journal_run *run, enum journal_record_kind kind,
                     uint32_t bit)
{
    if (kind == RECORD_START)
        return !(run->started & bit);
    if (kind == RECORD_DONE)
        return (run->started & bit) && !((run->done | run->back) & bit);
    return (run->started & bit) && !(run->back & bit);
}

static bool step_run(struct journal *journal, const struct journal_record *record,
                     struct error *err)
{
    struct journal_run *run = find_open(journal, record->run.id, err);
    uint32_t bit = UINT32_C(1) << record->change;

    if (!run)
        return false;
    if (record->change >= run->change_count)
        return error_set(err, ERR_MALFORMED, "run '%s' has no change %zu", run->id,
                         record->change);
    if (!may_step(run, record->kind, bit))
        return error_set(err, ERR_MALFORMED, "'%s' of change %zu is out of order",
                         journal_record_name(record->kind), record->change);
    if (record->kind == RECORD_START)
        run->started |= bit;
    else if (record->kind == RECORD_DONE)
        run->done |= bit;
    else
        run->back |= bit;
    return true;
}

static bool end_run(struct journal *journal, struct journal_run *end, struct error *err)
{
    struct journal_run *run = find_open(journal, end->id, err);

    if (!run)
        return false;
    run->outcome = end->outcome;
    run->end_s = end->end_s;
    free(run->message);
    run->message = end->message;
    end->message = NULL;
    if (run->outcome != RUN_APPLIED || run->undoes[0] == '\0')
        return true;
    for (size_t i = 0; i + 1 < journal->count; i++)
        if (strcmp(journal->runs[i].id, run->undoes) == 0)
            journal->runs[i].undone = true;
    return true;
}

/* Alerts are refused between runs; the last record of them is the one that counts. */
static bool keep_refusals(struct journal *journal,
                          const struct journal_refusals *refusals, size_t offset,
                          struct error *err)
{
    const struct journal_run *open = journal_open_run(journal);

    if (open)
        return error_set(err, ERR_MALFORMED, "refusals before run '%s' ended", open->id);
    journal->refusals = *refusals;
    journal->refusals.offset = offset;
    return true;
}

static bool add_record(struct decoder *decoder, const struct line *line, size_t offset,
                       struct error *err)
{
    struct journal_record record = { 0 };
    bool ok;

    if (!journal_record_from_json(line->bytes + JOURNAL_SUM_LENGTH,
                                  line->length - JOURNAL_SUM_LENGTH, &record, err))
        return false;
    if (record.kind == RECORD_BEGIN)
        ok = begin_run(decoder, &record.run, err);
    else if (record.kind == RECORD_REFUSED)
        ok = keep_refusals(&decoder->journal, &record.refusals, offset, err);
    else if (record.kind == RECORD_END)
        ok = end_run(&decoder->journal, &record.run, err);
    else
        ok = step_run(&decoder->journal, &record, err);
    journal_run_clear(&record.run);
    return ok;
}

static bool decode_lines(struct decoder *decoder, const char *bytes, size_t length,
                         struct error *err)
{
    size_t offset = 0;

    for (size_t number = 1; offset < length; number++) {
        const char *end = memchr(bytes + offset, '\n', length - offset);
        struct line line = { .bytes = bytes + offset,
                             .length =
                                 end ? (size_t)(end - bytes) - offset : length - offset };
        bool is_last = !end || end + 1 == bytes + length;

        if (!end || !has_right_sum(&line)) {
            if (!is_last || hides_a_record(&line))
                return error_set(err, ERR_MALFORMED,
                                 "line %zu: its sum is wrong: it was altered", number);
            decoder->journal.torn_bytes = length - offset;
            return true;
        }
        if (!add_record(decoder, &line, offset, err))
            return error_prefix(err, "line %zu", number);
        offset += line.length + 1;
    }
    return true;
}

bool journal_decode(const char *bytes, size_t length, struct journal *out,
                    struct error *err)
{
    struct decoder decoder = { 0 };

    if (length > JOURNAL_MAX)
        return error_set(err, ERR_LIMIT,
                         "the journal has %zu bytes, at most %d are possible", length,
                         JOURNAL_MAX);
    if (!decode_lines(&decoder, bytes, length, err)) {
        journal_clear(&decoder.journal);
        return false;
    }
    *out = decoder.journal;
    return true;
}

const struct journal_run *journal_open_run(const struct journal *journal)
{
    const struct journal_run *last =
        journal->count > 0 ? &journal->runs[journal->count - 1] : NULL;

    return last && last->outcome == RUN_OPEN ? last : NULL;
}

const struct journal_run *journal_last_applied(const struct journal *journal)
{
    for (size_t i = journal->count; i > 0; i--) {
        const struct journal_run *run = &journal->runs[i - 1];

        if (run->outcome == RUN_APPLIED && !run->undone && run->undoes[0] == '\0')
            return run;
    }
    return NULL;
}

const struct journal_run *journal_find(const struct journal *journal, const char *id)
{
    for (size_t i = 0; journal->runs && i < journal->count; i++)
        if (strcmp(journal->runs[i].id, id) == 0)
            return &journal->runs[i];
    return NULL;
}

int64_t journal_last_action_s(const struct journal *journal)
{
    const struct journal_run *last;

    if (journal->count == 0)
        return 0;
    last = &journal->runs[journal->count - 1];
    return last->outcome == RUN_OPEN ? last->time_s : last->end_s;
}
