/* SPDX-License-Identifier: MIT */
/* The bytes of the file -> records -> runs, one after the other. */
#include "checks/model/journal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "checks/model/boot_id.h"
#include "checks/model/crc32.h"
#include "checks/model/machine_id.h"

_Static_assert(CHANGES_MAX <= 32, "the steps of a run are bits of a uint32_t");

void journal_clear(struct journal *journal)
{
    for (size_t i = 0; i < journal->count; i++)
        journal_run_clear(&journal->runs[i]);
    free(journal->runs);
    *journal = (struct journal){ 0 };
}

static struct journal_run *last_run(const struct journal *journal)
{
    return journal->count > 0 ? &journal->runs[journal->count - 1] : NULL;
}

/* Only the last run can go on, as long as it is open. */
static bool is_open(const struct journal *journal, const char *id, struct error *err)
{
    const struct journal_run *open = journal_open_run(journal);

    if (open && strcmp(open->id, id) == 0)
        return true;
    if (journal_find(journal, id))
        return error_set(err, ERR_MALFORMED, "run '%s' has records after its end", id);
    return error_set(err, ERR_MALFORMED, "run '%s' has no begin record", id);
}

static bool make_room(struct journal *journal, struct error *err)
{
    size_t capacity = journal->capacity > 0 ? journal->capacity * 2 : 16;
    struct journal_run *grown;

    if (journal->count < journal->capacity)
        return true;
    grown = realloc(journal->runs, capacity * sizeof *journal->runs);
    if (!grown)
        return error_set(err, ERR_MEMORY, "not enough memory for the journal");
    journal->runs = grown;
    journal->capacity = capacity;
    return true;
}

/* What it takes back or makes lasting is known. */
static bool knows_what_it_ends(const struct journal *journal,
                               const struct journal_run *run, struct error *err)
{
    const struct journal_run *trial = journal_find(journal, run->confirms);
    char shown[ERR_QUOTE_SIZE];

    if (run->undoes[0] && !journal_find(journal, run->undoes))
        return error_set(err, ERR_MALFORMED, "run '%s' undoes the unknown run '%s'",
                         run->id, error_quote(run->undoes, shown));
    if (run->confirms[0] && (!trial || trial->trial_until_s == 0))
        return error_set(err, ERR_MALFORMED, "run '%s' confirms '%s', which is no trial",
                         run->id, error_quote(run->confirms, shown));
    return true;
}

static bool may_begin(struct journal *journal, const struct journal_run *run,
                      struct error *err)
{
    const struct journal_run *open = journal_open_run(journal);

    if (open)
        return error_set(err, ERR_MALFORMED, "run '%s' begins before run '%s' ended",
                         run->id, open->id);
    if (journal_find(journal, run->id))
        return error_set(err, ERR_MALFORMED, "run '%s' begins a second time", run->id);
    return knows_what_it_ends(journal, run, err) && make_room(journal, err);
}

/* Whether that step may follow what the run did before. */
static bool is_in_order(const struct journal_run *run, enum journal_record_kind kind,
                        uint32_t bit)
{
    if (kind == RECORD_START)
        return !(run->started & bit);
    if (kind == RECORD_DONE)
        return (run->started & bit) && !((run->done | run->back) & bit);
    return (run->started & bit) && !(run->back & bit);
}

static bool may_step(const struct journal *journal, const struct journal_record *record,
                     struct error *err)
{
    const struct journal_run *run = last_run(journal);

    if (!is_open(journal, record->run.id, err))
        return false;
    assert(run);
    if (record->change >= run->change_count)
        return error_set(err, ERR_MALFORMED, "run '%s' has no change %zu", run->id,
                         record->change);
    return is_in_order(run, record->kind, UINT32_C(1) << record->change) ||
           error_set(err, ERR_MALFORMED, "'%s' of change %zu is out of order",
                     journal_record_name(record->kind), record->change);
}

/* Alerts are refused, and audited, between runs. */
static bool may_count(const struct journal *journal, enum journal_record_kind kind,
                      struct error *err)
{
    const struct journal_run *open = journal_open_run(journal);

    return !open || error_set(err, ERR_MALFORMED, "%s before run '%s' ended",
                              kind == RECORD_AUDIT ? "audits" : "refusals", open->id);
}

bool journal_prepare(struct journal *journal, const struct journal_record *record,
                     struct error *err)
{
    if (record->kind == RECORD_BEGIN)
        return may_begin(journal, &record->run, err);
    if (record->kind == RECORD_REFUSED || record->kind == RECORD_AUDIT)
        return may_count(journal, record->kind, err);
    if (record->kind == RECORD_END)
        return is_open(journal, record->run.id, err);
    return may_step(journal, record, err);
}

