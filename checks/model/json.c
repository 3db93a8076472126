/* SPDX-License-Identifier: MIT */
/* One strict walk for policies and observations, so that both complain alike; and one way
 * to put what may fail to be made, and to print it. */
#include "checks/model/json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/text.h"
#include "checks/base/utf8.h"
#include "checks/model/setting.h"
#include "checks/model/utc_time.h"

/* No key that we know is longer; a foreign one is cut in a message. */
enum { KEY_SHOWN_MAX = 100 };

/* Jansson quotes the text around the error, which may hold anything. */
static void refuse_document(const json_error_t *broken, struct error *err)
{
    struct text clean = { 0 };

    text_add_clean(&clean, broken->text, "");
    if (json_error_code(broken) == json_error_out_of_memory || clean.failed)
        error_set(err, ERR_MEMORY, "not enough memory for the JSON document");
    else
        error_set(err, ERR_MALFORMED, "line %d, column %d: %s", broken->line,
                  broken->column < 0 ? 0 : broken->column, text_string(&clean));
    text_clear(&clean);
}

json_t *json_reader_parse(const char *bytes, size_t length, struct error *err)
{
    json_error_t broken;
    json_t *document;

    if (length >= 2 &&
        (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0)) {
        error_set(err, ERR_MALFORMED,
                  "line 1, column 1: UTF-16 text; the file must be saved as UTF-8");
        return NULL;
    }
    /* Editors on Windows put a byte order mark there; RFC 8259 section 8.1 lets us skip
     * it. */
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        length -= 3;
    }
    document = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &broken);
    if (!document)
        refuse_document(&broken, err);
    return document;
}

struct json_reader json_reader_top(json_t *document)
{
    return (struct json_reader){ .value = document };
}

static void add_path(const struct json_reader *place, struct text *out)
{
    if (!place->parent)
        return;
    add_path(place->parent, out);
    if (!place->key) {
        text_addf(out, "[%zu]", place->index);
        return;
    }
    if (place->parent->parent)
        text_add(out, ".");
    text_add_clean(out, place->key, "");
}

static void complain(const struct json_reader *place, enum error_code code,
                     struct error *err, const char *format, va_list arguments)
    PRINTF_LIKE(4, 0);

static void complain(const struct json_reader *place, enum error_code code,
                     struct error *err, const char *format, va_list arguments)
{
    char message[ERR_TEXT_SIZE];
    struct text line = { 0 };

    (void)vsnprintf(message, sizeof message, format, arguments);
    add_path(place, &line);
    if (line.length > 0)
        text_add(&line, ": ");
    text_add_clean(&line, message, "");
    if (line.failed)
        error_set(err, ERR_MEMORY, "not enough memory for a message");
    else
        error_set(err, code, "%s", text_string(&line));
    text_clear(&line);
}

bool json_reader_fail(const struct json_reader *place, struct error *err,
                      const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain(place, ERR_MALFORMED, err, format, arguments);
    va_end(arguments);
    return false;
}

bool json_reader_fail_of(const struct json_reader *place, const char *key,
                         struct error *err, const char *format, ...)
{
    const struct json_reader member = { .parent = place, .key = key };
    va_list arguments;

    va_start(arguments, format);
    complain(&member, ERR_MALFORMED, err, format, arguments);
    va_end(arguments);
    return false;
}

bool json_reader_limit(const struct json_reader *place, struct error *err,
                       const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain(place, ERR_LIMIT, err, format, arguments);
    va_end(arguments);
    return false;
}

/* Says what the value is, as JSON names it. */
static const char *type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "a truth value";
    case JSON_NULL:
        break;
    }
    return "null";
}

bool json_reader_any_object(const struct json_reader *place, struct error *err)
{
    if (json_is_object(place->value))
        return true;
    return json_reader_fail(place, err, "expected an object, not %s",
                            type_name(place->value));
}

