/* SPDX-License-Identifier: MIT */
/* A journal with an interrupted run, and any machine: what the run began is restored, or
 * gone with its boot, or named; nothing else is written. Behind the journal stand bytes
 * and how many of them: the boot, a call of each kind that goes wrong, and what each
 * place holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/program.h"
#include "checks/model/boot_id.h"
#include "checks/model/place.h"
#include "remediate/drop_in.h"
#include "remediate/run.h"
#include "tests/fuzz/lib/fuzz.h"
#include "tests/fuzz/lib/sums.h"
#include "tests/support/given_run.h"
#include "tests/support/recording_writer.h"

/* The bytes behind the journal; 0 where there are no more. */
struct choices {
    const uint8_t *data;
    size_t size;
};

/* What is expected of a change that was begun. */
enum fate {
    FATE_OURS,  /* put back, or named */
    FATE_GONE,  /* ended with its boot: left as it is */
    FATE_UNSURE /* not to be told from a value of this boot: never written, but named */
};

/* Large; one input at a time. */
static struct given_run given;
static struct setting_writer unwatched;
static struct journal journal; /* as it was found; its last run is open */
static const struct journal_run *run;
static struct recorded_place found[RECORDED_PLACES]; /* the machine; values owned */
static enum fate fates[CHANGES_MAX];

static uint8_t choose(struct choices *choices)
{
    if (choices->size == 0)
        return 0;
    choices->size--;
    return *choices->data++;
}

static size_t place_number(enum change_kind kind, const char *place)
{
    const struct recording_writer *machine = &given.machine;
    size_t i = 0;

    while (i < machine->place_count && (machine->places[i].kind != kind ||
                                        strcmp(machine->places[i].place, place) != 0))
        i++;
    return i;
}

static const char *held(const struct change *change)
{
    return given.machine.places[place_number(change->kind, change->place)].value;
}

static const char *choose_value(const struct change *change, struct choices *choices)
{
    const char *const values[] = { change->to, change->from, "5", NULL };

    return values[choose(choices) % 4];
}

/* The open run's first. False when the journal has too many places. */
static bool hold_places(struct choices *choices)
{
    for (size_t r = journal.count; r-- > 0;)
        for (size_t i = 0; i < journal.runs[r].change_count; i++) {
            const struct change *change = &journal.runs[r].changes[i];

            if (place_number(change->kind, change->place) < given.machine.place_count)
                continue;
            if (given.machine.place_count == RECORDED_PLACES)
                return false;
            recording_writer_hold(&given.machine, change->kind, change->place,
                                  choose_value(change, choices));
        }
    return true;
}

static void break_calls(struct choices *choices)
{
    struct recording_writer *machine = &given.machine;
    const uint8_t read = choose(choices);
    const uint8_t write = choose(choices);
    const uint8_t append = choose(choices);

    if (read > 0)
        machine->read_faults[read - 1] = true;
    machine->write_faults[write / WRITE_FAULT_COUNT] =
        (enum write_fault)(write % WRITE_FAULT_COUNT);
    machine->append_faults[append / APPEND_FAULT_COUNT] =
        (enum append_fault)(append % APPEND_FAULT_COUNT);
}

static void forget_found(void)
{
    for (size_t i = 0; i < RECORDED_PLACES; i++)
        free(found[i].value);
    memset(found, 0, sizeof found);
}

static void remember_found(void)
{
    forget_found();
    for (size_t i = 0; i < given.machine.place_count; i++)
        if (given.machine.places[i].value)
            found[i].value = text_copy(given.machine.places[i].value);
}

static bool file_gives(const char *contents, const struct change *sysctl)
{
    struct drop_in drop_in = { 0 };
    char key[PLACE_PART_SIZE];
    const char *value = NULL;
    bool gives;

    place_sysctl_key(sysctl->place, key);
    if (contents && drop_in_parse(contents, &drop_in, NULL))
        value = drop_in_find(&drop_in, key);
    gives = value && sysctl->to && change_same_value(CHANGE_SYSCTL, value, sysctl->to);
    drop_in_clear(&drop_in);
    return gives;
}

/* Whether this boot has the value from the run, or from the one that confirmed it. */
static bool came_back(const struct change *sysctl)
{
    for (size_t r = 0; r < journal.count; r++) {
        const struct journal_run *of = &journal.runs[r];

        if (of != run && strcmp(of->confirms, run->id) != 0)
            continue;
        for (size_t i = 0; i < of->change_count; i++)
            if (of->changes[i].kind == CHANGE_FILE &&
                file_gives(of->changes[i].to, sysctl) &&
                !file_gives(of->changes[i].from, sysctl) &&
                file_gives(held(&of->changes[i]), sysctl))
                return true;
    }
    return false;
}

static enum fate fate_of(const struct change *change)
{
    const bool known = run->boot[0] && given.boot && given.boot[0];
    const bool ended = known ? !boot_id_is_same(run->boot, given.boot)
                             : run->uptime_s > program_uptime_s();

