/* SPDX-License-Identifier: MIT */
/* JSON -> observation: strict, for a document may come from anybody. */
#include "checks/model/observation_json.h"

#include <string.h>

#include "checks/model/json.h"
#include "checks/model/observation_asks_json.h"
#include "checks/model/observation_sockets_json.h"
#include "checks/model/observation_words.h"
#include "checks/model/utc_time.h"

static bool decode_os(const struct json_reader *place, struct os_version *out,
                      struct error *err)
{
    static const char *const keys[] = { "kind", "major", "minor", "build", NULL };
    struct json_reader kind;
    const char *name = NULL;

    if (!json_reader_object(place, keys, err) ||
        !json_reader_required(place, "kind", &kind, err) ||
        !json_reader_string(&kind, &name, err))
        return false;
    out->kind = os_kind_from_name(name);
    if (strcmp(os_kind_name(out->kind), name) != 0)
        return json_reader_fail(&kind, err, "expected \"linux\" or \"windows\"");
    return json_reader_u32_of(place, "major", UINT32_MAX, &out->major, err) &&
           json_reader_u32_of(place, "minor", UINT32_MAX, &out->minor, err) &&
           json_reader_u32_of(place, "build", UINT32_MAX, &out->build, err);
}

static bool decode_time(const struct json_reader *place, int64_t *out, struct error *err)
{
    const char *text = NULL;

    if (!json_reader_string(place, &text, err))
        return false;
    if (!utc_time_parse(text, out))
        return json_reader_fail(place, err,
                                "expected a time such as \"2026-01-31T23:59:59Z\"");
    return true;
}

/* Since when something lasts: the first second of 1970 means that it does not. */
static bool decode_since(const struct json_reader *place, int64_t *out, struct error *err)
{
    int64_t since_s = 0;

    if (!decode_time(place, &since_s, err))
        return false;
    if (since_s <= 0)
        return json_reader_fail(place, err, "expected a time after the start of 1970");
    *out = since_s;
    return true;
}

/* Words, and the same in a sentence. */
struct word_list {
    const char *const *words;
    size_t count;
    const char *expected;
};

/* Which of the words it is. */
static bool decode_word(const struct json_reader *place, const struct word_list *list,
                        size_t *out, struct error *err)
{
    const char *name = NULL;

    if (!json_reader_string(place, &name, err))
        return false;
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->words[i], name) == 0) {
            *out = i;
            return true;
        }
    return json_reader_fail(place, err, "expected %s", list->expected);
}

static bool decode_presence(const struct json_reader *setting, enum setting_presence *out,
                            struct error *err)
{
    static const struct word_list list = {
        observation_presence_names, SETTING_PRESENCE_COUNT,
        "set, os_default, missing, wrong_type or unread"
    };
    struct json_reader place;
    size_t word = 0;

    if (!json_reader_required(setting, "state", &place, err) ||
        !decode_word(&place, &list, &word, err))
        return false;
    *out = (enum setting_presence)word;
    return true;
}

static bool decode_range_value(const struct json_reader *place, struct port_range *out,
                               struct error *err)
{
    struct error why = { 0 };
    const char *text = NULL;

    if (!json_reader_string(place, &text, err))
        return false;
    if (!port_range_parse(text, out, &why))
        return json_reader_fail(place, err, "%s", why.message);
    return true;
}

static bool decode_any_value(const struct json_reader *place, struct setting_value *out,
                             struct error *err)
{
    if (out->kind == SETTING_PORT_RANGE)
        return decode_range_value(place, &out->range, err);
    return json_reader_integer(place, INT64_MIN, INT64_MAX, &out->number, err);
}

/* A value is there exactly when the setting is set; its kind is the setting's. */
static bool decode_value(const struct json_reader *setting, struct observed_setting *out,
                         struct error *err)
{
    struct json_reader place;
    bool given = json_reader_member(setting, "value", &place);