/* Names that stand apart: in the rows of a table, or in an array of their own. */
struct key_list {
    const char *first;
    size_t stride;
    size_t count;
};

static const char *key_at(const struct key_list *known, size_t i)
{
    return *(const char *const *)(const void *)(known->first + i * known->stride);
}

/* Looks from *next on, behind the one that was found before: keys mostly stand in the
 * order in which they are known. */
static bool is_known_key(const struct key_list *known, const char *key, size_t *next)
{
    for (size_t tried = 0; tried < known->count; tried++) {
        const size_t i = (*next + tried) % known->count;

        if (strcmp(key_at(known, i), key) != 0)
            continue;
        *next = i + 1;
        return true;
    }
    return false;
}

static const struct json_reader *top_of(const struct json_reader *place)
{
    while (place->parent)
        place = place->parent;
    return place;
}

void *json_reader_root(const struct json_reader *place)
{
    return top_of(place)->root;
}

bool json_reader_skips(const struct json_reader *place)
{
    const struct json_reader *top = top_of(place);

    if (!top->unknown)
        return false;
    if (top->unknown->length > 0)
        text_add(top->unknown, ", ");
    add_path(place, top->unknown);
    return true;
}

/* Leaves it out, or complains. */
static bool skip_key(const struct json_reader *place, const struct key_list *known,
                     const char *key, struct error *err)
{
    char shown[KEY_SHOWN_MAX];
    struct json_reader member = { .parent = place, .key = shown };
    struct text list = { 0 };

    (void)snprintf(shown, sizeof shown, "%s", key);
    if (json_reader_skips(&member))
        return true;
    for (size_t i = 0; i < known->count; i++)
        text_addf(&list, "%s%s", i > 0 ? ", " : "", key_at(known, i));
    (void)json_reader_fail(&member, err, "unknown key (%s)", text_string(&list));
    text_clear(&list);
    return false;
}

bool json_reader_object(const struct json_reader *place, const void *known, size_t stride,
                        size_t count, struct error *err)
{
    const struct key_list list = { known, stride, count };
    const char *key;
    json_t *value;
    size_t next = 0;

    if (!json_reader_any_object(place, err))
        return false;
    json_object_foreach(place->value, key, value)
    {
        if (!is_known_key(&list, key, &next) && !skip_key(place, &list, key, err))
            return false;
    }
    return true;
}

bool json_reader_schema(const struct json_reader *top, int64_t wanted, struct error *err)
{
    struct json_reader place;

    if (!json_reader_any_object(top, err))
        return false;
    if (!json_reader_member(top, "schema", &place))
        return json_reader_fail(&place, err, "missing; expected %" PRId64, wanted);
    if (!json_is_integer(place.value) || json_integer_value(place.value) != wanted)
        return json_reader_fail(&place, err,
                                "expected %" PRId64 ", the only one that this version "
                                "reads",
                                wanted);
    return true;
}

bool json_reader_array(const struct json_reader *place, size_t most, struct error *err)
{
    if (!json_is_array(place->value))
        return json_reader_fail(place, err, "expected an array, not %s",
                                type_name(place->value));
    if (json_array_size(place->value) > most)
        return json_reader_limit(place, err, "%zu entries, at most %zu are possible",
                                 json_array_size(place->value), most);
    return true;
}

bool json_reader_member(const struct json_reader *place, const char *key,
                        struct json_reader *member)
{
    *member = (struct json_reader){ .parent = place,
                                    .key = key,
                                    .value = json_object_get(place->value, key) };
    return member->value != NULL;
}

bool json_reader_required(const struct json_reader *place, const char *key,
                          struct json_reader *member, struct error *err)
{
    if (json_reader_member(place, key, member))
        return true;
    return json_reader_fail(member, err, "missing");
}

struct json_reader json_reader_item(const struct json_reader *place, size_t index)
{
    return (struct json_reader){ .parent = place,
                                 .index = index,
                                 .value = json_array_get(place->value, index) };
}

