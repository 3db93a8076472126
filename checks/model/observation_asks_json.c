/* SPDX-License-Identifier: MIT */
/* Questions and their answers <-> JSON. */
#include "checks/model/observation_parts_json.h"

static bool is_connect(const void *in)
{
    const struct ask *ask = in;

    return ask->kind == ASK_CONNECT || ask->kind == ASK_UDP_CONNECT;
}

/* A UDP connect() chooses its port before it has a local address. */
static bool has_local(const void *in)
{
    return ((const struct ask *)in)->kind != ASK_UDP_CONNECT;
}

static bool is_none_free(const void *in)
{
    return ((const struct ask *)in)->answer == ASK_NONE;
}

/* Where to: of a connect() only. */
static bool check_remote(const struct json_reader *place, const struct ask *ask,
                         struct error *err)
{
    static const char *const keys[] = { "remote", "port" };

    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        struct json_reader member;
        const bool given = json_reader_member(place, keys[i], &member);

        if (given != is_connect(ask))
            return json_reader_fail(&member, err, given ? "bind() has none" : "missing");
    }
    return true;
}

static bool check_ask(const struct json_reader *place, const void *in, struct error *err)
{
    const struct ask *ask = in;
    struct json_reader local;

    if (has_local(ask) && !json_reader_required(place, "local", &local, err))
        return false;
    if (!check_remote(place, ask, err))
        return false;
    if (ask->confirmed && ask->answer != ASK_NONE)
        return json_reader_fail_of(place, "confirmed", err,
                                   "only the answer none is confirmed");
    return ask->reason[0] == '\0' || ask->answer == ASK_UNKNOWN ||
           json_reader_fail_of(place, "reason", err,
                               "only the answer unknown has a reason");
}

static const struct json_field fields[] = {
    { "kind", FIELD_WORD(ask, kind, ask_kind_names),
      .expected = "expected connect, bind, udp_connect or udp_bind" },
    { "local", FIELD_ADDRESS(ask, local), .when = has_local, FIELD_OPTIONAL },
    { "remote", FIELD_ADDRESS(ask, remote), .when = is_connect, FIELD_OPTIONAL },
    { "port", FIELD_VALUE(ask, remote_port), .when = is_connect, FIELD_OPTIONAL },
    { "device", FIELD_DEVICE(ask, device) },
    { "unused", FIELD_VALUE(ask, unused), FIELD_IF_ANY },
    { "answer", FIELD_WORD(ask, answer, ask_answer_names),
      .expected = "expected unknown, free or none" },
    { "confirmed", FIELD_VALUE(ask, confirmed), .when = is_none_free, FIELD_OPTIONAL },
    { "reason", FIELD_VALUE(ask, reason), FIELD_IF_ANY, .rank = 1 },
    { "microseconds", FIELD_VALUE(ask, microseconds) },
};

const struct json_table observation_ask_table = { JSON_ROWS(fields), .check = check_ask };
