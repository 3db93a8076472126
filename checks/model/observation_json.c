/* SPDX-License-Identifier: MIT */
/* Observation <-> JSON: strict, for a document may come from anybody. */
#include "checks/model/observation_json.h"

#include "checks/model/observation_parts_json.h"

static const struct json_field os_fields[] = {
    { "kind", FIELD_WORD(os_version, kind, os_kind_names),
      .expected = "expected \"linux\" or \"windows\"" },
    { "major", FIELD_VALUE(os_version, major) },
    { "minor", FIELD_VALUE(os_version, minor) },
    { "build", FIELD_VALUE(os_version, build) },
};

static const struct json_field ranges_fields[] = {
    { "tcp", FIELD_OBJECT(observation, range[IP_PROTOCOL_TCP], &observation_range_table),
      FIELD_IF_ANY },
    { "udp", FIELD_OBJECT(observation, range[IP_PROTOCOL_UDP], &observation_range_table),
      FIELD_IF_ANY },
};

static bool read_range_value(const struct json_reader *place, struct port_range *out,
                             struct error *err)
{
    struct error why = { 0 };
    const char *text = NULL;

    if (!json_reader_string(place, &text, err))
        return false;
    return port_range_parse(text, out, &why) ||
           json_reader_fail(place, err, "%s", why.message);
}

/* Its kind, which is the setting's, is known before. */
static bool read_setting_value(const struct json_reader *place, void *out,
                               struct error *err)
{
    struct setting_value *value = out;

    if (value->kind == SETTING_PORT_RANGE)
        return read_range_value(place, &value->range, err);
    return json_reader_integer(place, INT64_MIN, INT64_MAX, &value->number, err);
}

static json_t *write_setting_value(struct json_writer *writer, const void *in)
{
    (void)writer;
    return json_setting_value(in);
}

const struct json_kind kind_setting_value = {
    .read = read_setting_value,
    .write = write_setting_value,
};

/* What the next boot brings; null: no file sets it. */
static bool read_boot(const struct json_reader *place, void *out, struct error *err)
{
    struct observed_setting *setting = out;

    setting->boot = json_is_null(place->value) ? BOOT_UNSET : BOOT_SET;
    if (setting->boot == BOOT_UNSET)
        return true;
    setting->boot_value.kind = setting->value.kind;
    return read_setting_value(place, &setting->boot_value, err);
}

static json_t *write_boot(struct json_writer *writer, const void *in)
{
    const struct observed_setting *setting = in;

    (void)writer;
    return setting->boot == BOOT_SET ? json_setting_value(&setting->boot_value)
                                     : json_null();
}

static const struct json_kind kind_boot = { .read = read_boot, .write = write_boot };

static bool is_set(const void *in)
{
    return ((const struct observed_setting *)in)->presence == SETTING_SET;
}

static bool is_boot_set(const void *in)
{
    return ((const struct observed_setting *)in)->boot == BOOT_SET;
}

/* A value is there exactly when the setting is set, a source when a file sets it. */
static bool check_setting(const struct json_reader *place, const void *in,
                          struct error *err)
{
    struct json_reader member;

    if (json_reader_member(place, "value", &member) != is_set(in))
        return json_reader_fail(&member, err,
                                is_set(in) ? "missing"
                                           : "only a setting that is set has a value");
    if (json_reader_member(place, "at_boot_source", &member) != is_boot_set(in))
        return json_reader_fail(&member, err,
                                is_boot_set(in) ? "missing"
                                                : "only a value at_boot has a source");
    return true;
}

static const char *const presence_names[] = {
    [SETTING_UNREAD] = "unread",         [SETTING_SET] = "set",
    [SETTING_OS_DEFAULT] = "os_default", [SETTING_MISSING] = "missing",
    [SETTING_WRONG_TYPE] = "wrong_type",
};