static bool refuse_integer(const struct json_reader *place, int64_t lowest,
                           int64_t highest, struct error *err)
{
    if (highest == INT64_MAX && lowest == INT64_MIN)
        return json_reader_fail(place, err, "expected an integer");
    if (highest == INT64_MAX)
        return json_reader_fail(place, err, "expected an integer %" PRId64 " or more",
                                lowest);
    return json_reader_fail(
        place, err, "expected an integer from %" PRId64 " to %" PRId64, lowest, highest);
}

bool json_reader_integer(const struct json_reader *place, int64_t lowest, int64_t highest,
                         int64_t *out, struct error *err)
{
    json_int_t number = json_integer_value(place->value);

    if (!json_is_integer(place->value) || number < lowest || number > highest)
        return refuse_integer(place, lowest, highest, err);
    *out = (int64_t)number;
    return true;
}

bool json_reader_boolean(const struct json_reader *place, bool *out, struct error *err)
{
    if (!json_is_boolean(place->value))
        return json_reader_fail(place, err, "expected true or false, not %s",
                                type_name(place->value));
    *out = json_is_true(place->value);
    return true;
}

bool json_reader_string(const struct json_reader *place, const char **out,
                        struct error *err)
{
    if (!json_is_string(place->value))
        return json_reader_fail(place, err, "expected a string, not %s",
                                type_name(place->value));
    *out = json_string_value(place->value);
    return true;
}

bool json_reader_line(const struct json_reader *place, char *out, size_t size,
                      struct error *err)
{
    const char *string = "";

    if (!json_reader_string(place, &string, err))
        return false;
    if (strlen(string) >= size)
        return json_reader_limit(place, err, "longer than %zu bytes", size - 1);
    if (!text_is_clean(string))
        return json_reader_fail(place, err, "control characters are not allowed");
    (void)snprintf(out, size, "%s", string);
    return true;
}

/* Instead of json_dumps(), which succeeds with a piece missing when memory runs out
 * inside a key and is there again after it (Jansson 2.14: dump_string's result is
 * dropped). */
static int add_piece(const char *bytes, size_t length, void *out)
{
    struct text *text = out;
    size_t done = 0;
    size_t size;

    /* Whole characters: Jansson has looked at each. What a terminal would obey it passes
     * on, control characters below 0x20 aside; a line feed is its own, between values. */
    for (size_t at = 0; at < length; at += size) {
        if (!utf8_stand_in(bytes + at, &size) || bytes[at] == '\n')
            continue;
        text_add_bytes(text, bytes + done, at - done);
        text_addf(text, "\\u%04" PRIx32, utf8_code_point(bytes + at, size));
        done = at + size;
    }
    text_add_bytes(text, bytes + done, length - done);
    return text->failed ? -1 : 0;
}

void json_text_add(const json_t *value, size_t flags, struct text *out)
{
    if (!value || json_dump_callback(value, add_piece, out, flags) != 0)
        out->failed = true;
}

void json_put(json_t *object, const char *key, json_t *value, bool *ok)
{
    if (json_object_set_new(object, key, value) != 0)
        *ok = false;
}

json_t *json_clean(const char *foreign)
{
    struct text clean = { 0 };
    json_t *string = NULL;

    text_add_clean(&clean, foreign, "");
    if (!clean.failed)
        string = json_string(text_string(&clean));
    text_clear(&clean);
    return string;
}

json_t *json_time(int64_t time_s)
{
    char text[UTC_TIME_TEXT_SIZE];

    utc_time_format(time_s, text);
    return json_string(text);
}

json_t *json_setting_value(const struct setting_value *value)
{
    char range[PORT_RANGE_TEXT_SIZE];

    if (value->kind == SETTING_NUMBER)
        return json_integer(value->number);
    port_range_format(value->range, range);
    return json_string(range);
}