    if (out->presence != SETTING_SET)
        return !given ||
               json_reader_fail(&place, err, "only a setting that is set has a value");
    if (!given)
        return json_reader_fail(&place, err, "missing");
    return decode_any_value(&place, &out->value, err);
}

/* What the next boot brings; null: no file sets it. */
static bool decode_boot(const struct json_reader *setting, struct observed_setting *out,
                        struct error *err)
{
    struct json_reader place;
    struct json_reader source;
    bool given = json_reader_member(setting, "at_boot", &place);
    bool has_source = json_reader_member(setting, "at_boot_source", &source);

    if (!given || json_is_null(place.value)) {
        out->boot = given ? BOOT_UNSET : BOOT_UNKNOWN;
        return !has_source ||
               json_reader_fail(&source, err, "only a value at_boot has a source");
    }
    out->boot = BOOT_SET;
    out->boot_value.kind = out->value.kind;
    if (!decode_any_value(&place, &out->boot_value, err) ||
        !json_reader_line_of(setting, "at_boot_source", out->boot_source,
                             sizeof out->boot_source, err))
        return false;
    return out->boot_source[0] != '\0' ||
           json_reader_fail(&source, err, "expected a file, not an empty string");
}

/* A line that may be missing. */
static bool decode_line(const struct json_reader *place, const char *key, char *out,
                        size_t size, struct error *err)
{
    struct json_reader line;

    return !json_reader_member(place, key, &line) ||
           json_reader_line(&line, out, size, err);
}

static bool decode_setting(const struct json_reader *place, struct observed_setting *out,
                           struct error *err)
{
    static const char *const keys[] = {
        "state",           "value",         "reason",        "at_boot", "at_boot_source",
        "at_boot_refused", "service_ports", "waiting_since", NULL
    };
    const struct setting *known = setting_find(out->name);
    struct json_reader services;
    struct json_reader since;

    out->value.kind = known ? known->kind : SETTING_NUMBER;
    if (!json_reader_object(place, keys, err) ||
        !decode_presence(place, &out->presence, err) || !decode_value(place, out, err) ||
        !decode_boot(place, out, err))
        return false;
    if (json_reader_member(place, "waiting_since", &since) &&
        !decode_since(&since, &out->waiting_since_s, err))
        return false;
    if (json_reader_member(place, "service_ports", &services) &&
        !json_reader_u32_of(place, "service_ports", UINT16_MAX, &out->service_ports, err))
        return false;
    return decode_line(place, "reason", out->reason, sizeof out->reason, err) &&
           decode_line(place, "at_boot_refused", out->boot_refused,
                       sizeof out->boot_refused, err);
}

/* The key of a member as one line of text: its name goes into reports. */
static bool decode_setting_name(const struct json_reader *place, char *out, size_t size,
                                struct error *err)
{
    json_t *name = json_string(place->key);
    struct json_reader as_value = *place;
    bool ok;

    if (!name)
        return error_set(err, ERR_MEMORY, "not enough memory for the observation");
    as_value.value = name;
    ok = json_reader_line(&as_value, out, size, err);
    json_decref(name);
    return ok;
}

static bool decode_settings(const struct json_reader *place, struct observation *out,
                            struct error *err)
{
    const char *key;
    json_t *value;

    if (!json_reader_any_object(place, err))
        return false;
    if (json_object_size(place->value) > SETTINGS_MAX)
        return json_reader_limit(place, err, "%zu entries, at most %d are possible",
                                 json_object_size(place->value), SETTINGS_MAX);
    json_object_foreach(place->value, key, value)
    {
        struct observed_setting *setting = &out->settings[out->setting_count++];
        struct json_reader member = { .parent = place, .key = key, .value = value };

        if (!decode_setting_name(&member, setting->name, sizeof setting->name, err) ||
            !decode_setting(&member, setting, err))
            return false;
    }
    return true;
}

static bool decode_notes(const struct json_reader *place, struct observation *out,
                         struct error *err)
{
    if (!json_reader_array(place, OBSERVED_NOTES_MAX, err))
        return false;
    out->note_count = json_array_size(place->value);
    for (size_t i = 0; i < out->note_count; i++) {
        struct json_reader item = json_reader_item(place, i);

        if (!json_reader_line(&item, out->notes[i], sizeof out->notes[i], err))
            return false;
    }
    return true;
}