static const struct json_field setting_fields[] = {
    { "state", FIELD_WORD(observed_setting, presence, presence_names),
      .expected = "expected set, os_default, missing, wrong_type or unread" },
    { "value", FIELD_CUSTOM(observed_setting, value, kind_setting_value), .when = is_set,
      FIELD_OPTIONAL },
    { "reason", FIELD_VALUE(observed_setting, reason), FIELD_IF_ANY },
    { "at_boot", FIELD_SAME(observed_setting, kind_boot),
      FIELD_KNOWN(observed_setting, boot), .rank = 1 },
    { "at_boot_source", FIELD_VALUE(observed_setting, boot_source), .when = is_boot_set,
      FIELD_OPTIONAL, .expected = "a file", .rank = 1 },
    { "at_boot_refused", FIELD_VALUE(observed_setting, boot_refused), FIELD_IF_ANY },
    { "service_ports", FIELD_PORTS(observed_setting, service_ports), FIELD_IF_ANY,
      .rank = 1 },
    { "waiting_since", FIELD_TIME(observed_setting, waiting_since_s), .lowest = 1,
      FIELD_IF_ANY, .rank = 1 },
};
static const struct json_table setting_table_of_one = { JSON_ROWS(setting_fields),
                                                        .check = check_setting };

/* The key is the name, which goes into reports: one line of text, too. */
static bool read_setting(const struct json_reader *place, struct observed_setting *out,
                         struct error *err)
{
    const struct setting *known;
    struct json_reader name = *place;
    bool ok;

    name.value = json_string(place->key);
    if (!name.value)
        return error_set(err, ERR_MEMORY, "not enough memory for the observation");
    ok = json_reader_line(&name, out->name, sizeof out->name, err);
    json_decref(name.value);
    known = setting_find(out->name);
    out->value.kind = known ? known->kind : SETTING_NUMBER;
    return ok && json_fields_read(place, &setting_table_of_one, out, err);
}

static bool read_settings(const struct json_reader *place, void *out, struct error *err)
{
    struct observation *seen = out;
    const char *key;
    json_t *value;

    if (!json_reader_any_object(place, err))
        return false;
    if (json_object_size(place->value) > SETTINGS_MAX)
        return json_reader_limit(place, err, "%zu entries, at most %d are possible",
                                 json_object_size(place->value), SETTINGS_MAX);
    json_object_foreach(place->value, key, value)
    {
        struct json_reader member = { .parent = place, .key = key, .value = value };

        if (!read_setting(&member, &seen->settings[seen->setting_count++], err))
            return false;
    }
    return true;
}

static json_t *write_settings(struct json_writer *writer, const void *in)
{
    const struct observation *seen = in;
    json_t *all = json_object();

    for (size_t i = 0; i < seen->setting_count; i++)
        json_put(all, seen->settings[i].name,
                 json_fields_write(writer, &setting_table_of_one, &seen->settings[i]),
                 &writer->ok);
    return all;
}

static const struct json_kind kind_settings = {
    .schema = "object",
    .read = read_settings,
    .write = write_settings,
    .entry = &setting_table_of_one,
};

static const char *const scope_names[] = {
    [SETTINGS_OF_HOST] = "host",
    [SETTINGS_OF_CONTAINER] = "container",
    [SETTINGS_OF_NAMESPACE] = "namespace",
};

static bool tells_look(const void *in)
{
    const struct observed_look *look = &((const struct observation *)in)->look;

    return look->span_ms > 0 || look->unread[0] != '\0';
}

static bool tells_wider(const void *in)
{
    const struct observation *seen = in;

    for (size_t i = 0; i < IP_PROTOCOL_COUNT; i++)
        if (seen->wider[i].reading.known || seen->wider[i].reading.reason[0] != '\0')
            return true;
    return false;
}

static const struct json_field cost_fields[] = {
    { "rows", FIELD_VALUE(observation, rows) },
    { "microseconds", FIELD_VALUE(observation, duration_us), .highest = INT64_MAX },
};

