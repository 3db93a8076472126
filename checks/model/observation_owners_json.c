/* SPDX-License-Identifier: MIT */
/* Whose the sockets are <-> JSON; shares that contradict each other are refused. */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "checks/model/listener.h"
#include "checks/model/observation_parts_json.h"

/* A name as it is recorded: nothing that unit_name_clean would change. */
static bool read_name(const struct json_reader *place, void *out, struct error *err)
{
    char clean[UNIT_NAME_SIZE];

    if (!kind_line.read(place, out, err))
        return false;
    unit_name_clean(out, strlen(out), clean);
    return strcmp(out, clean) == 0 ||
           json_reader_fail(place, err,
                            "expected letters, digits and @ . _ : / - ? only");
}

static json_t *write_name(struct json_writer *writer, const void *in)
{
    (void)writer;
    return json_clean(in);
}

static bool is_none_name(const struct json_writer *writer, const void *in)
{
    (void)writer;
    return *(const char *)in == '\0';
}

static_assert((int)OWNER_NAME_SIZE == (int)UNIT_NAME_SIZE,
              "what is clean fits, and is not cut");
static const struct json_kind kind_name = {
    .schema = "string", read_name, write_name, is_none_name
};
#define FIELD_NAME(member)                                                               \
    FIELD_CUSTOM(owner, member, kind_name), FIELD_IF_ANY, .expected = "a name"

static bool check_pid(const struct json_reader *place, const void *in, struct error *err)
{
    const struct owner_pid *now = in;
    const struct owner_pid *all = now - place->index;

    for (size_t i = 0; i < place->index; i++)
        if (all[i].pid == now->pid)
            return json_reader_fail_of(place, "pid", err, "the same as pids[%zu]", i);
    return place->index == 0 || now->sockets <= now[-1].sockets ||
           json_reader_fail(place, err,
                            "has more sockets than the one before; expected the one with "
                            "most first");
}

static const struct json_field pid_fields[] = {
    { "pid", FIELD_VALUE(owner_pid, pid), .lowest = 1 },
    { "sockets", FIELD_VALUE(owner_pid, sockets) },
};
static const struct json_table pid_table = { JSON_ROWS(pid_fields), .check = check_pid };

/* As many as there is room for; pid_count may be more. */
static bool read_pids(const struct json_reader *place, void *out, struct error *err)
{
    struct owner *owner = out;

    if (!json_reader_array(place, OWNER_PIDS_MAX, err))
        return false;
    owner->pid_count = (uint32_t)json_array_size(place->value);
    for (size_t i = 0; i < owner->pid_count; i++) {
        const struct json_reader item = json_reader_item(place, i);

        if (!json_fields_read(&item, &pid_table, &owner->pids[i], err))
            return false;
    }
    return true;
}

static size_t pids_of(const struct owner *owner)
{
    return owner->pid_count < OWNER_PIDS_MAX ? owner->pid_count : OWNER_PIDS_MAX;
}

static json_t *write_pids(struct json_writer *writer, const void *in)
{
    const struct owner *owner = in;

    return json_fields_list(writer, &pid_table, owner->pids, sizeof owner->pids[0],
                            pids_of(owner));
}

static bool is_none_pids(const struct json_writer *writer, const void *in)
{
    (void)writer;
    return ((const struct owner *)in)->pid_count == 0;
}

static const struct json_kind kind_pids = {
    .schema = "array", read_pids, write_pids, is_none_pids, .entry = &pid_table
};

static bool check_pid_count(const struct json_reader *member, const void *in,
                            struct error *err)
{
    const struct owner *owner = in;
    const size_t listed = json_array_size(json_object_get(member->parent->value, "pids"));

    return (owner->pid_count >= listed &&
            (listed == OWNER_PIDS_MAX || owner->pid_count == listed)) ||
           json_reader_fail(member, err, "%" PRIu32 ", but pids has %zu",
                            owner->pid_count, listed);
}

/* Units, containers and pods have a name of their own. */
static bool check_owner(const struct json_reader *place, const void *in,
                        struct error *err)
{
    const struct owner *owner = in;
    const bool named = owner->kind == OWNER_UNIT || owner->kind == OWNER_CONTAINER ||
                       owner->kind == OWNER_POD;

    if (named == (owner->name[0] != '\0'))
        return true;
    return json_reader_fail_of(place, "name", err,
                               named ? "missing"
                                     : "only a unit, a container and a pod have one");
}

static const struct json_field owner_fields[] = {
    { "kind", FIELD_WORD(owner, kind, owner_kind_names),
      .expected = "expected user, unit, container, pod, ended_unit, other_container or "
                  "system" },
    { "name", FIELD_NAME(name) },
    { "user", FIELD_NAME(user) },
    { "person", FIELD_VALUE(owner, person) },
    { "program", FIELD_NAME(program) },
    { "pids", FIELD_SAME(owner, kind_pids), FIELD_IF_ANY },
    { "pid_count", FIELD_VALUE(owner, pid_count), FIELD_IF_ANY,
      .check = check_pid_count },
};
static const struct json_table owner_table = { JSON_ROWS(owner_fields),
                                               .check = check_owner };