static void begin_run(struct journal *journal, struct journal_run *run)
{
    assert(journal->runs); /* journal_prepare got the room */
    journal->refusals = (struct journal_refusals){ 0 };
    journal->audits = (struct journal_refusals){ 0 };
    journal->runs[journal->count++] = *run;
    *run = (struct journal_run){ 0 };
}

static void step_run(struct journal *journal, const struct journal_record *record)
{
    struct journal_run *run = last_run(journal);
    uint32_t bit = UINT32_C(1) << record->change;

    assert(run); /* journal_prepare found it */
    if (record->kind == RECORD_START)
        run->started |= bit;
    else if (record->kind == RECORD_DONE)
        run->done |= bit;
    else
        run->back |= bit;
}

static void end_run(struct journal *journal, struct journal_run *end)
{
    struct journal_run *run = last_run(journal);

    assert(run); /* journal_prepare found it */
    run->outcome = end->outcome;
    run->end_s = end->end_s;
    run->end_uptime_s = end->end_uptime_s;
    free(run->message);
    run->message = end->message;
    end->message = NULL;
    for (size_t i = 0; run->outcome == RUN_APPLIED && i + 1 < journal->count; i++) {
        struct journal_run *earlier = &journal->runs[i];

        /* With a trial its confirmation goes. */
        earlier->undone |=
            run->undoes[0] && (strcmp(earlier->id, run->undoes) == 0 ||
                               strcmp(earlier->confirms, run->undoes) == 0);
        earlier->confirmed |= strcmp(earlier->id, run->confirms) == 0;
    }
}

void journal_take(struct journal *journal, struct journal_record *record, size_t offset)
{
    if (record->kind == RECORD_BEGIN) {
        begin_run(journal, &record->run);
    } else if (record->kind == RECORD_END) {
        end_run(journal, &record->run);
    } else if (record->kind == RECORD_REFUSED || record->kind == RECORD_AUDIT) {
        /* The last one is the one that counts. */
        record->refusals.offset = offset;
        if (record->kind == RECORD_AUDIT)
            journal->audits = record->refusals;
        else
            journal->refusals = record->refusals;
    } else {
        step_run(journal, record);
    }
    journal_run_clear(&record->run);
}

const struct journal_run *journal_open_run(const struct journal *journal)
{
    const struct journal_run *last = last_run(journal);

    return last && last->outcome == RUN_OPEN ? last : NULL;
}

/* A trial that nobody confirmed is live alone. */
static bool ended_with_its_boot(const struct journal_run *run, const char *boot)
{
    return run->trial_until_s > 0 && !run->confirmed && boot && *boot &&
           !boot_id_is_same(run->boot, boot);
}

