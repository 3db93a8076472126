/* SPDX-License-Identifier: MIT */
/* Questions and their answers <-> JSON. */
#include "checks/model/observation_asks_json.h"

#include "checks/model/observation_parts_json.h"

static bool is_connect(enum ask_kind kind)
{
    return kind == ASK_CONNECT || kind == ASK_UDP_CONNECT;
}

/* A UDP connect() chooses its port before it has a local address. */
static bool has_local(enum ask_kind kind)
{
    return kind != ASK_UDP_CONNECT;
}

static json_t *ask_to_json(const struct ask *ask, const struct observed_tcp *tcp,
                           bool *ok)
{
    json_t *object = json_object();

    json_put_clean(object, "kind", ask_kind_name(ask->kind), ok);
    if (has_local(ask->kind))
        observation_put_address(object, "local", &ask->local, ok);
    if (is_connect(ask->kind)) {
        observation_put_address(object, "remote", &ask->remote, ok);
        json_put_number(object, "port", ask->remote_port, ok);
    }
    observation_put_device(object, tcp, ask->device, ok);
    if (ask->unused)
        json_put(object, "unused", json_true(), ok);
    json_put_clean(object, "answer", ask_answer_name(ask->answer), ok);
    if (ask->answer == ASK_NONE)
        json_put(object, "confirmed", json_boolean(ask->confirmed), ok);
    json_put_number(object, "microseconds", ask->microseconds, ok);
    if (ask->reason[0] != '\0')
        json_put_clean(object, "reason", ask->reason, ok);
    return object;
}

void observation_put_asks(json_t *document, const struct observation *seen, bool *ok)
{
    json_t *array;

    if (seen->asked.not_asked[0] != '\0')
        json_put_clean(document, "not_asked", seen->asked.not_asked, ok);
    if (seen->asked.count == 0)
        return;
    array = json_array();
    for (size_t i = 0; i < seen->asked.count; i++)
        if (json_array_append_new(array,
                                  ask_to_json(&seen->asked.asks[i], &seen->tcp, ok)) != 0)
            *ok = false;
    json_put(document, "asked", array, ok);
}

static bool decode_kind(const struct json_reader *place, enum ask_kind *out,
                        struct error *err)
{
    struct json_reader member;
    const char *word = NULL;

    if (!json_reader_required(place, "kind", &member, err) ||
        !json_reader_string(&member, &word, err))
        return false;
    return ask_kind_from_name(word, out) ||
           json_reader_fail(&member, err,
                            "expected connect, bind, udp_connect or udp_bind");
}

static bool decode_answer(const struct json_reader *place, enum ask_answer *out,
                          struct error *err)
{
    struct json_reader member;
    const char *word = NULL;

    if (!json_reader_required(place, "answer", &member, err) ||
        !json_reader_string(&member, &word, err))
        return false;
    return ask_answer_from_name(word, out) ||
           json_reader_fail(&member, err, "expected unknown, free or none");
}

/* Where to: of a connect() only. */
static bool decode_remote(const struct json_reader *place, struct ask *out,
                          struct error *err)
{
    struct json_reader member;

    if (is_connect(out->kind))
        return observation_address_of(place, "remote", &out->remote, err) &&
               json_reader_u16_of(place, "port", &out->remote_port, err);
    if (json_reader_member(place, "remote", &member) ||
        json_reader_member(place, "port", &member))
        return json_reader_fail(&member, err, "bind() has none");
    return true;
}

static bool decode_flag(const struct json_reader *place, const char *key, bool *out,
                        struct error *err)
{
    struct json_reader member;

    return !json_reader_member(place, key, &member) ||
           json_reader_boolean(&member, out, err);
}

static bool decode_reason(const struct json_reader *place, struct ask *out,
                          struct error *err)
{
    struct json_reader member;

    return !json_reader_member(place, "reason", &member) ||
           json_reader_line(&member, out->reason, sizeof out->reason, err);
}

static bool check_ask(const struct json_reader *place, const struct ask *ask,
                      struct error *err)
{
    struct json_reader member;

    if (ask->confirmed && ask->answer != ASK_NONE) {
        (void)json_reader_member(place, "confirmed", &member);
        return json_reader_fail(&member, err, "only the answer none is confirmed");
    }
    if (ask->reason[0] != '\0' && ask->answer != ASK_UNKNOWN) {
        (void)json_reader_member(place, "reason", &member);
        return json_reader_fail(&member, err, "only the answer unknown has a reason");
    }
    return true;
}

static bool decode_ask(const struct json_reader *place, struct observed_tcp *tcp,
                       struct ask *out, struct error *err)
{
    static const char *const keys[] = { "kind",   "local",        "remote", "port",
                                        "device", "unused",       "answer", "confirmed",
                                        "reason", "microseconds", NULL };

    return json_reader_object(place, keys, err) && decode_kind(place, &out->kind, err) &&
           (!has_local(out->kind) ||
            observation_address_of(place, "local", &out->local, err)) &&
           decode_remote(place, out, err) &&
           observation_device_of(place, tcp, &out->device, err) &&
           decode_flag(place, "unused", &out->unused, err) &&
           decode_answer(place, &out->answer, err) &&
           decode_flag(place, "confirmed", &out->confirmed, err) &&
           json_reader_u32_of(place, "microseconds", UINT32_MAX, &out->microseconds,
                              err) &&
           decode_reason(place, out, err) && check_ask(place, out, err);
}

bool observation_asked_from_json(const struct json_reader *place, struct observation *out,
                                 struct error *err)
{
    if (!json_reader_array(place, ASKS_MAX, err))
        return false;
    out->asked.count = json_array_size(place->value);
    for (size_t i = 0; i < out->asked.count; i++) {
        struct json_reader item = json_reader_item(place, i);

        if (!decode_ask(&item, &out->tcp, &out->asked.asks[i], err))
            return false;
    }
    return true;
}

bool observation_not_asked_from_json(const struct json_reader *place,
                                     struct observation *out, struct error *err)
{
    return json_reader_line(place, out->asked.not_asked, sizeof out->asked.not_asked,
                            err);
}
