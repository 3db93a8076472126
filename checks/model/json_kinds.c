/* SPDX-License-Identifier: MIT */
/* The values that have a form of their own in JSON. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "checks/model/json_fields.h"
#include "checks/model/utc_time.h"

static bool read_boolean(const struct json_reader *place, void *out, struct error *err)
{
    return json_reader_boolean(place, out, err);
}

static json_t *write_boolean(struct json_writer *writer, const void *in)
{
    (void)writer;
    return json_boolean(*(const bool *)in);
}

const struct json_kind kind_boolean = { .schema = "boolean",
                                        read_boolean,
                                        write_boolean };

static bool is_signed(const struct json_field *field)
{
    return field->kind == &kind_integer;
}

static int64_t highest_of(const struct json_field *field)
{
    if (field->highest != 0)
        return field->highest;
    return field->size == sizeof(uint64_t)   ? INT64_MAX
           : field->size == sizeof(uint32_t) ? UINT32_MAX
                                             : UINT16_MAX;
}

static int64_t lowest_of(const struct json_field *field)
{
    return is_signed(field) && field->lowest == 0 && field->highest == 0 ? INT64_MIN
                                                                         : field->lowest;
}

static bool read_number(const struct json_reader *place, void *out, struct error *err)
{
    const struct json_field *field = place->field;
    int64_t number = 0;

    if (!json_reader_integer(place, lowest_of(field), highest_of(field), &number, err))
        return false;
    if (field->size == sizeof(uint64_t))
        *(uint64_t *)out = (uint64_t)number;
    else if (field->size == sizeof(uint32_t))
        *(uint32_t *)out = (uint32_t)number;
    else
        *(uint16_t *)out = (uint16_t)number;
    return true;
}

/* Beyond what JSON's integers hold it is the highest of them. */
static int64_t number_of(const struct json_field *field, const void *in)
{
    uint64_t number;

    if (field->size == sizeof(uint16_t))
        return *(const uint16_t *)in;
    if (field->size == sizeof(uint32_t))
        return *(const uint32_t *)in;
    number = *(const uint64_t *)in;
    return number > INT64_MAX && !is_signed(field) ? INT64_MAX : (int64_t)number;
}

static json_t *write_number(struct json_writer *writer, const void *in)
{
    const int64_t number = number_of(writer->field, in);
    const int64_t lowest = lowest_of(writer->field);

    return json_integer(number < lowest ? lowest : number);
}

/* What is below the lowest number is not known. */
static bool is_none_number(const struct json_writer *writer, const void *in)
{
    const struct json_field *field = writer->field;

    return field->highest != 0 && is_signed(field) ? number_of(field, in) < field->lowest
                                                   : number_of(field, in) == 0;
}

const struct json_kind kind_unsigned = {
    .schema = "integer", read_number, write_number, is_none_number
};
const struct json_kind kind_integer = {
    .schema = "integer", read_number, write_number, is_none_number
};

/* Where the row says what is expected, an empty string is not that. */
static bool check_empty(const struct json_reader *place, const char *string,
                        struct error *err)
{
    return !place->field->expected || *string != '\0' ||
           json_reader_fail(place, err, "expected %s, not an empty string",
                            place->field->expected);
}

static bool read_line(const struct json_reader *place, void *out, struct error *err)
{
    return json_reader_line(place, out, place->field->size, err) &&
           check_empty(place, out, err);
}

static bool read_text(const struct json_reader *place, void *out, struct error *err)
{
    char **owned = out;
    const char *string = NULL;

    if (!json_reader_string(place, &string, err))
        return false;
    if (!text_is_clean(string))
        return json_reader_fail(place, err, "control characters are not allowed");
    if (!check_empty(place, string, err))
        return false;
    free(*owned);
    *owned = text_copy(string);
    return *owned || error_set(err, ERR_MEMORY, "not enough memory for a JSON string");
}

