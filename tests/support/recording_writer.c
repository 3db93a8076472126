/* SPDX-License-Identifier: MIT */
/* Feeds writes back to reads, but for the faults that a test asked for. */
#include "tests/support/recording_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *copy(const char *string)
{
    char *made = string ? malloc(strlen(string) + 1) : NULL;

    if (string) {
        assert_non_null(made);
        memcpy(made, string, strlen(string) + 1);
    }
    return made;
}

static struct recorded_place *find(const struct recording_writer *machine,
                                   const char *place)
{
    for (size_t i = 0; i < machine->place_count; i++)
        if (strcmp(machine->places[i].place, place) == 0)
            return (struct recorded_place *)&machine->places[i];
    return NULL;
}

/* The one of that kind: a name may be that of a sysctl and of a file. */
static struct recorded_place *find_kind(const struct recording_writer *machine,
                                        enum change_kind kind, const char *place)
{
    for (size_t i = 0; i < machine->place_count; i++)
        if (machine->places[i].kind == kind &&
            strcmp(machine->places[i].place, place) == 0)
            return (struct recorded_place *)&machine->places[i];
    return NULL;
}

static void give(struct recorded_place *found, const char *value)
{
    char *made = copy(value);

    assert_non_null(found);
    free(found->value);
    found->value = made;
}

void recording_writer_hold(struct recording_writer *machine, enum change_kind kind,
                           const char *place, const char *value)
{
    assert_true(machine->place_count < RECORDED_PLACES);
    machine->places[machine->place_count++] = (struct recorded_place){
        .kind = kind, .place = copy(place), .value = copy(value)
    };
}

void recording_writer_change(struct recording_writer *machine, const char *place,
                             const char *value)
{
    give(find(machine, place), value);
}

const char *recording_writer_value(const struct recording_writer *machine,
                                   const char *place)
{
    const struct recorded_place *found = find(machine, place);

    assert_non_null(found);
    return found->value;
}

void recording_writer_repair(struct recording_writer *machine)
{
    machine->reads = machine->writes = machine->appends = 0;
    memset(machine->read_faults, 0, sizeof machine->read_faults);
    memset(machine->write_faults, 0, sizeof machine->write_faults);
    memset(machine->append_faults, 0, sizeof machine->append_faults);
    machine->dies_after = 0;
    machine->torn = false;
    machine->deadline = NULL;
    text_clear(&machine->calls);
}

void recording_writer_clear(struct recording_writer *machine)
{
    for (size_t i = 0; i < machine->place_count; i++) {
        free(machine->places[i].place);
        free(machine->places[i].value);
    }
    text_clear(&machine->journal);
    text_clear(&machine->calls);
    *machine = (struct recording_writer){ 0 };
}

/* Counted before this call. */
static bool is_dead(const struct recording_writer *machine)
{
    return machine->dies_after > 0 &&
           machine->writes + machine->appends >= machine->dies_after;
}

/* Counted with this call. */
static void pass_deadline(struct recording_writer *machine)
{
    if (machine->deadline &&
        machine->writes + machine->appends >= machine->deadline_after)
        machine->deadline->at_ns = 0;
}

static bool read_value(void *self, enum change_kind kind, const char *place,
                       const struct deadline *deadline, bool *present, struct text *out,
                       struct error *err)
{
    struct recording_writer *machine = self;
    const struct recorded_place *found = find_kind(machine, kind, place);

    assert_true(machine->reads < RECORDED_CALLS);
    if (machine->read_faults[machine->reads++])
        return error_set(err, ERR_IO, "%s cannot be read", place);
    if (deadline_passed(deadline))
        return error_set(err, ERR_TIMEOUT, "%s was not read in time", place);
    assert_non_null(found);
    *present = found->value != NULL;
    if (found->value)
        text_add(out, found->value);
    return true;
}

static bool write_value(void *self, enum change_kind kind, const char *place,
                        const char *value, const struct deadline *deadline,
                        struct error *err)
{
    struct recording_writer *machine = self;
    bool dead = is_dead(machine);
    bool late = deadline_passed(deadline);
    struct recorded_place *found = find_kind(machine, kind, place);
    enum write_fault fault;

    assert_true(machine->writes < RECORDED_CALLS);
    text_addf(&machine->calls, "write %s=%s\n", place, value ? value : "(absent)");
    fault = machine->write_faults[machine->writes++];
    pass_deadline(machine);
    if (dead || fault == WRITE_FAILS)
        return error_set(err, ERR_IO, "%s cannot be written", place);
    if (late)
        return error_set(err, ERR_TIMEOUT, "%s was not written in time", place);
    if (fault == WRITE_GIVES_ANOTHER)
        give(found, "7");
    else if (fault != WRITE_LIES)
        give(found, value);
    if (fault == WRITE_WORKS_AND_FAILS)
        return error_set(err, ERR_IO, "%s cannot be written", place);
    return true;
}

static void close_nothing(void *self)
{
    (void)self;
}

static bool inspect(void *self, bool *recorded, struct error *err)
{
    const struct recording_writer *machine = self;

    *recorded = machine->journal.length > 0;
    (void)err;
    return true;
}

static bool lock(void *self, struct error *err)
{
    const struct recording_writer *machine = self;

    return machine->lock_failure == ERR_NONE ||
           error_set(err, machine->lock_failure, "no lock");
}

static bool read_journal(void *self, struct text *out, struct error *err)
{
    struct recording_writer *machine = self;

    machine->loads++;
    if (machine->journal.length == 0)
        return error_set(err, ERR_ABSENT, "no journal");
    text_add_bytes(out, machine->journal.data, machine->journal.length);
    return text_ok(out, err);
}

static bool append(void *self, size_t keep, const char *bytes, size_t length,
                   struct error *err)
{
    struct recording_writer *machine = self;
    bool dead = is_dead(machine);
    enum append_fault fault;

    assert_true(machine->appends < RECORDED_CALLS);
    assert_true(keep <= machine->journal.length);
    text_add(&machine->calls, "append\n");
    fault = machine->append_faults[machine->appends++];
    pass_deadline(machine);
    if (dead)
        fault = machine->torn ? APPEND_ADDS_A_PART : APPEND_ADDS_NOTHING;
    if (dead)
        machine->torn = false;
    else
        text_cut(&machine->journal, keep);
    if (fault == APPEND_ADDS_A_PART)
        length /= 2;
    if (fault != APPEND_ADDS_NOTHING)
        text_add_bytes(&machine->journal, bytes, length);
    assert_false(machine->journal.failed);
    return fault == APPEND_WORKS ||
           error_set(err, ERR_IO, "the journal cannot be written");
}

struct setting_writer recording_writer_writer(struct recording_writer *machine)
{
    static const struct setting_writer_ops ops = { .read = read_value,
                                                   .write = write_value,
                                                   .close = close_nothing };

    return (struct setting_writer){ .ops = &ops, .self = machine };
}

struct state_store recording_writer_store(struct recording_writer *machine)
{
    static const struct state_store_ops ops = { .inspect = inspect,
                                                .lock = lock,
                                                .unlock = close_nothing,
                                                .read_journal = read_journal,
                                                .append_journal = append,
                                                .close = close_nothing };

    return (struct state_store){ .ops = &ops, .self = machine };
}
