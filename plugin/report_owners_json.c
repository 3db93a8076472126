/* SPDX-License-Identifier: MIT */
/* One shape for each owner, whatever he has: what may not be told of him is null. */
#include "plugin/report_owners_json.h"

#include "plugin/owner_words.h"

/* What one owner has; or the others, or nobody. Borrowed. */
struct row {
    const char *protocol; /* NULL: the place tells */
    const char *kind;
    const char *name; /* NULL or "": not told, as the next two */
    const char *user;
    const char *program;
    const struct owner *processes; /* NULL: not told, or none is known */
    uint32_t number;               /* of sockets, or of opened connections */
    const uint32_t *states;        /* NULL: there are none */
};

static const struct json_field pid_fields[] = {
    { "pid", FIELD_VALUE(owner_pid, pid) },
    { "sockets", FIELD_VALUE(owner_pid, sockets), FIELD_ANY_OR_NULL },
};
static const struct json_table pid_table = { JSON_ROWS(pid_fields) };

static json_t *make_pids(struct json_writer *writer, const void *in)
{
    const struct owner *owner = ((const struct row *)in)->processes;

    if (!owner)
        return json_null();
    return json_fields_list(writer, &pid_table, owner->pids, sizeof owner->pids[0],
                            owner->pid_count < OWNER_PIDS_MAX ? owner->pid_count
                                                              : OWNER_PIDS_MAX);
}

static json_t *make_process_count(const void *in)
{
    const struct owner *owner = ((const struct row *)in)->processes;

    return owner ? json_integer(owner->pid_count) : json_null();
}

static json_t *make_states(struct json_writer *writer, const void *in)
{
    const uint32_t *states = ((const struct row *)in)->states;
    json_t *object = states ? json_object() : json_null();

    for (int state = CONN_ESTABLISHED; states && state < CONN_STATE_COUNT; state++)
        if (states[state] > 0)
            json_put(object, conn_state_names[state], json_integer(states[state]),
                     &writer->ok);
    return object;
}

#define WHO                                                                              \
    { "protocol", FIELD_VALUE(row, protocol), FIELD_IF_ANY },                            \
        { "kind", FIELD_VALUE(row, kind) },                                              \
        { "name", FIELD_VALUE(row, name), FIELD_ANY_OR_NULL },                           \
        { "user", FIELD_VALUE(row, user), FIELD_ANY_OR_NULL },                           \
        { "program", FIELD_VALUE(row, program), FIELD_ANY_OR_NULL },                     \
        { "pids", FIELD_MADE_BY(make_pids) },                                            \
    {                                                                                    \
        "processes", FIELD_MADE(make_process_count)                                      \
    }

static const struct json_field share_fields[] = {
    WHO,
    { "sockets", FIELD_VALUE(row, number) },
    { "states", FIELD_MADE_BY(make_states) },
};
static const struct json_table share_table = { JSON_ROWS(share_fields) };

static const struct json_field opener_fields[] = {
    WHO,
    { "opened", FIELD_VALUE(row, number), FIELD_ANY_OR_NULL },
};
static const struct json_table opener_table = { JSON_ROWS(opener_fields) };

static const struct report *report_of(const struct json_writer *writer)
{
    return writer->root;
}

static const struct observed_owners *owners_of(const struct json_writer *writer)
{
    return &report_of(writer)->seen->owners;
}

/* Of owners.list; beyond it nobody can be. */
static struct row row_of(const struct json_writer *writer, uint32_t index)
{
    const struct owner *owner = &owners_of(writer)->list[index % OWNERS_MAX];
    const enum owners_shown shown = report_of(writer)->owners;
    const bool processes = owner_pids_shown(shown) && owner->pid_count > 0;

    return (struct row){ .kind = owner_kind_names[owner->kind],
                         .name = owner->name,
                         .user = owner_user_shown(owner, shown),
                         .program = owner_program_shown(owner, shown),
                         .processes = processes ? owner : NULL };
}