/* In place, or owned; NULL is as empty. */
static const char *string_of(const struct json_field *field, const void *in)
{
    const char *string = field->kind == &kind_text ? *(const char *const *)in : in;

    return string ? string : "";
}

static json_t *write_string(struct json_writer *writer, const void *in)
{
    const char *string = string_of(writer->field, in);

    return writer->field->flags & JSON_FLAG_EXACT ? json_string(string)
                                                  : json_clean(string);
}

static bool is_none_string(const struct json_writer *writer, const void *in)
{
    return *string_of(writer->field, in) == '\0';
}

const struct json_kind kind_line = {
    .schema = "string", read_line, write_string, is_none_string
};
const struct json_kind kind_text = {
    .schema = "string", read_text, write_string, is_none_string
};

static bool read_moment(const struct json_reader *place, void *out, struct error *err)
{
    const char *text = NULL;
    int64_t time_s = 0;

    if (!json_reader_string(place, &text, err))
        return false;
    if (!utc_time_parse(text, &time_s))
        return json_reader_fail(place, err, "expected a time %s",
                                place->field->expected
                                    ? place->field->expected
                                    : "such as \"2026-01-31T23:59:59Z\"");
    if (time_s < place->field->lowest)
        return json_reader_fail(place, err, "expected a time after the start of 1970");
    *(int64_t *)out = time_s;
    return true;
}

static json_t *write_moment(struct json_writer *writer, const void *in)
{
    (void)writer;
    return json_time(*(const int64_t *)in);
}

const struct json_kind kind_moment = { .schema = "string", read_moment, write_moment };

static bool read_word(const struct json_reader *place, void *out, struct error *err)
{
    const struct json_field *field = place->field;
    const char *word = json_string_value(place->value);

    if (!word && !(field->flags & JSON_FLAG_ANY_TYPE) &&
        !json_reader_string(place, &word, err))
        return false;
    for (size_t i = (size_t)field->lowest; word && i < field->name_count; i++) {
        if (strcmp(field->names[i], word) != 0)
            continue;
        if (field->size == sizeof(bool))
            *(bool *)out = i != 0;
        else
            *(unsigned int *)out = (unsigned int)i;
        return true;
    }
    return json_reader_fail(place, err, "%s", field->expected);
}

static json_t *write_word(struct json_writer *writer, const void *in)
{
    const struct json_field *field = writer->field;
    const size_t word =
        field->size == sizeof(bool) ? *(const bool *)in : *(const unsigned int *)in;

    return word < field->name_count ? json_string(field->names[word]) : NULL;
}

const struct json_kind kind_word = { .schema = "string", read_word, write_word };

/* Of whoever wrote it; told to the reader of the file, not to us. The number of a schema
 * was looked at before. */
static bool read_constant(const struct json_reader *place, void *out, struct error *err)
{
    char ignored[64];

    (void)out;
    return !place->field->detail || json_reader_line(place, ignored, sizeof ignored, err);
}

static json_t *write_constant(struct json_writer *writer, const void *in)
{
    (void)in;
    return writer->field->detail ? json_string(writer->field->detail)
                                 : json_integer(writer->field->highest);
}

const struct json_kind kind_schema = { .schema = "integer",
                                       read_constant,
                                       write_constant };
const struct json_kind kind_constant = { .schema = "string",
                                         read_constant,
                                         write_constant };

static json_t *write_printed(const struct json_field *field, const void *in)
{
    struct text line = { 0 };
    json_t *string = NULL;

    field->print(in, &line);
    if (!line.failed)
        string = line.length == 0 && field->flags & JSON_FLAG_OR_NULL
                     ? json_null()
                     : json_clean(text_string(&line));
    text_clear(&line);
    return string;
}

static json_t *write_made(struct json_writer *writer, const void *in)
{
    const struct json_field *field = writer->field;

    if (field->print)
        return write_printed(field, in);
    return field->make ? field->make(in) : field->make_by(writer, in);
}

const struct json_kind kind_made = { .schema = NULL, NULL, write_made };
