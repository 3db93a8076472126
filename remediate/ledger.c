/* SPDX-License-Identifier: MIT */
/* Record -> bytes -> disk -> our copy, in this order. */
#include "remediate/ledger.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "checks/host/program.h"
#include "checks/model/journal.h"
#include "checks/model/utc_time.h"
#include "remediate/writer/system.h"

bool ledger_open(struct ledger *ledger, struct error *err)
{
    return state_store_open(&ledger->store, err);
}

bool ledger_inspect(struct ledger *ledger, struct error *err)
{
    return ledger->store.ops->inspect(ledger->store.self, &ledger->recorded, err);
}

bool ledger_lock(struct ledger *ledger, struct error *err)
{
    struct error failure = { 0 };

    ledger->locked = ledger->store.ops->lock(ledger->store.self, &failure);
    ledger->contended = failure.code == ERR_LIMIT;
    return ledger->locked || error_set(err, failure.code, "%s", failure.message);
}

void ledger_unlock(struct ledger *ledger)
{
    if (ledger->locked)
        ledger->store.ops->unlock(ledger->store.self);
    ledger->locked = false;
}

bool ledger_begin_looks(struct ledger *ledger, struct error *err)
{
    return ledger->store.ops->begin_looks(ledger->store.self, err);
}

void ledger_end_looks(struct ledger *ledger)
{
    ledger->store.ops->end_looks(ledger->store.self);
}

/* Of a newer version nothing is damaged, and nothing may be added to it. */
static bool refuse_journal(const struct error *failure, struct error *err)
{
    return error_set(err, failure->code, "%s: %s",
                     failure->code == ERR_UNSUPPORTED
                         ? "nothing was changed"
                         : "the journal is damaged, so nothing was changed",
                     failure->message);
}

bool ledger_load(struct ledger *ledger, struct error *err)
{
    const struct state_store *store = &ledger->store;
    struct error failure = { 0 };
    struct text bytes = { 0 };
    bool ok = store->ops->read_journal(store->self, &bytes, &failure);

    journal_clear(&ledger->journal);
    ledger->length = 0;
    if (!ok)
        ok = failure.code == ERR_ABSENT ||
             error_set(err, failure.code, "%s", failure.message);
    else if (!journal_decode(text_string(&bytes), bytes.length, &ledger->journal,
                             &failure))
        ok = refuse_journal(&failure, err);
    else
        ledger->length = bytes.length - ledger->journal.torn_bytes;
    text_clear(&bytes);
    return ok;
}

static bool is_taken(const struct ledger *ledger, const char *id)
{
    return journal_find(&ledger->journal, id) || strcmp(ledger->promised, id) == 0;
}

/* "20261121T040000Z-1234"; the same pid in the same second (a clock set back) gets a
 * suffix, since a journal with two equal ids would be refused for good. */
void ledger_name(const struct ledger *ledger, struct journal_run *run)
{
    char utc[UTC_TIME_TEXT_SIZE];
    char compact[UTC_TIME_TEXT_SIZE];
    size_t length = 0;

    run->time_s = program_time_s();
    run->uptime_s = program_uptime_s();
    utc_time_format(run->time_s, utc);
    for (const char *c = utc; *c; c++)
        if (*c != '-' && *c != ':')
            compact[length++] = *c;
    compact[length] = '\0';
    (void)snprintf(run->id, JOURNAL_ID_SIZE, "%s-%lu", compact, system_pid());
    for (unsigned int again = 2; is_taken(ledger, run->id); again++)
        (void)snprintf(run->id, JOURNAL_ID_SIZE, "%s-%lu-%u", compact, system_pid(),
                       again);
}

/* Whether what is on the disk is known, so that something may follow it. */
static bool is_known(const struct ledger *ledger, struct error *err)
{
    return !ledger->stale ||
           error_set(err, ERR_IO,
                     "nothing is added to the journal after a write to it failed");
}

/* Cuts the file to `keep` bytes and adds the line. It is read first, as the next start
 * will read it: what that would refuse is never written. */
static bool append(struct ledger *ledger, size_t keep, const struct text *line,
                   struct error *err)
{
    const struct state_store *store = &ledger->store;
    struct journal_record record = { 0 };
    bool ok;

    assert(ledger->locked);
    program_watchdog_stop(); /* a record is written whole, and what follows it is done */
    ok = journal_record_read(text_string(line), line->length - 1, &record, err) &&
         journal_prepare(&ledger->journal, &record, err);
    if (ok) {
        ok = store->ops->append_journal(store->self, keep, text_string(line),
                                        line->length, err);
        ledger->stale = !ok;
    }
    if (ok) {
        journal_take(&ledger->journal, &record, keep);
        ledger->length = keep + line->length;
    }
    journal_run_clear(&record.run);
    return ok;
}

/* What is applied can always be taken back: its undo, whose begin is as long, finds the
 * room that was kept for it. */
static bool has_room(const struct ledger *ledger, const struct journal_run *run,
                     size_t length)
{
    if (run->undoes && *run->undoes)
        return ledger->length + length <= JOURNAL_MAX - LEDGER_END_RESERVE;
    return ledger->length + 2 * length <= JOURNAL_MAX - LEDGER_RESERVE;
}