static const struct json_field fields[] = {
    { "schema", FIELD_SCHEMA(OBSERVATION_SCHEMA) },
    { "program", FIELD_CONSTANT("check_port_exhaustion"), FIELD_OPTIONAL },
    { "version", FIELD_CONSTANT(PORT_EXHAUSTION_VERSION), FIELD_OPTIONAL },
    { "os", FIELD_ROWS(observation, os, os_fields) },
    { "host", FIELD_VALUE(observation, host) },
    { "time", FIELD_TIME(observation, time_s) },
    { "range", FIELD_SAME(observation, kind_object), FIELD_ROWS_OF(ranges_fields),
      FIELD_OPTIONAL },
    { "tcp", FIELD_OBJECT(observation, tcp, &observation_tcp_table), FIELD_IF_ANY },
    { "udp", FIELD_OBJECT(observation, udp, &observation_udp_table), FIELD_IF_ANY },
    { "conntrack", FIELD_OBJECT(observation, conntrack, &observation_conntrack_table),
      FIELD_IF_ANY, .rank = 1 },
    { "asked", FIELD_LIST(observation, asked.asks, asked.count, kind_object),
      .detail = &observation_ask_table, FIELD_IF_ANY, .rank = 1 },
    { "not_asked", FIELD_VALUE(observation, asked.not_asked), FIELD_IF_ANY },
    { "owners", FIELD_OBJECT(observation, owners, &observation_owners_table),
      FIELD_IF_ANY, .rank = 1 },
    { "look", FIELD_OBJECT(observation, look, &observation_look_table),
      .when = tells_look, FIELD_OPTIONAL, .rank = 1 },
    { "wider_range", FIELD_SAME(observation, kind_object),
      .detail = &observation_wider_table, .when = tells_wider, FIELD_OPTIONAL,
      .rank = 1 },
    { "events", FIELD_OBJECT(observation, events, &observation_events_table),
      FIELD_IF_ANY, .rank = 1 },
    { "settings", FIELD_SAME(observation, kind_settings), FIELD_OPTIONAL, .rank = 1 },
    { "settings_of", FIELD_WORD(observation, settings_scope, scope_names),
      .expected = "expected host, container or namespace", FIELD_IF_ANY, .rank = 1 },
    { "time_wait_overflow", FIELD_VALUE(observation, time_wait_overflow),
      FIELD_KNOWN(observation, time_wait_overflow_known), .rank = 1 },
    { "interrupted_since", FIELD_TIME(observation, interrupted_since_s), .lowest = 1,
      FIELD_IF_ANY, .rank = 1 },
    { "notes", FIELD_LIST(observation, notes, note_count, kind_line), FIELD_OPTIONAL,
      .rank = 1 },
    { "cost", FIELD_SAME(observation, kind_object), FIELD_ROWS_OF(cost_fields),
      FIELD_OPTIONAL, .rank = 1 },
};
const struct json_table observation_table = { JSON_ROWS(fields) };

bool observation_to_json(const struct observation *seen, struct text *out,
                         struct error *err)
{
    return json_fields_print(&observation_table, seen, JSON_INDENT(2), out, err);
}

bool observation_from_json(const char *bytes, size_t length, struct observation *out,
                           struct error *err)
{
    struct observation seen = { 0 };
    struct json_reader top;
    json_t *document;
    bool ok;

    if (length > OBSERVATION_FILE_MAX)
        return error_set(err, ERR_LIMIT, "the observation is larger than %d bytes",
                         OBSERVATION_FILE_MAX);
    document = json_reader_parse(bytes, length, err);
    if (!document)
        return false;
    top = json_reader_top(document);
    top.root = &seen;
    ok = json_reader_schema(&top, OBSERVATION_SCHEMA, err) &&
         json_fields_read(&top, &observation_table, &seen, err);
    json_decref(document);
    if (ok)
        *out = seen;
    return ok;
}