bool observation_check_owner(const struct json_reader *place, uint32_t owner,
                             struct error *err)
{
    const struct observation *seen = json_reader_root(place);

    return owner < seen->owners.count ||
           json_reader_fail_of(place, "owner", err,
                               "%" PRIu32 " is none of the %zu of owners.list", owner,
                               seen->owners.count);
}

static bool check_states(const struct json_reader *place, const struct owner_share *share,
                         struct error *err)
{
    uint64_t states = 0;

    if (share->states[CONN_TIME_WAIT] > 0)
        return json_reader_fail_of(place, "states.time_wait", err,
                                   "nobody owns sockets in TIME_WAIT");
    for (size_t i = 0; i < CONN_STATE_COUNT; i++)
        states += share->states[i];
    return states <= share->sockets ||
           json_reader_fail_of(place, "sockets", err,
                               "%" PRIu32 " is below the %" PRIu64 " of states",
                               share->sockets, states);
}

/* Each owner once, and who has most first: that one is named first. */
static bool check_share(const struct json_reader *place, const void *in,
                        struct error *err)
{
    const struct owner_share *now = in;
    const struct owner_share *all = now - place->index;

    if (!observation_check_owner(place, now->owner, err) ||
        !check_states(place, now, err))
        return false;
    for (size_t i = 0; i < place->index; i++)
        if (all[i].owner == now->owner)
            return json_reader_fail_of(place, "owner", err, "the same as shares[%zu]", i);
    return place->index == 0 || now->sockets <= now[-1].sockets ||
           json_reader_fail(place, err,
                            "has more sockets than the one before; expected the one with "
                            "most first");
}

static const struct json_field share_fields[] = {
    { "owner", FIELD_VALUE(owner_share, owner) },
    { "sockets", FIELD_VALUE(owner_share, sockets) },
    { "states", FIELD_BY_WORD(owner_share, states, conn_state_names, kind_unsigned) },
};
static const struct json_table share_table = { JSON_ROWS(share_fields),
                                               .check = check_share };

/* UDP has no states. */
static const struct json_table udp_share_table = { .fields = share_fields,
                                                   .count = 2,
                                                   .check = check_share };

#define SHARES_ROWS(table)                                                               \
    { "shares", FIELD_LIST(owner_shares, list, count, kind_object), .detail = (table) }, \
        { "others", FIELD_VALUE(owner_shares, others) },                                 \
    {                                                                                    \
        "nobody", FIELD_VALUE(owner_shares, nobody)                                      \
    }
static const struct json_field shares_fields[] = { SHARES_ROWS(&share_table) };
static const struct json_field udp_shares_fields[] = { SHARES_ROWS(&udp_share_table) };
static const struct json_table shares_table = { JSON_ROWS(shares_fields) };
static const struct json_table udp_shares_table = { JSON_ROWS(udp_shares_fields) };

static bool is_told(const struct owner_shares *shares)
{
    return shares->count > 0 || shares->others > 0 || shares->nobody > 0;
}

static bool tells_tcp(const void *in)
{
    return is_told(&((const struct observed_owners *)in)->tcp);
}

static bool tells_udp(const void *in)
{
    return is_told(&((const struct observed_owners *)in)->udp);
}

static bool check_destinations(const struct json_reader *member, const void *in,
                               struct error *err)
{
    const struct observation *seen = json_reader_root(member);
    const struct observed_owners *owners = in;

    return owners->destination_count <= seen->tcp.top_count ||
           json_reader_fail(member, err,
                            "the number of entries, %zu, is above the %zu of "
                            "tcp.destinations",
                            owners->destination_count, seen->tcp.top_count);
}

static const struct json_field fields[] = {
    { "list", FIELD_LIST(observed_owners, list, count, kind_object),
      .detail = &owner_table },
    { "tcp", FIELD_OBJECT(observed_owners, tcp, &shares_table), .when = tells_tcp,
      FIELD_OPTIONAL },
    { "udp", FIELD_OBJECT(observed_owners, udp, &udp_shares_table), .when = tells_udp,
      FIELD_OPTIONAL },
    { "destinations",
      FIELD_LIST(observed_owners, destinations, destination_count, kind_object),
      .detail = &shares_table, .check = check_destinations, FIELD_IF_ANY },
    { "programs", FIELD_VALUE(observed_owners, programs) },
    { "unread", FIELD_VALUE(observed_owners, unread), FIELD_IF_ANY },
};
static_assert(offsetof(struct observed_owners, reading) == 0,
              "the reading is where `otherwise` looks for it");
const struct json_table observation_owners_table = {
    JSON_ROWS(fields),
    .otherwise = &observation_unreadable_table,
    .known = FIELD_AT(observed_owners, reading.known),
};