    if (change->kind != CHANGE_SYSCTL || (known && !ended))
        return FATE_OURS;
    if (ended && !change_same_value(change->kind, held(change), change->from) &&
        !change_same_value(change->kind, held(change), change->to))
        return FATE_GONE;
    if (came_back(change))
        return FATE_OURS;
    return ended ? FATE_GONE : FATE_UNSURE;
}

static const struct change *begun_change(enum change_kind kind, const char *place,
                                         enum fate *fate)
{
    for (size_t i = 0; i < run->change_count; i++)
        if ((run->started >> i & 1) && run->changes[i].kind == kind &&
            strcmp(run->changes[i].place, place) == 0) {
            *fate = fates[i];
            return &run->changes[i];
        }
    return NULL;
}

static bool watch_read(void *self, enum change_kind kind, const char *place,
                       const struct deadline *deadline, bool *present, struct text *out,
                       struct error *err)
{
    (void)self;
    return unwatched.ops->read(unwatched.self, kind, place, deadline, present, out, err);
}

/* Only over what the run wrote, and only with what was there before it. */
static bool watch_write(void *self, enum change_kind kind, const char *place,
                        const char *value, const struct deadline *deadline,
                        struct error *err)
{
    enum fate fate = FATE_GONE;
    const struct change *change = begun_change(kind, place, &fate);

    (void)self;
    FUZZ_MUST(change && fate == FATE_OURS);
    FUZZ_MUST(value ? change->from && strcmp(value, change->from) == 0 : !change->from);
    FUZZ_MUST(change_same_value(kind, held(change), change->to));
    return unwatched.ops->write(unwatched.self, kind, place, value, deadline, err);
}

static bool is_named(const struct change *change)
{
    char start[CHANGE_NAME_SIZE + 2];
    char name[CHANGE_NAME_SIZE];
    const char *line = text_string(&given.report.left);

    (void)snprintf(start, sizeof start, "%s (", change_place_name(change, name));
    while (line && strncmp(line, start, strlen(start)) != 0) {
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return line != NULL;
}

static void must_be_kept_of(size_t number)
{
    const struct change *change = &run->changes[number];
    const char *was = found[place_number(change->kind, change->place)].value;
    const char *is = held(change);

    if (!(run->started >> number & 1) || fates[number] == FATE_GONE)
        FUZZ_MUST(was ? is && strcmp(was, is) == 0 : !is);
    else
        FUZZ_MUST(change_same_value(change->kind, is, change->from) || is_named(change));
}

/* The journal says how it went, or the run is still open. */
static void must_be_recorded(bool ok)
{
    struct journal after = { 0 };
    const struct journal_run *last;

    given_journal(&given, &after);
    FUZZ_MUST(after.count == journal.count);
    last = &after.runs[after.count - 1];
    FUZZ_MUST(ok == (given.report.failure.code == ERR_NONE));
    FUZZ_MUST((given.report.outcome == RUN_INCOMPLETE) == (given.report.left.length > 0));
    FUZZ_MUST(!ok || last->outcome == RUN_RESTORED);
    FUZZ_MUST(last->outcome == RUN_OPEN || last->outcome == given.report.outcome);
    journal_clear(&after);
}

static void recover(void)
{
    static const struct setting_writer_ops watched = { .read = watch_read,
                                                       .write = watch_write };
    bool ok;

    remember_found();
    for (size_t i = 0; i < run->change_count; i++)
        fates[i] = fate_of(&run->changes[i]);
    unwatched = given.writer;
    given.writer = (struct setting_writer){ .ops = &watched };
    ok = given_recover(&given);
    for (size_t i = 0; i < run->change_count; i++)
        must_be_kept_of(i);
    must_be_recorded(ok);
}

/* The next start, when the end could not be recorded. */
static void recover_again(void)
{
    given_restart(&given);
    if (!journal_open_run(&given.ledger.journal))
        return;
    recover();
    FUZZ_MUST(!journal_open_run(&given.ledger.journal));
}

static void start(const struct text *bytes, struct choices *choices)
{
    const uint8_t boot = choose(choices) % 3;

    given = (struct given_run){ 0 };
    given.boot = boot == 0 ? run->boot : boot == 1 ? "another boot" : NULL;
    text_add_bytes(&given.machine.journal, bytes->data, bytes->length);
    given_restart(&given);
    break_calls(choices);
    if (hold_places(choices)) {
        recover();
        recover_again();
    }
    forget_found();
    given_run_clear(&given);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t most = fuzz_last_byte(data, &size);
    struct choices choices = { .size = most < size ? most : size };
    struct text bytes = { 0 };
    struct error err = { 0 };

    size -= choices.size;
    choices.data = data + size;
    fuzz_add_sums(data, size, &bytes);
    if (fuzz_outcome(journal_decode(text_string(&bytes), bytes.length, &journal, &err),
                     &err)) {
        run = journal_open_run(&journal);
        if (run)
            start(&bytes, &choices);
    }
    journal_clear(&journal);
    text_clear(&bytes);
    return 0;
}