static bool decode_cost(const struct json_reader *place, struct observation *out,
                        struct error *err)
{
    static const char *const keys[] = { "rows", "microseconds", NULL };
    uint64_t duration_us = 0;

    if (!json_reader_object(place, keys, err) ||
        !json_reader_u64_of(place, "rows", &out->rows, err) ||
        !json_reader_u64_of(place, "microseconds", &duration_us, err))
        return false;
    out->duration_us = (int64_t)duration_us;
    return true;
}

/* Who recorded it; told to the reader of the file, not to us. */
static bool check_program(const struct json_reader *top, struct error *err)
{
    static const char *const keys[] = { "program", "version" };
    char ignored[64];

    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        struct json_reader place;

        if (json_reader_member(top, keys[i], &place) &&
            !json_reader_line(&place, ignored, sizeof ignored, err))
            return false;
    }
    return true;
}

static bool decode_head(const struct json_reader *top, struct observation *out,
                        struct error *err)
{
    static const char *const keys[] = {
        "schema",
        "program",
        "version",
        "os",
        "host",
        "time",
        "range",
        "tcp",
        "udp",
        "asked",
        "not_asked",
        "settings",
        "settings_of",
        "time_wait_overflow",
        "interrupted_since",
        "notes",
        "cost",
        NULL,
    };
    struct json_reader os;
    struct json_reader time;

    return json_reader_schema(top, OBSERVATION_SCHEMA, err) &&
           json_reader_object(top, keys, err) && check_program(top, err) &&
           json_reader_required(top, "os", &os, err) && decode_os(&os, &out->os, err) &&
           json_reader_line_of(top, "host", out->host, sizeof out->host, err) &&
           json_reader_required(top, "time", &time, err) &&
           decode_time(&time, &out->time_s, err);
}

static bool decode_overflow(const struct json_reader *place, struct observation *out,
                            struct error *err)
{
    int64_t overflow = 0;

    if (!json_reader_integer(place, 0, INT64_MAX, &overflow, err))
        return false;
    out->time_wait_overflow = (uint64_t)overflow;
    out->time_wait_overflow_known = true;
    return true;
}

static bool decode_interrupted(const struct json_reader *place, struct observation *out,
                               struct error *err)
{
    return decode_since(place, &out->interrupted_since_s, err);
}

static bool decode_scope(const struct json_reader *place, struct observation *out,
                         struct error *err)
{
    static const struct word_list list = { observation_scope_names, SETTINGS_SCOPE_COUNT,
                                           "host, container or namespace" };
    size_t word = 0;

    if (!decode_word(place, &list, &word, err))
        return false;
    out->settings_scope = (enum settings_scope)word;
    return true;
}

/* Parts in the order in which they are read; all of them may be left out. */
static const struct {
    const char *key;
    bool (*decode)(const struct json_reader *place, struct observation *out,
                   struct error *err);
} parts[] = {
    { "range", observation_ranges_from_json },
    { "tcp", observation_tcp_from_json },
    { "udp", observation_udp_from_json },
    { "asked", observation_asked_from_json },
    { "not_asked", observation_not_asked_from_json },
    { "settings", decode_settings },
    { "settings_of", decode_scope },
    { "time_wait_overflow", decode_overflow },
    { "interrupted_since", decode_interrupted },
    { "notes", decode_notes },
    { "cost", decode_cost },
};

static bool decode_document(const struct json_reader *top, struct observation *out,
                            struct error *err)
{
    if (!decode_head(top, out, err))
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        struct json_reader place;

        if (json_reader_member(top, parts[i].key, &place) &&
            !parts[i].decode(&place, out, err))
            return false;
    }
    return true;
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
    ok = decode_document(&top, &seen, err);
    json_decref(document);
    if (ok)
        *out = seen;
    return ok;
}