static void append(struct json_writer *writer, const struct json_table *table,
                   const struct row *row, json_t *array)
{
    if (json_array_append_new(array, json_fields_write(writer, table, row)) != 0)
        writer->ok = false;
}

/* Those who are not listed, and the sockets of nobody, come last. */
static void append_rest(struct json_writer *writer, const char *protocol,
                        const char *kind, uint32_t sockets, json_t *array)
{
    const struct row row = { .protocol = protocol, .kind = kind, .number = sockets };

    if (sockets > 0)
        append(writer, &share_table, &row, array);
}

static void append_shares(struct json_writer *writer, const char *protocol,
                          const struct owner_shares *shares, json_t *array)
{
    const bool states = !protocol || *protocol == 't';

    for (size_t i = 0; i < shares->count; i++) {
        const struct owner_share *share = &shares->list[i];
        struct row row = row_of(writer, share->owner);

        row.protocol = protocol;
        row.number = share->sockets;
        row.states = states ? share->states : NULL;
        append(writer, &share_table, &row, array);
    }
    append_rest(writer, protocol, "others", shares->others, array);
    append_rest(writer, protocol, "nobody", shares->nobody, array);
}

static bool may_tell(const struct json_writer *writer)
{
    return owners_of(writer)->reading.known && report_of(writer)->owners != OWNERS_NONE;
}

json_t *report_owners_of_all(struct json_writer *writer)
{
    json_t *array;

    if (!may_tell(writer))
        return json_null();
    array = json_array();
    append_shares(writer, "tcp", &owners_of(writer)->tcp, array);
    append_shares(writer, "udp", &owners_of(writer)->udp, array);
    return array;
}

json_t *report_owners_of_destination(struct json_writer *writer, size_t index)
{
    json_t *array;

    if (!may_tell(writer) || index >= owners_of(writer)->destination_count)
        return json_null();
    array = json_array();
    append_shares(writer, NULL, &owners_of(writer)->destinations[index], array);
    return array;
}

const char *report_owners_unread(const struct report *report)
{
    const struct observed_owners *owners = &report->seen->owners;

    if (report->owners == OWNERS_NONE)
        return "";
    if (owners->reading.known && owners->unread[0] && !owners->programs &&
        report->namespaces)
        return "programs and pids: --all-namespaces gives up the rights to see them";
    return owners->reading.known ? owners->unread : owners->reading.reason;
}

/* Who cannot be named has no share either. */
static json_t *make_openers(struct json_writer *writer, const void *in)
{
    const struct observed_look *look = in;
    json_t *array = json_array();

    if (!may_tell(writer))
        return array;
    for (size_t i = 0; i < look->count; i++) {
        struct row row = row_of(writer, look->openers[i].owner);

        row.number = look->openers[i].opened;
        append(writer, &opener_table, &row, array);
    }
    return array;
}

static bool is_exact(const void *in)
{
    return ((const struct observed_look *)in)->exact;
}

static const struct json_field look_fields[] = {
    { "milliseconds", FIELD_VALUE(observed_look, span_ms) },
    { "exact", FIELD_VALUE(observed_look, exact) },
    { "opened", FIELD_VALUE(observed_look, opened), .when = is_exact, FIELD_OR_NULL },
    { "failed", FIELD_VALUE(observed_look, failed), .when = is_exact, FIELD_OR_NULL },
    { "closed", FIELD_VALUE(observed_look, closed) },
    { "shortest_milliseconds", FIELD_VALUE(observed_look, shortest_ms) },
    { "ports_first", FIELD_VALUE(observed_look, ports_first) },
    { "ports_last", FIELD_VALUE(observed_look, ports_last) },
    { "openers", FIELD_MADE_BY(make_openers) },
    { "reason", FIELD_VALUE(observed_look, unread), FIELD_ANY_OR_NULL },
};
static const struct json_table look_table = { JSON_ROWS(look_fields) };

json_t *report_look(struct json_writer *writer)
{
    const struct observed_look *look = &report_of(writer)->seen->look;

    return look->span_ms > 0 || look->unread[0]
               ? json_fields_write(writer, &look_table, look)
               : json_null();
}