const struct journal_run *journal_last_applied_in(const struct journal *journal,
                                                  const char *network, const char *boot)
{
    for (size_t i = journal->count; i > 0; i--) {
        const struct journal_run *run = &journal->runs[i - 1];

        if (run->outcome == RUN_APPLIED && !run->undone && run->undoes[0] == '\0' &&
            (!network || strcmp(run->network, network) == 0) &&
            !ended_with_its_boot(run, boot))
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

const struct journal_run *journal_trial(const struct journal *journal, const char *boot)
{
    for (size_t i = journal->count; i > 0; i--) {
        const struct journal_run *run = &journal->runs[i - 1];

        if (run->outcome == RUN_APPLIED && run->trial_until_s > 0 && !run->confirmed &&
            !run->undone && boot_id_is_same(run->boot, boot))
            return run;
    }
    return NULL;
}

bool journal_run_is_foreign(const struct journal_run *run, const char *machine)
{
    return machine_id_differs(run->machine, machine);
}

bool journal_run_is_here(const struct journal_run *run, const struct journal_now *now)
{
    return !journal_run_is_foreign(run, now->machine) &&
           strcmp(run->network, now->network ? now->network : "") == 0;
}

/* Which settings were written but wait for a reboot, as the journal tells it. */

/* One place of the setting, followed through the runs of this boot. */
struct followed_place {
    const struct change *first; /* its `from` is what the system started with */
    int64_t since_s;            /* 0 = it holds that again */
};

/* Whether the change may be in force: nothing proves that it was taken back. */
static bool is_in_force(const struct journal_run *run, size_t change)
{
    uint32_t bit = UINT32_C(1) << change;

    if (run->outcome == RUN_APPLIED)
        return true;
    return run->outcome != RUN_RESTORED && run->outcome != RUN_FOREIGN &&
           (run->started & bit) && !(run->back & bit);
}

/* NULL when there is no room: no setting has so many places. */
static struct followed_place *follow(struct followed_place *places, size_t *count,
                                     const struct change *change)
{
    for (size_t i = 0; i < *count; i++)
        if (change_same_place(places[i].first, change))
            return &places[i];
    if (*count == CHANGES_MAX)
        return NULL;
    places[*count] = (struct followed_place){ .first = change };
    return &places[(*count)++];
}

static void see_run(const struct journal_run *run, const char *setting,
                    struct followed_place *places, size_t *count)
{
    for (size_t i = 0; i < run->change_count; i++) {
        const struct change *change = &run->changes[i];
        struct followed_place *place;

        if (!change->reboot || strcmp(change->setting, setting) != 0 ||
            !is_in_force(run, i))
            continue;
        place = follow(places, count, change);
        if (!place)
            continue;
        if (change_same_value(change->kind, place->first->from, change->to))
            place->since_s = 0;
        else if (place->since_s == 0)
            place->since_s = run->time_s > 0 ? run->time_s : 1;
    }
}

int64_t journal_waiting_since_s(const struct journal *journal,
                                const struct journal_now *now, const char *setting)
{
    struct followed_place places[CHANGES_MAX] = { 0 };
    size_t count = 0;
    int64_t since_s = 0;

    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_run *run = &journal->runs[i];

        if (boot_id_is_same(run->boot, now->boot) && journal_run_is_here(run, now))
            see_run(run, setting, places, &count);
    }
    for (size_t i = 0; i < count; i++)
        if (places[i].since_s > 0 && (since_s == 0 || places[i].since_s < since_s))
            since_s = places[i].since_s;
    return since_s;
}

/* The file: lines of the journal, one record each; what a power cut leaves at the end. */

/* One line without its newline. */
struct line {
    const char *bytes;
    size_t length;
};

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

    if (!journal_line_sum(line->bytes, line->length, &sum))
        return false;
    for (size_t i = JOURNAL_SUM_LENGTH; i + 2 < line->length; i++) {
        crc = crc32_add(crc, line->bytes + i, 1);
        if (crc == sum && line->bytes[i] == '}' &&
            !is_zero(line->bytes + i + 1, line->length - i - 1))
            return true;
    }
    return false;
}

static bool add_record(struct journal *journal, const struct line *line, size_t offset,
                       struct error *err)
{
    struct journal_record record = { 0 };
    bool ok = journal_record_read(line->bytes, line->length, &record, err) &&
              journal_prepare(journal, &record, err);

    if (ok)
        journal_take(journal, &record, offset);
    journal_run_clear(&record.run);
    return ok;
}

/* What is wrong with a line; a newer journal is not wrong in any of its lines. */
static bool complain(const struct error *failure, size_t number, struct error *err)
{
    if (failure->code == ERR_UNSUPPORTED)
        return error_set(err, failure->code, "%s", failure->message);
    return error_set(err, failure->code, "line %zu: %s", number, failure->message);
}

static bool decode_lines(struct journal *journal, const char *bytes, size_t length,
                         struct error *err)
{
    struct error failure = { 0 };
    size_t offset = 0;

    for (size_t number = 1; offset < length; number++) {
        const char *end = memchr(bytes + offset, '\n', length - offset);
        struct line line = { .bytes = bytes + offset,
                             .length =
                                 end ? (size_t)(end - bytes) - offset : length - offset };
        bool is_last = !end || end + 1 == bytes + length;

        if (!end || !journal_line_is_whole(line.bytes, line.length)) {
            if (!is_last || hides_a_record(&line))
                return error_set(err, ERR_MALFORMED,
                                 "line %zu: the checksum is wrong: the line was changed",
                                 number);
            journal->torn_bytes = length - offset;
            return true;
        }
        if (!add_record(journal, &line, offset, &failure))
            return complain(&failure, number, err);
        offset += line.length + 1;
    }
    return true;
}

bool journal_decode(const char *bytes, size_t length, struct journal *out,
                    struct error *err)
{
    struct journal journal = { 0 };

    if (length > JOURNAL_MAX)
        return error_set(err, ERR_LIMIT,
                         "the journal has %zu bytes, at most %d are possible", length,
                         JOURNAL_MAX);
    if (!decode_lines(&journal, bytes, length, err)) {
        journal_clear(&journal);
        return false;
    }
    *out = journal;
    return true;
}
