/* SPDX-License-Identifier: MIT */
/* Single steps of a run: one read, one verified write, one record. */
#include "remediate/run_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/program.h"

bool run_read(const struct run_tools *tools, const struct change *change,
              const struct deadline *deadline, struct place_value *out, struct error *err)
{
    const struct setting_writer *writer = tools->writer;

    return writer->ops->read(writer->self, change->kind, change->place, deadline,
                             &out->present, &out->text, err) &&
           text_ok(&out->text, err);
}

const char *place_value_string(const struct place_value *value)
{
    return value->present ? text_string(&value->text) : NULL;
}

void place_value_clear(struct place_value *value)
{
    text_clear(&value->text);
    value->present = false;
}

const char *run_holds(enum change_kind kind, const char *value, char out[RUN_HOLDS_SIZE])
{
    char shown[ERR_QUOTE_SIZE];

    if (!value)
        (void)snprintf(out, RUN_HOLDS_SIZE, "is absent");
    else if (kind == CHANGE_FILE)
        (void)snprintf(out, RUN_HOLDS_SIZE, "has other contents");
    else
        (void)snprintf(out, RUN_HOLDS_SIZE, "holds '%s'", error_quote(value, shown));
    return out;
}

/* What was written is there only when it can be read. */
static bool verify(const struct run_tools *tools, const struct change *change,
                   const char *value, const struct deadline *deadline, struct error *err)
{
    struct place_value now = { 0 };
    char holds[RUN_HOLDS_SIZE];
    bool ok = run_read(tools, change, deadline, &now, err);

    if (ok && !change_same_value(change->kind, place_value_string(&now), value))
        ok = error_set(err, ERR_IO, "%s was written, but %s afterwards", change->place,
                       run_holds(change->kind, place_value_string(&now), holds));
    place_value_clear(&now);
    return ok;
}

bool run_give(const struct run_tools *tools, const struct change *change,
              const char *value, const struct deadline *deadline, struct error *err)
{
    const struct setting_writer *writer = tools->writer;

    return writer->ops->write(writer->self, change->kind, change->place, value, deadline,
                              err) &&
           verify(tools, change, value, deadline, err);
}

bool run_record(struct run_tools *tools, const struct text *record, struct error *err)
{
    const struct state_store *store = tools->store;

    if (!store->ops->append_journal(store->self, tools->journal_length,
                                    text_string(record), record->length, err))
        return false;
    tools->journal_length += record->length;
    return true;
}

bool run_record_step(struct run_tools *tools, enum journal_record_kind kind,
                     const struct journal_run *run, size_t change, struct error *err)
{
    struct text line = { 0 };
    bool ok = journal_encode_step(kind, run->id, change, &line, err) &&
              run_record(tools, &line, err);

    text_clear(&line);
    return ok;
}

static bool set_message(struct journal_run *run, const char *message, struct error *err)
{
    size_t length = strlen(message);
    char *copy = malloc(length + 1);

    if (!copy)
        return error_set(err, ERR_MEMORY, "not enough memory for the journal");
    memcpy(copy, message, length + 1);
    free(run->message);
    run->message = copy;
    return true;
}

bool run_record_end(struct run_tools *tools, struct journal_run *run,
                    enum run_outcome outcome, const char *message, struct error *err)
{
    struct text line = { 0 };
    bool ok;

    run->outcome = outcome;
    run->end_s = program_time_s();
    ok = set_message(run, message, err) && journal_encode_end(run, &line, err) &&
         run_record(tools, &line, err);
    text_clear(&line);
    return ok;
}
