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

static int64_t highest_unsigned(const struct json_field *field)
{
    if (field->highest != 0)
        return field->highest;
    return field->size == sizeof(uint64_t)   ? INT64_MAX
           : field->size == sizeof(uint32_t) ? UINT32_MAX
                                             : UINT16_MAX;
}

static bool read_unsigned(const struct json_reader *place, void *out, struct error *err)
{
    int64_t number = 0;

    if (!json_reader_integer(place, place->field->lowest, highest_unsigned(place->field),
                             &number, err))
        return false;
    if (place->field->size == sizeof(uint64_t))
        *(uint64_t *)out = (uint64_t)number;
    else if (place->field->size == sizeof(uint32_t))
        *(uint32_t *)out = (uint32_t)number;
    else
        *(uint16_t *)out = (uint16_t)number;
    return true;
}

/* Beyond what JSON's integers hold it is the highest of them. */
static json_t *write_unsigned(struct json_writer *writer, const void *in)
{
    const uint64_t number =
        writer->field->size == sizeof(uint64_t)   ? *(const uint64_t *)in
        : writer->field->size == sizeof(uint32_t) ? *(const uint32_t *)in
                                                  : *(const uint16_t *)in;

    return json_integer(number > INT64_MAX ? INT64_MAX : (json_int_t)number);
}

const struct json_kind kind_unsigned = { .schema = "integer",
                                         read_unsigned,
                                         write_unsigned };

static bool is_bounded(const struct json_field *field)
{
    return field->lowest != 0 || field->highest != 0;
}

static bool read_integer(const struct json_reader *place, void *out, struct error *err)
{
    const bool bounded = is_bounded(place->field);

    return json_reader_integer(place, bounded ? place->field->lowest : INT64_MIN,
                               bounded ? place->field->highest : INT64_MAX, out, err);
}

/* What is below the lowest number is not known. */
static bool is_none_integer(const struct json_writer *writer, const void *in)
{
    const int64_t number = *(const int64_t *)in;

    return is_bounded(writer->field) ? number < writer->field->lowest : number == 0;
}

static json_t *write_integer(struct json_writer *writer, const void *in)
{
    const int64_t number = *(const int64_t *)in;

    return json_integer(is_bounded(writer->field) && number < writer->field->lowest
                            ? writer->field->lowest
                            : number);
}

const struct json_kind kind_integer = {
    .schema = "integer", read_integer, write_integer, is_none_integer
};

/* Where the row says what is expected, an empty string is not that. */
static bool check_empty(const struct json_reader *place, const char *string,
                        struct error *err)
{
    return !place->field->detail || *string != '\0' ||
           json_reader_fail(place, err, "expected %s, not an empty string",
                            (const char *)place->field->detail);
}

static bool read_line(const struct json_reader *place, void *out, struct error *err)
{
    return json_reader_line(place, out, place->field->size, err) &&
           check_empty(place, out, err);
}

static json_t *write_line(struct json_writer *writer, const void *in)
{
    (void)writer;
    return json_clean(in);
}

static bool is_none_line(const struct json_writer *writer, const void *in)
{
    (void)writer;
    return *(const char *)in == '\0';
}

const struct json_kind kind_line = {
    .schema = "string", read_line, write_line, is_none_line
};

static bool read_text(const struct json_reader *place, void *out, struct error *err)
{
    const char *string = NULL;

    if (!json_reader_string(place, &string, err))
        return false;
    if (!text_is_clean(string))
        return json_reader_fail(place, err, "control characters are not allowed");
    if (!check_empty(place, string, err))
        return false;
    free(*(char **)out);
    *(char **)out = text_copy(string);
    return *(char **)out ||
           error_set(err, ERR_MEMORY, "not enough memory for a JSON string");
}

static const char *string_of(const void *in)
{
    const char *string = *(const char *const *)in;

    return string ? string : "";
}

static json_t *write_text(struct json_writer *writer, const void *in)
{
    return writer->field->flags & JSON_FLAG_EXACT ? json_string(string_of(in))
                                                  : json_clean(string_of(in));
}

static bool is_none_text(const struct json_writer *writer, const void *in)
{
    (void)writer;
    return *string_of(in) == '\0';
}

const struct json_kind kind_text = {
    .schema = "string", read_text, write_text, is_none_text
};

static bool read_moment(const struct json_reader *place, void *out, struct error *err)
{
    const char *text = NULL;
    int64_t time_s = 0;

    if (!json_reader_string(place, &text, err))
        return false;
    if (!utc_time_parse(text, &time_s))
        return json_reader_fail(place, err, "expected a time %s",
                                place->field->detail
                                    ? (const char *)place->field->detail
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
    const struct json_words *words = place->field->detail;
    const char *word = json_string_value(place->value);

    if (!word && !words->any_type && !json_reader_string(place, &word, err))
        return false;
    for (size_t i = words->first; word && i < words->count; i++) {
        if (strcmp(words->names[i], word) != 0)
            continue;
        if (place->field->size == sizeof(bool))
            *(bool *)out = i != 0;
        else
            *(unsigned int *)out = (unsigned int)i;
        return true;
    }
    return json_reader_fail(place, err, "%s", words->expected);
}

static json_t *write_word(struct json_writer *writer, const void *in)
{
    const struct json_words *words = writer->field->detail;
    const size_t word = writer->field->size == sizeof(bool) ? *(const bool *)in
                                                            : *(const unsigned int *)in;

    return word < words->count ? json_string(words->names[word]) : NULL;
}

const struct json_kind kind_word = { .schema = "string", read_word, write_word };

static bool read_schema(const struct json_reader *place, void *out, struct error *err)
{
    (void)place;
    (void)out;
    (void)err;
    return true;
}

static json_t *write_schema(struct json_writer *writer, const void *in)
{
    (void)in;
    return json_integer(writer->field->highest);
}

const struct json_kind kind_schema = { .schema = "integer", read_schema, write_schema };

/* Of whoever wrote it; told to the reader of the file, not to us. */
static bool read_constant(const struct json_reader *place, void *out, struct error *err)
{
    char ignored[64];

    (void)out;
    return json_reader_line(place, ignored, sizeof ignored, err);
}

static json_t *write_constant(struct json_writer *writer, const void *in)
{
    (void)in;
    return json_string(writer->field->detail);
}

const struct json_kind kind_constant = { .schema = "string",
                                         read_constant,
                                         write_constant };

static json_t *write_made(struct json_writer *writer, const void *in)
{
    return writer->field->make ? writer->field->make(in)
                               : writer->field->make_by(writer, in);
}

const struct json_kind kind_made = { .schema = NULL, NULL, write_made };