bool ledger_begin(struct ledger *ledger, const struct journal_run *run, struct error *err)
{
    struct text line = { 0 };
    bool ok = is_known(ledger, err) && journal_encode_begin(run, &line, err);

    if (ok && !has_room(ledger, run, line.length))
        ok = error_set(err, ERR_LIMIT,
                       "the journal is full (%zu bytes): move it away, then try again",
                       ledger->length);
    ok = ok && append(ledger, ledger->length, &line, err);
    text_clear(&line);
    return ok;
}

bool ledger_step(struct ledger *ledger, enum journal_record_kind kind, size_t change,
                 struct error *err)
{
    const struct journal_run *open = journal_open_run(&ledger->journal);
    struct text line = { 0 };
    bool ok;

    assert(open);
    ok = (kind == RECORD_BACK || is_known(ledger, err)) &&
         journal_encode_step(kind, open->id, change, &line, err) &&
         append(ledger, ledger->length, &line, err);
    text_clear(&line);
    return ok;
}

bool ledger_end(struct ledger *ledger, const struct journal_run *end, struct error *err)
{
    struct text line = { 0 };
    bool ok = (end->outcome != RUN_APPLIED || is_known(ledger, err)) &&
              journal_encode_end(end, &line, err) &&
              append(ledger, ledger->length, &line, err);

    text_clear(&line);
    return ok;
}

static bool encode_alerts(enum journal_record_kind kind,
                          const struct journal_refusals *alerts, struct text *out)
{
    return kind == RECORD_AUDIT ? journal_encode_audits(alerts, out, NULL)
                                : journal_encode_refusals(alerts, out, NULL);
}

static bool append_alerts(struct ledger *ledger, size_t keep,
                          enum journal_record_kind kind,
                          const struct journal_refusals *alerts)
{
    struct text line = { 0 };
    bool ok = is_known(ledger, NULL) && encode_alerts(kind, alerts, &line) &&
              append(ledger, keep, &line, NULL);

    text_clear(&line);
    return ok;
}

/* The counts stand at the end of the journal, each in one line, the one written last
 * behind the other: that one is written anew where it would be cut off. */
static void record_alerts(struct ledger *ledger, enum journal_record_kind kind,
                          const struct journal_refusals *alerts)
{
    const bool audits = kind == RECORD_AUDIT;
    const struct journal *journal = &ledger->journal;
    const struct journal_refusals old = audits ? journal->audits : journal->refusals;
    const struct journal_refusals other = audits ? journal->refusals : journal->audits;
    size_t keep = old.count > 0 ? old.offset : ledger->length;

    if (other.count > 0 && other.offset > keep) {
        if (!append_alerts(ledger, keep, audits ? RECORD_REFUSED : RECORD_AUDIT, &other))
            return;
        keep = ledger->length;
    }
    (void)append_alerts(ledger, keep, kind, alerts);
}

/* One more, now. */
static void count_alert(struct journal_refusals *alerts, const char *reason)
{
    alerts->last_s = program_time_s();
    if (alerts->count == 0)
        alerts->first_s = alerts->last_s;
    if (alerts->count < UINT32_MAX)
        alerts->count++;
    (void)snprintf(alerts->reason, sizeof alerts->reason, "%s", reason);
}

bool ledger_refuse(struct ledger *ledger, const char *reason)
{
    struct journal_refusals refusals = ledger->journal.refusals;
    const bool first = refusals.count == 0;

    if (journal_open_run(&ledger->journal))
        return false;
    count_alert(&refusals, reason);
    record_alerts(ledger, RECORD_REFUSED, &refusals);
    return first;
}

static bool is_within(const struct journal_refusals *audits,
                      const struct ledger_cool_down *cool_down)
{
    const struct cool_down_past first = { .boot = audits->boot,
                                          .uptime_s = audits->uptime_s,
                                          .time_s = audits->first_s };
    uint64_t age;

    return audits->count > 0 && cool_down_age(&first, &cool_down->now, &age) &&
           age < cool_down->period_s;
}

static void begin_audits(struct journal_refusals *audits,
                         const struct cool_down_moment *now)
{
    *audits =
        (struct journal_refusals){ .offset = audits->offset, .uptime_s = now->uptime_s };
    if (strlen(now->boot) < sizeof audits->boot)
        (void)snprintf(audits->boot, sizeof audits->boot, "%s", now->boot);
}

bool ledger_audit(struct ledger *ledger, const char *reason,
                  const struct ledger_cool_down *cool_down)
{
    struct journal_refusals audits = ledger->journal.audits;
    const bool counts_on = is_within(&audits, cool_down);

    if (journal_open_run(&ledger->journal))
        return false;
    if (!counts_on)
        begin_audits(&audits, &cool_down->now);
    count_alert(&audits, reason);
    record_alerts(ledger, RECORD_AUDIT, &audits);
    return !counts_on;
}

void ledger_close(struct ledger *ledger)
{
    ledger_unlock(ledger);
    state_store_close(&ledger->store);
    journal_clear(&ledger->journal);
    *ledger = (struct ledger){ 0 };
}
